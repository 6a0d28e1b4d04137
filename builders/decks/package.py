"""Notes as an Anki package: genanki's records, written so that the same input gives the same bytes.

On top of genanki: a modification time for each note and note type, the engine's own rules for gaps, one write of all
decks, a database in memory, a compressed archive with fixed dates.
"""

from __future__ import annotations

import io
import itertools
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import genanki
from genanki.apkg_col import APKG_COL
from genanki.apkg_schema import APKG_SCHEMA

from builders.course import Words
from builders.decks.gaps import cloze_numbers
from builders.decks.models import note_type, stable_id
from builders.decks.release import Shipped

ZIP_DATE = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class DeckInfo:
    """What a package says of itself.

    ``slug``         the course; all ids depend on it
    ``name``         the name of the deck
    ``description``  what Anki shows of it, Markdown
    ``released``     seconds since 1970 of the release
    ``type_times``   seconds since 1970 of the look of each note type
    """

    slug: str
    name: str
    description: str
    released: int
    type_times: Mapping[str, int]


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


def package(notes: Iterable[Shipped], info: DeckInfo, words: Words, media: Mapping[str, bytes]) -> bytes:
    """Return the notes, in study order, as the bytes of an ``.apkg`` file; ``media`` holds pictures by file name."""
    decks: dict[str, _Deck] = {}
    for position, (note, time) in enumerate(notes, start=1):
        model = note_type(info.slug, note.kind, info.type_times[note.kind], words)
        made = _Note(model, list(note.fields), guid=note.guid, tags=list(note.tags), due=position)
        made.mod = time
        if note.subdeck not in decks:
            decks[note.subdeck] = _deck(note.subdeck, info)
        decks[note.subdeck].add_note(made)
    return _archive(_database(list(decks.values()) or [_deck("", info)], info), dict(sorted(media.items())))


def _deck(subdeck: str, info: DeckInfo) -> _Deck:
    """Return the deck of the course, or a deck inside it."""
    if not subdeck:
        return _Deck(stable_id(info.slug, "deck"), info.name, info.description)
    return _Deck(stable_id(info.slug, "deck", subdeck), f"{info.name}::{subdeck.replace('::', ': ')}")


def _database(decks: list[_Deck], info: DeckInfo) -> bytes:
    """Return the collection as SQLite bytes without the marks of the library that wrote it."""
    connection = sqlite3.connect(":memory:")
    cursor = connection.cursor()
    cursor.executescript(APKG_SCHEMA)
    cursor.executescript(APKG_COL)
    own = json.loads(cursor.execute("SELECT decks FROM col").fetchone()[0])
    own |= {str(deck.deck_id): deck.to_json() for deck in decks}
    types = {note.model.model_id: note.model for deck in decks for note in deck.notes}
    models = {str(number): model.to_json(info.released) for number, model in types.items()}
    columns = (json.dumps(own, sort_keys=True), json.dumps(models, sort_keys=True))
    cursor.execute("UPDATE col SET decks = ?, models = ?", columns)
    ids = itertools.count(info.released * 1000)
    for deck in decks:
        for note in deck.notes:
            note.write_to_db(cursor, info.released, deck.deck_id, ids)
    connection.commit()
    data = bytearray(connection.serialize())
    connection.close()
    data[24:28] = data[92:96] = b"\0\0\0\1"  # file change counter and the version it is valid for
    data[96:100] = b"\0\0\0\0"  # number of the SQLite library
    return bytes(data)


def _archive(database: bytes, media: Mapping[str, bytes]) -> bytes:
    """Return the package: the collection, the pictures under numbers, and the names that belong to the numbers."""
    names = json.dumps({str(number): name for number, name in enumerate(media)}).encode()
    files = {str(number): data for number, data in enumerate(media.values())}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in {"collection.anki2": database, "media": names, **files}.items():
            entry = zipfile.ZipInfo(name, ZIP_DATE)
            entry.external_attr, entry.create_system = 0o644 << 16, 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data, compresslevel=6)
    return buffer.getvalue()
