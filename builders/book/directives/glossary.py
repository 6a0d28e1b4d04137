"""``{course-glossary}``: the glossary, from ``source/glossary.yaml`` and the definitions of ``objectives.yaml``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import takewhile

from docutils import nodes
from sphinx import addnodes
from sphinx.domains.std import make_glossary_term

from builders.book.directives.base import BookDirective
from builders.book.directives.links import link_to_lesson, link_to_term
from builders.course.objectives import Definition, GlossaryTerm

Entry = Definition | GlossaryTerm

ENDING = 3
"""Letters in which two forms of one word may differ at the end."""


class GlossaryDirective(BookDirective):
    """The terms in alphabetical order, which ``{term}`` links to by term or alias, in any case."""

    has_content = False
    optional_arguments = 0

    def run(self) -> list[nodes.Node]:
        """Return the letters that the glossary has, and the glossary."""
        self.env.note_reread()
        course = self.book.course
        entries: list[Entry] = sorted((*course.spine.terms, *course.glossary), key=lambda entry: sort_key(entry.term))
        items = [self._item(entry) for entry in entries]
        glossary = addnodes.glossary("", nodes.definition_list("", *items, classes=["glossary"]), sorted=False)
        self.set_source_info(glossary)
        return [letters(entries), glossary] if entries else []

    def _item(self, entry: Entry) -> nodes.definition_list_item:
        head: list[nodes.Node] = [self._term(entry)]
        if isinstance(entry, Definition):
            body = [*self._text(entry.definition), self._note("course-definition")]
        else:
            body = [*self._text(entry.definition), *self._details(entry)]
        return nodes.definition_list_item("", *head, nodes.definition("", *body))

    def _term(self, entry: Entry) -> nodes.term:
        source, line = self.get_source_info()
        anchor = f"term-{nodes.make_id(entry.id)}"
        term = make_glossary_term(self.env, [nodes.Text(entry.term)], None, source, line, anchor, self.state.document)
        for alias in entry.aliases if isinstance(entry, GlossaryTerm) else ():
            self.env.domains.standard_domain._note_term(alias, anchor, location=term)
        return term

    def _details(self, entry: GlossaryTerm) -> list[nodes.Node]:
        """Return example, aliases, what it is not, and where it comes first; each on a line with its label."""
        details: list[nodes.Node] = [self._labelled("example", self._inline(entry.example))]
        if aliases := shown_aliases(entry):
            details.append(self._labelled("also-called", [nodes.Text(", ".join(aliases))]))
        if entry.confused_with:
            links = (self._mention(name) for name in entry.confused_with)
            details.append(self._labelled("not-to-confuse", join(links, ", ")))
        lesson = next((lesson for lesson in self.book.course.lessons if lesson.id == entry.first), None)
        if lesson:
            details.append(self._labelled("first-in", [link_to_lesson(lesson, self.env.docname)]))
        return details

    def _mention(self, name: str) -> nodes.Node:
        """Return a link where the name is a term or its id, else the name."""
        course = self.book.course
        entries: tuple[Entry, ...] = (*course.glossary, *course.spine.terms)
        for entry in entries:
            if name.casefold() in (entry.term.casefold(), entry.id.casefold()):
                return link_to_term(entry.term, self.env.docname)
        return nodes.Text(name)

    def _labelled(self, word: str, content: Iterable[nodes.Node]) -> nodes.paragraph:
        label = self.book.words(f"book.{word}")
        return nodes.paragraph("", "", nodes.strong(label, label), nodes.Text(" "), *content, classes=[f"term-{word}"])

    def _note(self, word: str) -> nodes.paragraph:
        text = self.book.words(f"book.{word}")
        return nodes.paragraph(text, text, classes=[f"term-{word}"])

    def _text(self, text: str) -> list[nodes.Node]:
        return self.parse_text_to_nodes(text)

    def _inline(self, text: str) -> list[nodes.Node]:
        inline, messages = self.parse_inline(text, lineno=self.lineno)
        return [*inline, *messages]


def shown_aliases(entry: GlossaryTerm) -> list[str]:
    """Return the aliases that tell a reader something: no plural or other ending of the term or of an alias before."""
    shown: list[str] = []
    for alias in entry.aliases:
        if not any(_same_word(alias.casefold(), name.casefold()) for name in (entry.term, *shown)):
            shown.append(alias)
    return shown


def _same_word(one: str, other: str) -> bool:
    """Whether two names differ in their last letters only: ``retry`` and ``retries``."""
    common = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    return common >= ENDING and max(len(one), len(other)) - common <= ENDING


def sort_key(term: str) -> tuple[str, str]:
    """Return the key that sorts a term as a dictionary does: without case, accents or leading marks."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", term.casefold()) if not unicodedata.combining(c))
    return re.sub(r"^\W+", "", plain), term


def join(parts: Iterable[nodes.Node], separator: str) -> list[nodes.Node]:
    """Return the parts with a separator between them."""
    result: list[nodes.Node] = []
    for part in parts:
        result += [nodes.Text(separator), part] if result else [part]
    return result


def letters(entries: Iterable[Entry]) -> nodes.paragraph:
    """Return a line of links to the first term of each letter."""
    first: dict[str, str] = {}
    for entry in entries:
        first.setdefault(sort_key(entry.term)[0][:1].upper(), f"term-{nodes.make_id(entry.id)}")
    links = (
        nodes.reference("", "", nodes.Text(letter), refid=anchor, internal=True) for letter, anchor in first.items()
    )
    return nodes.paragraph("", "", *join(links, " "), classes=["letters"])
