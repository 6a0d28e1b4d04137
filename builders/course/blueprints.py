"""Blueprints (what an exam must hold) and forms (what one paper does hold)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from builders.course.items import Kind, Pool
from builders.course.record import Bloom, Id, Minutes, Points, Record, Text, Waiver

Letter = Annotated[str, Field(pattern=r"^[A-Z]$")]


class Slot(Record):
    """One question to fill: objective, facet (or one facet a form), topic, level, kind, points, minutes."""

    id: Id
    objective: Id
    facet: Text | tuple[Text, ...]
    topic: Id
    bloom: Bloom
    kind: Kind
    points: Points
    minutes: Minutes
    pool: Pool = Pool.SECURE

    def facet_of(self, form: int) -> str:
        """Return the facet for the form with this index (0 is form A); a list rotates."""
        return self.facet if isinstance(self.facet, str) else self.facet[form % len(self.facet)]


class Margins(Record):
    """Declared totals in points, which the slots must meet."""

    bloom: dict[Bloom, float] = {}
    topic: dict[Id, float] = {}
    objective: dict[Id, float] = {}


class Blueprint(Record):
    """A table of specifications. Points and minutes are computed from the slots.

    ``variants`` names the dataset variant of each form; a form without one has the practice variant.
    """

    id: Id
    title: Text
    forms: Annotated[tuple[Letter, ...], Field(min_length=1)]
    seed: int
    minutes: Minutes | None = None
    instructions: Text | None = None
    reference: Text | None = None
    variants: dict[Letter, Id] = {}
    slots: Annotated[tuple[Slot, ...], Field(min_length=1)]
    margins: Margins = Margins()
    planned: Text | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def points(self) -> float:
        """The sum of the slots' points."""
        return sum(slot.points for slot in self.slots)

    @property
    def item_minutes(self) -> float:
        """The sum of the slots' minutes, without reading time."""
        return sum(slot.minutes for slot in self.slots)


class FormEntry(Record):
    """A question of a form.

    ``order`` holds the printed order of the item's options (or answers, or steps) as indexes into
    the item's own list; ``draw`` is the number of the instance of a computed item; ``item`` is that instance, as it
    was, and ``digest`` its SHA-256.
    """

    slot: Id
    number: int
    points: Points
    minutes: Minutes
    order: tuple[int, ...] = ()
    draw: int = 0
    digest: str
    item: dict[str, Any]


class Form(Record):
    """One paper: the only source of its paper, key, rubric, exports and scoring."""

    course: Text
    version: Text
    released: Text
    blueprint: Id
    title: Text
    letter: Letter
    variant: Id | None = None
    seed: int
    points: float
    minutes: float
    instructions: Text | None = None
    reference: Text | None = None
    entries: tuple[FormEntry, ...]
    digest: str
