"""Rules about forms: what the questions of one paper, or of several papers, give away or get wrong together.

Pure functions over forms, called after assembly: ``check_forms(forms, course)``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from pydantic import TypeAdapter

from builders.checks.leaks import find_cues
from builders.checks.rules import Finding, output_rule, problems_of, rule
from builders.checks.statistics import (
    LONGEST_RUN,
    Asked,
    asked_of,
    cycle,
    length_message,
    longest_run,
    place_message,
)
from builders.course.blueprints import Blueprint, Form, FormEntry, Slot
from builders.course.course import Course
from builders.course.items import Item
from builders.course.problem import NOWHERE, Place, Problem, Severity
from builders.course.record import Waiver

ITEM: TypeAdapter[Item] = TypeAdapter(Item)
WORKING_SHARE = 0.92
"""The share of a paper's minutes that its questions may take; the rest is for reading and looking again."""


@dataclass(frozen=True)
class Filled:
    """A form with its items, its blueprint and its course: the subject of findings about it."""

    form: Form
    course: Course
    blueprint: Blueprint | None

    @property
    def at(self) -> Place:
        """The place of the blueprint."""
        return self.blueprint.at if self.blueprint else NOWHERE

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The waivers of the blueprint."""
        return self.blueprint.waivers if self.blueprint else ()

    @property
    def name(self) -> str:
        """How messages name the form."""
        return f"form {self.form.letter} of {self.form.blueprint}"

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """The items as they were when the form was made."""
        return tuple(ITEM.validate_python(entry.item) for entry in self.form.entries)

    @cached_property
    def asked(self) -> tuple[Asked, ...]:
        """The questions with one right option, as they are printed."""
        pairs = zip(self.form.entries, self.items, strict=True)
        return tuple(one for entry, item in pairs for one in asked_of(item, entry.order))


def check_forms(forms: Sequence[Form], course: Course) -> tuple[Problem, ...]:
    """Return what is wrong with the forms of a course, each by itself and beside the others."""
    blueprints = {blueprint.id: blueprint for blueprint in course.blueprints}
    filled = [Filled(form, course, blueprints.get(form.blueprint)) for form in forms]
    problems = {*problems_of("FM03", items_used_once(filled))}
    for one in filled:
        problems |= {*problems_of("FM01", keys_are_spread_on(one)), *problems_of("FM02", no_pattern_of_keys(one))}
        problems |= {*problems_of("FM04", as_the_blueprint_says(one)), *problems_of("FM05", time_is_enough_on(one))}
        problems |= {*problems_of("MC07", longest_is_no_hint_on(one)), *problems_of("MC27", no_cues(one))}
    return tuple(sorted(problems))


def keys_are_spread_on(form: Filled) -> Iterator[Finding]:
    """Yield where the keys of a form stand unevenly, or too often in a row (FM01)."""
    message = place_message(form.asked, form.name)
    if message:
        yield Finding(form, message, severity=Severity.ERROR)
    run = longest_run([one.key for one in form.asked])
    if run > LONGEST_RUN:
        message = f"{form.name}: {run} keys in a row stand at the same place; free an option, or order the slots anew"
        yield Finding(form, message, severity=Severity.ERROR)


def longest_is_no_hint_on(form: Filled) -> Iterator[Finding]:
    """Yield where the longest option is right too often in a form (MC07)."""
    message = length_message(form.asked, form.name)
    if message:
        yield Finding(form, message, severity=Severity.ERROR)


@output_rule("FM02", Severity.WARNING)
def no_pattern_of_keys(form: Filled) -> Iterator[Finding]:
    """The letters of a form's keys follow no cycle of two to four letters three times over.

    Why: who sees A, C, A, C guesses the next (guideline 20). The printed order is drawn so that there is none, as far
    as options may move.
    Mend: free a fixed option (`order: logical`, `pin`), or put the slots in another order.
    Waive: on the blueprint, where the order of the slots is given.
    """
    found = cycle([one.key for one in form.asked])
    if found:
        letters = "".join(chr(65 + place) for place in found)
        yield Finding(form, f"{form.name}: the keys repeat {letters} three times; order the slots anew")


@output_rule("FM03")
def items_used_once(forms: Sequence[Filled]) -> Iterator[Finding]:
    """No item stands twice in live forms, and no two of one family in a form, or in forms of different exams.

    Why: the second to sit hears the questions from the first. Parallel forms of one exam may hold variants of one
    family, and the anchors that link them.
    Mend: write more items, or retire the form that was given. `reuse: {anchors: 0.2}` declares that forms are linked.
    Waive: on the blueprint, where all learners sit both forms at once.
    """
    users: defaultdict[str, list[tuple[Filled, FormEntry, Item]]] = defaultdict(list)
    for form in forms:
        for entry, item in zip(form.form.entries, form.items, strict=True):
            if not entry.anchor:
                users[item.family or item.id].append((form, entry, item))
    for uses in users.values():
        for (one, first, item), (other, second, twin) in combinations(uses, 2):
            parallel = one.form.blueprint == other.form.blueprint and one is not other
            if parallel and item.id != twin.id:
                continue
            where = f"question {first.number} of {one.name} and question {second.number} of {other.name}"
            same = f"both '{item.id}'" if item.id == twin.id else f"variants, '{item.id}' and '{twin.id}'"
            yield Finding(other, f"{where} are {same}; use each once")


@output_rule("FM04")
def as_the_blueprint_says(form: Filled) -> Iterator[Finding]:
    """A form fills the slots of its blueprint one by one: objective, facet, topic, level, kind, pool, points.

    Why: a form that differs measures something else than its parallel (guideline 1). The program that assembles keeps
    to the slots; this rule does not trust it, and looks at kept forms too.
    Mend: make the form anew with `coursepack exams`; if the blueprint changed, keep the old form's copy of it.
    Waive: no reason is known.
    """
    if form.blueprint is None:
        yield Finding(form, f"{form.name}: there is no blueprint of this name; restore it")
        return
    slots = {slot.id: slot for slot in form.blueprint.slots}
    names = [entry.slot for entry in form.form.entries]
    if sorted(names) != sorted(slots):
        odd = ", ".join(sorted({*names} ^ {*slots})) or "doubled"
        yield Finding(form, f"{form.name}: its questions are not the slots of the blueprint ({odd}); make it anew")
    for entry, item in zip(form.form.entries, form.items, strict=True):
        slot = slots.get(entry.slot)
        for what in _deviations(form, entry, item, slot) if slot else ():
            yield Finding(form, f"{form.name}, question {entry.number} ('{item.id}'): {what}; make the form anew")


def _deviations(form: Filled, entry: FormEntry, item: Item, slot: Slot) -> Iterator[str]:
    letters = form.blueprint.forms if form.blueprint else ()
    known_letter = form.form.letter in letters
    facet = slot.facet_of(letters.index(form.form.letter) if known_letter else 0)
    objective = form.course.objectives.get(item.objective)
    level = item.bloom or (objective.bloom if objective else None)
    known = form.course.items_by_id.get(item.id)
    compared: Iterable[tuple[str, object, object]] = (
        ("objective", item.objective, slot.objective),
        ("topic", item.topic, slot.topic or item.topic),
        ("level", level, slot.bloom or level),
        ("pool", known.pool if known else slot.pool, slot.pool),
        ("points", f"{entry.points:g}", f"{slot.points:g}"),
    )
    for name, have, wanted in compared:
        if have != wanted:
            yield f"its {name} is {have}, the slot's {wanted}"
    if item.kind not in slot.allowed_kinds:
        yield f"its kind is {item.kind}, the slot's {' or '.join(slot.allowed_kinds)}"
    if (known_letter or isinstance(slot.facet, str)) and facet not in item.facets:
        yield f"it does not test the facet {facet}"


def time_is_enough_on(form: Filled) -> Iterator[Finding]:
    """Yield where the questions of a form take more of its minutes than they may (FM05)."""
    if form.blueprint and form.blueprint.minutes:
        yield from _hurry(form, form.name, sum(item.minutes for item in form.items), form.form.minutes)


@rule("FM05")
def time_is_enough(course: Course) -> Iterator[Finding]:
    """The questions of a paper take at most 92 % of its minutes, where the blueprint states any.

    Why: learners read the instructions, look again, and write more slowly than authors.
    Mend: more `minutes`, or fewer slots.
    Waive: where speed is what is measured.
    """
    for blueprint in course.blueprints:
        if blueprint.minutes:
            yield from _hurry(blueprint, blueprint.id, blueprint.item_minutes, blueprint.minutes)


def _hurry(subject: Filled | Blueprint, name: str, taken: float, given: float) -> Iterator[Finding]:
    if taken > WORKING_SHARE * given + 1e-9:
        message = f"{name}: the questions take {taken:g} of {given:g} minutes; {WORKING_SHARE:.0%} is the most"
        yield Finding(subject, f"{message}, so give {taken / WORKING_SHARE:.0f} or drop questions")


@output_rule("MC27", Severity.WARNING)
def no_cues(form: Filled) -> Iterator[Finding]:
    """No question of a form says the key of another.

    Why: whoever reads on finds the answer (guideline 4). Looked for are the words of a key, in their order, in the stem
    or stimulus of another question; `builders.checks.leaks.find_cues` gives such pairs to assembly, which keeps them
    apart like `enemies`.
    Mend: other words in one of the two, or `enemies`.
    Waive: on the blueprint, where the word is part of the question's setting.
    """
    for cue in find_cues(form.items, form.course.about.language):
        message = f"{form.name}: '{cue.item}' says '{cue.words}', which answers '{cue.answers}'; make them enemies"
        yield Finding(form, message)
