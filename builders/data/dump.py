"""Hashes of what a database says, whatever its file looks like."""

import json
import sqlite3
from hashlib import blake2b
from pathlib import Path

from builders.data.tables import quoted, reading, table_names


def dump_hash(database: Path) -> dict[str, str]:
    """A hash of each table by its name: 32 hexadecimal digits.

    BLAKE2b over the rows ordered by their columns from the first on, one JSON list a line.
    Files of different SQLite versions differ; the same rows give the same hash.
    """
    with reading(database) as connection:
        return {table: _table_hash(connection, table) for table in sorted(table_names(connection))}


def _table_hash(connection: sqlite3.Connection, table: str) -> str:
    columns = len(connection.execute(f"SELECT * FROM {quoted(table)} LIMIT 0").description)
    order = ", ".join(str(number) for number in range(1, columns + 1))
    digest = blake2b(digest_size=16)
    for row in connection.execute(f"SELECT * FROM {quoted(table)} ORDER BY {order}"):
        digest.update(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=bytes.hex).encode() + b"\n")
    return digest.hexdigest()
