"""Cards as plain lists: one for spreadsheets, one for programs that take two columns, such as Quizlet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from builders.decks.faces import Face
from builders.decks.release import visible

HEADER = ("id", "front", "back", "tags")


def spreadsheet(faces: Iterable[Face]) -> str:
    """Return tab-separated values with a heading: id, front, back, tags. Lines of a side stay in its cell."""
    rows = ((face.name, visible(face.front), visible(face.back), " ".join(face.tags)) for face in faces)
    return _table([HEADER, *rows])


def two_columns(faces: Iterable[Face]) -> str:
    """Return front and back, a card a line, for programs that read no quotes: lines of a side are joined by ``/``."""
    return "".join(f"{_line(face.front)}\t{_line(face.back)}\n" for face in faces)


def _line(side: str) -> str:
    return " / ".join(visible(side).replace("\t", " ").split("\n"))


def _table(rows: Iterable[Iterable[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, dialect="excel-tab", lineterminator="\n").writerows(rows)
    return out.getvalue()
