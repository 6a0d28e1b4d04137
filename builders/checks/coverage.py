"""Coverage is a definition: what must be true of every objective, and of every facet of it.

An objective is covered when it is taught (a lesson with a worked example), practised (at least four
exercises, one a facet, and six practice items), assessed at its level (as many secure items as the
blueprints need, at least 60 % at the author's level, at most 25 % above, none below but scaffolding),
judged by a rubric with scored samples where it asks to evaluate or create, and kept by cards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from builders.checks.rules import Finding, rule
from builders.course.course import Course, by_objective
from builders.course.items import Item, Pool
from builders.course.objectives import Facet, Objective
from builders.course.problem import Severity
from builders.course.record import Bloom

EXERCISES = 4
PRACTICE_ITEMS = 6
ITEMS_PER_FACET = 2
CARDS = {Bloom.REMEMBER: 3, Bloom.UNDERSTAND: 3, Bloom.APPLY: 3, Bloom.ANALYZE: 1, Bloom.EVALUATE: 1, Bloom.CREATE: 1}
AT_LEVEL = 0.60
ABOVE_LEVEL = 0.25


@dataclass(frozen=True)
class Row:
    """How one facet of an objective is covered. Counts only: a row can be shown to learners."""

    objective: str
    facet: str
    bloom: str
    lessons: tuple[str, ...]
    examples: int
    exercises: int
    facet_exercises: int
    practice: int
    secure: int
    secure_target: int
    facet_items: int
    slots: tuple[str, ...]
    tasks: tuple[str, ...]
    cards: int
    planned: str | None
    missing: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name of the facet's test, such as ``A1-join``."""
        return f"{self.objective}-{self.facet}"

    @property
    def covered(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    def as_data(self) -> dict[str, Any]:
        """Return the row as plain data for a JSON file."""
        return asdict(self)


def coverage(course: Course) -> tuple[Row, ...]:
    """Return a row for every facet of every objective, in the order of ``objectives.yaml``.

    Secure items and samples count only where the course was loaded with its secrets.
    """
    return tuple(_row(course, objective, facet) for objective in course.spine.objectives for facet in objective.facets)


def _row(course: Course, objective: Objective, facet: Facet) -> Row:
    lessons = [lesson for lesson in course.lessons if not lesson.fields.planned]
    teaching = [lesson for lesson in lessons if objective.id in lesson.fields.objectives]
    exercises = [e for lesson in lessons for e in lesson.exercises if e.objective == objective.id]
    items = by_objective(course.items, objective.id)
    items = tuple(item for item in items if item.status != "retired")
    row = Row(
        objective=objective.id,
        facet=facet.id,
        bloom=objective.bloom,
        lessons=tuple(lesson.id for lesson in teaching if facet.id in lesson.fields.facets),
        examples=sum(len(lesson.named("worked-example")) for lesson in teaching),
        exercises=len(exercises),
        facet_exercises=sum(facet.id in exercise.facets for exercise in exercises),
        practice=sum(item.pool is not Pool.SECURE for item in items),
        secure=sum(item.pool is Pool.SECURE for item in items),
        secure_target=_secure_target(course, objective.id),
        facet_items=sum(facet.id in item.facets for item in items),
        slots=tuple(_slots(course, objective.id, facet.id)),
        tasks=_rubric_tasks(course, objective.id),
        cards=sum(card.objective == objective.id for card in course.cards),
        planned=facet.planned,
        missing=(),
    )
    missing = (*_missing_teaching(row), *_missing_assessment(row, course, objective))
    if course.secrets:
        missing = (*missing, *_missing_items(row), *_off_level(course, items))
    return Row(**{**asdict(row), "missing": missing})


def _secure_target(course: Course, objective: str) -> int:
    """Return how many secure items the blueprints that are not planned need: slots times forms."""
    return sum(
        len(blueprint.forms)
        for blueprint in course.blueprints
        if not blueprint.planned
        for slot in blueprint.slots
        if slot.objective == objective and slot.pool is Pool.SECURE
    )


def _slots(course: Course, objective: str, facet: str) -> Iterator[str]:
    """Yield the slots that test a facet in at least one form, as ``blueprint slot``."""
    for blueprint in course.blueprints:
        for slot in blueprint.slots if not blueprint.planned else ():
            facets = {slot.facet_of(form) for form in range(len(blueprint.forms))}
            if slot.objective == objective and facet in facets:
                yield f"{blueprint.id} {slot.id}"


def _rubric_tasks(course: Course, objective: str) -> tuple[str, ...]:
    """Return the tasks that judge an objective and, as far as secrets are loaded, have scored samples."""
    sampled = {sample.task for sample in course.samples}
    return tuple(
        task.id for task in course.tasks if objective in task.objectives and (task.id in sampled or not course.secrets)
    )


def _missing_teaching(row: Row) -> Iterator[str]:
    if not row.lessons:
        yield "no lesson teaches it"
    if not row.examples:
        yield "no worked example"
    if row.exercises < EXERCISES:
        yield f"{row.exercises} of {EXERCISES} workbook exercises"
    if not row.facet_exercises:
        yield "no workbook exercise for this facet"
    if row.practice < PRACTICE_ITEMS:
        yield f"{row.practice} of {PRACTICE_ITEMS} practice items"
    if row.cards < CARDS[Bloom(row.bloom)]:
        yield f"{row.cards} of {CARDS[Bloom(row.bloom)]} cards"


def _missing_items(row: Row) -> Iterator[str]:
    """Yield what the bank lacks: only a course that was loaded with its secrets can tell."""
    if row.secure < row.secure_target:
        yield f"{row.secure} of {row.secure_target} secure items that the blueprints need"
    if row.facet_items < ITEMS_PER_FACET:
        yield f"{row.facet_items} of {ITEMS_PER_FACET} items for this facet"


def _missing_assessment(row: Row, course: Course, objective: Objective) -> Iterator[str]:
    if not row.slots:
        yield "no slot of a blueprint tests this facet"
    if objective.bloom in (Bloom.EVALUATE, Bloom.CREATE) and not row.tasks:
        yield "no rubric task with scored samples"


def _off_level(course: Course, items: tuple[Item, ...]) -> Iterator[str]:
    """Yield what is wrong with the levels of an objective's items; scaffolding does not count."""
    counted = [item for item in items if not item.scaffold]
    steps = Counter(_step(course, item) for item in counted)
    if not counted:
        return
    below = sum(steps[step] for step in steps if step < 0)
    above = sum(steps[step] for step in steps if step > 0)
    if below:
        yield f"{below} items below the objective's level that are not 'scaffold: true'"
    if above > ABOVE_LEVEL * len(counted):
        yield f"{above} of {len(counted)} items above the objective's level (at most {ABOVE_LEVEL:.0%})"
    if steps[0] < AT_LEVEL * len(counted):
        yield f"{steps[0]} of {len(counted)} items at the objective's level (at least {AT_LEVEL:.0%})"


def _step(course: Course, item: Item) -> int:
    return course.bloom_of(item).rank - course.objectives[item.objective].bloom.rank


@rule("COV1", last=True)
def objective_is_covered(course: Course) -> Iterator[Finding]:
    """Every facet of every objective is taught, practised, assessed at its level and kept by cards.

    What is not there yet is declared on the facet: ``planned: "reason"``.
    """
    facets = {(o.id, facet.id): facet for o in course.spine.objectives for facet in o.facets}
    for row in coverage(course):
        if row.missing and not row.planned:
            lacks = "; ".join(row.missing)
            message = f"{row.name} is not covered: {lacks}; add it, or declare the gap with 'planned' on the facet"
            yield Finding(facets[row.objective, row.facet], message)


@rule("COV2", Severity.WARNING, last=True)
def gap_is_still_open(course: Course) -> Iterator[Finding]:
    """A declared gap that is filled is no gap: delete ``planned``."""
    facets = {(o.id, facet.id): facet for o in course.spine.objectives for facet in o.facets}
    for row in coverage(course) if course.secrets else ():
        if row.planned and not row.missing:
            yield Finding(facets[row.objective, row.facet], f"{row.name} is covered; delete its 'planned'")


@dataclass(frozen=True)
class Gap:
    """Something unfinished that says so."""

    what: str
    reason: str


def gaps(course: Course) -> tuple[Gap, ...]:
    """Return all declared gaps: of facets, modules, lessons and blueprints."""
    found = [
        Gap(f"facet {objective.id}-{facet.id}", facet.planned)
        for objective in course.spine.objectives
        for facet in objective.facets
        if facet.planned
    ]
    found += [Gap(f"module {m.id}", m.fields.planned) for m in course.modules if m.fields.planned]
    found += [Gap(f"lesson {lesson.id}", lesson.fields.planned) for lesson in course.lessons if lesson.fields.planned]
    found += [Gap(f"blueprint {b.id}", b.planned) for b in course.blueprints if b.planned]
    return tuple(found)
