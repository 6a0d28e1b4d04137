"""What a reader would see wrong on the pages, found in WeasyPrint's layout.

A check is a generator over the leaves of all pages: runs of text, pictures and empty boxes that take up space. Lengths
are CSS pixels (1/96 inch), places are measured from the top left of the sheet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from string import whitespace
from typing import Any

from builders.course.problem import Severity
from builders.pdf.findings import Finding

TOLERANCE = 1.0
LINE_TOLERANCE = 3.0
"""A line may be taller than its writing space by this much: the space between lines is empty."""
PIXELS_PER_MM = 96 / 25.4
BLANK = f"{whitespace}\u200b"
"""What does not show, however wide it is set: white space, and the places where a word may break."""


@dataclass(frozen=True)
class Context:
    """Where a box stands: what it must fit into, and what it belongs to.

    ``right`` and ``bottom`` are limits, infinite where there is none. ``kept`` is the innermost element that must not
    be the last of its page.
    """

    element: str = ""
    right: float = float("inf")
    bottom: float = float("inf")
    kept: str = ""
    in_flow: bool = True


@dataclass(frozen=True)
class Leaf:
    """A box that shows, and where."""

    box: Any
    page: int
    context: Context

    @property
    def right(self) -> float:
        """The right edge, without the spaces that hang at the end of a line of code."""
        width = self.box.border_width()
        if _is(self.box, "TextBox"):
            width *= len(self.box.text.rstrip(" ")) / len(self.box.text)
        return float(self.box.border_box_x() + width)

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return float(self.box.border_box_y() + self.box.border_height())

    @property
    def too_wide(self) -> float:
        """How far it reaches over the right edge of its place, negative if it fits."""
        return self.right - self.context.right

    @property
    def too_low(self) -> float:
        """How far it reaches under its place, negative if it fits."""
        return self.bottom - self.context.bottom if self.context.in_flow else float("-inf")

    @property
    def fits(self) -> bool:
        """Whether it is inside the column, cell or box it stands in."""
        return self.too_wide <= TOLERANCE and self.too_low <= LINE_TOLERANCE

    @property
    def words(self) -> str:
        """What to call it in a message."""
        if _is(self.box, "TextBox"):
            text = " ".join(self.box.text.split())
            return f"“{text[:40]}…”" if len(text) > 40 else f"“{text}”"
        if _is(self.box, "ReplacedBox"):
            return f"the picture {self.box.element.get('src', '')[:60]}".rstrip()
        return f"a {self.box.element_tag or 'box'}"


@dataclass(frozen=True)
class Sheet:
    """One laid-out page; ``number`` counts from 1."""

    number: int
    page: Any
    leaves: tuple[Leaf, ...]

    @property
    def box(self) -> Any:
        """WeasyPrint's page box."""
        return self.page._page_box


def read_sheets(pages: list[Any]) -> list[Sheet]:
    """Return the pages of a WeasyPrint document with what shows on them."""
    return [Sheet(number, page, tuple(find_leaves(page, number))) for number, page in enumerate(pages, 1)]


def check_layout(sheets: list[Sheet]) -> list[Finding]:
    """Return everything that is cut off, stranded, split or empty."""
    return [finding for check in CHECKS for finding in check(sheets)]


def locate_glyphs(sheets: list[Sheet], missing: set[str]) -> list[Finding]:
    """Return a finding for each character that no font has, at the first place it stands (none inside drawings)."""
    texts = [leaf for sheet in sheets for leaf in sheet.leaves if _is(leaf.box, "TextBox")]
    return [_missing_glyph(character, texts) for character in sorted(missing)]


def _missing_glyph(character: str, texts: list[Leaf]) -> Finding:
    leaf = next((leaf for leaf in texts if character in leaf.box.text), None)
    message = f"“{character}” (U+{ord(character):04X}) is in none of our fonts; write it in another way"
    return Finding("pdf-glyph", message, leaf.page if leaf else 0, leaf.context.element if leaf else "")


def find_leaves(page: Any, number: int) -> Iterator[Leaf]:
    """Yield what shows on a page, in reading order, margin boxes and footnotes included."""
    sheet = page._page_box
    limits = Context(right=sheet.content_box_x() + sheet.width, bottom=sheet.content_box_y() + sheet.height)
    for child in sheet.children:
        if _is(child, "MarginBox", "FootnoteAreaBox"):
            yield from _descend(child, number, Context(in_flow=False))
        else:
            yield from _descend(child, number, limits)


def _descend(box: Any, page: int, context: Context) -> Iterator[Leaf]:
    placed = getattr(box, "_box", None)
    if placed is not None:
        box, context = placed, Context(element=context.element, in_flow=False)
    context = _enter(box, context)
    if _shows(box):
        yield Leaf(box, page, context)
    inside = _inside(box, context)
    for child in box.children:
        yield from _descend(child, page, inside)


def _enter(box: Any, context: Context) -> Context:
    if box.element is None:
        return context
    element = box.element.get("id") or context.element
    kept = context.kept
    if _is(box, "BlockContainerBox") and box.style["break_after"] in ("avoid", "avoid-page"):
        kept = str(box.element_tag)
    same = element == context.element and kept == context.kept
    return context if same else replace(context, element=element, kept=kept)


def _inside(box: Any, context: Context) -> Context:
    if not _is(box, "BlockContainerBox"):
        return context
    context = replace(context, right=box.content_box_x() + box.width)
    if box.style["height"] != "auto" and not _is(box, "TableCellBox"):
        context = replace(context, bottom=min(context.bottom, box.content_box_y() + box.height))
    return context


