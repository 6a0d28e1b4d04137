"""Blueprint, bank and seed become forms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from string import ascii_uppercase

from builders.checks.databases import Progress
from builders.course import Blueprint, Course, Form, Item, Problem, Severity, digest
from builders.exams.apart import find_apart
from builders.exams.arrange import arrange_options
from builders.exams.choose import Chosen, choose_items, seeded
from builders.exams.exposure import find_exposed
from builders.exams.forms import item_of, make_entry, make_form
from builders.exams.needs import Group, Plan
from builders.exams.questions import Question, make_questions
from builders.exams.shortage import UNFILLED, find_shortage
from builders.markup.order import Order

DIFFICULTY_TOLERANCE = 0.03
"""By how much the mean difficulty of two forms of a blueprint may differ (share of points)."""


def assemble(
    course: Course,
    blueprint: Blueprint,
    *,
    forms: int | None = None,
    seed: int | None = None,
    progress: Progress = lambda note: None,
) -> tuple[Form, ...] | list[Problem]:
    """Return parallel forms of a blueprint, or the problems that say why there are none.

    ``forms`` (how many) and ``seed`` take the place of what the blueprint says. The same course, blueprint, number
    and seed give the same forms. Computed items are made on the variant of each form, and databases where one needs
    them.
    """
    letters = form_letters(blueprint, forms)
    if not letters:
        message = f"{forms} forms cannot be made; ask for 1 to {len(ascii_uppercase)}, each has a letter of its own"
        return [Problem(blueprint.at, UNFILLED, message)]
    exposed = find_exposed(course, blueprint)
    if isinstance(exposed, list):
        return exposed
    apart = find_apart(course, blueprint)
    if isinstance(apart, list):
        return apart
    plan = Plan(course, blueprint, letters, blueprint.seed if seed is None else seed, exposed, apart)
    chosen, ended = choose_items(plan)
    if chosen is None:
        return find_shortage(plan) if ended else [_unsettled(plan)]
    made = make_questions(plan, place_items(plan, chosen), progress, chosen.anchors)
    if isinstance(made, list):
        return made
    return tuple(_forms(plan, chosen, made))


def _unsettled(plan: Plan) -> Problem:
    message = (
        f"no choice of items for {len(plan.letters)} forms was found, and none is proved impossible: the search was "
        f"ended; allow more 'tolerance', make fewer forms, or write more items"
    )
    return Problem(plan.blueprint.at, UNFILLED, message)


def form_letters(blueprint: Blueprint, forms: int | None) -> tuple[str, ...]:
    """Return the letters of the forms: the blueprint's, then those it leaves; none for a number that cannot be."""
    own = tuple(dict.fromkeys(blueprint.forms))
    count = len(own) if forms is None else forms
    letters = own + tuple(letter for letter in ascii_uppercase if letter not in own)
    return letters[:count] if 1 <= count <= len(letters) else ()


def _forms(plan: Plan, chosen: Chosen, made: Sequence[Sequence[Question]]) -> Iterator[Form]:
    """Yield the forms; the options of an anchor are in the same order in each."""
    fixed: dict[str, Order] = {}
    for letter, questions in zip(plan.letters, made, strict=True):
        items = [question.item for question in questions]
        orders = arrange_options(items, digest("options", str(plan.seed), plan.blueprint.id, letter), fixed)
        fixed = {item.id: order for item, order in zip(items, orders, strict=True) if item.id in chosen.anchors}
        entries = tuple(
            make_entry(slot, number, question.item, order, question.draw, anchor=question.item.id in chosen.anchors)
            for number, (slot, question, order) in enumerate(
                zip(plan.blueprint.slots, questions, orders, strict=True), 1
            )
        )
        yield make_form(plan.course, plan.blueprint, letter, plan.seed, entries)


def place_items(plan: Plan, chosen: Chosen) -> list[list[Item]]:
    """Return each form's items in the order of the slots; an anchor has the same slot in every form."""
    anchored: dict[str, Item] = {}
    placed = []
    for form in range(len(plan.letters)):
        own: dict[str, Item] = {}
        for group in plan.groups:
            own |= _place(plan, group, chosen.items[form, group], anchored)
        anchored = {slot: item for slot, item in own.items() if item.id in chosen.anchors}
        placed.append([own[slot.id] for slot in plan.blueprint.slots])
    return placed


def _place(plan: Plan, group: Group, items: Sequence[Item], anchored: dict[str, Item]) -> dict[str, Item]:
    """Give each slot of a group an item: the longer item to the longer slot, equals by seed."""
    fixed = {slot.id: anchored[slot.id] for slot in group.slots if slot.id in anchored}
    taken = {item.id for item in fixed.values()}
    slots = sorted((slot for slot in group.slots if slot.id not in fixed), key=lambda slot: slot.minutes)
    free = sorted(
        (item for item in items if item.id not in taken),
        key=lambda item: (item.minutes, seeded("slot", plan.seed, item.id)),
    )
    return fixed | {slot.id: item for slot, item in zip(slots, free, strict=True)}


def mean_difficulty(form: Form) -> float:
    """Return the mean expected share of points over the questions of a form."""
    return sum(item_of(entry).difficulty for entry in form.entries) / len(form.entries)


def find_unequal(blueprint: Blueprint, forms: tuple[Form, ...]) -> list[Problem]:
    """Warn where the bank allows no forms of equal difficulty: they are made, and the instructor should know."""
    means = {form.letter: mean_difficulty(form) for form in forms}
    return [
        Problem(
            blueprint.at,
            "FM06",
            f"forms {one} and {other} differ in mean difficulty by {abs(means[one] - means[other]):.2f} "
            f"({means[one]:.2f} and {means[other]:.2f}), more than {DIFFICULTY_TOLERANCE:g}; "
            f"write items of other difficulty for these slots, or check the estimates",
            Severity.WARNING,
        )
        for one, other in combinations(sorted(means), 2)
        if abs(means[one] - means[other]) > DIFFICULTY_TOLERANCE + 1e-9
    ]
