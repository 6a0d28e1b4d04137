"""Blueprints (what an exam must hold) and forms (what one paper does hold)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from builders.course.items import Kind, Pool
from builders.course.objectives import About, Misconception, Objective, Topic
from builders.course.record import Bloom, Id, Minutes, Points, Record, Text, Waiver

Letter = Annotated[str, Field(pattern=r"^[A-Z]$")]
Total = Annotated[float, Field(ge=0, description="points")]
Margin = Literal["bloom", "topic", "objective", "kind", "cells"]
MARGINS: tuple[Margin, ...] = ("bloom", "topic", "objective", "kind", "cells")
Labels = tuple[str | None, ...]
"""What a question counts for in a margin: one label, in ``cells`` a topic and a level; None where a slot is open."""


class Slot(Record):
    """One question to fill: objective, facet (or one facet a form), topic, level, kind, points, minutes.

    ``kinds`` names several kinds of which each will do. A slot without topic or level takes any of its objective;
    the margins then say how many points each has.
    """

    id: Id
    objective: Id
    facet: Text | tuple[Text, ...]
    topic: Id | None = None
    bloom: Bloom | None = None
    kind: Kind | None = None
    kinds: Annotated[tuple[Kind, ...], Field(min_length=2)] | None = None
    points: Points
    minutes: Minutes
    pool: Pool = Pool.SECURE

    @model_validator(mode="after")
    def _kind_or_kinds(self) -> Self:
        if (self.kind is None) == (self.kinds is None):
            raise ValueError("a slot has either 'kind' or 'kinds'; give one of them")
        return self

    @property
    def allowed_kinds(self) -> tuple[Kind, ...]:
        """The kinds of which each will do."""
        return self.kinds or (() if self.kind is None else (self.kind,))

    def facet_of(self, form: int) -> str:
        """Return the facet for the form with this index (0 is form A); a list rotates."""
        return self.facet if isinstance(self.facet, str) else self.facet[form % len(self.facet)]

    def labels(self, margin: Margin) -> Labels:
        """Return what the slot counts for in a margin."""
        return labels_of(margin, self.objective, self.topic, self.bloom, self.kind)

    def may_count(self, margin: Margin, name: Labels) -> bool:
        """Whether an item of the slot can count for a name in a margin."""
        if margin == "kind":
            return name[0] in self.allowed_kinds
        return all(own in (None, asked) for own, asked in zip(self.labels(margin), name, strict=True))


def labels_of(margin: Margin, objective: str, topic: str | None, bloom: Bloom | None, kind: Kind | None) -> Labels:
    """Return what a question counts for in a margin."""
    match margin:
        case "bloom":
            return (bloom,)
        case "topic":
            return (topic,)
        case "objective":
            return (objective,)
        case "kind":
            return (kind,)
        case "cells":
            return (topic, bloom)


class Margins(Record):
    """Declared totals in points, which every form must meet; ``cells`` are those of topic × level."""

    bloom: dict[Bloom, Total] = {}
    topic: dict[Id, Total] = {}
    objective: dict[Id, Total] = {}
    kind: dict[Kind, Total] = {}
    cells: dict[Id, dict[Bloom, Total]] = {}

    def declared(self, margin: Margin) -> dict[Labels, float]:
        """Return the totals of a margin by what counts for them."""
        if margin == "cells":
            return {(topic, level): points for topic, row in self.cells.items() for level, points in row.items()}
        return {(label,): points for label, points in getattr(self, margin).items()}


class Tolerance(Record):
    """How far a form may be from what the blueprint says.

    ``minutes`` is a share of the slots' minutes, ``difficulty`` a share of points; the margins' are points.
    """

    minutes: Annotated[float, Field(ge=0, le=0.25)] = 0.03
    difficulty: Annotated[float, Field(ge=0, le=0.5)] = 0.03
    bloom: Total = 0.0
    topic: Total = 0.0
    objective: Total = 0.0
    kind: Total = 0.0
    cells: Total = 1.0

    def of(self, margin: Margin) -> float:
        """Return the tolerance of a margin, in points."""
        return float(getattr(self, margin))


class Anchors(Record):
    """Items that every form holds, so that results of the forms can be compared: their share of the questions."""

    anchors: Annotated[float, Field(gt=0, le=0.5)]


SHARE = {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5}
ANCHORS = {"type": "object", "properties": {"anchors": SHARE}, "required": ["anchors"], "additionalProperties": False}
Reuse = Annotated[
    Anchors | None,
    BeforeValidator(lambda value: None if value == "none" else value),
    WithJsonSchema({"anyOf": [{"const": "none"}, ANCHORS]}),
]


class Exposure(Record):
    """Which items have been seen too much, as the kept forms tell.

    ``exclude_last: 2`` leaves out what stood in the last two sittings of any blueprint, ``max_uses: 3`` what stood in
    three sittings altogether.
    """

    exclude_last: Annotated[int, Field(ge=1)] | None = None
    max_uses: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.exclude_last is None and self.max_uses is None:
            raise ValueError("'exposure' says nothing; give 'exclude_last' or 'max_uses'")
        return self


@dataclass(frozen=True)
class MarginRange:
    """A declared total in points, and what the slots can give: from ``least`` to ``most``, the same where none is open.

    ``labels`` are what counts for it: a level, a topic, an objective, a kind, or a topic and a level.
    """

    margin: Margin
    labels: Labels
    declared: float
    tolerance: float
    least: float
    most: float

    @property
    def name(self) -> str:
        """The labels as one text."""
        return " ".join(label or "" for label in self.labels)

    @property
    def possible(self) -> bool:
        """Whether the slots can meet it."""
        return self.least - self.tolerance - 1e-9 <= self.declared <= self.most + self.tolerance + 1e-9

    @property
    def settled(self) -> bool:
        """Whether it is met whatever items are chosen."""
        low, high = self.declared - self.tolerance - 1e-9, self.declared + self.tolerance + 1e-9
        return low <= self.least and self.most <= high


class Section(Record):
    """A group of questions under a heading of its own: the slots it names, or all slots of some kinds."""

    title: Text
    slots: Annotated[tuple[Id, ...], Field(min_length=1)] | None = None
    kinds: Annotated[tuple[Kind, ...], Field(min_length=1)] | None = None
    instructions: Text | None = None

    @model_validator(mode="after")
    def _slots_or_kinds(self) -> Self:
        if (self.slots is None) == (self.kinds is None):
            raise ValueError("a section has either 'slots' or 'kinds'; give one of them")
        return self

    def holds(self, slot: Slot) -> bool:
        """Whether a slot stands in the section."""
        if self.slots is not None:
            return slot.id in self.slots
        return set(slot.allowed_kinds) <= set(self.kinds or ())


class Blueprint(Record):
    """A table of specifications. Points and minutes are computed from the slots.

    ``variants`` names the dataset variant of each form; a form without one has the practice variant. ``difficulty``
    is the mean expected share of points that every form should have. ``sections`` group the questions of the paper,
    in their order; the slots then follow them. The number of a paper's pages is a multiple of ``pages``: 2 fills
    leaves, 4 folded sheets. ``answer_sheet`` asks for a leaf of its own on which closed questions are answered.
    ``apart_from`` names blueprints whose forms share no item with this one's.
    """

    id: Id
    title: Text
    forms: Annotated[tuple[Letter, ...], Field(min_length=1)]
    seed: int
    difficulty: Annotated[float, Field(ge=0.05, le=0.95)] | None = None
    tolerance: Tolerance = Tolerance()
    reuse: Reuse = None
    exposure: Exposure | None = None
    apart_from: tuple[Id, ...] = ()
    minutes: Minutes | None = None
    instructions: Text | None = None
    reference: Text | None = None
    variants: dict[Letter, Id] = {}
    slots: Annotated[tuple[Slot, ...], Field(min_length=1)]
    sections: tuple[Section, ...] = ()
    pages: Literal[2, 4] = 2
    answer_sheet: bool = False
    margins: Margins = Margins()
    planned: Text | None = None
    waivers: tuple[Waiver, ...] = ()

    @model_validator(mode="after")
    def _follow_sections(self) -> Self:
        """Put the slots in the order of the sections: so every form, its numbers and its key have the same order."""
        if self.sections:
            ordered = tuple(slot for section in self.sections for slot in self.slots_of(section))
            # A record is frozen once it is made; this is still its making.
            self.__dict__["slots"] = ordered
        return self

    def slots_of(self, section: Section) -> tuple[Slot, ...]:
        """Return the slots of a section, in the blueprint's order, or in that in which the section names them.

        :raises ValueError: where a slot is unknown, or stands in no section or in two.
        """
        self._check_sections()
        found = [slot for slot in self.slots if section.holds(slot)]
        if section.slots is not None:
            found.sort(key=lambda slot: (section.slots or ()).index(slot.id))
        return tuple(found)

    def _check_sections(self) -> None:
        known = {slot.id for slot in self.slots}
        for name in (name for section in self.sections for name in section.slots or () if name not in known):
            raise ValueError(f"a section names the slot '{name}', which is not there; correct it")
        for slot in self.slots:
            count = sum(section.holds(slot) for section in self.sections)
            if count != 1:
                where = "in no section" if count == 0 else f"in {count} sections"
                raise ValueError(f"the slot '{slot.id}' stands {where}; put each slot into exactly one")
        for section in self.sections:
            if not any(section.holds(slot) for slot in self.slots):
                raise ValueError(f"the section '{section.title}' is empty; give it slots or remove it")

    @property
    def points(self) -> float:
        """The sum of the slots' points."""
        return sum(slot.points for slot in self.slots)

    @property
    def item_minutes(self) -> float:
        """The sum of the slots' minutes, without reading time."""
        return sum(slot.minutes for slot in self.slots)

    def anchor_count(self, forms: int) -> int:
        """Return how many questions are the same in this many forms."""
        return round(self.reuse.anchors * len(self.slots)) or 1 if self.reuse and forms > 1 else 0

    def margin_ranges(self) -> Iterator[MarginRange]:
        """Yield each declared total beside what the slots can give. In a margin that is declared, the rest has none."""
        for margin in MARGINS:
            declared = self.margins.declared(margin)
            named = {labels for slot in self.slots if None not in (labels := slot.labels(margin))}
            for labels in [*declared, *sorted(named - set(declared), key=str)] if declared else ():
                least, most = self._range(margin, labels)
                yield MarginRange(margin, labels, declared.get(labels, 0.0), self.tolerance.of(margin), least, most)

    def _range(self, margin: Margin, name: Labels) -> tuple[float, float]:
        """Return the points that can count for a name: of slots that must, and of those that may as well."""
        least = sum(slot.points for slot in self.slots if slot.labels(margin) == name)
        return least, sum(slot.points for slot in self.slots if slot.may_count(margin, name))


