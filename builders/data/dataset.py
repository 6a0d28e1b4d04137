"""Run a course's generator and keep what it makes."""

import re
import sqlite3
import subprocess
import sys
import tempfile
from hashlib import blake2b
from pathlib import Path

SECONDS = 120.0
"""How long a generator may take, unless the caller says otherwise."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
TAIL = 2_000


class DatasetError(Exception):
    """A generator failed; the message says how and ends with the last of what it printed."""


def build_database(generator: Path, variant: str, scale: str, cache: Path, *, seconds: float = SECONDS) -> Path:
    """The SQLite file of a variant at a scale, made by the generator unless the cache holds it.

    A cached file is used again as long as every `.py` and `.sql` file beside the generator and
    the SQLite version are the same. The file is complete whenever it exists, also when several
    processes build it at once.

    Raises DatasetError where the generator fails, takes longer than `seconds`, or makes no database.
    """
    for word in (variant, scale):
        if not NAME.fullmatch(word):
            raise DatasetError(f"{word!r} is no name of a variant or scale; use letters, digits and hyphens")
    database = cache / f"{variant}-{scale}-{_key(generator, variant, scale)}.sqlite"
    if not database.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            fresh = Path(folder).resolve() / "database.sqlite"
            _run(generator, variant, scale, fresh, seconds)
            _check(generator, fresh)
            fresh.replace(database)
    return database


def _key(generator: Path, variant: str, scale: str) -> str:
    """A hash of everything that the content of the database depends on."""
    if not generator.is_file():
        raise DatasetError(f"{generator}: there is no such generator")
    digest = blake2b(digest_size=8)
    for word in (generator.name, variant, scale, sqlite3.sqlite_version):
        digest.update(f"{word}\0".encode())
    for path in sorted(path for path in generator.parent.iterdir() if path.suffix in (".py", ".sql")):
        content = path.read_bytes()
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _run(generator: Path, variant: str, scale: str, out: Path, seconds: float) -> None:
    # -B: the source folder stays free of compiled files.
    script = [sys.executable, "-B", str(generator.resolve())]
    command = [*script, "--variant", variant, "--scale", scale, "--out", str(out)]
    try:
        done = subprocess.run(
            command, cwd=out.parent, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            encoding="utf-8", errors="replace", timeout=seconds, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise DatasetError(f"{generator}: took longer than {seconds:g} s for {variant} at {scale}") from None
    if done.returncode:
        tail = done.stderr.strip()[-TAIL:]
        raise DatasetError(f"{generator}: exit status {done.returncode} for {variant} at {scale}\n{tail}")


def _check(generator: Path, out: Path) -> None:
    if not out.exists():
        raise DatasetError(f"{generator}: exit status 0, but no file was written to --out")
    connection = sqlite3.connect(f"{out.as_uri()}?mode=ro", uri=True)
    try:
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DatasetError(f"{generator}: what it wrote is not a SQLite database ({error})") from None
    finally:
        connection.close()
    if not tables:
        raise DatasetError(f"{generator}: the database has no tables")
