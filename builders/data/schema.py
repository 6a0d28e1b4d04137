"""The tables of a database as a diagram needs them: columns, keys, and what they refer to."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from builders.data.tables import quoted, reading, table_names


@dataclass(frozen=True)
class Column:
    """A column: whether it is (part of) the primary key, may be NULL, and which table it refers to."""

    name: str
    is_key: bool
    nullable: bool
    refers_to: str | None = None


@dataclass(frozen=True)
class Table:
    """A table with its columns in their order."""

    name: str
    columns: tuple[Column, ...]


def read_schema(database: Path) -> dict[str, Table]:
    """Return the tables of a SQLite file by name, in the order in which they were created."""
    with reading(database) as connection:
        return {name: Table(name, _columns(connection, name)) for name in table_names(connection)}


def _columns(connection: sqlite3.Connection, table: str) -> tuple[Column, ...]:
    refers = {row[3]: row[2] for row in connection.execute(f"PRAGMA foreign_key_list({quoted(table)})")}
    return tuple(
        Column(name, bool(key), not (required or key), refers.get(name))
        for _, name, _, required, _, key in connection.execute(f"PRAGMA table_info({quoted(table)})")
    )
