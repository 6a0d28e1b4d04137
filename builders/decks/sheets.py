"""Cards on paper: duplex sheets to cut out, on which every back lies behind its front.

A sheet is a grid of cards. Its second side mirrors the columns where paper is turned over its long edge, and the rows
where it is turned over its short edge. The size of the words is the largest at which both sides of a card fit; a card
that does not fit at the smallest is a problem, never clipped. Measures are millimetres.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

from builders.course import Course, Place, Problem, Words, digest, read_words, write_atomic
from builders.decks.build import Progress, deck_faces
from builders.decks.faces import Face
from builders.markup import ITEMS_CSS
from builders.markup.templates import templates
from builders.pdf import Meta, Paper, Pdf, render

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "decks"
SIZES = {Paper.A4: (210.0, 297.0), Paper.LETTER: (215.9, 279.4)}
MARGIN_X, MARGIN_Y = 8.0, 12.0
"""The edge of the sheet that stays free: printers do not reach it, and crop marks stand there."""
GRIDS = {8: (2, 4), 16: (4, 4)}
"""Columns and rows by cards a sheet."""
LADDERS = {8: (14.0, 12.0, 11.0, 10.0, 9.0, 8.0), 16: (10.0, 9.0, 8.0, 7.0)}
"""Sizes of words in points, the largest first."""
MILLIMETRES = 25.4 / 72
"""A point in millimetres."""
T = TypeVar("T")


class Edge(StrEnum):
    """The edge over which the printer turns the paper."""

    LONG = "long"
    SHORT = "short"


class Sides(StrEnum):
    """Which sides a file holds: both for duplex printers, one alone for turning the paper by hand."""

    BOTH = "both"
    FRONTS = "fronts"
    BACKS = "backs"


@dataclass(frozen=True)
class Sheet:
    """How cards stand on paper; ``offset`` moves the backs right and down, to make good what a printer shifts."""

    paper: Paper = Paper.A4
    cards: int = 8
    edge: Edge = Edge.LONG
    sides: Sides = Sides.BOTH
    offset: tuple[float, float] = (0.0, 0.0)

    @cached_property
    def cell(self) -> tuple[float, float]:
        """Width and height of a card."""
        (width, height), (columns, rows) = SIZES[self.paper], GRIDS[self.cards]
        return (width - 2 * MARGIN_X) / columns, (height - 2 * MARGIN_Y) / rows

    def corner(self, *, back: bool) -> tuple[float, float]:
        """Return the left and upper edge of the grid."""
        x, y = self.offset if back else (0.0, 0.0)
        return MARGIN_X + x, MARGIN_Y + y

    def rows(self, cards: Sequence[T], *, back: bool) -> list[list[T | None]]:
        """Return the cards of one sheet by rows, as they stand on its front or back; None leaves a place empty."""
        columns, rows = GRIDS[self.cards]
        places = [*cards, *[None] * (columns * rows - len(cards))]
        grid = [places[row * columns : (row + 1) * columns] for row in range(rows)]
        if back and self.edge is Edge.LONG:
            return [row[::-1] for row in grid]
        return grid[::-1] if back else grid

    def marks(self, *, back: bool) -> Iterator[tuple[float, float, float, float]]:
        """Yield the crop marks of a side as left, top, width, height: at each cut, in the free edge of the sheet."""
        (width, height), (columns, rows) = SIZES[self.paper], GRIDS[self.cards]
        x, y = self.corner(back=back)
        for column in range(columns + 1):
            left = x + column * self.cell[0]
            yield left, 4.0, 0.0, MARGIN_Y - 6.0
            yield left, height - MARGIN_Y + 2.0, 0.0, MARGIN_Y - 6.0
        for row in range(rows + 1):
            top = y + row * self.cell[1]
            yield 2.0, top, MARGIN_X - 4.0, 0.0
            yield width - MARGIN_X + 2.0, top, MARGIN_X - 4.0, 0.0


class Fitted(NamedTuple):
    """A card with the size of its words in points."""

    face: Face
    size: float


def build_sheets(
    course: Course, out: Path, sheet: Sheet, *, progress: Progress = lambda note: None
) -> tuple[list[Problem], list[Path]]:
    """Write ``out/student/decks/flashcards-….pdf``; return problems and the file written.

    :raises SetupMissing: when what PDF files need is not installed.
    """
    problems, faces = deck_faces(course)
    if problems:
        return problems, []
    progress(f"fitting {len(faces)} cards")
    writer = _Writer(course, sheet, read_words(course.about.language))
    fitted, problems = writer.fit(faces)
    if problems:
        return problems, []
    progress(f"laying out {-(-len(faces) // sheet.cards)} sheets")
    pdf = writer.sheets(fitted)
    if pdf.findings:
        return [finding.problem(Place("assessments/cards")) for finding in pdf.findings], []
    target = out / "student" / "decks" / f"{sheet_name(sheet)}.pdf"
    write_atomic(target, pdf.data)
    return [], [target]


def build_test_sheet(course: Course, out: Path, sheet: Sheet) -> list[Path]:
    """Write a sheet with a cross on each side; how far they lie apart is the offset that the printer needs."""
    writer = _Writer(course, sheet, read_words(course.about.language))
    target = out / "student" / "decks" / f"{sheet_name(sheet)}-test.pdf"
    write_atomic(target, writer.test_sheet().data)
    return [target]


def sheet_name(sheet: Sheet) -> str:
    """Return the name of the file: what differs from the usual stands in it."""
    parts = ["flashcards", sheet.paper.value, str(sheet.cards)]
    parts += ["short-edge"] if sheet.edge is Edge.SHORT else []
    parts += [sheet.sides.value] if sheet.sides is not Sides.BOTH else []
    return "-".join(parts)


class _Writer:
    """Lays out the cards of a course."""

    def __init__(self, course: Course, sheet: Sheet, words: Words) -> None:
        self.course, self.sheet, self.words = course, sheet, words

    def fit(self, faces: Sequence[Face]) -> tuple[list[Fitted], list[Problem]]:
        """Return each card with the largest size at which it fits; sizes are remembered by content."""
        memory = _Memory(self.course.root / ".cache" / "cards.json")
        keys = [digest(face.front, face.back, repr(self.sheet.cell), STYLE) for face in faces]
        waiting = [number for number, key in enumerate(keys) if memory.size(key) is None]
        for size in LADDERS[self.sheet.cards]:
            if not waiting:
                break
            spilt = self._spilt([faces[number] for number in waiting], size)
            memory.keep({keys[number]: size for place, number in enumerate(waiting) if place not in spilt})
            waiting = [number for place, number in enumerate(waiting) if place in spilt]
        memory.save()
        if waiting:
            return [], [self._too_long(faces[number]) for number in waiting]
        return [Fitted(face, memory.size(key) or 0.0) for face, key in zip(faces, keys, strict=True)], []

    def _too_long(self, face: Face) -> Problem:
        smallest = LADDERS[self.sheet.cards][-1]
        message = (
            f"the card '{face.name}' does not fit on a sheet of {self.sheet.cards} at {smallest:g} points; shorten it, "
            "split it, or print 8 a sheet"
        )
        return Problem(Place("assessments/cards"), "DK20", message)

    def _spilt(self, faces: Sequence[Face], size: float) -> set[int]:
        """Return the places of the cards of which a side needs more than its room at this size."""
        pdf = self._render("fit.html", f"@page {{ size: {self.sheet.cell[0]}mm 400000mm; }}", faces=faces, points=size)
        names = [f"side-{number}" for number in range(2 * len(faces))]
        tops = [pdf.anchors[name].y for name in [*names, "end"]]
        heights = [(end - start) * MILLIMETRES for start, end in pairwise(tops)]
        wide = {finding.element for finding in pdf.findings}
        return {
            number // 2
            for number, (name, height) in enumerate(zip(names, heights, strict=True))
            if height > self.sheet.cell[1] or name in wide
        }

    def sheets(self, fitted: Sequence[Fitted]) -> Pdf:
        """Return the sheets with the cards on them."""
        step = self.sheet.cards
        stacks = [fitted[start : start + step] for start in range(0, len(fitted), step)]
        sides = [side for stack in stacks for side in self._sides(stack)]
        return self._render("sheets.html", sides=sides)

    def _sides(self, cards: Sequence[Fitted]) -> Iterator[dict[str, object]]:
        for back in (False, True):
            if self.sheet.sides is not (Sides.FRONTS if back else Sides.BACKS):
                left, top = self.sheet.corner(back=back)
                rows, marks = self.sheet.rows(cards, back=back), list(self.sheet.marks(back=back))
                yield {"back": back, "left": left, "top": top, "rows": rows, "marks": marks}

    def test_sheet(self) -> Pdf:
        """Return the two sides of the test sheet."""
        width, height = SIZES[self.sheet.paper]
        marks = [list(self.sheet.marks(back=back)) for back in (False, True)]
        x, y = self.sheet.offset
        return self._render("test-sheet.html", marks=marks, middle=(width / 2, height / 2), shift=(x, y))

    def _render(self, template: str, size: str = "", **values: object) -> Pdf:
        """Lay out a template; ``size`` is the style of its page where it is not a sheet."""
        about, title = self.course.about, self.words("decks.sheets", title=self.course.about.title)
        meta = Meta(
            title=title, language=about.language, author=about.attribution, subject=title, released=about.released
        )
        (width, height), cell = SIZES[self.sheet.paper], self.sheet.cell
        sizes = (
            f"@page {{ size: {width}mm {height}mm; }} .cell {{ width: {cell[0]}mm; height: {cell[1]}mm; }} "
            f".row {{ height: {cell[1]}mm; }} .sheet {{ height: {height - 0.01}mm; box-sizing: border-box; }} {size}"
        )
        html = templates(TEMPLATES).get_template(template).render(words=self.words, title=title, **values)
        css = [ITEMS_CSS.read_text("utf-8"), STYLE, sizes]
        return render(html, meta=meta, base_url=self.course.root, css=css)


class _Memory:
    """Sizes of cards by digest of their content."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._old: dict[str, float] = json.loads(path.read_text()) if path.is_file() else {}
        self._new: dict[str, float] = {}

    def size(self, key: str) -> float | None:
        """Return the size that is known for a card."""
        if key in self._old:
            self._new[key] = self._old[key]
        return self._new.get(key)

    def keep(self, sizes: dict[str, float]) -> None:
        """Remember sizes."""
        self._new |= sizes

    def save(self) -> None:
        """Write what was asked for in this run, so that the file never grows stale."""
        if self._new != self._old:
            write_atomic(self._path, json.dumps(self._new, indent=0, sort_keys=True))


STYLE = (TEMPLATES / "sheets.css").read_text("utf-8")
