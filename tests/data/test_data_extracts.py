"""Tables as CSV, read back by the csv module and by SQLite's own shell rules."""

import csv
import sqlite3
from pathlib import Path

import pytest

from builders.data.extracts import write_extracts

SCHEMA = """
CREATE TABLE "an ""odd"" name" (b INTEGER, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID;
INSERT INTO "an ""odd"" name" VALUES (2, 'x'), (1, 'x'), (3, 'é, "so"');
CREATE TABLE plain (id INTEGER PRIMARY KEY, text TEXT, amount REAL);
INSERT INTO plain VALUES (10, NULL, 0.1), (9, '', 1e21), (2, 'two' || char(10) || 'lines', NULL), (11, x'00ff', 5);
CREATE TABLE keyless (n, m);
INSERT INTO keyless VALUES (2, 1), (1, 2), (1, 1);
CREATE TABLE empty (id INTEGER PRIMARY KEY AUTOINCREMENT);
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    connection = sqlite3.connect(path)
    connection.executescript(SCHEMA)
    connection.close()
    return path


def test_every_table_with_its_rows_in_order(database: Path, tmp_path: Path) -> None:
    assert write_extracts(database, tmp_path) == {'an "odd" name': 3, "empty": 0, "keyless": 3, "plain": 4}
    texts = {path.stem: path.read_bytes().decode("utf-8") for path in tmp_path.glob("*.csv")}
    assert texts == {
        'an "odd" name': 'b,a\n1,x\n2,x\n3,"é, ""so"""\n',
        "empty": "id\n",
        "keyless": "n,m\n1,1\n1,2\n2,1\n",
        "plain": 'id,text,amount\n2,"two\nlines",\n9,,1e+21\n10,,0.1\n11,00ff,5.0\n',
    }


def test_another_program_reads_what_the_database_holds(database: Path, tmp_path: Path) -> None:
    write_extracts(database, tmp_path)
    with (tmp_path / "plain.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    stored = sqlite3.connect(database).execute("SELECT id, coalesce(amount, '') FROM plain ORDER BY id").fetchall()
    assert [(int(row["id"]), float(row["amount"] or "nan")) for row in rows][1:] == stored[1:]
    assert rows[0]["amount"] == ""
