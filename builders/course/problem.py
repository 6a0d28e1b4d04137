"""A mistake in a course is a value: where it is, what is wrong, what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath


class Severity(StrEnum):
    """How much a problem weighs. Only errors make a command exit 1, warnings too under ``--strict``."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, order=True)
class Place:
    """A line (counted from 1) of a file (path relative to the course)."""

    path: str = ""
    line: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


NOWHERE = Place()


@dataclass(frozen=True, order=True)
class Problem:
    """One finding. ``message`` says what is wrong, then after a semicolon what to do."""

    place: Place
    rule: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        prefix = "" if self.severity is Severity.ERROR else f"{self.severity}: "
        return f"{self.place}: {prefix}{self.message} [{self.rule}]"


def nearest(name: str, known: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the closest of the known names, else the first few of them."""
    names = sorted(set(known))
    close = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean '{close[0]}'?"
    if not names:
        return "; none is defined yet"
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"; use one of: {shown}"


def relative(path: PurePosixPath | str, root: PurePosixPath | str) -> str:
    """Return the path as the author knows it: relative to the course, with forward slashes."""
    try:
        return PurePosixPath(path).relative_to(PurePosixPath(root)).as_posix()
    except ValueError:
        return PurePosixPath(path).as_posix()
