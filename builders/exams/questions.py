"""The items of forms as their papers print them: each in a draw of its own, on the variant of its form, and tried."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from builders.checks.databases import Progress
from builders.checks.instances import Wanted, make_instances
from builders.checks.queries import check_instances
from builders.course import Item, Problem, Severity, digest
from builders.data import DatasetError
from builders.data.instances import combinations
from builders.exams.needs import Plan

EVERY = "every"
"""Stands for the letter of the form where a question is the same in all."""


@dataclass(frozen=True)
class Question:
    """An instance of an item, and the number of its draw."""

    item: Item
    draw: int


def make_questions(
    plan: Plan, forms: Sequence[Sequence[Item]], progress: Progress, anchors: Collection[str] = ()
) -> list[Problem] | tuple[tuple[Question, ...], ...]:
    """Return the questions of each form, in the order of its items; or what is wrong with one of them.

    ``anchors`` are the ids of items that are drawn alike in every form.
    """
    variants = plan.blueprint.variants
    wanted = [
        Wanted(item, draw_number(plan, EVERY if item.id in anchors else letter, item), variants.get(letter))
        for letter, items in zip(plan.letters, forms, strict=True)
        for item in items
    ]
    try:
        made = make_instances(plan.course, wanted, progress)
        instances = [one for one in made if not isinstance(one, list)]
        if len(instances) < len(made):
            return sorted({problem for one in made if isinstance(one, list) for problem in one})
        problems = check_instances(plan.course, list(zip(wanted, instances, strict=True)), progress)
    except DatasetError as error:
        message = f"the data of its forms cannot be made: {error}; check 'variants' and the generator"
        return [Problem(plan.blueprint.at, "DS01", message)]
    if errors := [problem for problem in problems if problem.severity is Severity.ERROR]:
        return errors
    questions = iter(Question(item, one.draw) for item, one in zip(instances, wanted, strict=True))
    return tuple(tuple(next(questions) for _ in items) for items in forms)


def draw_number(plan: Plan, letter: str, item: Item) -> int:
    """Return the draw of an item that a form holds: decided by seed, blueprint, letter and item; 0 of a single one."""
    number = int(digest("draw", str(plan.seed), plan.blueprint.id, letter, item.id)[:16], 16)
    return number % combinations(item)
