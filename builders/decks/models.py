"""The note types, frozen from the first release: fixed ids for types, fields and templates, two spare fields each.

A change of fields or templates would freeze the notes that learners already have, so ids come from names
that never change, and new needs go into the spare fields.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Any

import genanki

from builders.course import Words, digest

SPARE = ("Spare1", "Spare2")
CSS = Path(__file__).parent.parent / "templates" / "decks" / "cards.css"
BACK = '{{FrontSide}}\n<hr id="answer">\n'
SOURCE = '\n<p class="quiet">{{Source}}</p>'

FIELDS: dict[str, tuple[str, ...]] = {
    "basic": ("Front", "Back", "Reverse", "Source"),
    "cloze": ("Text", "Extra", "Source"),
    "type-in": ("Front", "Answer", "Extra", "Source"),
    "choice": ("Front", "Options", "Answer", "Why", "Source"),
    "term": ("Term", "Definition", "Extra", "Source"),
}
"""The fields of each note type, in order; the first identifies a note to the learner."""

TEMPLATES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "basic": (
        ("Forward", "{{Front}}", BACK + "{{Back}}" + SOURCE),
        ("Backward", "{{#Reverse}}{{Back}}{{/Reverse}}", BACK + "{{Front}}" + SOURCE),
    ),
    "cloze": (("Cloze", "{{cloze:Text}}", "{{cloze:Text}}\n{{Extra}}" + SOURCE),),
    "type-in": (("Type", "{{Front}}\n{{type:Answer}}", BACK + "{{Extra}}" + SOURCE),),
    "choice": (("Choice", "{{Front}}\n{{Options}}", BACK + "{{Answer}}\n{{Why}}" + SOURCE),),
    "term": (
        ("Define", '<p class="quiet">[decks.define]</p>\n{{Term}}', BACK + "{{Definition}}\n{{Extra}}" + SOURCE),
        ("Name", '<p class="quiet">[decks.name_term]</p>\n{{Definition}}', BACK + "{{Term}}\n{{Extra}}" + SOURCE),
    ),
}
"""Name, front and back of each card template; ``[key]`` stands for an interface word."""


def stable_id(*names: str, low: int = 1 << 30, high: int = 1 << 40) -> int:
    """Return a number between ``low`` and ``high`` that depends on the names alone."""
    seed = hashlib.sha256("\x1f".join(names).encode()).digest()
    return low + int.from_bytes(seed[:8], "big") % (high - low)


class StableModel(genanki.Model):  # type: ignore[misc]
    """A note type whose modification time is its own, not that of the build."""

    mod: int = 0

    def to_json(self, timestamp: float, deck_id: int | None = None) -> dict[str, Any]:
        """Return the note type as Anki stores it."""
        data: dict[str, Any] = super().to_json(timestamp, deck_id)
        data["mod"] = self.mod
        data["did"] = None
        return data


def shape_of(kind: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of a note type's fields and templates: what must never change once it is released."""
    return (*FIELDS[kind], *SPARE), tuple(name for name, _, _ in TEMPLATES[kind])


def look_of(slug: str, kind: str, words: Words) -> str:
    """Return a hash of a note type's templates and style: when it changes, learners need the new one."""
    data = note_type(slug, kind, 0, words).to_json(0)
    return digest(*(f"{template['qfmt']}\0{template['afmt']}" for template in data["tmpls"]), data["css"])


@cache
def note_type(slug: str, kind: str, mod: int, words: Words) -> StableModel:
    """Return the note type of a kind of card for the course with this slug; ``mod`` in seconds."""
    model_id = stable_id(slug, "note type", kind)
    fields = [{"name": name, "id": _part_id(model_id, "field", name)} for name in (*FIELDS[kind], *SPARE)]
    templates = [
        {"name": name, "qfmt": _worded(front, words), "afmt": back, "id": _part_id(model_id, "template", name)}
        for name, front, back in TEMPLATES[kind]
    ]
    model_type = genanki.Model.CLOZE if kind == "cloze" else genanki.Model.FRONT_BACK
    model = StableModel(
        model_id,
        f"Coursepack {kind} ({slug})",
        fields=fields,
        templates=templates,
        css=CSS.read_text(encoding="utf-8"),
        model_type=model_type,
        sort_field_index=0,
    )
    model.mod = mod
    return model


def _worded(template: str, words: Words) -> str:
    return re.sub(r"\[([a-z_.]+)\]", lambda match: words(match[1]), template)


def _part_id(model_id: int, part: str, name: str) -> int:
    return stable_id(str(model_id), part, name, high=1 << 62)
