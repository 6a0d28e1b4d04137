"""What a blueprint asks of the bank: the needs of its slots, and the items that fit them.

Slots that ask for the same thing share one need, so that the assembly sees "two of these" and not two slots
that could be swapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from builders.course import Blueprint, Course, Item, Kind, Pool, Slot
from builders.course.items import Case, EssayBody, TaskBody
from builders.course.record import Bloom


@dataclass(frozen=True, order=True)
class Need:
    """What a slot of one form asks for; ``points`` are the slot's."""

    objective: str
    facet: str
    topic: str
    bloom: Bloom
    kind: Kind
    points: float
    pool: Pool


def need_of(slot: Slot, form: int) -> Need:
    """Return the need of a slot in the form with this index."""
    return Need(slot.objective, slot.facet_of(form), slot.topic, slot.bloom, slot.kind, slot.points, slot.pool)


def own_points(item: Item) -> float | None:
    """Return the points that an item's own scoring adds up to; None where a slot decides.

    Scoring points, the criteria of a rubric and the parts of a case cannot be stretched to another total.
    """
    if isinstance(item, Case):
        return sum(part.points for part in item.parts)
    if isinstance(item, EssayBody | TaskBody):
        return sum(criterion.points for criterion in item.criteria)
    scoring = getattr(item, "scoring", None)
    return None if scoring is None else sum(point.points for point in scoring)


def misfits(course: Course, item: Item, need: Need) -> Iterator[str]:
    """Yield the name of each demand that an item does not meet; nothing where it fits."""
    if item.objective != need.objective:
        yield "objective"
    if need.facet not in item.facets:
        yield "facet"
    if item.topic != need.topic:
        yield "topic"
    if course.bloom_of(item) is not need.bloom:
        yield "level"
    if item.kind is not need.kind:
        yield "kind"
    if own_points(item) not in (None, need.points):
        yield "points"
    if item.pool is not need.pool:
        yield "pool"
    if not item.status.usable:
        yield "status"


@dataclass(frozen=True)
class Plan:
    """A blueprint laid beside a bank: forms, their needs, and the items that fit each need."""

    course: Course
    blueprint: Blueprint
    letters: tuple[str, ...]
    seed: int

    @cached_property
    def slots(self) -> dict[tuple[int, Need], list[Slot]]:
        """The slots of each need of each form, in the blueprint's order."""
        found: dict[tuple[int, Need], list[Slot]] = {}
        for form in range(len(self.letters)):
            for slot in self.blueprint.slots:
                found.setdefault((form, need_of(slot, form)), []).append(slot)
        return found

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """All needs, in the order in which the blueprint meets them."""
        return tuple(dict.fromkeys(need for _, need in self.slots))

    @cached_property
    def fitting(self) -> dict[Need, tuple[Item, ...]]:
        """The items that fit each need, by id."""
        bank = sorted(self.course.items, key=lambda item: item.id)
        by_objective: dict[str, list[Item]] = {}
        for item in bank:
            by_objective.setdefault(item.objective, []).append(item)
        return {
            need: tuple(
                item for item in by_objective.get(need.objective, ()) if not list(misfits(self.course, item, need))
            )
            for need in self.needs
        }
