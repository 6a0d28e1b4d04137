"""Releases: what has changed since the last one, what may not change, and what learners are told."""

from __future__ import annotations

import html
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from builders.course import Place, Problem, Words
from builders.decks.gaps import cloze_numbers
from builders.decks.ledger import Ledger, Release, ReleasedNote, ReleasedType
from builders.decks.models import FIELDS, look_of, shape_of
from builders.decks.notes import Note

PICTURE = re.compile(r'<img src="([^"]+)" alt="([^"]*)">')
TAG = re.compile(r"<[^>]+>")
BLOCK_END = re.compile(r"</(?:p|li|div|tr|h\d|pre|td|th)>|<br\s*/?>")
REVERSE = FIELDS["basic"].index("Reverse")


class Shipped(NamedTuple):
    """A note as a package holds it: its content, and the time that Anki compares with the learner's."""

    note: Note
    time: int


class Change(NamedTuple):
    """A note whose content differs from what learners have."""

    note: Note
    released: ReleasedNote


@dataclass(frozen=True)
class Changes:
    """What a release would bring. ``retired`` holds names with what learners have."""

    new: tuple[Note, ...]
    changed: tuple[Change, ...]
    retired: tuple[tuple[str, ReleasedNote], ...]

    def __bool__(self) -> bool:
        """Whether there is anything to release."""
        return bool(self.new or self.changed or self.retired)


def visible(field: str) -> str:
    """Return what a learner sees of a field: its words, a line a block, and the names of its pictures."""
    text = PICTURE.sub(r" [\1] ", field)
    lines = (" ".join(html.unescape(TAG.sub("", line)).split()) for line in BLOCK_END.sub("\n", text).split("\n"))
    return "\n".join(line for line in lines if line)


def content(kind: str, fields: Iterable[str], tags: Iterable[str]) -> tuple[object, ...]:
    """Return what counts as the content of a note: what it shows, its tags and gaps, not how its HTML is written."""
    own = tuple(fields)
    gaps = tuple(cloze_numbers(own[0])) if kind == "cloze" else ()
    return (tuple(map(visible, own)), tuple(sorted(tags)), gaps)


def compare(notes: Iterable[Note], ledger: Ledger | None) -> Changes:
    """Return how the cards of the course differ from what learners have."""
    current = {note.name: note for note in notes}
    active = ledger.active if ledger else {}
    changed = [
        Change(note, active[name])
        for name, note in current.items()
        if name in active and content(note.kind, note.fields, note.tags) != _content_of(active[name])
    ]
    return Changes(
        new=tuple(note for name, note in current.items() if name not in active),
        changed=tuple(changed),
        retired=tuple((name, note) for name, note in active.items() if name not in current),
    )


def _content_of(note: ReleasedNote) -> tuple[object, ...]:
    return content(note.kind, note.fields, note.tags)


def find_conflicts(notes: Iterable[Note], ledger: Ledger, slug: str) -> Iterator[Problem]:
    """Yield every change that learners' collections could not take."""
    place = Place("objectives.yaml")
    if ledger.slug != slug:
        message = f"the slug was '{ledger.slug}' when cards were released; keep it, or every card comes twice"
        yield Problem(place, "DK11", message)
    for kind, released in ledger.note_types.items():
        if (released.fields, released.templates) != (shape_of(kind) if kind in FIELDS else None):
            message = (
                f"the note type '{kind}' has other fields or templates than learners have, and Anki would freeze their "
                "notes; build with the version of the program that made the last release"
            )
            yield Problem(place, "DK12", message)
    for note in notes:
        if note.name in ledger.notes:
            yield from _note_conflicts(note, ledger.notes[note.name])


def _note_conflicts(note: Note, released: ReleasedNote) -> Iterator[Problem]:
    if note.kind != released.kind:
        message = f"'{note.name}' was released as a {released.kind} card; give the {note.kind} card a new id"
        yield Problem(note.place, "DK13", message)
        return
    if note.kind == "cloze" and (lost := set(cloze_numbers(released.fields[0])) - set(cloze_numbers(note.fields[0]))):
        gaps = ", ".join(f"c{number}" for number in sorted(lost))
        message = f"learners have cards for {gaps} of '{note.name}'; keep these numbers, or give the card a new id"
        yield Problem(note.place, "DK14", message)
    if note.kind == "basic" and released.fields[REVERSE] and not note.fields[REVERSE]:
        message = f"learners have the reverse of '{note.name}'; keep 'reverse: true', or give the card a new id"
        yield Problem(note.place, "DK14", message)


def shipped(notes: Iterable[Note], ledger: Ledger, pictures: Container[str]) -> list[Shipped]:
    """Return what the package of the last release holds, in study order; ``pictures`` are the files there are.

    A note that changed since has its new words but its old time, so that learners' copies stay as they are until the
    next release; one that was added since is not there. What the last release retired comes along once more.
    """
    active = ledger.active
    current = [
        Shipped(replace(note, subdeck=active[note.name].subdeck), active[note.name].time)
        for note in notes
        if note.name in active
    ]
    return [*current, *_farewells(ledger, pictures)]


def _farewells(ledger: Ledger, pictures: Container[str]) -> Iterator[Shipped]:
    """Yield what the last release retired; a picture that is gone leaves its text."""
    for name, note in sorted(ledger.notes.items()):
        if note.retired == ledger.latest.number:
            fields = tuple(PICTURE.sub(lambda img: img[0] if img[1] in pictures else img[2], f) for f in note.fields)
            tags = (*note.tags, f"{ledger.slug}::retired")
            yield Shipped(Note(name, note.guid, note.kind, fields, tags, Place(""), note.subdeck), note.time)


def next_ledger(
    notes: Iterable[Note], ledger: Ledger | None, *, slug: str, deck: str, version: str, time: int, words: Words
) -> Ledger:
    """Return the ledger after a release at ``time``; times only ever grow, whatever the clock says."""
    own = list(notes)
    number = ledger.latest.number + 1 if ledger else 1
    moment = max(time, ledger.latest.time + 1) if ledger else time
    release = Release(number=number, version=version, time=moment)
    return Ledger(
        slug=slug,
        deck=ledger.deck if ledger else deck,
        releases=(*(ledger.releases if ledger else ()), release),
        note_types=_next_types(own, ledger, slug, moment, words),
        notes=_next_notes(own, ledger, release),
    )


def _next_types(
    notes: list[Note], ledger: Ledger | None, slug: str, time: int, words: Words
) -> dict[str, ReleasedType]:
    found = dict(ledger.note_types) if ledger else {}
    for kind in sorted({note.kind for note in notes}):
        fields, templates = shape_of(kind)
        look = look_of(slug, kind, words)
        if kind not in found or found[kind].look != look:
            found[kind] = ReleasedType(fields=fields, templates=templates, look=look, time=time)
    return found


def _next_notes(notes: list[Note], ledger: Ledger | None, release: Release) -> dict[str, ReleasedNote]:
    before: Mapping[str, ReleasedNote] = ledger.notes if ledger else {}
    changes = compare(notes, ledger)
    moved = {note.name for note in changes.new} | {change.note.name for change in changes.changed}
    found = dict(before)
    for note in notes:
        if note.name in moved:
            since = before[note.name].since if note.name in before else release.number
            found[note.name] = ReleasedNote(
                guid=note.guid,
                kind=note.kind,
                fields=note.fields,
                tags=note.tags,
                time=release.time,
                since=since,
                subdeck=before[note.name].subdeck if note.name in before else note.subdeck,
            )
    for name, last in changes.retired:
        found[name] = last.model_copy(update={"retired": release.number, "time": release.time})
    return found
