"""Cards of a course as notes: what each field holds, and who it is."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import genanki

from builders.course import Course, Words
from builders.course.cards import BasicCard, Card, CardKind, ChoiceCard, ClozeCard, TypeInCard
from builders.course.objectives import Definition, GlossaryTerm
from builders.course.problem import Place
from builders.decks.media import Media
from builders.markup import Context, practice_values, render, render_inline

T = TypeVar("T")


@dataclass(frozen=True)
class Note:
    """A note: the name its author gave it, its identity, note type, fields in order (HTML), tags, and subdeck."""

    name: str
    guid: str
    kind: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    place: Place
    subdeck: str = ""


def notes_of(course: Course, words: Words, media: Media | None) -> Iterator[Note]:
    """Yield the notes of a course in reading order: per lesson its cards, then the terms it introduces.

    Pictures and formulas go to ``media``; where it is None they are drawn in the text, as paper needs them.

    :raises MarkupError: where a text cannot be rendered.
    """
    writer = _Writer(course, words, media)
    cards = _by_lesson(course.cards, lambda card: card.source)
    terms = _by_lesson(course.glossary, lambda term: term.first)
    for lesson in course.lessons:
        yield from map(writer.card, cards[lesson.id])
        yield from map(writer.term, terms[lesson.id])
    yield from map(writer.definition, course.spine.terms)


def _by_lesson(records: Iterable[T], lesson: Callable[[T], str]) -> defaultdict[str, list[T]]:
    groups: defaultdict[str, list[T]] = defaultdict(list)
    for record in records:
        groups[lesson(record)].append(record)
    return groups


def guid(slug: str, name: str) -> str:
    """Return the GUID of a note: from course and card id only, so that a typo mended updates the same card."""
    identity: str = genanki.guid_for(slug, name)
    return identity


class _Writer:
    """Writes the records of a course as notes."""

    def __init__(self, course: Course, words: Words, media: Media | None) -> None:
        self.course, self.words, self.media = course, words, media
        self.slug = course.about.slug

    @cached_property
    def values(self) -> dict[str, str]:
        return practice_values(self.course)

    def card(self, card: Card) -> Note:
        """Return the note of a card."""
        fields = _FIELDS[card.kind](self._context(card.id, card.at), card)
        bloom = self.course.bloom_of(card)
        tags = (f"{self.slug}::obj::{card.objective}", f"{self.slug}::bloom::{bloom.rank}-{bloom}")
        return self._note(card.id, card.kind, fields, tags, card.source, card.at)

    def term(self, term: GlossaryTerm) -> Note:
        """Return the note of a glossary term, asked in both directions."""
        context = self._context(term.id, term.at)
        extra = self.words("decks.example", text=term.example)
        if term.confused_with:
            extra += "\n\n" + self.words("decks.not_to_confuse", text=", ".join(term.confused_with))
        fields = (*self._defined(term.term, term.definition, context), render(extra, context.within("e")))
        return self._note(f"term-{term.id}", "term", fields, (), term.first, term.at)

    def definition(self, definition: Definition) -> Note:
        """Return the note of a definition of the course description, asked in both directions."""
        context = self._context(definition.id, definition.at)
        fields = (*self._defined(definition.term, definition.definition, context), "")
        tags = (f"{self.slug}::definition",)
        return self._note(f"definition-{definition.id}", "term", fields, tags, None, definition.at)

    def _note(
        self, name: str, kind: str, fields: tuple[str, ...], tags: tuple[str, ...], lesson: str | None, place: Place
    ) -> Note:
        """Return a note: after its own fields come the source line and two spare ones."""
        module = self.course.module_of(lesson) if lesson else None
        subdeck = module.title if module and self.course.about.subdecks else ""
        own = (*tags, *self._place_tags(lesson), f"{self.slug}::kind::{kind}")
        all_fields = (*fields, self._source(lesson), "", "")
        return Note(name, guid(self.slug, name), kind, all_fields, own, place, subdeck)

    def _place_tags(self, lesson: str | None) -> tuple[str, ...]:
        """Return hierarchical tags without spaces, such as ``tpm::module::05``."""
        module = self.course.module_of(lesson) if lesson else None
        if module is None:
            return ()
        return (f"{self.slug}::module::{module.id.removeprefix('M')}", f"{self.slug}::lesson::{lesson}")

    def _source(self, lesson_id: str | None) -> str:
        """Return the lesson a card comes from, as a link where the site has an address."""
        lesson = next((own for own in self.course.lessons if own.id == lesson_id), None)
        if lesson is None:
            return ""
        text = html.escape(self.words("decks.source", lesson=lesson.id, title=lesson.title))
        site = self.course.about.site
        if site is None:
            return text
        page = lesson.path.removeprefix("source/").removesuffix(".md")
        return f'<a href="{html.escape(site.rstrip("/"))}/{page}.html">{text}</a>'

    def _context(self, name: str, place: Place) -> Context:
        root = self.course.root
        return Context(root, root / "source", place, prefix=f"{name}-", values=self.values, embed=self.media)

    @staticmethod
    def _defined(term: str, definition: str, context: Context) -> tuple[str, str]:
        return render(term, context.within("t")), render(definition, context.within("d"))


def _basic(context: Context, card: BasicCard) -> tuple[str, ...]:
    reverse = "1" if card.reverse else ""
    return (render(card.front, context.within("f")), render(card.back, context.within("b")), reverse)


def _cloze(context: Context, card: ClozeCard) -> tuple[str, ...]:
    return (render_inline(card.text, context), render(card.extra, context.within("e")) if card.extra else "")


def _type_in(context: Context, card: TypeInCard) -> tuple[str, ...]:
    extra = render(card.extra, context.within("e")) if card.extra else ""
    return (render(card.front, context.within("f")), html.escape(card.answer), extra)


def _choice(context: Context, card: ChoiceCard) -> tuple[str, ...]:
    texts = [render_inline(option.text, context.within(f"o{number}")) for number, option in enumerate(card.options)]
    options = "<ol type='A'>" + "".join(f"<li>{text}</li>" for text in texts) + "</ol>"
    right = next(number for number, option in enumerate(card.options) if option.key)
    answer = f"<p><b>{'ABCDEF'[right]}. {texts[right]}</b></p>"
    return (render(card.front, context.within("f")), options, answer, render(card.why, context.within("w")))


_FIELDS: dict[CardKind, Callable[[Context, Any], tuple[str, ...]]] = {
    CardKind.BASIC: _basic,
    CardKind.CLOZE: _cloze,
    CardKind.TYPE_IN: _type_in,
    CardKind.CHOICE: _choice,
}
