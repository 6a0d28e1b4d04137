"""The tables of a database file, opened so that nothing in it can change."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

NAMES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid"


@contextmanager
def reading(database: Path) -> Iterator[sqlite3.Connection]:
    """A connection for the block that reads a finished file and makes no other beside it."""
    address = f"{database.resolve().as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        yield connection


def table_names(connection: sqlite3.Connection) -> list[str]:
    """The tables of a database without those of SQLite itself, in the order in which they were created."""
    return [name for (name,) in connection.execute(NAMES)]


def quoted(name: str) -> str:
    """A name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'
