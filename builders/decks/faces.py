"""The two sides of every card as HTML, for what is not Anki: sheets to cut out, and lists for other programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from builders.course import Words
from builders.decks.gaps import cloze_numbers, fill_gaps
from builders.decks.notes import Note


class Face(NamedTuple):
    """A card: the name of its note with its number among the note's cards, both sides as HTML, and the note's tags."""

    name: str
    front: str
    back: str
    tags: tuple[str, ...]

    @property
    def bloom(self) -> str:
        """The level of the card, such as ``3-apply``; empty for terms."""
        return next((tag.rsplit("::", 1)[1] for tag in self.tags if "::bloom::" in tag), "")


def faces_of(notes: Iterable[Note], words: Words) -> Iterator[Face]:
    """Yield every card of the notes, in study order."""
    for note in notes:
        sides = list(_SIDES[note.kind](note.fields, words))
        for number, (front, back) in enumerate(sides, start=1):
            name = note.name if len(sides) == 1 else f"{note.name}/{number}"
            yield Face(name, front, back, note.tags)


Sides = Iterator[tuple[str, str]]


def _basic(fields: tuple[str, ...], words: Words) -> Sides:
    front, back, reverse = fields[:3]
    yield front, back
    if reverse:
        yield back, front


def _cloze(fields: tuple[str, ...], words: Words) -> Sides:
    text, extra = fields[:2]
    for number in cloze_numbers(text):
        hidden = fill_gaps(text, number, lambda _, hint: f"<b>[{hint or '…'}]</b>")
        shown = fill_gaps(text, number, lambda content, _: f"<b>{content}</b>")
        yield f"<p>{hidden}</p>", f"<p>{shown}</p>{extra}"


def _type_in(fields: tuple[str, ...], words: Words) -> Sides:
    front, answer, extra = fields[:3]
    yield front, f"<p><b>{answer}</b></p>{extra}"


def _choice(fields: tuple[str, ...], words: Words) -> Sides:
    front, options, answer, why = fields[:4]
    yield front + options, answer + why


def _term(fields: tuple[str, ...], words: Words) -> Sides:
    term, definition, extra = fields[:3]
    yield f'<p class="quiet">{words("decks.define")}</p>{term}', definition + extra
    yield f'<p class="quiet">{words("decks.name_term")}</p>{definition}', term + extra


_SIDES: dict[str, Callable[[tuple[str, ...], Words], Sides]] = {
    "basic": _basic,
    "cloze": _cloze,
    "type-in": _type_in,
    "choice": _choice,
    "term": _term,
}
