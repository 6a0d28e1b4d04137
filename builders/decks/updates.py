"""What learners are told of a release: new, changed with before and after, retired."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from builders.course import Words
from builders.decks.ledger import Ledger, ReleasedNote
from builders.decks.models import FIELDS
from builders.decks.release import Change, Changes, visible

MARKS = re.compile(r"([\\`*_{}\[\]<>#|$])")


def update_report(changes: Changes, ledger: Ledger, words: Words) -> str:
    """Return the report of the latest release as Markdown; ``ledger`` is the one after it."""
    latest = ledger.latest
    day = datetime.fromtimestamp(latest.time, UTC).date().isoformat()
    parts = [f"## {words('decks.update_title', number=latest.number, version=latest.version, date=day)}"]
    if latest.number == 1:
        return "\n\n".join([*parts, words("decks.update_first", n=len(changes.new))]) + "\n"
    parts += _section(words("decks.update_new", n=len(changes.new)), [_front(note.fields) for note in changes.new])
    parts += _section(words("decks.update_changed", n=len(changes.changed)), list(_changed(changes, words)))
    retired = [_front(note.fields) for _, note in changes.retired]
    parts += _section(words("decks.update_retired", n=len(retired), tag=f"{ledger.slug}::retired"), retired)
    return "\n\n".join(parts) + "\n"


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"### {title}", "\n".join(f"- {line}" for line in lines)] if lines else []


def _front(fields: tuple[str, ...]) -> str:
    return _plain(fields[0])


def _changed(changes: Changes, words: Words) -> Iterator[str]:
    for change in changes.changed:
        moved = list(_fields(change, change.released, words)) or [words("decks.update_tags")]
        yield "\n".join([_front(change.released.fields), *(f"  - {line}" for line in moved)])


def _fields(change: Change, before: ReleasedNote, words: Words) -> Iterator[str]:
    """Yield what changed in each field of a note: its name, before and after."""
    for name, old, new in zip(FIELDS[before.kind], before.fields, change.note.fields, strict=False):
        if visible(old) != visible(new):
            yield words("decks.update_field", field=name, before=_plain(old) or "–", after=_plain(new) or "–")


def _plain(field: str) -> str:
    """Return the words of a field in one line, with nothing in it that Markdown would read."""
    return MARKS.sub(r"\\\1", " / ".join(visible(field).split("\n")))
