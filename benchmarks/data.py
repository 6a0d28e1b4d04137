"""How long the case company's full data takes, beside a plain ``executemany`` of the same rows into SQLite.

    python benchmarks/data.py [VARIANT]

Each is a process of its own, the best of three by CPU seconds, so that a busy machine makes neither longer; memory is
the peak of that process. The plain one reads the rows that the generator made from a pickle, which it does not count,
and checks constraints and fills indexes as a plain script would.
"""

from __future__ import annotations

import pickle
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

GENERATOR = Path(__file__).parent.parent / "source" / "larkpost" / "dataset" / "generate.py"
SCHEMA = GENERATOR.with_name("schema.sql")
RUNS = 3
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
"""
PLAIN = """
import pathlib, pickle, sqlite3, sys, time
schema, rows, out = map(pathlib.Path, sys.argv[1:])
tables = pickle.loads(rows.read_bytes())
begin = time.process_time()
connection = sqlite3.connect(out)
connection.executescript(schema.read_text(encoding="utf-8"))
for table, content in tables.items():
    places = ", ".join("?" * len(content[0]))
    connection.executemany(f"INSERT INTO {table} VALUES ({places})", content)
connection.commit()
print(time.process_time() - begin)
"""


def generate(variant: str, out: Path) -> tuple[float, float]:
    """Make the database; return CPU seconds and megabytes."""
    command = [sys.executable, "-B", str(GENERATOR), "--variant", variant, "--scale", "full", "--out", str(out)]
    done = subprocess.run([sys.executable, "-c", MEASURE, *command], capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes


def write_rows(database: Path, rows: Path) -> int:
    """Keep all rows of a database in a pickle; return how many they are."""
    with closing(sqlite3.connect(database)) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid").fetchall()
        tables = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for (name,) in names}
    rows.write_bytes(pickle.dumps(tables))
    return sum(map(len, tables.values()))


def insert(rows: Path, out: Path) -> float:
    """Insert the rows plainly; return CPU seconds."""
    command = [sys.executable, "-c", PLAIN, str(SCHEMA), str(rows), str(out)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def main(variant: str) -> None:
    """Print both and their ratio."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = [generate(variant, folder / f"made-{run}.sqlite") for run in range(RUNS)]
        number = write_rows(folder / "made-0.sqlite", folder / "rows.pickle")
        plain = min(insert(folder / "rows.pickle", folder / f"plain-{run}.sqlite") for run in range(RUNS))
    seconds, megabytes = min(made)
    print(f"{variant}, full: {number:,} rows")
    print(f"generated in {seconds:.2f} CPU s, {megabytes:.0f} MB at most")
    print(f"plain executemany of the same rows {plain:.2f} CPU s, ratio {seconds / plain:.1f}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "practice")
