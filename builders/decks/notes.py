"""Cards of a course as notes: what each field holds, and who it is."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import genanki

from builders.course import Bloom, Course, Words
from builders.course.cards import BasicCard, Card, CardKind, ChoiceCard, ClozeCard, TypeInCard
from builders.course.objectives import Definition, GlossaryTerm
from builders.course.problem import Place
from builders.markup import Context, practice_values, render, render_inline


@dataclass(frozen=True)
class Note:
    """A note: its identity, note type, fields in order (HTML) and tags."""

    guid: str
    kind: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    place: Place


def notes_of(course: Course, words: Words) -> Iterator[Note]:
    """Yield the notes of a course in reading order: per module its cards, then its glossary terms.

    Raises MarkupError where a text cannot be rendered.
    """
    order = {lesson.id: number for number, lesson in enumerate(course.lessons)}
    cards = sorted(course.cards, key=lambda card: order.get(card.source, len(order)))
    terms = sorted(course.glossary, key=lambda term: order.get(term.first, len(order)))
    for lesson in course.lessons:
        yield from (_card_note(course, words, card) for card in cards if card.source == lesson.id)
        yield from (_term_note(course, words, term) for term in terms if term.first == lesson.id)
    yield from (_definition_note(course, words, definition) for definition in course.spine.terms)


def guid(course: Course, card_id: str) -> str:
    """Return the GUID of a note: from course and card id only, so that a typo mended updates the same card."""
    identity: str = genanki.guid_for(course.about.slug, card_id)
    return identity


def _card_note(course: Course, words: Words, card: Card) -> Note:
    fields = _FIELDS[card.kind](_context(course, card.id, card.at), card)
    tags = _tags(course, card.objective, course.bloom_of(card), card.source, card.kind)
    return _note(course, words, card.id, card.kind, (*fields, card.source), tags, card.at)


def _note(
    course: Course, words: Words, name: str, kind: str, fields: tuple[str, ...], tags: tuple[str, ...], place: Place
) -> Note:
    """Return a note; its last field names a lesson, which becomes the source line, and two spare fields follow."""
    *content, lesson = fields
    source = _source(course, words, lesson) if lesson else ""
    return Note(guid(course, name), kind, (*content, source, "", ""), tags, place)


def _source(course: Course, words: Words, lesson_id: str) -> str:
    title = next((lesson.title for lesson in course.lessons if lesson.id == lesson_id), "")
    return html.escape(words("decks.source", lesson=lesson_id, title=title))


def _context(course: Course, name: str, place: Place) -> Context:
    folder = course.root / "source"
    return Context(course.root, folder, place, prefix=f"{name}-", values=practice_values(course))


def _term_note(course: Course, words: Words, term: GlossaryTerm) -> Note:
    """A glossary term, asked in both directions."""
    context = _context(course, term.id, term.at)
    extra = words("decks.example", text=term.example)
    if term.confused_with:
        extra += "\n\n" + words("decks.not_to_confuse", text=", ".join(term.confused_with))
    fields = (
        render(term.term, context.within("t")),
        render(term.definition, context.within("d")),
        render(extra, context.within("e")),
    )
    tags = _place_tags(course, term.first, "term")
    return _note(course, words, f"term-{term.id}", "term", (*fields, term.first), tags, term.at)


def _definition_note(course: Course, words: Words, definition: Definition) -> Note:
    """A definition of the course description, asked in both directions."""
    context = _context(course, definition.id, definition.at)
    fields = (render(definition.term, context.within("t")), render(definition.definition, context.within("d")), "")
    tags = (f"{course.about.slug}::definition", f"{course.about.slug}::kind::term")
    return _note(course, words, f"definition-{definition.id}", "term", (*fields, ""), tags, definition.at)


def _tags(course: Course, objective: str, bloom: Bloom, lesson: str, kind: str) -> tuple[str, ...]:
    """Return hierarchical tags without spaces, such as ``tpm::bloom::3-apply``."""
    slug = course.about.slug
    own = (f"{slug}::obj::{objective}", f"{slug}::bloom::{bloom.rank}-{bloom}")
    return (*own, *_place_tags(course, lesson, kind))


def _place_tags(course: Course, lesson: str, kind: str) -> tuple[str, ...]:
    module = course.module_of(lesson)
    number = module.id.removeprefix("M") if module else "00"
    slug = course.about.slug
    return (f"{slug}::module::{number}", f"{slug}::lesson::{lesson}", f"{slug}::kind::{kind}")


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
