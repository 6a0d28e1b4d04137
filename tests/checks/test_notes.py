"""Notes in the cache decide nothing: damaged, missing or impossible to write, the outcome is the same."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from builders.checks.hashes import noted_hashes
from builders.checks.notes import note_beside, read_note, write_note


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "blue-full.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE t (x)")
    return path


def test_a_note_is_read_as_it_was_written(database: Path) -> None:
    note = note_beside(database, "facts")
    write_note(note, {"b": [1, "é"], "a": None})
    assert read_note(note) == {"a": None, "b": [1, "é"]}
    assert note.name == "blue-full.facts.json"


@pytest.mark.parametrize("damaged", [b"", b"{", b"\xff", b"[1]", b"null"])
def test_a_damaged_note_is_taken_anew(database: Path, damaged: bytes) -> None:
    right = noted_hashes(database)
    note = note_beside(database, "hashes")
    note.write_bytes(damaged)
    assert noted_hashes(database) == right
    assert read_note(note) == right


def test_a_note_that_cannot_be_written_is_left_out(database: Path) -> None:
    note_beside(database, "hashes").mkdir()
    assert list(noted_hashes(database)) == ["t"]
    assert sorted(path.name for path in database.parent.iterdir()) == ["blue-full.hashes.json", "blue-full.sqlite"]
