"""What a blueprint asks of the bank: groups of slots that ask for the same, and the items that fit them.

The assembly sees "two of these" and not two slots that could be swapped.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from builders.checks.leaks import find_cues
from builders.course import Blueprint, Course, Item, Kind, Pool, Slot
from builders.course.items import Case, EssayBody, TaskBody
from builders.course.record import Bloom
from builders.data.instances import needs_database


@dataclass(frozen=True)
class Need:
    """What a slot of one form asks for; topic and level are None where any will do, ``points`` are the slot's."""

    objective: str
    facet: str
    topic: str | None
    bloom: Bloom | None
    kinds: tuple[Kind, ...]
    points: float
    pool: Pool


@dataclass(frozen=True)
class Cell:
    """Where a question counts in the margins."""

    topic: str
    bloom: Bloom
    kind: Kind


@dataclass(frozen=True, eq=False)
class Group:
    """Slots that ask for the same: a need for each form, in the blueprint's order."""

    number: int
    needs: tuple[Need, ...]
    slots: tuple[Slot, ...]

    @property
    def objective(self) -> str:
        """The objective of all its slots."""
        return self.needs[0].objective

    @property
    def points(self) -> float:
        """The points of each of its slots."""
        return self.needs[0].points

    @property
    def minutes(self) -> float:
        """The mean minutes of its slots."""
        return sum(slot.minutes for slot in self.slots) / len(self.slots)


def need_of(slot: Slot, form: int) -> Need:
    """Return the need of a slot in the form with this index."""
    kinds = slot.allowed_kinds
    return Need(slot.objective, slot.facet_of(form), slot.topic, slot.bloom, kinds, slot.points, slot.pool)


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
    if need.topic not in (None, item.topic):
        yield "topic"
    if need.bloom not in (None, course.bloom_of(item)):
        yield "level"
    if item.kind not in need.kinds:
        yield "kind"
    if own_points(item) not in (None, need.points):
        yield "points"
    if item.pool is not need.pool:
        yield "pool"
    if not item.status.usable:
        yield "status"


@dataclass(frozen=True)
class Plan:
    """A blueprint laid beside a bank: forms, their needs, and the items that fit each need.

    ``exposed`` are the items that kept forms have shown too often, ``apart`` those that stand in forms of blueprints
    which this one keeps apart from.
    """

    course: Course
    blueprint: Blueprint
    letters: tuple[str, ...]
    seed: int
    exposed: frozenset[str] = frozenset()
    apart: frozenset[str] = frozenset()

    @property
    def anchor_count(self) -> int:
        """How many questions are the same in every form."""
        return self.blueprint.anchor_count(len(self.letters))

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The slots in groups that ask for the same, in the blueprint's order."""
        found: dict[tuple[Need, ...], list[Slot]] = {}
        for slot in self.blueprint.slots:
            found.setdefault(tuple(need_of(slot, form) for form in range(len(self.letters))), []).append(slot)
        return tuple(Group(number, needs, tuple(slots)) for number, (needs, slots) in enumerate(found.items()))

    @cached_property
    def fitting(self) -> dict[Need, tuple[Item, ...]]:
        """The items that fit each need, by id."""
        return {
            need: tuple(item for item in self._bank.get(need.objective, ()) if not list(self.misfits(item, need)))
            for need in dict.fromkeys(need for group in self.groups for need in group.needs)
        }

    def misfits(self, item: Item, need: Need) -> Iterator[str]:
        """Yield the name of each demand that an item does not meet; of exposed items and those kept apart, that too."""
        yield from misfits(self.course, item, need)
        if item.id in self.exposed:
            yield "exposed"
        if item.id in self.apart:
            yield "apart"

    def anchors(self, group: Group) -> tuple[Item, ...]:
        """Return the items that can be the same question in every form."""
        first, *others = (self.fitting[need] for need in group.needs)
        common = {item.id for item in first}.intersection(*({item.id for item in items} for items in others))
        return tuple(item for item in first if item.id in common and self._same_everywhere(item))

    def _same_everywhere(self, item: Item) -> bool:
        """Whether an item reads the same on the dataset variants of all forms."""
        variants = {self.blueprint.variants.get(letter) for letter in self.letters}
        return len(variants) == 1 or not (needs_database(item) or "{{ facts." in item.model_dump_json())

    def cells(self, group: Group) -> tuple[Cell, ...]:
        """Return where an item still to be written for a group may count, the objective's own level first."""
        need, objective = group.needs[0], self.course.objectives[group.objective]
        written = sorted({item.topic for item in self._bank.get(group.objective, ())} - set(objective.topics))
        declared = {label for margin in self._declared for label in margin if isinstance(label, Bloom)}
        levels = [objective.bloom, *(level for level in Bloom if level in declared - {objective.bloom})]
        topics = (need.topic,) if need.topic else (*objective.topics, *written)
        topics = topics or tuple(topic.id for topic in self.course.spine.topics)
        return tuple(Cell(*cell) for cell in product(topics, (need.bloom,) if need.bloom else levels, need.kinds))

    @cached_property
    def rivals(self) -> tuple[tuple[str, str], ...]:
        """Pairs of items that must not meet: enemies, and those of which one says the key of the other."""
        items = {item.id: item for items in self.fitting.values() for item in items}
        bank = [items[name] for name in sorted(items)]
        enemies = {(item.id, enemy) for item in bank for enemy in item.enemies if enemy in items}
        cued = {(cue.item, cue.answers) for cue in find_cues(bank, self.course.about.language)}
        return tuple(sorted({(min(pair), max(pair)) for pair in enemies | cued if pair[0] != pair[1]}))

    @cached_property
    def _declared(self) -> tuple[tuple[str | None, ...], ...]:
        return tuple(margin.labels for margin in self.blueprint.margin_ranges())

    @cached_property
    def _bank(self) -> dict[str, list[Item]]:
        """The items of each objective, by id."""
        found: dict[str, list[Item]] = {}
        for item in sorted(self.course.items, key=lambda item: item.id):
            found.setdefault(item.objective, []).append(item)
        return found
