"""Parts of the book as PDF: the styles they share, and what one part must know of the others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from builders.book.context import STUDENT
from builders.book.workbook.assembly import Setting
from builders.book.workbook.editions import Printer
from builders.book.workbook.templates import TEMPLATES
from builders.markup import ITEMS_CSS
from builders.pdf import Format, Meta, Pdf, render

MM_PER_POINT = 25.4 / 72
MEASURE_HEIGHT = 400
"""Millimetres of a page that measures blocks, for each of them."""

FRONT, BODY, INDEX, LEAVES = "front", "body", "index", "leaves"


LayOut = Callable[..., Pdf]
"""What lays out a part: `print_part`, or a function like it that remembers what it laid out."""


def print_part(html: str, part: str, setting: Setting, *styles: str) -> Pdf:
    """Lay out a part of the book; ``styles`` are texts of style sheets of its own."""
    document = f'<!DOCTYPE html><html data-part="{part}"><body>{html}</body></html>'
    css = [read_style(ITEMS_CSS), read_style(TEMPLATES / "book.css"), words_style(setting)]
    css += [read_style(TEMPLATES / name) for name in setting.edition.styles]
    layout = Format(
        setting.paper,
        binding=True,
        large=setting.edition.large,
        fillable=setting.edition.printer is Printer.FILLABLE,
    )
    return render(document, meta=meta(setting), base_url=setting.course.root, css=[*css, *styles], layout=layout)


@cache
def read_style(path: Path) -> str:
    """Return a style sheet."""
    return path.read_text("utf-8")


def meta(setting: Setting) -> Meta:
    """Return what the PDF says of itself."""
    about = setting.course.about
    edition, version = setting.word(setting.edition.name), setting.word("version", version=about.version)
    return Meta(
        title=f"{about.title} – {setting.word('workbook')}"
        + (f", {edition}" if setting.edition.name != STUDENT else ""),
        language=about.language,
        author=about.attribution,
        subject=f"{setting.word('workbook')}, {edition}, {version}",
        released=about.released,
        keywords=(about.slug, about.version),
    )


def words_style(setting: Setting) -> str:
    """Return the words that style sheets print, in the language of the course."""
    before, after = setting.word("page-ref", page="\0").split("\0")
    edition = quoted(setting.word("instructor")) if setting.instructor else "none"
    fixed = quoted(before.replace(" ", "\u00a0"))
    blank = quoted(setting.word("blank"))
    return f"html {{ --page-before: {fixed}; --page-after: {quoted(after)}; --edition: {edition}; --blank: {blank}; }}"


def quoted(text: str) -> str:
    """Return a text as a CSS string."""
    return '"' + "".join(f"\\{ord(letter):x} " if letter in '"\\\n' else letter for letter in text) + '"'


def start_style(page: int) -> str:
    """Return the style of a part whose first page has this number; even pages are left ones."""
    side = "left" if page % 2 == 0 else "right"
    return f"html {{ break-before: {side}; }} @page :first {{ counter-set: page {page}; }}"


def measure_blocks(blocks: Sequence[str], setting: Setting) -> list[float]:
    """Return the heights of blocks of HTML in millimetres, as they would be laid out in the body."""
    if not blocks:
        return []
    html = "".join(
        f'<div id="from-{number}"></div>{block}<div id="to-{number}"></div>' for number, block in enumerate(blocks)
    )
    tall = f"@page {{ size: 300mm {MEASURE_HEIGHT * len(blocks)}mm; margin: 5mm; }}"
    spots = print_part(html, BODY, setting, tall).anchors
    return [(spots[f"to-{n}"].y - spots[f"from-{n}"].y) * MM_PER_POINT for n in range(len(blocks))]
