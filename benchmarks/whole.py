"""The body of a book laid out whole, in one go: the slow way, to prove and to measure the fast one by.

Here the renderer does itself what the book does to its parts afterwards: it counts pages, mirrors margins, and sets
running heads.
"""

from __future__ import annotations

from builders.book.workbook.book import Printed
from builders.book.workbook.printing import BODY, FRONT, fixed_document
from builders.book.workbook.references import PAGED, XREF, counted
from builders.book.workbook.setting import Setting
from builders.pdf import Document

STYLE = """
.page-slot { position: relative; }
.page-slot::after {
  position: absolute; right: 0; top: 0; white-space: nowrap; text-indent: 0;
  content: var(--page-before) target-counter(attr(data-page), page) var(--page-after);
}
.page-slot[data-begins]::after {
  right: auto; left: 0;
  content: "\\00a0" var(--page-before) target-counter(attr(data-page), page) var(--page-after);
}
a.toc > .page-slot::after { content: target-counter(attr(data-page), page); }
@page run-on:right { @top-right { content: string(chapter, start); } }
"""


def whole_document(setting: Setting, joined: Printed) -> Document:
    """Return the body and index of a book for learners as one document, from the HTML that ``joined`` was made of."""
    html = "".join(text for part, text in joined.html.items() if part != FRONT)
    for scheme in (PAGED, XREF):
        html = html.replace(f'href="{scheme}', 'href="#')
    return fixed_document(counted(html, setting, joined.room), BODY, setting, STYLE)
