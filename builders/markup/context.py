"""What a text needs to know to become HTML, and what happens when it cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from builders.course import Course, Place, Problem
from builders.course.draws import flat_values
from builders.course.objectives import Fact, Misconception
from builders.course.problem import NOWHERE


class Embed(Protocol):
    """How an output that cannot hold drawings in its text takes pictures and formulas."""

    def picture(self, name: str, data: bytes, alt: str) -> str:
        """Return HTML that shows a picture; ``name`` is that of its file."""

    def formula(self, latex: str, display: bool) -> str:
        """Return HTML that shows a formula, which is known to be sound."""


@dataclass(frozen=True)
class Context:
    """Where a text stands: its files, its ids, its values.

    ``root``            the course; no file outside it is read
    ``folder``          the folder of the text's file: images are looked up there first, then in ``root``
    ``place``           file and line that problems name
    ``prefix``          begins every id, so that two texts on one page never share one
    ``values``          what ``{{ name }}`` stands for, by full name (``facts.exp1.p_value``)
    ``terms``           the address of each glossary term, by lower-case term; None: terms are not links
    ``misconceptions``  the register, for keys
    ``heading``         the level of the text's ``#`` headings, 1 to 6
    ``embed``           takes pictures and formulas; None: they are drawn in the text
    """

    root: Path
    folder: Path | None = None
    place: Place = NOWHERE
    prefix: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, str] | None = None
    misconceptions: Mapping[str, Misconception] = field(default_factory=dict)
    heading: int = 4
    embed: Embed | None = None

    def within(self, name: str) -> Context:
        """Return the context of a piece of this one: its ids begin with ``prefix`` and ``name``."""
        return replace(self, prefix=f"{self.prefix}{name}-")

    def with_given(self, given: Mapping[str, Any]) -> Context:
        """Return a context in which ``{{ given.x }}``, or ``{{ given.x.part }}``, has these values too."""
        texts = {f"given.{name}": str(value) for name, value in flat_values(given).items()}
        return replace(self, values={**self.values, **texts})


def fact_values(facts: Iterable[Fact], variant: str) -> dict[str, str]:
    """Return the values of the facts on a dataset variant, each in its own format, as ``Context.values``."""
    expected = ((fact, fact.expected_on(variant)) for fact in facts)
    return {f"facts.{fact.id}": fact.format.format(value) for fact, value in expected if value is not None}


def practice_values(course: Course) -> dict[str, str]:
    """Return the values of all facts of a course as ``Context.values``, each on its dataset's practice variant."""
    values: dict[str, str] = {}
    for dataset in course.spine.datasets:
        values |= fact_values((fact for fact in course.facts if fact.at.path == dataset.facts), dataset.practice)
    return values


class MarkupError(Exception):
    """A text that cannot be rendered as written; ``problems`` says why, and what to do."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
