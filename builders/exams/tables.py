"""What a blueprint asks for and a form holds, counted: the table of specifications, totals, margins, minutes.

A case counts whole: with the level and kind of its slot.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from builders.course import Bloom, Blueprint, Course, Form, FormEntry, Item, Kind, Slot
from builders.course.blueprints import Margin, MarginRange, labels_of
from builders.exams.forms import item_of

K = TypeVar("K")


@dataclass(frozen=True)
class Row:
    """What a question counts for; None where a slot leaves it open."""

    objective: str
    topic: str | None
    bloom: Bloom | None
    kind: Kind | None
    points: float
    minutes: float


@dataclass(frozen=True)
class TwoWay:
    """Points by topic and Bloom level; ``cells`` has no entry where there are none.

    Topics are in the order of the course. A topic or level None, the last where there is one, stands for open slots.
    """

    topics: tuple[str | None, ...]
    levels: tuple[Bloom | None, ...]
    cells: dict[tuple[str | None, Bloom | None], float]

    def topic(self, topic: str | None) -> float:
        """The points of a topic."""
        return sum(points for (own, _), points in self.cells.items() if own == topic)

    def level(self, level: Bloom | None) -> float:
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


@dataclass(frozen=True)
class Specification:
    """What a blueprint or a form adds up to, beside what the blueprint declares.

    ``paper_minutes`` is the time of the paper, None where the blueprint gives none beyond the questions'. Of a form
    every margin has one number: its ``least`` and ``most`` are the same.
    """

    table: TwoWay
    objectives: dict[str | None, Share]
    kinds: dict[str | None, Share]
    margins: tuple[MarginRange, ...]
    minutes: float
    paper_minutes: float | None

    @property
    def paper_share(self) -> float | None:
        """The questions' part of the paper's time; the rest is for reading and looking over."""
        return None if self.paper_minutes is None else self.minutes / self.paper_minutes


def blueprint_specification(blueprint: Blueprint, course: Course) -> Specification:
    """Return what the slots of a blueprint add up to, and whether they can meet its margins."""
    rows = [_slot_row(slot) for slot in blueprint.slots]
    return _specification(rows, blueprint, course, tuple(blueprint.margin_ranges()))


def form_specification(form: Form, blueprint: Blueprint, course: Course) -> Specification:
    """Return what the questions of a form add up to, and how that compares with the margins of its blueprint."""
    rows = [_entry_row(entry, course) for entry in form.entries]
    margins = []
    for margin in blueprint.margin_ranges():
        points = sum(row.points for row in rows if _labels(margin.margin, row) == margin.labels)
        margins.append(
            MarginRange(margin.margin, margin.labels, margin.declared, margin.tolerance, least=points, most=points)
        )
    return _specification(rows, blueprint, course, tuple(margins))


def two_way(form: Form, course: Course) -> TwoWay:
    """Return the points of a form by topic and level, topics in the order of the course."""
    return _two_way([_entry_row(entry, course) for entry in form.entries], course)


def totals(form: Form, sort: Callable[[Item], K]) -> dict[K, Share]:
    """Return what the questions of each sort add up to, in the order in which the sorts first occur."""
    return _shares((sort(item_of(entry)), entry.points, entry.minutes) for entry in form.entries)


def _slot_row(slot: Slot) -> Row:
    return Row(slot.objective, slot.topic, slot.bloom, slot.kind, slot.points, slot.minutes)


def _entry_row(entry: FormEntry, course: Course) -> Row:
    item = item_of(entry)
    return Row(item.objective, item.topic, course.bloom_of(item), item.kind, entry.points, entry.minutes)


def _labels(margin: Margin, row: Row) -> tuple[str | None, ...]:
    return labels_of(margin, row.objective, row.topic, row.bloom, row.kind)


def _specification(
    rows: Sequence[Row], blueprint: Blueprint, course: Course, margins: tuple[MarginRange, ...]
) -> Specification:
    return Specification(
        table=_two_way(rows, course),
        objectives=_shares((row.objective, row.points, row.minutes) for row in rows),
        kinds=_shares((row.kind.value if row.kind else None, row.points, row.minutes) for row in rows),
        margins=margins,
        minutes=sum(row.minutes for row in rows),
        paper_minutes=blueprint.minutes,
    )


def _two_way(rows: Sequence[Row], course: Course) -> TwoWay:
    cells: dict[tuple[str | None, Bloom | None], float] = {}
    for row in rows:
        cells[row.topic, row.bloom] = cells.get((row.topic, row.bloom), 0.0) + row.points
    used = {topic for topic, _ in cells}
    topics: list[str | None] = [topic.id for topic in course.spine.topics if topic.id in used]
    unknown = sorted(topic for topic in used if topic and topic not in topics)
    levels: list[Bloom | None] = [*Bloom, *([None] if any(level is None for _, level in cells) else [])]
    return TwoWay((*topics, *unknown, *([None] if None in used else [])), tuple(levels), cells)


def _shares(rows: Iterable[tuple[K, float, float]]) -> dict[K, Share]:
    shares: dict[K, Share] = {}
    for name, points, minutes in rows:
        old = shares.get(name, Share(0, 0.0, 0.0))
        shares[name] = Share(old.questions + 1, old.points + points, old.minutes + minutes)
    return shares
