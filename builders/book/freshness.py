"""What a site depends on, as digests: whether anything changed is known before Sphinx is even imported."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from builders.course import digest, write_atomic

ENGINE = Path(__file__).resolve().parents[1]
PACKAGES = ("sphinx", "docutils", "myst-parser", "furo", "sphinx-design", "pygments", "ziamath", "markdown-it-py")
SECURE = "assessments/secure"
DATA = (
    "objectives.yaml",
    *(f"source/**/*.{kind}" for kind in ("yaml", "py", "sql", "csv", "json")),
    *(f"assessments/**/*.{kind}" for kind in ("yaml", "py")),
)
"""What pages draw on besides their own text."""
INPUTS = ("conf.py", "objectives.yaml", "source/**/*", "assessments/**/*")


def engine_digest() -> str:
    """Return the digest of the programs and packages that make a site, and of those that go into it."""
    lock = ENGINE.parent / "package-lock.json"
    files = (path for path in ENGINE.rglob("*") if "__pycache__" not in path.parts)
    return digest(
        *(f"{name} {_version(name)}" for name in PACKAGES), _files(ENGINE, files), _files(ENGINE.parent, (lock,))
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def data_digest(root: Path, *, secrets: bool) -> str:
    """Return the digest of a course's data: every page is read again when it changes."""
    return _files(root, _matching(root, DATA, secrets))


def input_digest(root: Path, *, secrets: bool) -> str:
    """Return the digest of everything in a course that its site is made of."""
    return _files(root, _matching(root, INPUTS, secrets))


def assets_digest(root: Path, *, secrets: bool) -> str:
    """Return the digest of all inputs that are no pages: data, records, pictures."""
    return _files(root, (path for path in _matching(root, INPUTS, secrets) if path.suffix != ".md"))


def tree_digest(folder: Path) -> str:
    """Return the digest of all files of a folder, hidden ones too."""
    return _files(folder, folder.rglob("*"))


def _matching(root: Path, patterns: Iterable[str], secrets: bool) -> Iterator[Path]:
    for pattern in patterns:
        for path in root.glob(pattern):
            if secrets or not path.is_relative_to(root / SECURE):
                yield path


def _files(root: Path, paths: Iterable[Path]) -> str:
    files = sorted({path for path in paths if path.is_file()})
    return digest(*(part for path in files for part in (path.relative_to(root).as_posix(), path.read_bytes())))


def read_stamp(path: Path) -> dict[str, str]:
    """Return what was written about the last build; nothing where there is no such file or it is spoilt."""
    try:
        stamp = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(path: Path, stamp: dict[str, str]) -> None:
    """Write down what was built from what."""
    write_atomic(path, json.dumps(stamp, indent=1, sort_keys=True) + "\n")
