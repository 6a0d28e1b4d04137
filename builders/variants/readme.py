"""The text that goes with the data: what each file is, how to read it, whose it is."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from builders.course import Course, Words

WIDTH = 78
"""Characters of a line, so that any viewer shows it whole."""


def readme_text(course: Course, words: Words, rows: Mapping[str, Mapping[str, int]]) -> str:
    """Return the README of a course's data; ``rows`` counts the rows of each extract, by dataset and file."""
    about = course.about
    parts = [
        about.title,
        words("data.heading", version=about.version, released=about.released.isoformat()),
        *_databases(course, words),
        words("data.extracts"),
        "\n".join(_table(words, {name: count for files in rows.values() for name, count in files.items()})),
        words("data.licence", licence=about.licence),
        " ".join(about.attribution.split()),
        words("data.report", report=about.report_errors_to),
    ]
    return "\n\n".join(part if part.startswith("  ") else textwrap.fill(part, WIDTH) for part in parts) + "\n"


def _databases(course: Course, words: Words) -> Iterator[str]:
    for dataset in course.spine.datasets:
        yield words("data.practice", file=f"{dataset.id}.sqlite")
        for variant in dataset.public_variants[1:]:
            yield words("data.other", file=f"{dataset.id}-{variant}.sqlite")


def _table(words: Words, rows: Mapping[str, int]) -> Iterator[str]:
    width = max(map(len, rows), default=0)
    for name, count in rows.items():
        yield f"  {name:<{width}}  {words('data.rows', n=count):>14}"
