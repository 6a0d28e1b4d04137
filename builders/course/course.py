"""A loaded course: all its records, and ways to find them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from builders.course.blueprints import Blueprint
from builders.course.cards import Card
from builders.course.items import Item, Pool
from builders.course.labs import Lab, LabSolutions
from builders.course.lessons import Lesson, Module
from builders.course.objectives import (
    About,
    Dataset,
    Fact,
    GlossaryTerm,
    Misconception,
    Objective,
    SecureDataset,
    Spine,
)
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
    secure_datasets: tuple[SecureDataset, ...] = ()
    labs: tuple[Lab, ...] = ()
    solutions: tuple[LabSolutions, ...] = ()

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
    def blueprints_by_id(self) -> dict[str, Blueprint]:
        """Blueprints by id."""
        return {blueprint.id: blueprint for blueprint in self.blueprints}

    @cached_property
    def datasets(self) -> dict[str, Dataset]:
        """Datasets by id."""
        return {dataset.id: dataset for dataset in self.spine.datasets}

    def facts_of(self, dataset: Dataset) -> tuple[Fact, ...]:
        """Return the facts of a dataset, in the order of their file."""
        return tuple(fact for fact in self.facts if fact.at.path == dataset.facts)

    def variants_of(self, dataset: Dataset) -> tuple[str, ...]:
        """Return the variants that can be made: the public ones, and the secure ones where their seed is known."""
        known = any(record.dataset == dataset.id for record in self.secure_datasets)
        return dataset.public_variants + (dataset.secure_variants if known else ())

    def seed_of(self, dataset: Dataset, variant: str) -> str | None:
        """Return the seed of a secure variant; None for a public one, which is its own seed.

        Raises KeyError where the variant is secure and the course was loaded without its seed.
        """
        if variant not in dataset.secure_variants:
            return None
        secrets = {record.dataset: record for record in self.secure_datasets}
        return secrets[dataset.id].seed_of(variant)

    @cached_property
    def labs_by_id(self) -> dict[str, Lab]:
        """Labs by id."""
        return {lab.id: lab for lab in self.labs}

    @cached_property
    def solutions_by_lab(self) -> dict[str, LabSolutions]:
        """The solutions of labs by the lab's id; none in a course loaded without secrets."""
        return {record.lab: record for record in self.solutions}

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
