"""What a form holds, counted: the table of specifications, and totals by objective, level and kind.

A case counts whole: with the level and kind of its slot.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from builders.course import Bloom, Course, Form, FormEntry, Item
from builders.exams.forms import item_of

K = TypeVar("K")


@dataclass(frozen=True)
class TwoWay:
    """Points by topic and Bloom level; ``cells`` has no entry where there are none."""

    topics: tuple[str, ...]
    levels: tuple[Bloom, ...]
    cells: dict[tuple[str, Bloom], float]

    def topic(self, topic: str) -> float:
        """The points of a topic."""
        return sum(points for (own, _), points in self.cells.items() if own == topic)

    def level(self, level: Bloom) -> float:
        """The points of a level."""
        return sum(points for (_, own), points in self.cells.items() if own is level)

    @property
    def total(self) -> float:
        """All points."""
        return sum(self.cells.values())


@dataclass(frozen=True)
class Share:
    """What questions of one sort add up to."""

    questions: int
    points: float
    minutes: float


def two_way(form: Form, course: Course) -> TwoWay:
    """Return the points of a form by topic and level, topics in the order of the course."""
    cells: dict[tuple[str, Bloom], float] = {}
    for entry in form.entries:
        item = item_of(entry)
        place = item.topic, course.bloom_of(item)
        cells[place] = cells.get(place, 0.0) + entry.points
    used = {topic for topic, _ in cells}
    topics = [topic.id for topic in course.spine.topics if topic.id in used]
    return TwoWay(tuple(topics + sorted(used - set(topics))), tuple(Bloom), cells)


def totals(form: Form, sort: Callable[[Item], K]) -> dict[K, Share]:
    """Return what the questions of each sort add up to, in the order in which the sorts first occur."""
    groups: dict[K, list[FormEntry]] = {}
    for entry in form.entries:
        groups.setdefault(sort(item_of(entry)), []).append(entry)
    return {name: _share(entries) for name, entries in groups.items()}


def _share(entries: list[FormEntry]) -> Share:
    return Share(len(entries), sum(entry.points for entry in entries), sum(entry.minutes for entry in entries))
