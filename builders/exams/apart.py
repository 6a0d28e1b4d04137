"""Blueprints that share no item: a midterm leaves out what the quizzes before it ask.

``apart_from: [probe]`` in a blueprint leaves out the items of the forms that those blueprints have by their
own seeds, whether they were printed or not. What was really given is the business of `exposure`. Rule REF12 sees to it
that no two blueprints wait for each other.
"""

from __future__ import annotations

from builders.course import Blueprint, Course, Problem
from builders.exams.choose import choose_items
from builders.exams.exposure import find_exposed
from builders.exams.needs import Plan
from builders.exams.shortage import UNFILLED


def find_apart(
    course: Course, blueprint: Blueprint, known: dict[str, frozenset[str]] | None = None
) -> list[Problem] | frozenset[str]:
    """Return the items that a blueprint leaves out because others that it names ask them; or why one of these has none.

    A blueprint that is planned asks nothing yet. ``known`` collects what each asks, so that none is drawn twice.
    """
    known = {} if known is None else known
    problems = [problem for name in blueprint.apart_from for problem in _learn(course, name, known)]
    return list(dict.fromkeys(problems)) or frozenset().union(*(known[name] for name in blueprint.apart_from))


def _learn(course: Course, name: str, known: dict[str, frozenset[str]]) -> list[Problem]:
    """Note the items of a blueprint's forms; return why there are none."""
    blueprint = course.blueprints_by_id[name]
    if name in known or blueprint.planned:
        known.setdefault(name, frozenset())
        return []
    exposed = find_exposed(course, blueprint)
    if isinstance(exposed, list):
        return exposed
    apart = find_apart(course, blueprint, known)
    if isinstance(apart, list):
        return apart
    plan = Plan(course, blueprint, tuple(dict.fromkeys(blueprint.forms)), blueprint.seed, exposed, apart)
    chosen, _ = choose_items(plan)
    if chosen is None:
        message = (
            f"'{name}' has no forms, so nothing can be kept apart from it; see: coursepack exams --blueprint {name}"
        )
        return [Problem(blueprint.at, UNFILLED, message)]
    known[name] = frozenset(item.id for items in chosen.items.values() for item in items)
    return []
