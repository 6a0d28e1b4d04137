"""Why a blueprint cannot be filled: margins that clash, else the fewest items that the bank lacks, slot by slot.

Items that do not exist yet may stand in, of any length and difficulty. First as few of them as possible, then the
most usual ones: a set that is enough, and of which none can be spared.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from builders.course import Blueprint, Problem
from builders.exams.choose import ALL, Assembly, Filler, Limit
from builders.exams.needs import Cell, Group, Need, Plan

UNFILLED = "FM04"
UNTIMED = "FM05"
UNEQUAL = "FM06"
NODES = 20_000
"""How long the fewest items are searched for, in nodes."""

NEAR_MISS = {
    "status": "{n} would fit but {are} not reviewed yet, or retired",
    "exposed": "{n} would fit but {have} been used in kept forms",
    "apart": "{n} would fit but {have} a place in blueprints of 'apart_from'",
    "points": "{n} would fit but {have} other points of {their} own",
    "level": "{n} would fit but {are} of another level",
    "facet": "{n} would fit but {have} other facets",
    "topic": "{n} would fit but {are} of another topic",
    "kind": "{n} would fit but {are} of another kind",
    "pool": "{n} would fit but {are} in another pool",
}
"""What to say of items that miss one demand only, the nearest to a remedy first."""


@dataclass(frozen=True)
class Missing:
    """Items to be written for the slots of a group: how many for each form (None: one item for every form).

    ``sizes`` holds the minutes and the difficulty that each should have, so that the forms become equal.
    """

    group: Group
    need: Need
    cell: Cell
    count: dict[int | None, int]
    sizes: tuple[tuple[float, float], ...]

    @property
    def total(self) -> int:
        """How many items."""
        return sum(self.count.values())


def find_shortage(plan: Plan) -> list[Problem]:
    """Return what keeps the forms from being filled: margins that clash, else the smallest set of missing items."""
    if clashes := list(_clashes(plan)):
        return clashes
    missing, proved = fewest_items(plan)
    problems = [_missing_problem(plan, one, proved) for one in missing]
    return sorted([*problems, *_reasons(plan, sum(one.total for one in missing))])


def _clashes(plan: Plan) -> Iterator[Problem]:
    """Yield the margins that no items could meet, whatever the bank holds."""
    alone = replace(plan, letters=plan.letters[:1])
    assembly = Assembly(alone, limits=frozenset({Limit.MARGINS}), gaps=True, bank=False)
    amounts = {variable: 1.0 for variables in assembly.off_margin.values() for variable in variables}
    values = assembly.program.minimise(amounts, nodes=NODES)
    if values is None:
        raise RuntimeError("a program with slack on every margin has a solution")
    for margin in plan.blueprint.margin_ranges():
        missed = sum(values[variable] for variable in assembly.off_margin.get((margin.margin, margin.labels), ()))
        if missed > 1e-6:
            yield Problem(
                plan.blueprint.at,
                UNFILLED,
                f"margin {margin.margin} '{margin.name}' declares {margin.declared:g} points (± {margin.tolerance:g}), "
                f"and with the other margins no choice comes nearer than {missed:g} points to that; "
                f"change the margin, another one, or the slots",
            )


def fewest_items(plan: Plan, limits: frozenset[Limit] = ALL) -> tuple[list[Missing], bool]:
    """Return the fewest items that complete the forms, as usual as can be, and whether fewer are proved impossible."""
    assembly = Assembly(plan, limits=limits, gaps=True)
    program = assembly.program
    gaps = {filler.variable: 1.0 for filler in assembly.fillers if filler.item is None}
    values = program.minimise(gaps, nodes=NODES)
    if values is None:
        raise RuntimeError("a program with gaps in every slot has a solution")
    proved = program.proved
    program.row(gaps, upper=float(round(sum(values[variable] for variable in gaps))))
    values = program.minimise(_unusual(assembly), nodes=NODES) or values
    return list(_merged(assembly, values)), proved


def _unusual(assembly: Assembly) -> dict[int, float]:
    """Cost every step from what is usual; of equal sets take the slots and cells that come first."""
    gaps = [filler for filler in assembly.fillers if filler.item is None]
    order = {filler.variable: 0.5 * place / len(gaps) ** 2 for place, filler in enumerate(gaps)}
    return order | {shift.variable: 1.0 for shift in assembly.shifts}


def _merged(assembly: Assembly, values: list[float]) -> Iterator[Missing]:
    """Yield what is missing: one entry for all forms that lack the same, anchors apart."""
    found: dict[tuple[Group, Need, Cell, bool], list[Filler]] = defaultdict(list)
    for filler in assembly.fillers:
        if filler.item is None and round(values[filler.variable]):
            need = filler.group.needs[filler.form or 0]
            found[filler.group, need, filler.cell, filler.form is None].append(filler)
    for (group, need, cell, _), fillers in found.items():
        count = {filler.form: round(values[filler.variable]) for filler in fillers}
        sizes = [size for filler in fillers for size in _sizes(assembly, values, filler)]
        yield Missing(group, need, cell, count, tuple(sorted(sizes)))


def _sizes(assembly: Assembly, values: list[float], filler: Filler) -> list[tuple[float, float]]:
    """Return the minutes and the difficulty of each item still to be written, in whole steps from what is usual."""
    number = round(values[filler.variable])
    minutes, difficulty = [filler.minutes] * number, [filler.difficulty] * number
    for shift in assembly.shifts:
        if shift.filler is filler:
            sizes, steps = minutes if shift.limit is Limit.MINUTES else difficulty, round(values[shift.variable])
            for place in range(number):
                sizes[place] += shift.size * (steps // number + (place < steps % number))
    return [(round(own, 3), round(share, 3)) for own, share in zip(minutes, difficulty, strict=True)]


def _missing_problem(plan: Plan, missing: Missing, proved: bool) -> Problem:
    group, need = missing.group, missing.need
    if None in missing.count:
        asked, fitting = plan.anchor_count, len(plan.anchors(group))
        found = f"{_count(asked, 'question is', 'questions are')} to be the same in every form, {_fits(fitting)} here"
        where = "the same in every form"
    else:
        forms = [form for form in range(len(plan.letters)) if group.needs[form] == need]
        asked, fitting = len(forms) * len(group.slots), len(plan.fitting[need])
        found = f"{_count(asked, 'is', 'are')} needed, {_fits(fitting)}"
        where = f"in form{'s' * (len(forms) > 1)} {_listed([plan.letters[form] for form in forms])}"
    if fitting >= asked:
        found += ", but families, enemies, other slots or limits keep them from being used together"
    names = _listed([f"'{slot.id}'" for slot in group.slots])
    head = f"{_count(missing.total, 'item is', 'items are')} missing for slot{'s' * (len(group.slots) > 1)} {names}"
    remedy = f"write {_count(missing.total, 'item', 'items')} ({_sized(missing)})"
    if not proved:
        remedy += ", or fewer: the search was ended early"
    message = "; ".join([f"{head} {where} ({_asked(missing)}): {found}", remedy, *_near_misses(plan, need)])
    return Problem(group.slots[0].at, UNFILLED, message)


def _asked(missing: Missing) -> str:
    need, cell = missing.need, missing.cell
    facets = list(dict.fromkeys(own.facet for own in missing.group.needs)) if None in missing.count else [need.facet]
    return (
        f"objective {need.objective}, facet{'s' * (len(facets) > 1)} {_listed(facets)}, topic {cell.topic}, "
        f"level {cell.bloom.value}, kind {cell.kind.value}, points {need.points:g}, pool {need.pool.value}"
    )


def _sized(missing: Missing) -> str:
    sizes = missing.sizes[:1] if len(set(missing.sizes)) == 1 else missing.sizes
    return "; ".join(f"{_count(own, 'minute', 'minutes')}, difficulty {share:g}" for own, share in sizes)


def _fits(number: int) -> str:
    return _count(number, "fits", "fit")


def _count(number: float, one: str, other: str) -> str:
    return f"{number:g} {one if number == 1 else other}"


def _listed(names: list[str]) -> str:
    """Return ``A``, ``A and B``, ``A, B and C``."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _near_misses(plan: Plan, need: Need) -> Iterator[str]:
    """Say how many items miss one demand only."""
    counts: Counter[str] = Counter()
    for item in plan.course.items:
        lacks = list(plan.misfits(item, need))
        if len(lacks) == 1:
            counts[lacks[0]] += 1
    for demand, text in NEAR_MISS.items():
        if n := counts[demand]:
            verbs = ("is", "has", "its") if n == 1 else ("are", "have", "their")
            yield text.format(n=n, are=verbs[0], have=verbs[1], their=verbs[2])


