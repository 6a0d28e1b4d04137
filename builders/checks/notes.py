"""Notes in the cache: what was found on a database once, as JSON beside it.

A note saves time and decides nothing. One that is missing or damaged is as good as empty, and one that cannot be
written, on a full disk or in a cache that is read only, is left out.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from builders.course.files import write_atomic


def note_beside(database: Path, subject: str) -> Path:
    """Return the path of a note on a subject, such as ``facts``; it goes when the database goes."""
    return database.with_suffix(f".{subject}.json")


def read_note(path: Path) -> dict[str, Any]:
    """Return what a note holds."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_note(path: Path, found: Mapping[str, Any]) -> None:
    """Write a note, a line an entry."""
    with contextlib.suppress(OSError):
        write_atomic(path, json.dumps(found, indent=0, sort_keys=True) + "\n")
