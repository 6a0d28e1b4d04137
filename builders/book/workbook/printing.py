"""Parts of the book as documents to lay out: the styles they share, and what one part must know of the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

from builders.book.context import STUDENT
from builders.book.workbook.editions import Printer
from builders.book.workbook.references import slotted
from builders.book.workbook.setting import Setting
from builders.book.workbook.templates import TEMPLATES
from builders.book.workbook.turning import turn_tables
from builders.markup import ITEMS_CSS
from builders.pdf import Document, Format, Meta, Paper, Press, print_document

MM_PER_POINT = 25.4 / 72
MEASURE_HEIGHT = 400
"""Millimetres of a page that measures blocks, for each of them."""

INNER, OUTER = 25.0, 19.0
"""Millimetres of the margins at the binding and at the edge, as ``print/base.css`` has them."""

HEIGHTS = {Paper.A4: 297.0, Paper.LETTER: 279.4}
WIDTHS = {Paper.A4: 210.0, Paper.LETTER: 215.9}
"""Millimetres of the sheets."""

FRONT, INDEX, LEAVES = "front", "index", "leaves"
BODY = "body"
"""What ``data-part`` says of all parts with arabic page numbers; the style sheets select by it."""


def body_document(html: str, setting: Setting, room: str) -> Document:
    """Return a part of the body: the same for every place in the book, and for every edition where it is the same.

    ``room`` keeps room for the number of a page.
    """
    plain = replace(meta(setting), title=setting.course.about.title, subject="")
    css = (*shared_styles(setting), words_style(setting, ""), read_style(TEMPLATES / "part.css"))
    html = slotted(html, setting, room)
    if setting.edition.large:
        across, along = (sheet[setting.paper] - INNER - OUTER for sheet in (WIDTHS, HEIGHTS))
        html = turn_tables(html, across / MM_PER_POINT, along / MM_PER_POINT)
    return make_document(html, BODY, plain, css, setting, part=True)


def warm_up(setting: Setting) -> None:
    """Lay out a part with nothing in it: what all others need, such as style sheets and fonts, is then in memory."""
    print_document(body_document("<p>0</p>", setting, "0"))


def fixed_document(html: str, part: str, setting: Setting, *styles: str) -> Document:
    """Return a part whose place in the book is known, so that it bears its page numbers itself."""
    edition = setting.word(setting.edition.name) if setting.instructor else ""
    css = (*shared_styles(setting), words_style(setting, edition), *styles)
    return make_document(html, part, meta(setting), css, setting, part=True)


def make_document(html: str, kind: str, about: Meta, css: tuple[str, ...], setting: Setting, *, part: bool) -> Document:
    """Return HTML as a document to lay out; ``kind`` becomes its ``data-part``."""
    page = f'<!DOCTYPE html><html data-part="{kind}"><body>{html}</body></html>'
    edition = setting.edition
    fillable = edition.printer is Printer.FILLABLE
    layout = Format(setting.paper, binding=True, large=edition.large, fillable=fillable)
    return Document(page, about, setting.course.root, css, layout, part)


def shared_styles(setting: Setting) -> tuple[str, ...]:
    """Return the style sheets of all parts of an edition."""
    return read_style(ITEMS_CSS), *(read_style(TEMPLATES / name) for name in ("book.css", *setting.edition.styles))


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


def words_style(setting: Setting, edition: str) -> str:
    """Return the words that style sheets print, in the language of the course; ``edition`` heads every page."""
    before, after = setting.word("page-ref", page="\0").split("\0")
    shown = quoted(edition) if edition else "none"
    fixed = quoted(before.replace(" ", "\u00a0"))
    blank = quoted(setting.word("blank"))
    return f"html {{ --page-before: {fixed}; --page-after: {quoted(after)}; --edition: {shown}; --blank: {blank}; }}"


def quoted(text: str) -> str:
    """Return a text as a CSS string."""
    return '"' + "".join(f"\\{ord(letter):x} " if letter in '"\\\n' else letter for letter in text) + '"'


def measure_blocks(blocks: Sequence[str], setting: Setting, press: Press, room: str) -> list[float]:
    """Return the heights of blocks of HTML in millimetres, as they would be laid out in the body."""
    if not blocks:
        return []
    html = "".join(f'<div data-area="block-{number}">{block}</div>' for number, block in enumerate(blocks))
    tall = f"@page {{ size: 300mm {MEASURE_HEIGHT * len(blocks)}mm; margin: 5mm; }}"
    css = (*shared_styles(setting), words_style(setting, ""), tall)
    areas = press.measure(
        make_document(slotted(html, setting, room), BODY, meta(setting), css, setting, part=False)
    ).areas
    return [sum(area.height for area in areas[f"block-{number}"]) for number in range(len(blocks))]