def _shows(box: Any) -> bool:
    if _is(box, "TextBox"):
        return bool(box.text.strip(BLANK)) and not box.is_leader
    if _is(box, "ReplacedBox"):
        return True
    return _is(box, "BlockContainerBox") and not box.children and box.border_height() > 0


def _is(box: Any, *names: str) -> bool:
    return not _kinds(box.__class__).isdisjoint(names)


@cache
def _kinds(kind: Any) -> frozenset[str]:
    return frozenset(parent.__name__ for parent in kind.__mro__)


def check_sheet_edges(sheets: list[Sheet]) -> Iterator[Finding]:
    """pdf-off-page: something that fits its place, or has none, lies outside the sheet of paper."""
    for sheet in sheets:
        for leaf in filter(lambda leaf: leaf.fits, sheet.leaves):
            left, top = leaf.box.border_box_x(), leaf.box.border_box_y()
            beyond = max(-left, -top, leaf.right - sheet.page.width, leaf.bottom - sheet.page.height)
            if beyond > TOLERANCE:
                yield _finding("pdf-off-page", leaf, f"{leaf.words} lies {_mm(beyond)} outside the sheet; move it in")


def check_overflow(sheets: list[Sheet]) -> Iterator[Finding]:
    """pdf-overflow: something is wider than the column, cell or box it stands in, or taller than its space."""
    for sheet in sheets:
        for leaf in sheet.leaves:
            if leaf.too_wide > TOLERANCE:
                advice = "shorten it, or let it break"
                yield _finding("pdf-overflow", leaf, f"{leaf.words} is {_mm(leaf.too_wide)} too wide; {advice}")
            elif not leaf.fits:
                advice = "give it more space, or let it break over the page"
                message = f"{leaf.words} is {_mm(leaf.too_low)} too low for its place; {advice}"
                yield _finding("pdf-overflow", leaf, message)


def check_tables(sheets: list[Sheet]) -> Iterator[Finding]:
    """pdf-overflow: a table is wider than the text."""
    for sheet in sheets:
        for table, context in _find(sheet, "TableBox"):
            wide = table.border_box_x() + table.border_width() - context.right
            if wide > TOLERANCE:
                advice = "use fewer columns or shorter words"
                message = f"a table is {_mm(wide)} wider than the text; {advice}"
                yield Finding("pdf-overflow", message, sheet.number, context.element)


def _find(sheet: Sheet, name: str) -> Iterator[tuple[Any, Context]]:
    """Yield the boxes of one type in the flow of a page, each with the block around it."""
    width = sheet.box.content_box_x() + sheet.box.width
    yield from _search(sheet.box.children[0], name, Context(right=width), width)


def _search(box: Any, name: str, context: Context, outer: float) -> Iterator[tuple[Any, Context]]:
    if getattr(box, "_box", None) is not None:
        return
    context = _enter(box, context)
    if _is(box, name):
        # The wrapper of a table grows with it; what counts is the block around the wrapper.
        yield box, replace(context, right=outer)
    inside = _inside(box, context)
    for child in box.children:
        yield from _search(child, name, inside, outer if box.is_table_wrapper else inside.right)


def check_empty_pages(sheets: list[Sheet]) -> Iterator[Finding]:
    """pdf-empty-page: a page has nothing on it, and nobody said so.

    ``break-before: right`` may leave a page blank; an element with ``data-blank`` declares one.
    """
    for sheet in sheets:
        blank = sheet.box.page_type.blank or any(_has(box, "data-blank") for box in _boxes(sheet))
        if not blank and not any(leaf.context.in_flow for leaf in sheet.leaves):
            message = "the page is empty; remove the page break, or mark its element data-blank"
            yield Finding("pdf-empty-page", message, sheet.number)


def check_stranded(sheets: list[Sheet]) -> Iterator[Finding]:
    """pdf-stranded: a heading, label or caption is the last thing on its page."""
    for sheet in sheets:
        last = next((leaf for leaf in reversed(sheet.leaves) if leaf.context.in_flow), None)
        if last is not None and last.context.kept:
            message = f"the {last.context.kept} {last.words} is the last thing on its page; keep it with what follows"
            yield _finding("pdf-stranded", last, message)


def check_kept(sheets: list[Sheet]) -> Iterator[Finding]:
    """pdf-split: a box marked ``data-keep`` is on two pages."""
    first: dict[int, int] = {}
    told: set[int] = set()
    for sheet in sheets:
        for box in _boxes(sheet):
            if not _has(box, "data-keep"):
                continue
            key = id(box.element)
            page = first.setdefault(key, sheet.number)
            if page != sheet.number and key not in told:
                told.add(key)
                message = f"the box goes on on page {sheet.number}; shorten it, or let it break"
                yield Finding("pdf-split", message, page, box.element.get("id", ""), Severity.WARNING)


def _boxes(sheet: Sheet) -> Iterator[Any]:
    return (box for child in sheet.box.children for box in child.descendants())


def _has(box: Any, attribute: str) -> bool:
    return box.element is not None and attribute in box.element.attrib


def _finding(rule: str, leaf: Leaf, message: str) -> Finding:
    return Finding(rule, message, leaf.page, leaf.context.element)


def _mm(pixels: float) -> str:
    return f"{pixels / PIXELS_PER_MM:.1f} mm"


CHECKS: tuple[Callable[[list[Sheet]], Iterator[Finding]], ...] = (
    check_sheet_edges,
    check_overflow,
    check_tables,
    check_empty_pages,
    check_stranded,
    check_kept,
)
