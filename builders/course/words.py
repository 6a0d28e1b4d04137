"""The interface words of a language: names of boxes, headings of papers, instructions.

One folder a language in ``builders/words``, one file a package. A course sets its language; an author
adds a language by translating the files of ``en``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from builders.course.yamlfile import load_yaml

WORDS = Path(__file__).parent.parent / "words"


def languages() -> tuple[str, ...]:
    """Return the languages that have a catalogue."""
    return tuple(sorted(path.name for path in WORDS.iterdir() if path.is_dir()))


class Words:
    """The catalogue of one language. Keys are ``file.name``, such as ``exams.name``."""

    def __init__(self, language: str, entries: dict[str, Any]) -> None:
        self.language = language
        self.entries = entries

    def __call__(self, key: str, **values: Any) -> str:
        """Return a text with its ``{values}`` filled in; with ``n`` the singular where n is 1.

        Raises KeyError where the catalogue has no such key: our mistake, never an author's.
        """
        entry = self.entries[key]
        if isinstance(entry, dict):
            entry = entry["one" if values.get("n") == 1 else "other"]
        text: str = entry.format(**values) if values else entry
        return text


@cache
def read_words(language: str) -> Words:
    """Read the catalogue of a language; KeyError where there is none."""
    if language not in languages():
        raise KeyError(language)
    entries: dict[str, Any] = {}
    for path in sorted((WORDS / language).glob("*.yaml")):
        for key, entry in load_yaml(path.read_text(encoding="utf-8")).items():
            entries[f"{path.stem}.{key}"] = entry
    return Words(language, entries)
