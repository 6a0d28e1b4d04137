"""Rules that keep pages open to everybody: texts for pictures, contrast, headers, an outline without holes.

They look at every page below ``source/``, lesson or not, and at the texts of items and tasks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from builders.checks.contrast import faint_texts
from builders.checks.language import Language, worded_rule
from builders.checks.prose import INLINE_CODE
from builders.checks.rules import Finding, Subject, rule
from builders.checks.values import texts_of
from builders.course.course import Course
from builders.course.lessons import CODE, HEADING, Block, parse_blocks
from builders.course.problem import Place
from builders.course.record import Waiver

IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\([^)]+\)")
SEPARATOR = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
CELL = re.compile(r"(?<!\\)\|")
PICTURES = ("figure", "image")
TABLES = {"list-table": "header-rows", "csv-table": "header"}


@dataclass(frozen=True)
class Page:
    """A page of the source: its place, its lines, and the waivers of the lesson it may be."""

    at: Place
    lines: tuple[str, ...]
    waivers: tuple[Waiver, ...] = ()

    @cached_property
    def prose(self) -> tuple[tuple[int, str], ...]:
        """The lines outside code fences, numbered as in the file."""
        return tuple(_outside_code(self.lines))

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every directive, nested ones too."""
        found, _ = parse_blocks(list(self.lines), self.at.path, 0)
        return tuple(block for top in found for block in top.walk())

    def place(self, line: int) -> Place:
        """Return the place of a line."""
        return Place(self.at.path, line)


def _outside_code(lines: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    marks = ""
    for number, line in enumerate(lines, start=1):
        fence = CODE.match(line)
        if fence and (not marks or fence["marks"].startswith(marks)):
            marks = "" if marks else fence["marks"]
        elif not marks:
            yield number, line


def pages(course: Course) -> Iterator[Page]:
    """Yield every page below ``source/``."""
    waivers = {lesson.path: lesson.waivers for lesson in course.lessons}
    for path in sorted((course.root / "source").rglob("*.md")):
        name = path.relative_to(course.root).as_posix()
        lines = path.read_text(encoding="utf-8").split("\n")
        yield Page(Place(name), tuple(lines), waivers.get(name, ()))


def _texts(course: Course) -> Iterator[tuple[Subject, Place, str]]:
    """Yield the texts of items and tasks, with their subject."""
    records: tuple[Any, ...] = (*course.items, *course.tasks)
    for record in records:
        for text, place in texts_of(record, record.at):
            yield record, place, text


@rule("AX01")
def images_have_text(course: Course) -> Iterator[Finding]:
    """Every image says in words what it shows.

    Why: who does not see it has only these words, and they must be enough to answer (WCAG 1.1.1).
    Mend: `:alt:` of a figure, or `![text](path)`: what matters in it, not that it is a picture.
    Waive: no reason is known; an image without meaning can go.
    """
    for page in pages(course):
        for number, line in page.prose:
            if any(not match["alt"].strip() for match in IMAGE.finditer(INLINE_CODE.sub("", line))):
                yield Finding(page, "an image has no alt text; write ![what it shows](path)", page.place(number))
        for block in page.blocks:
            if block.name in PICTURES and not block.options.get("alt"):
                yield Finding(page, f"a {block.name} has no alt text; add ':alt: what it shows'", block.place)


@dataclass(frozen=True)
class Drawing:
    """A drawing of the source as the subject of a finding."""

    at: Place


@rule("AX02")
def drawings_have_contrast(course: Course) -> Iterator[Finding]:
    """Text in a drawing stands out from what is behind it: 4.5 to 1, large text 3 to 1.

    Why: faint text is lost to weak eyes, to cheap printers and on a projector (WCAG 1.4.3). Measured is every `<text>`
    of the SVG files below `source/` whose colour and ground are plain; what lies on a path is not judged.
    Mend: black on white, or white on black.
    Waive: not possible in a drawing; make it darker.
    """
    for path in sorted((course.root / "source").rglob("*.svg")):
        name = path.relative_to(course.root).as_posix()
        for faint in faint_texts(path.read_text(encoding="utf-8")):
            message = (
                f"'{faint.text}' has a contrast of {faint.ratio:.1f} to 1 ({faint.colour} on {faint.ground}); "
                f"make it {faint.wanted:g} to 1"
            )
            yield Finding(Drawing(Place(name)), message)


@worded_rule("AX03")
def colour_is_not_all(course: Course, language: Language) -> Iterator[Finding]:
    """Nothing is said by colour alone: no “the red line”, no “shown in green”.

    Why: one man in twelve does not tell red from green, and papers are printed black (WCAG 1.4.1).
    Mend: name it, number it, or say its shape: “the dashed line”.
    Waive: where the sentence is about colour itself.
    """
    for page in pages(course):
        for number, line in page.prose:
            found = language.colour_only.search(INLINE_CODE.sub("", line))
            if found:
                yield Finding(page, _colour(found[0]), page.place(number))
    for subject, place, text in _texts(course):
        found = language.colour_only.search(INLINE_CODE.sub("", text))
        if found:
            yield Finding(subject, _colour(found[0]), place)


def _colour(words: str) -> str:
    return f"'{' '.join(words.split())}' says it by colour alone; say it by a name, number or shape as well"


@rule("AX04")
def tables_have_headers(course: Course) -> Iterator[Finding]:
    """Every column of a table has a header; only the corner above a column of headers may be empty.

    Why: a screen reader reads the header with each cell; without it a number is a number (WCAG 1.3.1).
    Mend: name the column; `:header-rows: 1` for a `list-table`, `:header:` for a `csv-table`.
    Waive: no reason is known.
    """
    message = "a column of the table has no header; name it in the first row"
    for page in pages(course):
        for (number, line), (_, below) in pairwise(page.prose):
            if _headless(line, below):
                yield Finding(page, message, page.place(number))
        for block in page.blocks:
            key = TABLES.get(block.name)
            if key and not block.options.get(key):
                yield Finding(page, f"a {block.name} has no header; add ':{key}:'", block.place)
    for subject, place, text in _texts(course):
        lines = [line for _, line in _outside_code(tuple(text.split("\n")))]
        if any(_headless(line, below) for line, below in pairwise(lines)):
            yield Finding(subject, message, place)


def _headless(line: str, below: str) -> bool:
    """Whether a line is the head of a table, and a cell of it beside the first is empty."""
    if "|" not in line or "|" not in below or not SEPARATOR.match(below):
        return False
    cells = [cell.strip() for cell in CELL.split(line.strip().strip("|"))]
    return not all(cells[1:]) or (len(cells) == 1 and not cells[0])


@rule("AX05")
def headings_in_order(course: Course) -> Iterator[Finding]:
    """Headings go down one level at a time.

    Why: a screen reader's outline has holes otherwise (WCAG 1.3.1).
    Mend: use the next level; size is a matter of style sheets.
    Waive: no reason is known.
    """
    for page in pages(course):
        level = 0
        for number, line in page.prose:
            match = HEADING.match(line)
            if match and (depth := len(match["marks"])) > level + 1:
                message = f"a heading of level {depth} follows one of level {level}; use level {level + 1}"
                yield Finding(page, message, page.place(number))
            level = len(match["marks"]) if match else level
