"""Tables of a database as CSV files, for spreadsheets and programs of learners."""

import csv
import sqlite3
from collections.abc import Collection, Iterator
from pathlib import Path

from builders.data.tables import quoted, reading, table_names


def write_extracts(database: Path, folder: Path, only: Collection[str] | None = None) -> dict[str, int]:
    """Write every table, or `only` these, as `<table>.csv` into a folder that exists; the number of rows by table.

    UTF-8, comma, line feed, the names of the columns first; NULL is an empty field, and a value that is no
    text is written as hexadecimal digits. Rows come in the order of their primary key, without one in the
    order of all columns: the same rows give the same bytes.
    """
    with reading(database) as connection:
        wanted = [table for table in sorted(table_names(connection)) if only is None or table in only]
        return {table: _write(connection, table, folder / f"{table}.csv") for table in wanted}


def _write(connection: sqlite3.Connection, table: str, path: Path) -> int:
    rows = connection.execute(f"SELECT * FROM {quoted(table)} ORDER BY {_order(connection, table)}")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(column[0] for column in rows.description)
        count = 0
        for count, row in enumerate(_readable(rows), start=1):  # noqa: B007 - the last number is the count
            writer.writerow(row)
    return count


def _readable(rows: sqlite3.Cursor) -> Iterator[list[object]]:
    for row in rows:
        yield [value.hex() if isinstance(value, bytes) else value for value in row]


def _order(connection: sqlite3.Connection, table: str) -> str:
    columns = connection.execute("SELECT name, pk FROM pragma_table_info(?) ORDER BY cid", (table,)).fetchall()
    keys = [name for name, position in sorted(columns, key=lambda column: column[1]) if position]
    return ", ".join(quoted(name) for name in keys or [name for name, _ in columns])
