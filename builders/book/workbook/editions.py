"""What an edition of the workbook is: one record, read by all that lays out and joins.

    edition = edition_of("exercises", only="M05", loose_leaf=True)

An edition chooses chapters, parts and style; no other module asks for an edition by its name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from builders.book.context import INSTRUCTOR, STUDENT


class Part(StrEnum):
    """A piece of the book, in the order of the pages."""

    COVER = "cover"
    CONTENTS = "contents"
    STRIP = "strip"
    ABOUT = "about"
    MODULES = "modules"
    EXERCISES = "exercises"
    SOLUTIONS = "solutions"
    REFERENCE = "reference"
    ANSWERS = "answers"
    GLOSSARY = "glossary"
    INDEX = "index"


class Printer(StrEnum):
    """How an edition comes about.

    All but the plain one read the student edition first: where its rooms and pages are.
    """

    PLAIN = "plain"
    ANSWERED = "answered"
    SOLVED = "solved"
    PAGED = "paged"
    FILLABLE = "fillable"


WHOLE = (
    Part.COVER,
    Part.CONTENTS,
    Part.ABOUT,
    Part.MODULES,
    Part.REFERENCE,
    Part.ANSWERS,
    Part.GLOSSARY,
    Part.INDEX,
)
MODULE = (Part.COVER, Part.MODULES, Part.REFERENCE, Part.ANSWERS, Part.GLOSSARY)
LESSON = (Part.STRIP, Part.MODULES, Part.REFERENCE, Part.ANSWERS, Part.GLOSSARY)


@dataclass(frozen=True)
class Edition:
    """An edition.

    ``parts``       the pieces it is made of
    ``printer``     how it comes about
    ``audience``    whose folder it goes to: ``student`` or ``instructor``
    ``styles``      style sheets of ``templates/workbook`` beside ``book.css``
    ``large``       18 pt sans, bold in place of italics
    ``only``        the id of the one module or lesson it holds, such as M05 or L05.2; all where empty
    ``loose_leaf``  pages are numbered module by module: 5-12
    """

    name: str
    parts: tuple[Part, ...] = WHOLE
    printer: Printer = Printer.PLAIN
    audience: str = STUDENT
    styles: tuple[str, ...] = ()
    large: bool = False
    only: str = ""
    loose_leaf: bool = False

    @property
    def instructor(self) -> bool:
        """Whether it holds answers and notes for instructors."""
        return self.audience == INSTRUCTOR

    @property
    def partial(self) -> bool:
        """Whether links may lead to what the edition does not hold."""
        return self.parts != WHOLE or bool(self.only)

    @property
    def key(self) -> str:
        """Its name among files: ``student``, ``large-print``, ``exercises-l05.2``, ``student-loose-leaf``."""
        return "-".join([self.name, *([self.only.lower()] if self.only else []), *self.numbering])

    @property
    def stem(self) -> str:
        """The name of its file without paper and ending; the student edition is simply the workbook."""
        return "-".join(["workbook", *(word for word in [self.key.removeprefix(STUDENT).strip("-")] if word)])

    @property
    def numbering(self) -> tuple[str, ...]:
        """What its name says about the numbers of its pages."""
        return ("loose-leaf",) if self.loose_leaf else ()

    @property
    def standard(self) -> Edition:
        """The student edition whose rooms and page numbers it follows."""
        return edition_of(STUDENT, self.only, loose_leaf=self.loose_leaf)


EDITIONS = {
    edition.name: edition
    for edition in (
        Edition(STUDENT),
        Edition(INSTRUCTOR, printer=Printer.ANSWERED, audience=INSTRUCTOR),
        Edition("solutions", (Part.STRIP, Part.SOLUTIONS), Printer.SOLVED, INSTRUCTOR),
        Edition("large-print", printer=Printer.PAGED, styles=("large-print.css",), large=True),
        Edition("screen", printer=Printer.FILLABLE, styles=("screen.css",)),
        Edition("exercises", (Part.STRIP, Part.EXERCISES)),
    )
}
"""Every edition by its name."""


def edition_of(name: str, only: str = "", *, loose_leaf: bool = False) -> Edition:
    """Return an edition of the whole course, or of one module (``M05``) or lesson (``L05.2``).

    :raises KeyError: where there is no edition of this name.
    """
    edition = EDITIONS[name]
    parts = edition.parts
    if only and parts == WHOLE:
        parts = MODULE if only.startswith("M") else LESSON
    return replace(edition, parts=parts, only=only, loose_leaf=loose_leaf)
