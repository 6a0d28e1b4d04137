"""Blueprint, bank and seed become forms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from string import ascii_uppercase

from builders.checks.databases import Progress
from builders.course import Blueprint, Course, Form, Item, Problem, Severity, digest
from builders.exams.arrange import arrange_options
from builders.exams.choose import Chosen, choose_items, seeded
from builders.exams.forms import item_of, make_entry, make_form
from builders.exams.needs import Plan, need_of
from builders.exams.questions import Question, make_questions
from builders.exams.shortage import UNFILLED, find_shortage

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
    plan = Plan(course, blueprint, letters, blueprint.seed if seed is None else seed)
    chosen = choose_items(plan)
    if chosen is None:
        return find_shortage(plan)
    filled = [_items_in_slot_order(plan, chosen, index) for index in range(len(letters))]
    made = make_questions(plan, filled, progress)
    if isinstance(made, list):
        return made
    return tuple(_form(plan, index, questions) for index, questions in enumerate(made))


def form_letters(blueprint: Blueprint, forms: int | None) -> tuple[str, ...]:
    """Return the letters of the forms: the blueprint's, then those it leaves; none for a number that cannot be."""
    own = tuple(dict.fromkeys(blueprint.forms))
    count = len(own) if forms is None else forms
    letters = own + tuple(letter for letter in ascii_uppercase if letter not in own)
    return letters[:count] if 1 <= count <= len(letters) else ()


def _form(plan: Plan, index: int, questions: Sequence[Question]) -> Form:
    letter = plan.letters[index]
    orders = arrange_options([q.item for q in questions], digest("options", str(plan.seed), plan.blueprint.id, letter))
    entries = tuple(
        make_entry(slot, number, question.item, order, question.draw)
        for number, (slot, question, order) in enumerate(zip(plan.blueprint.slots, questions, orders, strict=True), 1)
    )
    return make_form(plan.course, plan.blueprint, letter, plan.seed, entries)


def _items_in_slot_order(plan: Plan, chosen: Chosen, index: int) -> list[Item]:
    """Give each slot one of the items of its need: the longer item to the longer slot, equals by seed."""
    waiting = {
        need: sorted(items, key=lambda item: (item.minutes, seeded("slot", plan.seed, item.id)))
        for (form, need), items in chosen.items()
        if form == index
    }
    slots = list(enumerate(plan.blueprint.slots))
    placed = {
        place: waiting[need_of(slot, index)].pop(0) for place, slot in sorted(slots, key=lambda pair: pair[1].minutes)
    }
    return [placed[place] for place, _ in slots]


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