class FormEntry(Record):
    """A question of a form.

    ``order`` holds the printed order of the item's options (or answers, or steps) as indexes into
    the item's own list; ``draw`` is the number of the instance of a computed item; ``item`` is that instance, as it
    was, and ``digest`` its SHA-256. An ``anchor`` is the same question in every form.
    """

    slot: Id
    number: int
    anchor: bool = False
    points: Points
    minutes: Minutes
    order: tuple[int, ...] = ()
    draw: int = 0
    digest: str
    item: dict[str, Any]


class FormSection(Record):
    """A section of a form: its heading, and the numbers of its questions."""

    title: Text
    instructions: Text | None = None
    questions: tuple[int, ...]


class AnswerField(Record):
    """Where an answer is given on a page (from 1): millimetres from the left and top of the sheet, and the size.

    ``name`` begins with the question: ``q3-B`` is the mark of option B, ``q5-2`` the box of prompt or step 2,
    ``q7-value`` a number, ``q8-gap1`` a gap, ``q9-writing`` lines; a part of a case adds its letter: ``q13-a-B``.
    ``option`` is the place of the option in the item's own list.
    """

    name: Text
    question: int
    page: int
    x: float
    y: float
    width: float
    height: float
    option: int | None = None


class PageLayout(Record):
    """The standard edition as it was laid out: sheet, pages, and the place of every answer field, in millimetres.

    ``question_pages`` are the pages from the first to the last that is not the reference card's; ``sheet`` holds the
    fields of the separate answer sheet.
    """

    paper: Text
    width: float
    height: float
    pages: int
    question_pages: int
    fields: tuple[AnswerField, ...]
    sheet: tuple[AnswerField, ...] = ()