def _reasons(plan: Plan, total: int) -> Iterator[Problem]:
    """Say which limits ask for items that the slots alone do not: each adds to what those before it lack."""
    held: frozenset[Limit] = frozenset()
    before = _total(plan, held)
    for limit in Limit:
        if before == total:
            return
        held |= {limit}
        now = total if held == ALL else _total(plan, held)
        if now > before:
            rule, text = _reason(plan.blueprint, limit)
            more = _count(now - before, "item", "items") + (" more" if before else "")
            yield Problem(plan.blueprint.at, rule, f"{text}: it takes {more}, named at the slots")
        before = now


def _total(plan: Plan, limits: frozenset[Limit]) -> int:
    return sum(one.total for one in fewest_items(plan, limits)[0])


def _reason(blueprint: Blueprint, limit: Limit) -> tuple[str, str]:
    tolerance = blueprint.tolerance
    match limit:
        case Limit.ANCHORS:
            return UNFILLED, "the bank has too few items for questions that are the same in every form"
        case Limit.MARGINS:
            return UNFILLED, "no choice of items meets the margins"
        case Limit.MINUTES:
            minutes = f"{blueprint.item_minutes:g} minutes of the slots (± {tolerance.minutes:.3g})"
            return UNTIMED, f"no choice of items keeps every form near the {minutes} and near the other forms"
        case Limit.DIFFICULTY:
            aim = "" if blueprint.difficulty is None else f" and of {blueprint.difficulty:g}"
            within = f"within {tolerance.difficulty:g} of each other{aim}"
            return UNEQUAL, f"no choice of items brings the mean difficulty of the forms {within}"
