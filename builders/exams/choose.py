"""Which items fill which form: a mixed-integer program over the plan.

Every slot is filled; no item stands in two forms but an anchor, which stands in all; no two of a family and no
enemies meet in a form; margins, minutes and mean difficulty are within the blueprint's tolerance. Nothing is relaxed.
What is still free is settled by the seed, and by forms as equally difficult as that allows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, floor

from builders.course import Item, digest
from builders.course.blueprints import Labels, Margin, labels_of
from builders.exams.needs import Cell, Group, Plan
from builders.exams.program import NODES, Program

EQUAL_DIFFICULTY = 0.01
"""Two forms whose mean difficulty differs by no more are preferred to all others; better is not searched for."""

NEAR_ENOUGH = 0.01
"""By how much the draw may miss the least cost, a question: it need not be the least, only the same every time."""

EFFORT = 400_000
"""How long a draw is bettered: in nodes times decisions, because the nodes of large programs take longer."""

MINUTE, SHARE = 0.25, 0.01
"""In which steps the minutes and the difficulty of an item still to be written may differ from what is usual."""

USUAL_DIFFICULTY = 0.65
HARDEST, EASIEST = 0.05, 0.95
"""The difficulties that an item may have."""


class Limit(StrEnum):
    """What a form must meet besides its slots, families and enemies; in this order a shortage is explained."""

    ANCHORS = "anchors"
    MARGINS = "margins"
    MINUTES = "minutes"
    DIFFICULTY = "difficulty"


ALL = frozenset(Limit)


@dataclass(frozen=True, eq=False)
class Filler:
    """What may stand in the slots of a group, and the variable that says how often.

    ``form`` is None of an anchor, which stands in every form; ``item`` is None of items that are still to be written.
    """

    variable: int
    form: int | None
    group: Group
    cell: Cell
    minutes: float
    difficulty: float
    item: Item | None

    def labels(self, margin: Margin) -> Labels:
        """Return what it counts for in a margin."""
        return labels_of(margin, self.group.objective, self.cell.topic, self.cell.bloom, self.cell.kind)


@dataclass(frozen=True)
class Shift:
    """How many steps items still to be written are longer, shorter, easier or harder than usual, all together."""

    filler: Filler
    limit: Limit
    size: float
    variable: int


@dataclass(frozen=True)
class Chosen:
    """The items of each group of each form, and which of them are anchors."""

    items: dict[tuple[int, Group], list[Item]]
    anchors: frozenset[str]


class Assembly:
    """The program of a plan, and what its variables mean.

    ``gaps`` lets items stand in that are still to be written, of any length and difficulty; ``limits`` are those that
    hold; ``bank`` is False where only what is still to be written counts.
    """

    def __init__(self, plan: Plan, *, limits: frozenset[Limit] = ALL, gaps: bool = False, bank: bool = True) -> None:
        self.plan = plan
        self.program = Program()
        self.fillers: list[Filler] = []
        self.shifts: list[Shift] = []
        self.off_margin: dict[tuple[Margin, Labels], list[int]] = defaultdict(list)
        self.difficulty_gap: int | None = None
        anchored = plan.anchor_count if Limit.ANCHORS in limits else 0
        self._add_fillers(bank=bank, gaps=gaps, anchored=anchored)
        self._fill_slots()
        self._keep_apart()
        self._share_anchors(anchored)
        if gaps:
            self._add_shifts(limits)
        if Limit.MARGINS in limits:
            self._hold_margins(slack=not bank)
        if Limit.MINUTES in limits:
            self._hold_minutes()
        if Limit.DIFFICULTY in limits:
            self._hold_difficulty()

    def _add_fillers(self, *, bank: bool, gaps: bool, anchored: int) -> None:
        forms: list[int | None] = [None] if anchored else []
        for group in self.plan.groups:
            for form in [*forms, *range(len(self.plan.letters))]:
                for item in self._candidates(form, group) if bank else ():
                    cell = Cell(item.topic, self.plan.course.bloom_of(item), item.kind)
                    self._add_filler(form, group, cell, item)
                for cell in self.plan.cells(group) if gaps else ():
                    self._add_filler(form, group, cell, None)

    def _candidates(self, form: int | None, group: Group) -> tuple[Item, ...]:
        return self.plan.anchors(group) if form is None else self.plan.fitting[group.needs[form]]

    def _add_filler(self, form: int | None, group: Group, cell: Cell, item: Item | None) -> None:
        variable = self.program.variable(1.0 if item else len(group.slots), whole=True)
        minutes, difficulty = (item.minutes, item.difficulty) if item else (group.minutes, self._usual(group))
        self.fillers.append(Filler(variable, form, group, cell, minutes, difficulty, item))

    def _usual(self, group: Group) -> float:
        """The difficulty of an item still to be written: the blueprint's, else that of those that fit already."""
        if self.plan.blueprint.difficulty is not None:
            return self.plan.blueprint.difficulty
        own = [item.difficulty for need in group.needs for item in self.plan.fitting[need]]
        return round(sum(own) / len(own), 2) if own else USUAL_DIFFICULTY

    def in_form(self, form: int) -> Iterator[Filler]:
        """Yield what may stand in a form, anchors too."""
        return (filler for filler in self.fillers if filler.form in (None, form))

    def _fill_slots(self) -> None:
        filling: dict[tuple[int, Group], dict[int, float]] = defaultdict(dict)
        for form in range(len(self.plan.letters)):
            for filler in self.in_form(form):
                filling[form, filler.group][filler.variable] = 1.0
            for group in self.plan.groups:
                self.program.row(filling[form, group], len(group.slots), len(group.slots))

    def _keep_apart(self) -> None:
        """No item twice in all forms; in one form no two of a family, no enemies, none that answers another."""
        everywhere: dict[str, dict[int, float]] = defaultdict(dict)
        families: dict[tuple[int, str], dict[int, float]] = defaultdict(dict)
        places: dict[tuple[int, str], dict[int, float]] = defaultdict(dict)
        for filler in self.fillers:
            if item := filler.item:
                everywhere[item.id][filler.variable] = 1.0
                for form in self._forms_of(filler):
                    places[form, item.id][filler.variable] = 1.0
                    if item.family:
                        families[form, item.family][filler.variable] = 1.0
        for together in [*everywhere.values(), *families.values()]:
            if len(together) > 1:
                self.program.row(together, upper=1.0)
        for one, other in self.plan.rivals:
            for form in range(len(self.plan.letters)):
                if (form, one) in places and (form, other) in places:
                    self.program.row(places[form, one] | places[form, other], upper=1.0)

    def _forms_of(self, filler: Filler) -> Iterable[int]:
        return range(len(self.plan.letters)) if filler.form is None else (filler.form,)

    def _share_anchors(self, count: int) -> None:
        """Make ``count`` questions anchors, so that no objective has more than its share of them, rounded up."""
        if not count:
            return
        anchors = [filler for filler in self.fillers if filler.form is None]
        self.program.row({filler.variable: 1.0 for filler in anchors}, count, count)
        slots: dict[str, int] = defaultdict(int)
        for group in self.plan.groups:
            slots[group.objective] += len(group.slots)
        for objective, number in slots.items():
            own = {filler.variable: 1.0 for filler in anchors if filler.group.objective == objective}
            self.program.row(own, upper=ceil(count * number / len(self.plan.blueprint.slots)))

    def _add_shifts(self, limits: frozenset[Limit]) -> None:
        """Let items still to be written be longer or shorter, easier or harder, in whole steps."""
        for filler in self.fillers:
            if filler.item is None:
                reaches = {
                    Limit.MINUTES: (MINUTE, filler.minutes / 2, filler.minutes),
                    Limit.DIFFICULTY: (SHARE, filler.difficulty - HARDEST, EASIEST - filler.difficulty),
                }
                for limit in sorted(limits & set(reaches)):
                    step, down, up = reaches[limit]
                    self._add_shift(filler, limit, -step, floor(down / step + 1e-9))
                    self._add_shift(filler, limit, step, floor(up / step + 1e-9))

    def _add_shift(self, filler: Filler, limit: Limit, size: float, steps: int) -> None:
        variable = self.program.variable(steps * len(filler.group.slots), whole=True)
        self.program.row({variable: 1.0, filler.variable: -float(steps)}, upper=0.0)
        self.shifts.append(Shift(filler, limit, size, variable))

    def _hold_margins(self, *, slack: bool) -> None:
        """Hold the declared totals that depend on the choice; ``slack`` measures by how much they are missed."""
        for form in range(len(self.plan.letters)):
            for margin in self.plan.blueprint.margin_ranges():
                if margin.settled:
                    continue
                points = {
                    filler.variable: filler.group.points
                    for filler in self.in_form(form)
                    if filler.labels(margin.margin) == margin.labels
                }
                for sign in (1.0, -1.0) if slack else ():
                    variable = self.program.variable(self.plan.blueprint.points + margin.declared)
                    self.off_margin[margin.margin, margin.labels].append(variable)
                    points[variable] = sign
                self.program.row(points, margin.declared - margin.tolerance, margin.declared + margin.tolerance)

    def _hold_minutes(self) -> None:
        """Hold each form's minutes near the slots' and near the other forms'."""
        total = self.plan.blueprint.item_minutes
        margin = self.plan.blueprint.tolerance.minutes * total
        least = self.program.variable(total + margin, lower=total - margin)
        for form in range(len(self.plan.letters)):
            minutes = self._sum(form, Limit.MINUTES)
            self.program.row(minutes, total - margin, total + margin)
            self.program.row(minutes | {least: -1.0}, 0.0, margin)

    def _hold_difficulty(self) -> None:
        """Hold each form's mean difficulty near the other forms' and, where the blueprint names one, near that."""
        blueprint, forms = self.plan.blueprint, range(len(self.plan.letters))
        count = len(blueprint.slots)
        margin, target = blueprint.tolerance.difficulty * count, blueprint.difficulty
        sums = [self._sum(form, Limit.DIFFICULTY) for form in forms]
        if target is not None:
            for terms in sums:
                self.program.row(terms, target * count - margin, target * count + margin)
        if len(forms) > 1:
            least, self.difficulty_gap = self.program.variable(count), self.program.variable(margin)
            for terms in sums:
                self.program.row(terms | {least: -1.0}, lower=0.0)
                self.program.row(terms | {least: -1.0, self.difficulty_gap: -1.0}, upper=0.0)

    def _sum(self, form: int, limit: Limit) -> dict[int, float]:
        """The minutes, or the difficulties, of the questions of a form."""
        value = "minutes" if limit is Limit.MINUTES else "difficulty"
        terms = {filler.variable: float(getattr(filler, value)) for filler in self.in_form(form)}
        own = [shift for shift in self.shifts if shift.limit is limit and shift.filler.form in (None, form)]
        return terms | {shift.variable: shift.size for shift in own}

    def seeded_costs(self) -> dict[int, float]:
        """Return a cost from 0 to 1 for each decision, by seed, form and item alone.

        An item that joins the bank later leaves the costs of the others as they are.
        """
        plan = self.plan
        return {
            filler.variable: seeded(plan.seed, plan.blueprint.id, self._letter(filler), filler.item.id)
            for filler in self.fillers
            if filler.item
        }

    def _letter(self, filler: Filler) -> str:
        return "every" if filler.form is None else self.plan.letters[filler.form]

    def chosen(self, values: list[float]) -> Chosen:
        """Return the items that a solution takes."""
        places = [(form, group) for form in range(len(self.plan.letters)) for group in self.plan.groups]
        items: dict[tuple[int, Group], list[Item]] = {place: [] for place in places}
        taken = [filler for filler in self.fillers if filler.item and values[filler.variable] > 0.5]
        for filler in taken:
            for form in self._forms_of(filler):
                items[form, filler.group] += [filler.item] if filler.item else []
        return Chosen(items, frozenset(filler.item.id for filler in taken if filler.item and filler.form is None))


def seeded(*parts: object) -> float:
    """Return a number from 0 to 1 that depends on the parts and on nothing else, on every machine."""
    return int(digest(*(str(part) for part in parts))[:13], 16) / 16**13


def choose_items(plan: Plan) -> tuple[Chosen | None, bool]:
    """Return the items of every form, None where none are found, and whether the search came to its end."""
    assembly = Assembly(plan)
    program, costs, gap = assembly.program, assembly.seeded_costs(), assembly.difficulty_gap
    questions = len(plan.letters) * len(plan.blueprint.slots)
    nodes, near, values = min(NODES, max(10, EFFORT // max(1, len(costs)))), NEAR_ENOUGH * questions, None
    if gap is not None:
        allowed = program.upper[gap]
        program.upper[gap] = min(allowed, EQUAL_DIFFICULTY * len(plan.blueprint.slots))
        values = program.minimise(costs, near, nodes=nodes)
        program.upper[gap] = allowed
    values = values or program.minimise(costs, near, nodes=nodes)
    return (None if values is None else assembly.chosen(values)), values is not None or program.proved
