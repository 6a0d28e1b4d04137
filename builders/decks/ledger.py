"""The ledger of releases: what learners have, as the file ``assessments/cards/releases.json`` says.

Anki takes a note from a package only where its modification time is newer than the learner's. So a note's time may
move only when its content has changed and was released; the ledger keeps that time, with the content itself, which
the report to learners quotes and which a retired card is shipped with once more.
"""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ConfigDict, ValidationError

from builders.course import Place, Problem
from builders.course.record import Record

LEDGER = "assessments/cards/releases.json"


class Release(Record):
    """One release: its number from 1, the course's version, and when (seconds since 1970, UTC)."""

    number: int
    version: str
    time: int


class ReleasedType(Record):
    """A note type as learners have it: names that are frozen, a hash of its look, and the time of that look."""

    fields: tuple[str, ...]
    templates: tuple[str, ...]
    look: str
    time: int


class ReleasedNote(Record):
    """A note as learners have it; ``since`` is the number of its first release, ``retired`` of its last."""

    model_config = ConfigDict(str_strip_whitespace=False)  # what is shipped again must be the same to the letter

    guid: str
    kind: str
    fields: tuple[str, ...]
    tags: tuple[str, ...]
    time: int
    since: int
    retired: int | None = None
    subdeck: str = ""


class Ledger(Record):
    """All releases of a deck. The name of the deck and the slug are those of the first."""

    slug: str
    deck: str
    releases: tuple[Release, ...]
    note_types: dict[str, ReleasedType]
    notes: dict[str, ReleasedNote]

    @property
    def latest(self) -> Release:
        """The last release."""
        return self.releases[-1]

    @property
    def active(self) -> dict[str, ReleasedNote]:
        """The notes that are not retired, by name."""
        return {name: note for name, note in self.notes.items() if note.retired is None}


def ledger_text(ledger: Ledger) -> str:
    """Return the text of the ledger: sorted keys, a line a value, so that a change reads well in a comparison."""
    data = ledger.model_dump(mode="json", exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def parse_ledger(text: str) -> Ledger | Problem:
    """Return the ledger that a text holds, or what is wrong with it."""
    try:
        return Ledger.model_validate_json(text)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in detail["loc"]) or "the file"
        message = f"no ledger of releases: {where}: {detail['msg']}; restore the file from the last commit"
        return Problem(Place(LEDGER), "DK10", message)


def read_ledger(root: Path) -> Ledger | Problem | None:
    """Return the ledger of a course, what is wrong with it, or None where nothing was released yet."""
    path = root / LEDGER
    return parse_ledger(path.read_text(encoding="utf-8")) if path.is_file() else None
