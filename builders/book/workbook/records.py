"""The book as data: what Sphinx's doctrees become before anything is laid out.

A `Manuscript` is plain values, so that it can be kept between builds, and cut and laid out in any way. Every id in it
is unique in the book.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from builders.course import Place
from builders.course.problem import NOWHERE


class ChapterKind(StrEnum):
    """What a chapter is in the book."""

    MODULE = "module"
    LESSON = "lesson"
    APPENDIX = "appendix"


@dataclass(frozen=True)
class Mark:
    """Words that must be found on the page that holds the id: a heading, an exercise, a caption."""

    id: str
    words: str


@dataclass(frozen=True)
class Picture:
    """A picture of the source: the nearest id, and what it says in words to those who do not see it."""

    id: str
    words: str


@dataclass(frozen=True)
class TermUse:
    """A place where a glossary term is used; ``term`` is the id of its entry."""

    term: str
    id: str


@dataclass(frozen=True)
class IndexEntry:
    """A place that the index leads to: ``path`` is the entry and its sub-entries; ``see`` sends elsewhere instead."""

    path: tuple[str, ...]
    id: str
    see: str = ""


@dataclass(frozen=True)
class Hint:
    """Help for an exercise, printed at the end of its lesson."""

    id: str
    exercise: str
    number: str
    html: str


@dataclass(frozen=True)
class BackAnswer:
    """An answer at the back of the book: ``source`` is the id of what it answers, ``name`` how that is called."""

    id: str
    source: str
    name: str
    title: str
    html: str


@dataclass(frozen=True)
class BlankTable:
    """A table to fill in: the words of its head and of each row, and which cells (row, column) are empty."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    empty: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Space:
    """Room to write, where ``part`` is the author's id of the exercise.

    ``id`` is that of the room; for tables of the exercise, whose empty cells are the room.
    """

    part: str
    id: str
    kind: str
    number: str
    title: str
    millimetres: float = 0
    answer: str = ""
    table: BlankTable | None = None


@dataclass(frozen=True)
class FilledTable:
    """A table of an answer: the words of its head and rows, and the HTML of its cells."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    cells: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Solution:
    """The answer to an exercise as the instructor sees it in place, and its tables.

    ``is_table`` says that it is one table and nothing else, ``at_back`` that learners find all of it at the back.
    """

    html: str
    at_back: bool = False
    tables: tuple[FilledTable, ...] = ()
    is_table: bool = False


@dataclass(frozen=True)
class Note:
    """A note for instructors; ``before`` are the ids of what comes before it in the flow, nearest first."""

    id: str
    before: tuple[str, ...]
    label: str
    title: str
    html: str


@dataclass(frozen=True)
class Extract:
    """A part of the flow that can stand alone, an exercise or a question: its id, its name and its HTML.

    ``part`` is the author's id of an exercise.
    """

    id: str
    name: str
    html: str
    part: str = ""


class CaptionKind(StrEnum):
    """What is listed after the contents."""

    FIGURE = "figure"
    TABLE = "table"


@dataclass(frozen=True)
class Caption:
    """A numbered figure or table: its id, such as 5.2.1 and the words of its caption."""

    kind: CaptionKind
    id: str
    number: str
    title: str


@dataclass(frozen=True)
class Chapter:
    """A document in the book.

    ``html`` is its flow, the same in both editions; its heading has the id ``id``, and ``order`` are the ids in the
    flow. What stands elsewhere comes apart: hints, answers at the back, solutions and notes of the instructor edition.
    """

    docname: str
    kind: ChapterKind
    id: str
    number: str
    title: str
    html: str
    minutes: float | None = None
    place: Place = NOWHERE
    hints: tuple[Hint, ...] = ()
    answers: tuple[BackAnswer, ...] = ()
    spaces: tuple[Space, ...] = ()
    marks: tuple[Mark, ...] = ()
    order: tuple[str, ...] = ()
    uses: tuple[TermUse, ...] = ()
    index: tuple[IndexEntry, ...] = ()
    places: Mapping[str, Place] = field(default_factory=dict)
    solutions: Mapping[str, Solution] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    extracts: tuple[Extract, ...] = ()
    captions: tuple[Caption, ...] = ()
    pictures: tuple[Picture, ...] = ()

    @property
    def end(self) -> str:
        """The id of the end of the chapter."""
        return f"{self.id}--end"


@dataclass(frozen=True)
class Manuscript:
    """All chapters in the order of the book: each module before its lessons, appendices last."""

    chapters: tuple[Chapter, ...]

    def of_kind(self, kind: ChapterKind) -> tuple[Chapter, ...]:
        """Return the chapters of a kind."""
        return tuple(chapter for chapter in self.chapters if chapter.kind is kind)

    def modules(self) -> tuple[tuple[Chapter, tuple[Chapter, ...]], ...]:
        """Return each module with its lessons."""
        groups: list[tuple[Chapter, list[Chapter]]] = []
        for chapter in self.chapters:
            if chapter.kind is ChapterKind.MODULE:
                groups.append((chapter, []))
            elif chapter.kind is ChapterKind.LESSON:
                groups[-1][1].append(chapter)
        return tuple((module, tuple(lessons)) for module, lessons in groups)
