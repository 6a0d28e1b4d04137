"""Run a course's generator and keep what it makes."""

import contextlib
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from hashlib import blake2b
from pathlib import Path

SECONDS = 120.0
"""How long a generator may take, unless the caller says otherwise."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
TAIL = 2_000
ASIDE = ".making-"
"""How the names of folders begin in which databases are made."""
ABANDONED = 3_600.0
"""After how many seconds such a folder is one that a killed process left behind."""
MANIFEST = "manifest.json"
"""The file of hashes beside a generator; no database depends on it."""
COMPILED = (".pyc", ".pyo")
_at_work: set[subprocess.Popen[bytes]] = set()
"""Generators that run now, so that an interrupt can end those that other threads wait for."""


class DatasetError(Exception):
    """A generator failed; the message says how and ends with the last of what it printed."""


def build_database(
    generator: Path, variant: str, scale: str, cache: Path, *, seed: str | None = None, seconds: float = SECONDS
) -> Path:
    """The SQLite file of a variant at a scale, made by the generator unless the cache holds it.

    `seed` goes to the generator as `--seed`; without it the generator's own default holds. A cached
    file is used again as long as the seed, the SQLite version and every file below the generator's
    folder are the same. The file is complete whenever it exists, also when several processes
    build it at once; then the outdated ones of the same variant and scale go. Of the generator
    nothing is left, neither files nor processes that it started.

    Raises DatasetError where the generator fails, takes longer than `seconds`, or makes no database,
    and OSError where the cache cannot be written.
    """
    database = database_path(generator, variant, scale, cache, seed=seed)
    if not database.exists():
        cache.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(cache)
        with tempfile.TemporaryDirectory(dir=cache, prefix=ASIDE) as folder:
            fresh = Path(folder).resolve() / "database.sqlite"
            _run(generator, variant, scale, seed, fresh, seconds)
            _check(generator, fresh)
            fresh.replace(database)
        _remove_outdated(database, f"{variant}-{scale}")
    return database


def database_path(generator: Path, variant: str, scale: str, cache: Path, *, seed: str | None = None) -> Path:
    """Where `build_database` keeps a database, whether it is there yet or not.

    Raises DatasetError for a generator that does not exist and for a name that is none.
    """
    for word in (variant, scale):
        if not NAME.fullmatch(word):
            raise DatasetError(f"{word!r} is no name of a variant or scale; use letters, digits and hyphens")
    return cache / f"{variant}-{scale}-{_key(generator, variant, scale, seed)}.sqlite"


def end_generators() -> None:
    """End all generators that this process runs, in whatever thread; each then fails with a DatasetError."""
    for process in tuple(_at_work):
        _end(process)


def _remove_abandoned(cache: Path) -> None:
    """Remove what processes left that had no time to tidy up."""
    for folder in cache.glob(f"{ASIDE}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.stat().st_mtime > ABANDONED:
                shutil.rmtree(folder)


def _remove_outdated(database: Path, name: str) -> None:
    """Remove what earlier generators made under this name, and what was noted beside it."""
    pattern = re.compile(re.escape(name) + r"-[0-9a-f]{16}\..*")
    for path in database.parent.iterdir():
        if pattern.fullmatch(path.name) and not path.name.startswith(database.stem):
            path.unlink(missing_ok=True)


def _key(generator: Path, variant: str, scale: str, seed: str | None) -> str:
    """A hash of everything that the content of the database depends on."""
    if not generator.is_file():
        raise DatasetError(f"{generator}: there is no such generator")
    digest = blake2b(digest_size=8)
    for word in (generator.name, variant, scale, repr(seed), sqlite3.sqlite_version):
        digest.update(f"{word}\0".encode())
    for path in _sources(generator.parent):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(generator.parent).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _sources(folder: Path) -> list[Path]:
    """Every file below a folder but hidden ones, compiled ones, and the manifest, which is measured afterwards."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path for path in files if _counts(path.relative_to(folder)))


def _counts(name: Path) -> bool:
    hidden = any(part.startswith(".") or part == "__pycache__" for part in name.parts)
    return not (hidden or name.suffix in COMPILED or name.name == MANIFEST)


def _run(generator: Path, variant: str, scale: str, seed: str | None, out: Path, seconds: float) -> None:
    # -B: the source folder stays free of compiled files.
    script = [sys.executable, "-B", str(generator.resolve())]
    command = [*script, "--variant", variant, "--scale", scale, "--out", str(out)]
    command += ["--seed", seed] if seed is not None else []
    with tempfile.TemporaryFile() as said:
        status = _status(command, out.parent, said.fileno(), seconds)
        if status is None:
            raise DatasetError(f"{generator}: took longer than {seconds:g} s for {variant} at {scale}")
        if status:
            said.seek(max(0, said.seek(0, os.SEEK_END) - TAIL))
            tail = said.read().decode("utf-8", "replace").strip()
            # What a generator says of its arguments must not carry a secret seed into a log.
            tail = tail.replace(seed, "(seed)") if seed else tail
            raise DatasetError(f"{generator}: exit status {status} for {variant} at {scale}\n{tail}")


def _status(command: list[str], folder: Path, errors: int, seconds: float) -> int | None:
    """Run a command in a session of its own, and end whatever it started; its exit status, None if it was too slow."""
    process = subprocess.Popen(
        command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
        start_new_session=True,
    )  # fmt: skip
    _at_work.add(process)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        _end(process)
        process.wait()
        _at_work.discard(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _check(generator: Path, out: Path) -> None:
    if not out.is_file() or out.is_symlink():
        raise DatasetError(f"{generator}: exit status 0, but no file was written to --out")
    if any(out.parent.glob(f"{out.name}-*")):
        raise DatasetError(f"{generator}: the database was not closed; commit, and close the connection at the end")
    connection = sqlite3.connect(f"{out.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        fault = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DatasetError(f"{generator}: what it wrote is not a SQLite database ({error})") from None
    finally:
        connection.close()
    if fault != "ok":
        raise DatasetError(f"{generator}: the database is damaged ({fault.splitlines()[-1]})")
    if not tables:
        raise DatasetError(f"{generator}: the database has no tables")
