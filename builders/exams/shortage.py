"""Why a blueprint cannot be filled: the fewest items that the bank lacks, slot by slot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from builders.course import Problem
from builders.exams.choose import MINUTES_TOLERANCE, Assembly
from builders.exams.needs import Need, Plan, misfits

UNFILLED = "FM04"
UNTIMED = "FM05"

NEAR_MISS = {
    "status": "{n} would fit but {are} not reviewed yet, or retired",
    "points": "{n} would fit but {have} other points of {their} own",
    "level": "{n} would fit but {are} of another level",
    "facet": "{n} would fit but {have} other facets",
    "topic": "{n} would fit but {are} of another topic",
    "kind": "{n} would fit but {are} of another kind",
    "pool": "{n} would fit but {are} in another pool",
}
"""What to say of items that miss one demand only, the nearest to a remedy first."""


def find_shortage(plan: Plan) -> list[Problem]:
    """Return what keeps the forms from being filled: the smallest set of missing items, else the minutes.

    Slack variables stand for items that do not exist yet; the fewest of them make the forms complete.
    """
    assembly = Assembly(plan, admit_gaps=True)
    values = assembly.program.minimise(_costs(assembly))
    if values is None:
        raise RuntimeError("a program with slack on every row has a solution")
    missing = {place: round(values[variable]) for place, variable in assembly.missing.items()}
    if any(missing.values()):
        return sorted(_missing_items(plan, missing))
    return sorted(_wrong_minutes(assembly, values))


def _costs(assembly: Assembly) -> dict[int, float]:
    """A missing item weighs more than any excess of minutes; of equal sets, the earliest slots are reported."""
    plan = assembly.plan
    weight = 100 * plan.blueprint.item_minutes * len(plan.letters)
    order = {need: 1 + place / (1000 * len(plan.needs)) for place, need in enumerate(plan.needs)}
    costs = {variable: weight * order[need] for (_, need), variable in assembly.missing.items()}
    return costs | dict.fromkeys(assembly.off_time.values(), 1.0)


def _missing_items(plan: Plan, missing: dict[tuple[int, Need], int]) -> Iterator[Problem]:
    for need in plan.needs:
        count = sum(number for (_, other), number in missing.items() if other == need)
        if count:
            slots = {slot.id: slot for (_, other), found in plan.slots.items() if other == need for slot in found}
            place = min(slot.at for slot in slots.values())
            yield Problem(place, UNFILLED, _missing_message(plan, need, list(slots), count))


def _missing_message(plan: Plan, need: Need, slots: list[str], count: int) -> str:
    forms = {form: len(found) for (form, other), found in plan.slots.items() if other == need}
    asked, fitting = sum(forms.values()), len(plan.fitting[need])
    names = _listed([f"'{slot}'" for slot in slots])
    head = (
        f"{_count(count, 'item is', 'items are')} missing for slot{'s' * (len(slots) > 1)} {names} "
        f"in form{'s' * (len(forms) > 1)} {_listed([plan.letters[form] for form in forms])}"
    )
    what = (
        f"objective {need.objective}, facet {need.facet}, topic {need.topic}, level {need.bloom.value}, "
        f"kind {need.kind.value}, points {need.points:g}, pool {need.pool.value}"
    )
    found = f"{_count(asked, 'is', 'are')} needed, {_count(fitting, 'fits', 'fit')}"
    if fitting >= asked:
        found += ", but families, enemies or other slots keep them from being used together"
    remedy = f"write {_count(count, 'item', 'items')}"
    return "; ".join([f"{head} ({what}): {found}", remedy, *_near_misses(plan, need)])


def _count(number: int, one: str, other: str) -> str:
    return f"{number} {one if number == 1 else other}"


def _listed(names: list[str]) -> str:
    """Return ``A``, ``A and B``, ``A, B and C``."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]


def _near_misses(plan: Plan, need: Need) -> Iterator[str]:
    """Say how many items miss one demand only."""
    counts: Counter[str] = Counter()
    for item in plan.course.items:
        lacks = list(misfits(plan.course, item, need))
        if len(lacks) == 1:
            counts[lacks[0]] += 1
    for demand, text in NEAR_MISS.items():
        if n := counts[demand]:
            verbs = ("is", "has", "its") if n == 1 else ("are", "have", "their")
            yield text.format(n=n, are=verbs[0], have=verbs[1], their=verbs[2])


def _wrong_minutes(assembly: Assembly, values: list[float]) -> Iterator[Problem]:
    """Say by how much the minutes of each form miss the blueprint's at best."""
    plan = assembly.plan
    for form, letter in enumerate(plan.letters):
        excess = {sign: values[assembly.off_time[form, sign]] for sign in (1, -1)}
        for sign, comparison, remedy in ((1, "above", "shorter"), (-1, "below", "longer")):
            if excess[sign] > 1e-6:
                yield Problem(
                    plan.blueprint.at,
                    UNTIMED,
                    f"every choice of items for form {letter} is at least {round(excess[sign], 2):g} minutes "
                    f"{comparison} the {plan.blueprint.item_minutes:g} minutes of the slots "
                    f"(± {MINUTES_TOLERANCE:.0%}) or the other forms; correct the items' or the slots' minutes, "
                    f"or write {remedy} items",
                )