class Frame(Record):
    """What the documents of a form say beside its questions, as the course was when the form was made.

    ``places`` are the files its items were read from, ``values`` the facts that its instructions quote, ``files`` the
    reference card and the pictures: their text, or ``base64:`` and what they hold.
    """

    about: About
    topics: tuple[Topic, ...]
    objectives: tuple[Objective, ...]
    misconceptions: tuple[Misconception, ...] = ()
    places: dict[Id, Text] = {}
    values: dict[Text, str] = {}
    files: dict[Text, str] = {}


class PrintedEdition(Record):
    """An edition that was printed: the factor of its times, and the pages before its reference card (0: unplanned)."""

    edition: Text
    time: float = 1.0
    question_pages: int = 0


class Made(Record):
    """How the documents of a form were made: program, sheet, editions, and the SHA-256 of each file."""

    software: Text
    paper: Text
    editions: tuple[PrintedEdition, ...]
    files: dict[Text, str]


class Form(Record):
    """One paper: the only source of its paper, key, rubric, exports and scoring.

    ``digest`` covers all but ``layout`` and ``made``, so that it is the same for A4 and Letter; ``layout`` has a digest
    of its own.
    """

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
    sections: tuple[FormSection, ...] = ()
    page_multiple: int = 2
    answer_sheet: bool = False
    entries: tuple[FormEntry, ...]
    frame: Frame
    digest: str
    layout: PageLayout | None = None
    layout_digest: str = ""
    made: Made | None = None
