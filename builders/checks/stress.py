"""The stress test of computed items: a hundred draws of each, and what comes out of them that should not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from builders.checks.databases import FULL, TINY, Progress
from builders.checks.instances import Wanted, make_instances, values_are_computed
from builders.checks.queries import INSTANCE_RULES
from builders.checks.rules import RULES, Finding, apply_rules, data_rule, problems_of
from builders.course.course import Course
from builders.course.items import Item, NumericBody
from builders.course.problem import Problem, Severity
from builders.data.instances import bodies_of, combinations, is_computed, needs_database

DRAWS = 100
"""How many draws of an item are made; fewer where it has no more."""


@dataclass(frozen=True)
class Drawn:
    """An item with its instances, by the number of the draw."""

    item: Item
    instances: dict[int, Item]


def stress_items(course: Course, progress: Progress) -> tuple[Problem, ...]:
    """Make a hundred instances of each computed item on small databases; return what is odd about them.

    Small databases are quick to ask, but hold so few rows that numbers meet by accident: a draw that looks odd there
    is made again on the full practice data, and counts only if it is odd there too. Raises DatasetError where a
    database cannot be made.
    """
    items = [item for item in course.items if item.status != "retired" and is_computed(item)]
    problems: list[Problem] = []
    for number, item in enumerate(items, start=1):
        progress(f"computed item {number} of {len(items)}")
        wanted = [Wanted(item, draw) for draw in range(min(DRAWS, combinations(item)))]
        made = _make(course, wanted, TINY, progress)
        if needs_database(item) and (odd := _odd_draws(course, made)):
            made = _make(course, [one for one in wanted if one.draw in odd], FULL, progress)
        failed = [problem for one in made.values() if isinstance(one, list) for problem in one]
        problems += problems_of("VA03", values_are_computed(course, failed[:1]))
        instances = {draw: one for draw, one in made.items() if not isinstance(one, list)}
        problems += problems_of("CQ05", draws_are_sound(course, [Drawn(item, instances)]))
    return tuple(sorted(set(problems)))


Made = dict[int, Item | list[Problem]]


def _make(course: Course, wanted: Sequence[Wanted], scale: str, progress: Progress) -> Made:
    made = make_instances(course, wanted, progress, scale=scale, facts=False)
    return {one.draw: instance for one, instance in zip(wanted, made, strict=True)}


def _odd_draws(course: Course, made: Made) -> set[int]:
    """Return the draws that look odd, with the draws they are the same as."""
    odd = {draw for draw, one in made.items() if isinstance(one, list) or any(_oddities(course, one))}
    instances = {draw: one for draw, one in made.items() if not isinstance(one, list)}
    return odd | {draw for pair in _twins(instances) for draw in pair}


@data_rule("CQ05")
def draws_are_sound(course: Course, drawn: Sequence[Drawn]) -> Iterator[Finding]:
    """Every draw of a computed item makes a question of its own, with numbers that can be asked for.

    No two draws make the same question; options and foreseen errors differ from each other and from the key; a wrong
    number lies outside the tolerance; no number is below the item's ``minimum`` (0 unless stated), and an exact answer
    has at most ``digits`` significant digits (6 unless stated). ``coursepack check --stress`` tries a hundred draws.
    """
    for one in drawn:
        for first, second in list(_twins(one.instances))[:1]:
            count = len(one.instances) - len({_face(item) for item in one.instances.values()})
            message = (
                f"'{one.item.id}': draws {first} and {second} make the same question, and {count} in all are doubled"
            )
            yield Finding(one.item, f"{message}; use in its text what it draws, or draw from fewer values")
        told: set[str] = set()
        for draw, item in one.instances.items():
            for kind, oddity in _oddities(course, item):
                if kind not in told:
                    told.add(kind)
                    yield Finding(one.item, f"'{one.item.id}' in draw {draw}: {oddity}")


def _twins(instances: dict[int, Item]) -> Iterator[tuple[int, int]]:
    """Yield draws that make the same question as an earlier one."""
    first: dict[str, int] = {}
    for draw, item in instances.items():
        other = first.setdefault(_face(item), draw)
        if other != draw:
            yield other, draw


def _face(item: Item) -> str:
    """Return what of an instance can be seen, as text: all but what it was given."""
    return json.dumps(item.model_dump(mode="json", exclude={"given"}), sort_keys=True)


def _oddities(course: Course, item: Item) -> Iterator[tuple[str, str]]:
    """Yield what is odd about an instance: a short name of the kind, and the message."""
    rules = {code: RULES[code] for code in INSTANCE_RULES}
    for problem in apply_rules(_alone(course, item), rules).problems:
        if problem.severity is Severity.ERROR:
            yield problem.rule, problem.message
    for label, body in bodies_of(item):
        for kind, message in _odd_numbers(body):
            yield f"{label}{kind}", message


def _alone(course: Course, item: Item) -> Course:
    """Return a course that holds this item only, for rules that look at items one by one."""
    return Course(course.root, course.spine, items=(item,), secrets=course.secrets)


def _odd_numbers(body: NumericBody) -> Iterator[tuple[str, str]]:
    numbers = [body.value, *(error.value for error in body.errors)]
    known = [number for number in numbers if number is not None]
    if low := [number for number in known if number < body.minimum]:
        yield "low", f"{low[0]:g} is below 'minimum', {body.minimum:g}; change the draws, or state a lower 'minimum'"
    if len(set(known)) < len(known):
        twice = next(number for place, number in enumerate(known) if number in known[:place])
        yield "twice", f"{twice:g} is foreseen twice; change the draws, or drop one of the errors"
    if body.value is not None and not body.margin and significant(body.value) > body.digits:
        message = f"the answer {body.value!r} has more than {body.digits} significant digits"
        yield "digits", f"{message}; round it, allow a 'tolerance', or state more 'digits'"


def significant(number: float) -> int:
    """Return how many significant digits a number has: 1 of 3000, 3 of 0.125."""
    return len(Decimal(repr(number)).normalize().as_tuple().digits)
