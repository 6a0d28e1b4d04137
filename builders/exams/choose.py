"""Which items fill which form: a mixed-integer program over the plan.

Hard: every slot filled, no item and no family twice in all forms together, no enemies in one form, every form's
minutes within 3 % of the slots' and of the other forms'. Soft: the mean difficulty of the forms, as near as the bank
allows. What is still free is settled by the seed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from builders.course import Item, digest
from builders.exams.needs import Need, Plan
from builders.exams.program import Program

MINUTES_TOLERANCE = 0.03
"""How far a form's minutes may be from the slots' sum, and from another form's, as a share of that sum."""

DIFFICULTY_GAP = 0.01
"""Two forms whose mean difficulty differs by no more count as equal: better is not searched for."""

Chosen = dict[tuple[int, Need], list[Item]]


@dataclass(frozen=True, order=True)
class Take:
    """The decision to put an item into a form for one of its needs."""

    form: int
    need: Need
    item: str


class Assembly:
    """The program of a plan, and what its variables mean."""

    def __init__(self, plan: Plan, *, admit_gaps: bool = False) -> None:
        self.plan = plan
        self.program = Program()
        self.items = {item.id: item for items in plan.fitting.values() for item in items}
        self.takes: dict[Take, int] = {}
        self.missing: dict[tuple[int, Need], int] = {}
        self.off_time: dict[tuple[int, int], int] = {}
        self._add_takes(admit_gaps)
        self._keep_apart()
        self._add_minutes(admit_gaps)

    def _add_takes(self, admit_gaps: bool) -> None:
        """Fill every need of every form; ``admit_gaps`` lets slots stay empty, counted in ``missing``."""
        for (form, need), slots in self.plan.slots.items():
            fill: dict[int, float] = {}
            for item in self.plan.fitting[need]:
                variable = self.program.variable(whole=True)
                self.takes[Take(form, need, item.id)] = variable
                fill[variable] = 1.0
            if admit_gaps:
                gap = self.program.variable(len(slots), whole=True)
                self.missing[form, need] = gap
                fill[gap] = 1.0
            self.program.row(fill, len(slots), len(slots))

    def _keep_apart(self) -> None:
        """No item and no family twice in all forms, no enemies in one form."""
        families: dict[str, dict[int, float]] = defaultdict(dict)
        places: dict[tuple[int, str], dict[int, float]] = defaultdict(dict)
        for take, variable in self.takes.items():
            item = self.items[take.item]
            families[f"family {item.family}" if item.family else f"item {item.id}"][variable] = 1.0
            places[take.form, item.id][variable] = 1.0
        for together in families.values():
            self.program.row(together, upper=1.0)
        for one, other in enemy_pairs(self.items):
            for form in range(len(self.plan.letters)):
                self.program.row(places[form, one] | places[form, other], upper=1.0)

    def _add_minutes(self, admit_gaps: bool) -> None:
        """Hold each form's minutes near the slots' and near the other forms'; ``admit_gaps`` measures the excess."""
        total = self.plan.blueprint.item_minutes
        margin = MINUTES_TOLERANCE * total
        least = self.program.variable(total + margin, lower=total - margin)
        for form in range(len(self.plan.letters)):
            minutes = self._minutes(form)
            if admit_gaps:
                for sign in (1, -1):
                    self.off_time[form, sign] = self.program.variable(10 * total)
                    minutes[self.off_time[form, sign]] = float(-sign)
            self.program.row(minutes, total - margin, total + margin)
            self.program.row(minutes | {least: -1.0}, 0.0, margin)

    def _minutes(self, form: int) -> dict[int, float]:
        """The minutes of a form; a gap counts as the mean of the slots it stands for."""
        terms = {variable: self.items[take.item].minutes for take, variable in self.takes.items() if take.form == form}
        for (place, need), variable in self.missing.items():
            if place == form:
                slots = self.plan.slots[form, need]
                terms[variable] = sum(slot.minutes for slot in slots) / len(slots)
        return terms

    def add_difficulty(self) -> int:
        """Measure how far the forms' mean difficulties are apart; return the variable that holds it."""
        count = len(self.plan.blueprint.slots)
        least, gap = self.program.variable(), self.program.variable()
        for form in range(len(self.plan.letters)):
            mean = {
                variable: self.items[take.item].difficulty / count
                for take, variable in self.takes.items()
                if take.form == form
            }
            self.program.row(mean | {least: -1.0}, lower=0.0)
            self.program.row(mean | {least: -1.0, gap: -1.0}, upper=0.0)
        return gap

    def seeded_costs(self) -> dict[int, float]:
        """Return a cost from 0 to 1 for each decision, by seed, form and item alone.

        An item that joins the bank later leaves the costs of the others as they are.
        """
        plan = self.plan
        return {
            variable: seeded(plan.seed, plan.blueprint.id, plan.letters[take.form], take.item)
            for take, variable in self.takes.items()
        }

    def chosen(self, values: list[float]) -> Chosen:
        """Return the items that a solution takes, by form and need."""
        found: Chosen = {place: [] for place in self.plan.slots}
        for take, variable in self.takes.items():
            if values[variable] > 0.5:
                found[take.form, take.need].append(self.items[take.item])
        return found


def seeded(*parts: object) -> float:
    """Return a number from 0 to 1 that depends on the parts and on nothing else, on every machine."""
    return int(digest(*(str(part) for part in parts))[:13], 16) / 16**13


def enemy_pairs(items: dict[str, Item]) -> Iterator[tuple[str, str]]:
    """Yield each pair of items that must not meet; naming the other once is enough."""
    pairs = {tuple(sorted((item.id, enemy))) for item in items.values() for enemy in item.enemies if enemy in items}
    for one, other in sorted(pairs):
        if one != other:
            yield one, other


def choose_items(plan: Plan) -> Chosen | None:
    """Return the items of every form; None where the bank cannot fill them all."""
    assembly = Assembly(plan)
    program, costs = assembly.program, assembly.seeded_costs()
    if len(plan.letters) > 1:
        gap = assembly.add_difficulty()
        program.upper[gap] = DIFFICULTY_GAP
        values = program.minimise(costs)
        if values is None:
            program.upper[gap] = 1.0
            best = program.minimise({gap: 1.0}, DIFFICULTY_GAP)
            if best is None:
                return None
            program.upper[gap] = best[gap] + 1e-6
            values = program.minimise(costs)
    else:
        values = program.minimise(costs)
    return None if values is None else assembly.chosen(values)
