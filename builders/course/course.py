"""A loaded course: all its records, and ways to find them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from builders.course.blueprints import Blueprint
from builders.course.cards import Card
from builders.course.items import Item, Pool
from builders.course.lessons import Lesson, Module
from builders.course.objectives import About, Dataset, Fact, GlossaryTerm, Misconception, Objective, Spine
from builders.course.record import Bloom
from builders.course.tasks import PerformanceTask, Sample


@dataclass(frozen=True)
class Course:
    """Everything a course says. Loaded without secrets, it holds no secure item and no sample."""

    root: Path
    spine: Spine
    modules: tuple[Module, ...] = ()
    items: tuple[Item, ...] = ()
    cards: tuple[Card, ...] = ()
    tasks: tuple[PerformanceTask, ...] = ()
    samples: tuple[Sample, ...] = ()
    blueprints: tuple[Blueprint, ...] = ()
    misconceptions: tuple[Misconception, ...] = ()
    glossary: tuple[GlossaryTerm, ...] = ()
    facts: tuple[Fact, ...] = ()
    secrets: bool = False

    @property
    def about(self) -> About:
        """Title page, version and rights."""
        return self.spine.course

    @cached_property
    def lessons(self) -> tuple[Lesson, ...]:
        """All lessons in reading order."""
        return tuple(lesson for module in self.modules for lesson in module.lessons)

    @cached_property
    def objectives(self) -> dict[str, Objective]:
        """Objectives by id."""
        return {objective.id: objective for objective in self.spine.objectives}

    @cached_property
    def items_by_id(self) -> dict[str, Item]:
        """Items by id."""
        return {item.id: item for item in self.items}

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """Datasets by id."""
        return {dataset.id: dataset for dataset in self.spine.datasets}

    @cached_property
    def misconceptions_by_id(self) -> dict[str, Misconception]:
        """Misconceptions by id."""
        return {misconception.id: misconception for misconception in self.misconceptions}

    def pool(self, *pools: Pool) -> tuple[Item, ...]:
        """Return the items of these pools that are not retired."""
        return tuple(item for item in self.items if item.pool in pools and item.status != "retired")

    def bloom_of(self, record: Item | Card) -> Bloom:
        """Return the level of an item or card: its own, else its objective's."""
        return record.bloom or self.objectives[record.objective].bloom

    def module_of(self, lesson_id: str) -> Module | None:
        """Return the module that holds a lesson."""
        return next((m for m in self.modules if any(lesson.id == lesson_id for lesson in m.lessons)), None)


def by_objective(items: Iterable[Item], objective: str) -> tuple[Item, ...]:
    """Return the items of one objective."""
    return tuple(item for item in items if item.objective == objective)
