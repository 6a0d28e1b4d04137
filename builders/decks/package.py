"""Notes as an Anki package: genanki's records, written so that the same input gives the same bytes.

On top of genanki: a modification time for each note, the engine's own rules for gaps and blank fronts, one
write of all decks, a database in memory, a compressed archive with fixed dates.
"""

from __future__ import annotations

import io
import itertools
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from builders.course import Problem, Words
from builders.decks.models import note_type, stable_id
from builders.decks.notes import Note

ZIP_DATE = (1980, 1, 1, 0, 0, 0)
OPEN = re.compile(r"\{\{c([\d,]+)::")
BLANK = re.compile(r"(?:<(?!img|audio|video|object|embed|svg)[^>]*>|&nbsp;|\s)+", re.IGNORECASE)
DEEPEST = 10


@dataclass(frozen=True)
class DeckInfo:
    """What a package says of itself: course slug, deck name, Markdown description, release time in seconds."""

    slug: str
    name: str
    description: str
    released: int


def cloze_numbers(text: str) -> list[int]:
    """Return the numbers of the cards that Anki makes of a cloze text, as its engine reads it.

    Gaps nest up to ten deep; one counts only if it, and every gap around it, is closed.
    """
    found: set[int] = set()
    stack: list[set[int]] = []
    position = 0
    while position < len(text):
        match = OPEN.match(text, position)
        if match:
            if len(stack) < DEEPEST:
                stack.append({int(number) for number in match[1].split(",") if number})
            position = match.end()
        elif text.startswith("}}", position):
            if stack:
                done = stack.pop()
                (stack[-1] if stack else found).update(done)
            position += 2
        else:
            position += 1
    return sorted(number for number in found if number > 0)


def is_blank(field: str) -> bool:
    """Whether Anki would show nothing: only tags, spaces and line breaks."""
    return not BLANK.sub("", field)


def find_problems(notes: Iterable[Note]) -> list[Problem]:
    """Return what Anki would show blank or broken: an empty front or answer, a cloze note without a gap."""
    problems: list[Problem] = []
    for note in notes:
        if is_blank(note.fields[0]):
            problems.append(Problem(note.place, "DK01", "the front of the card is blank; write what it asks"))
        if note.kind == "cloze" and not cloze_numbers(note.fields[0]):
            problems.append(Problem(note.place, "DK02", "Anki finds no gap in this text; close each gap with '}}'"))
        if note.kind == "cloze" and re.search(r"\{\{c\d+,", note.fields[0]):
            message = "a gap with two numbers is blank in older versions of Anki; give each gap one number"
            problems.append(Problem(note.place, "DK03", message))
        if note.kind != "cloze" and is_blank(note.fields[1]):
            problems.append(Problem(note.place, "DK04", "the answer of the card is blank; write it"))
    return problems


class _Note(genanki.Note):  # type: ignore[misc]
    """A note with its own modification time and the engine's idea of its gaps."""

    mod: int = 0

    def _cloze_cards(self) -> list[genanki.Card]:
        return [genanki.Card(number - 1) for number in cloze_numbers(self.fields[0])]

    def write_to_db(self, cursor: sqlite3.Cursor, timestamp: float, deck_id: int, id_gen: itertools.count[int]) -> None:
        super().write_to_db(cursor, self.mod, deck_id, id_gen)


class _Deck(genanki.Deck):  # type: ignore[misc]
    """A deck whose description is Markdown."""

    def to_json(self) -> dict[str, object]:
        return {**super().to_json(), "md": True, "mod": 0}


def package(notes: Iterable[Note], info: DeckInfo, words: Words) -> bytes:
    """Return the notes, in study order, as the bytes of an ``.apkg`` file."""
    deck = _Deck(stable_id(info.slug, "deck"), info.name, info.description)
    for position, note in enumerate(notes, start=1):
        model = note_type(info.slug, note.kind, info.released, words)
        made = _Note(model, list(note.fields), guid=note.guid, tags=list(note.tags), due=position)
        made.mod = info.released
        deck.add_note(made)
    return _archive(_database(deck, info.released))


def _database(deck: _Deck, released: int) -> bytes:
    """Return the collection as SQLite bytes without the marks of the library that wrote it."""
    connection = sqlite3.connect(":memory:")
    cursor = connection.cursor()
    cursor.executescript(APKG_SCHEMA)
    cursor.executescript(APKG_COL)
    decks = json.loads(cursor.execute("SELECT decks FROM col").fetchone()[0])
    decks[str(deck.deck_id)] = deck.to_json()
    models = {str(note.model.model_id): note.model.to_json(released, None) for note in deck.notes}
    columns = (json.dumps(decks, sort_keys=True), json.dumps(models, sort_keys=True))
    cursor.execute("UPDATE col SET decks = ?, models = ?", columns)
    ids = itertools.count(released * 1000)
    for note in deck.notes:
        note.write_to_db(cursor, released, deck.deck_id, ids)
    connection.commit()
    data = bytearray(connection.serialize())
    connection.close()
    data[24:28] = data[92:96] = b"\0\0\0\1"  # file change counter and the version it is valid for
    data[96:100] = b"\0\0\0\0"  # number of the SQLite library
    return bytes(data)


def _archive(database: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in (("collection.anki2", database), ("media", b"{}")):
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=6)
    return buffer.getvalue()
