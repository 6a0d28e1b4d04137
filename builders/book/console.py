"""The database beside the page: queries that learners change and run, labs that are checked in the browser.

Everything travels in parcels, scripts that call back with what they hold: a page on a disk may load a script, but may
not read a file. The engine is SQLite as WebAssembly (sql.js) with the hashes of labs (hash-wasm), both npm packages.
"""

from __future__ import annotations

import base64
import gzip
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from builders.book.fonts import NODE_MODULES
from builders.checks.databases import variant_database
from builders.course import Course, Lab, LabKind, Words, digest, write_atomic
from builders.course.labs import AnswersTask, SqlTask

FOLDER = "console"
PACKAGES = ("hash-wasm", "sql.js")
SCRIPTS = Path(__file__).resolve().parents[1] / "templates" / "site" / "static" / FOLDER
WASM = NODE_MODULES / "sql.js" / "dist" / "sql-wasm.wasm"
WORKER = (
    NODE_MODULES / "sql.js" / "dist" / "sql-wasm.js",
    NODE_MODULES / "hash-wasm" / "dist" / "scrypt.umd.min.js",
    NODE_MODULES / "hash-wasm" / "dist" / "blake2b.umd.min.js",
    SCRIPTS / "judge.js",
    SCRIPTS / "worker.js",
)
"""What the worker is made of, in this order."""
EVERYWHERE = "all"
"""In place of a variant where a lab has no data."""
DIGESTS = "assessments/labs/digests"
LEVEL = 6
"""Of gzip: level 9 takes five times as long for two hundredths of the size."""


def missing_parts() -> tuple[str, ...]:
    """Return the names of npm packages that are not installed."""
    return tuple(sorted({path.parts[-3] for path in (WASM, *WORKER) if not path.is_file()}))


@dataclass
class Consoles:
    """The parcels that the pages of a site ask for, made when the first page does."""

    course: Course
    words: Words
    _data: dict[tuple[str, str], Path] = field(default_factory=dict)
    _labs: dict[str, dict[str, Any]] = field(default_factory=dict)

    def dataset(self, name: str, *, every: bool) -> dict[str, Any]:
        """Return the variants of a dataset and the megabytes of each that a page may load, practice first."""
        variants = self.course.datasets[name].public_variants[: None if every else 1]
        return {"variants": variants, "sizes": {variant: self._size(name, variant) for variant in variants}}

    def lab(self, lab: Lab) -> dict[str, Any] | None:
        """Return what checking a lab in the browser takes; None where it cannot be checked there."""
        path = self.course.root / DIGESTS / f"{lab.id.lower()}.json"
        if lab.kind is LabKind.PYTHON or not path.is_file():
            return None
        keys = json.loads(path.read_text(encoding="utf-8")).get("tasks", {})
        if any(task.id not in keys for task in lab.tasks):
            return None
        tasks = {task.id: _task(task, keys[task.id]) for task in lab.tasks if isinstance(task, SqlTask | AnswersTask)}
        return self._labs.setdefault(lab.id, {"lab": lab.id, "tasks": tasks})

    def write(self, folder: Path) -> None:
        """Write the parcels that were asked for into ``folder/console``; its loose scripts are inside the engine."""
        target = folder / FOLDER
        for script in ("judge.js", "worker.js"):
            (target / script).unlink(missing_ok=True)
        if not (self._data or self._labs):
            (target / "console.js").unlink(missing_ok=True)
            return
        write_atomic(target / "engine.js", parcel("engine", engine(self.words)))
        write_atomic(target / "LICENSES.txt", licences())
        for (dataset, variant), path in self._data.items():
            shutil.copyfile(path, target / f"{dataset}-{variant}.js")
        for lab, content in self._labs.items():
            name = f"lab-{lab.lower()}"
            write_atomic(target / f"{name}.js", parcel(name, content))

    def _size(self, dataset: str, variant: str) -> str:
        name = (dataset, variant)
        if name not in self._data:
            self._data[name] = self._packed(dataset, variant)
        size = self._data[name].stat().st_size / 1e6
        return f"{size:.0f}" if size >= 1 else f"{max(size, 0.1):.1f}"

    def _packed(self, dataset: str, variant: str) -> Path:
        """Return the parcel of a database, kept in the cache as long as the database is the same."""
        database = variant_database(self.course, self.course.datasets[dataset], variant, lambda note: None)
        cache = self.course.root / ".cache" / "book" / FOLDER
        name = f"{dataset}-{variant}"
        path = cache / f"{name}-{digest(database.name, Path(__file__).read_bytes())[:16]}.js"
        if not path.is_file():
            for old in cache.glob(f"{name}-{'?' * 16}.js"):
                old.unlink(missing_ok=True)
            write_atomic(path, parcel(name, pack(database)))
        return path


def _task(task: SqlTask | AnswersTask, keys: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = {"id": task.id, "tolerance": task.tolerance, "keys": keys}
    if isinstance(task, SqlTask):
        return {**about, "columns": task.columns}
    return {**about, "answer": task.answer.value, "choices": task.choices}


def parcel(name: str, content: Any) -> str:
    """Return a script that hands its content to the page that loads it."""
    return f"coursepackParcel({json.dumps(name)}, {json.dumps(content, sort_keys=True)});\n"


def engine(words: Words) -> dict[str, Any]:
    """Return the program of the worker, SQLite for it, and the words with which it judges."""
    entries = {key.removeprefix("labs."): text for key, text in words.entries.items() if key.startswith("labs.")}
    entries["no-query"] = words.entries["book.console-no-query"]
    return {
        "worker": "\n;\n".join(path.read_text(encoding="utf-8") for path in WORKER),
        "wasm": base64.b64encode(WASM.read_bytes()).decode(),
        "words": entries,
    }


def licences() -> str:
    """Return the licences of what the engine is made of."""
    return "\n\n".join(f"{name}\n\n{(NODE_MODULES / name / 'LICENSE').read_text('utf-8')}" for name in PACKAGES)


def pack(database: Path) -> dict[str, Any]:
    """Return a database, compressed, without its indexes, and the statements that make these again."""
    with tempfile.TemporaryDirectory(prefix="console-") as folder:
        copy = Path(folder) / "copy.sqlite"
        shutil.copyfile(database, copy)
        with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
            indexes = list(_drop_indexes(connection))
            connection.execute("VACUUM")
        data = gzip.compress(copy.read_bytes(), LEVEL, mtime=0)
    return {"base64": base64.b64encode(data).decode(), "indexes": indexes}


def _drop_indexes(connection: sqlite3.Connection) -> Iterator[str]:
    made = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid"
    for name, sql in connection.execute(made).fetchall():
        quoted = name.replace('"', '""')
        connection.execute(f'DROP INDEX "{quoted}"')
        yield sql
