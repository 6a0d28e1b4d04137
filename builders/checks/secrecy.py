"""The rule of the wall: nothing from ``assessments/secure/`` stands in anything a learner is handed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builders.checks.rules import Finding, output_rule, problems_of
from builders.course.course import Course
from builders.course.items import Pool
from builders.course.problem import Place, Problem

LONG_ENOUGH = 45
"""Letters and digits that make a piece of text one of its own."""
SENTENCE = re.compile(r"(?<=[.?!:])\s+|\n\s*\n|\{\{[^}]*\}\}")
"""Where a text is cut: between sentences, and at values, which may be anything."""
SHOWN = 60


@dataclass(frozen=True)
class Secret:
    """A piece of text that no learner may see: the record it belongs to, and the text."""

    owner: str
    at: Place
    text: str


def squeezed(text: str) -> str:
    """Return the letters and digits of a text, folded, so that layout, tags and markup make no difference."""
    return re.sub(r"[\W_]+", "", text).casefold()


def strings_of(record: Any) -> Iterator[str]:
    """Yield every string in plain data, however deep."""
    if isinstance(record, str):
        yield record
    elif isinstance(record, dict):
        for value in record.values():
            yield from strings_of(value)
    elif isinstance(record, list | tuple):
        for value in record:
            yield from strings_of(value)


def secrets_of(course: Course) -> tuple[Secret, ...]:
    """Return the sentences of secure items, scored samples and solutions that are long enough to be their own.

    What lessons, tasks and labs say as well is no secret. ``course`` is loaded with its secrets.
    """
    public = [lesson.text for lesson in course.lessons]
    shown: tuple[Any, ...] = (*course.tasks, *course.labs)
    public += [text for record in shown for text in strings_of(record.model_dump(mode="json"))]
    known = squeezed("\n".join(public))
    return tuple(
        Secret(owner, record.at, piece)
        for owner, record, data in _secure_records(course)
        for text in strings_of(data)
        for piece in SENTENCE.split(text)
        if len(squeezed(piece)) >= LONG_ENOUGH and squeezed(piece) not in known
    )


def _secure_records(course: Course) -> Iterator[tuple[str, Any, Any]]:
    """Yield everything secret: its name, its record and its data."""
    for item in course.items:
        if item.pool is Pool.SECURE:
            yield item.id, item, item.model_dump(mode="json")
    for sample in course.samples:
        yield f"{sample.task}-{sample.level}", sample, sample.model_dump(mode="json")
    for solutions in course.solutions:
        for task in solutions.tasks:
            answers = [task.solution, task.accept, [mutant.solution for mutant in task.mutants]]
            yield f"{solutions.lab}-{task.id}", solutions, answers


@output_rule("SEC01")
def no_secret_shows(secrets: Sequence[Secret], artefacts: Mapping[str, str]) -> Iterator[Finding]:
    """No sentence of a secure item, a scored sample or a lab's solution stands in what learners are handed.

    Why: an item that was seen once is spent. Compared are letters and digits alone, in everything a student build
    writes: pages, scripts, books, decks, data. Student builds are made from a course that was loaded without
    `assessments/secure/`, so a finding means that somebody copied a text, or that the wall has a hole.
    Mend: write the item anew, and take the text out of the lesson.
    Waive: no reason is known; what both sides may say belongs into a lesson or task, and counts as public there.
    """
    texts = {name: squeezed(text) for name, text in artefacts.items()}
    for secret in secrets:
        wanted = squeezed(secret.text)
        for name, text in texts.items():
            if wanted in text:
                shown = " ".join(secret.text.split())[:SHOWN]
                yield Finding(
                    secret, f"'{shown}' of {secret.owner} stands in {name}; write it anew, and close the hole"
                )


def check_secrecy(course: Course, artefacts: Mapping[str, str]) -> tuple[Problem, ...]:
    """Return which artefacts, by name and text, hold a secret of the course."""
    return problems_of("SEC01", no_secret_shows(secrets_of(course), artefacts))
