"""What directives and builders know of the course: its records, its words, the edition, its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from builders.book.console import Consoles
from builders.book.datasets import Datasets
from builders.book.search import SearchIndex
from builders.course import Course, Lesson, Module, Words
from builders.markup import practice_values

if TYPE_CHECKING:
    from sphinx.config import Config

STUDENT = "student"
INSTRUCTOR = "instructor"
EDITIONS = (STUDENT, INSTRUCTOR)


@dataclass(frozen=True)
class Book:
    """A course being made into a site or a book.

    ``coverage`` holds the rows of the coverage page as plain data; it comes from outside, because counting secure
    items needs a course loaded with secrets, which the student edition never is.
    """

    course: Course
    words: Words
    edition: str
    data: Datasets
    coverage: tuple[Mapping[str, Any], ...] | None = None

    @property
    def instructor(self) -> bool:
        """Whether this edition holds answers and notes for instructors."""
        return self.edition == INSTRUCTOR

    @cached_property
    def values(self) -> Mapping[str, str]:
        """What the names of facts stand for in texts: their values on the practice variant."""
        return practice_values(self.course)

    @cached_property
    def consoles(self) -> Consoles:
        """What queries and labs need in the browser."""
        return Consoles(self.course, self.words)

    @cached_property
    def search(self) -> SearchIndex:
        """What the search of the site looks through."""
        return SearchIndex()

    @cached_property
    def _lessons(self) -> dict[str, Lesson]:
        return {docname_of(lesson.path): lesson for lesson in self.course.lessons}

    @cached_property
    def _modules(self) -> dict[str, Module]:
        return {docname_of(module.path): module for module in self.course.modules}

    def lesson(self, docname: str) -> Lesson | None:
        """Return the lesson that a Sphinx document is, if it is one."""
        return self._lessons.get(docname)

    def module(self, docname: str) -> Module | None:
        """Return the module whose first page a Sphinx document is, if it is one."""
        return self._modules.get(docname)

    def number_of(self, docname: str) -> tuple[int, ...]:
        """Return (5, 2) for lesson L05.2, (5,) for the page of module M05, () for any other page."""
        lesson, module = self.lesson(docname), self.module(docname)
        name = lesson.id if lesson else module.id if module else ""
        return tuple(int(part) for part in name[1:].split(".") if part)


def docname_of(path: str) -> str:
    """Return the Sphinx document name of a file of the course: ``source/05-x/01-y.md`` is ``05-x/01-y``."""
    return PurePosixPath(path).relative_to("source").with_suffix("").as_posix()


_BOOKS: WeakKeyDictionary[Config, Book] = WeakKeyDictionary()


def open_book(config: Config, book: Book) -> None:
    """Remember the book of a Sphinx build; its configuration is the one object every part of Sphinx holds."""
    _BOOKS[config] = book


def book_of(config: Config) -> Book:
    """Return the book of a Sphinx build."""
    return _BOOKS[config]
