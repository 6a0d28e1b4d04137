"""The ledger of releases: what learners have, as the file ``assessments/cards/releases.json`` says.

Anki takes a note from a package only where its modification time is newer than the learner's. So a note's time may
move only when its content has changed and was released; the ledger keeps that time, with the content itself, which
the report to learners quotes and which a retired card is shipped with once more.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, ValidationError, model_validator

from builders.course import Place, Problem
from builders.course.record import Record

LEDGER = "assessments/cards/releases.json"
Time = Annotated[int, Field(ge=0, lt=2**33)]
"""Seconds since 1970, UTC."""
Tag = Annotated[str, Field(pattern=r"^\S+$")]


class Release(Record):
    """One release: its number from 1, the course's version, and when."""

    number: int
    version: str
    time: Time


class ReleasedType(Record):
    """A note type as learners have it: names that are frozen, a hash of its look, and the time of that look."""

    fields: tuple[str, ...]
    templates: tuple[str, ...]
    look: str
    time: Time


class ReleasedNote(Record):
    """A note as learners have it; ``since`` is the number of its first release, ``retired`` of its last."""

    model_config = ConfigDict(str_strip_whitespace=False)  # what is shipped again must be the same to the letter

    guid: str
    kind: str
    fields: tuple[str, ...]
    tags: tuple[Tag, ...]
    time: Time
    since: int
    retired: int | None = None
    subdeck: str = ""


class Ledger(Record):
    """All releases of a deck. The name of the deck and the slug are those of the first."""

    slug: str
    deck: str
    releases: Annotated[tuple[Release, ...], Field(min_length=1)]
    note_types: dict[str, ReleasedType]
    notes: dict[str, ReleasedNote]

    @model_validator(mode="after")
    def _releases_follow_one_another(self) -> Self:
        times = [release.time for release in self.releases]
        if [release.number for release in self.releases] != list(range(1, len(times) + 1)) or times != sorted(
            set(times)
        ):
            raise ValueError(
                "the releases do not follow one another; where two branches released, take one of the files"
            )
        return self

    @model_validator(mode="after")
    def _notes_are_of_releases(self) -> Self:
        for name, note in self.notes.items():
            own = self.note_types.get(note.kind)
            if own is None or len(note.fields) != len(own.fields):
                raise ValueError(f"the fields of '{name}' are not those of its note type '{note.kind}'")
            if (
                not 1 <= note.since <= (note.retired or note.since) <= self.latest.number
                or note.time > self.latest.time
            ):
                raise ValueError(f"'{name}' is of a release that is not in the list")
        if len({note.guid for note in self.notes.values()}) < len(self.notes):
            raise ValueError("two notes have the same guid")
        return self

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
        return Ledger.model_validate(json.loads(text, object_pairs_hook=_without_doubles))
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in detail["loc"]) or "the file"
        return _problem(f"{where}: {detail['msg'].removeprefix('Value error, ')}")
    except (ValueError, RecursionError) as error:
        return _problem(str(error))


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; ValueError where a key stands twice, as a merge by hand leaves it."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"'{next(name for name in names if names.count(name) > 1)}' stands twice")
    return found


def _problem(reason: str) -> Problem:
    message = f"no ledger of releases: {reason}; restore the file from the last commit"
    return Problem(Place(LEDGER), "DK10", message)


def read_ledger(root: Path) -> Ledger | Problem | None:
    """Return the ledger of a course, what is wrong with it, or None where nothing was released yet."""
    path = root / LEDGER
    return parse_ledger(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None
