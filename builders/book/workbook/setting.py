"""What a book is made in: its course, edition and paper, and the words and templates that follow from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from docutils.nodes import make_id

from builders.book.directives.glossary import sort_key
from builders.book.workbook.editions import Edition
from builders.book.workbook.templates import TEMPLATES
from builders.course import Bloom, Course, Place, Words
from builders.course.objectives import Definition, GlossaryTerm
from builders.markup import Context
from builders.markup.question import plain_number
from builders.markup.templates import templates
from builders.pdf import Paper


@dataclass(frozen=True)
class Setting:
    """What book is made: the course without its secrets, the edition, the paper."""

    course: Course
    words: Words
    edition: Edition
    paper: Paper

    @property
    def instructor(self) -> bool:
        """Whether this is the instructor edition."""
        return self.edition.instructor

    def word(self, key: str, **values: Any) -> str:
        """Return a text of the catalogue ``workbook``."""
        return self.words(f"workbook.{key}", **values)

    def number(self, value: float) -> str:
        """Return a number as the language writes it."""
        return plain_number(value, self.words)

    def bloom(self, level: Bloom) -> str:
        """Return a Bloom level with its rank."""
        return self.word("bloom", name=self.words(f"book.bloom-{level}"), rank=level.rank)

    def fill(self, template: str, **values: Any) -> str:
        """Return a template filled in."""
        return templates(TEMPLATES).get_template(template).render(word=self.word, course=self.course.about, **values)

    @cached_property
    def glossary(self) -> tuple[Definition | GlossaryTerm, ...]:
        """The entries of the glossary in alphabetical order."""
        entries: tuple[Definition | GlossaryTerm, ...] = (*self.course.spine.terms, *self.course.glossary)
        return tuple(sorted(entries, key=lambda entry: sort_key(entry.term)))

    @cached_property
    def terms(self) -> dict[str, str]:
        """The address of each glossary term, by term and alias in lower case."""
        found: dict[str, str] = {}
        for entry in self.glossary:
            names = [entry.term, *(entry.aliases if isinstance(entry, GlossaryTerm) else ())]
            found |= dict.fromkeys((name.casefold() for name in names), f"#{term_anchor(entry)}")
        return found

    def context(self, place: Place, prefix: str) -> Context:
        """Return the context of a text of the file at ``place``."""
        return Context(self.course.root, self.course.root, place, prefix, {}, self.terms)


def term_anchor(entry: Definition | GlossaryTerm) -> str:
    """Return the id of a glossary entry, as Sphinx's glossary has it."""
    return f"term-{make_id(entry.id)}"
