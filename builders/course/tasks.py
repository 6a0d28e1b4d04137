"""Performance tasks, their rubrics, and scored samples."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from builders.course.record import Id, Minutes, Record, Text, Waiver

LEVELS = (4, 3, 2, 1, 0)
"""4 exceeds, 3 meets, 2 approaches, 1 begins, 0 no evidence; printed best first."""


def _all_levels(levels: dict[int, str]) -> dict[int, str]:
    if sorted(levels) != sorted(LEVELS):
        raise ValueError("a criterion describes the levels 4, 3, 2, 1 and 0, each once")
    return {level: levels[level] for level in LEVELS}


Levels = Annotated[dict[int, Text], AfterValidator(_all_levels)]


class Criterion(Record):
    """One row of a rubric: what is judged, for which objective, and five observable levels."""

    id: Id
    title: Text
    objective: Id
    weight: Annotated[int, Field(gt=0, le=100, description="percent")]
    levels: Levels


class PerformanceTask(Record):
    """A task with its rubric; ``objectives`` gives each objective's share in percent."""

    id: Annotated[str, Field(pattern=r"^PT\d{2}$")]
    title: Text
    objectives: dict[Id, int]
    graded: bool = True
    minutes: Minutes
    output: Text
    source: Id
    prompt: Text
    criteria: Annotated[tuple[Criterion, ...], Field(min_length=2)]
    waivers: tuple[Waiver, ...] = ()


class Score(Record):
    """A rater's level for a criterion, and the evidence for it."""

    level: Annotated[int, Field(ge=0, le=4)]
    note: Text


class Sample(Record):
    """A scored answer to a task that shows raters what a level looks like."""

    task: Id
    level: Annotated[int, Field(ge=1, le=4)]
    text: Text
    scores: dict[Id, Score]
    comment: Text
