"""Forms that were given, kept beside the secrets, and the items that they have shown too often.

``coursepack exam keep`` copies a ``form.json`` into ``assessments/secure/administered/``, named by the day of the
sitting. Only that folder counts: what lies in ``build/`` was printed, and perhaps never given.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from builders.course import Blueprint, Course, Form, Place, Problem, nearest, write_atomic
from builders.course.blueprints import Exposure
from builders.exams.forms import RULE, read_form

FOLDER = Path("assessments/secure/administered")
NAME = re.compile(r"(\d{4}-\d\d-\d\d)-.+\.json")


@dataclass(frozen=True)
class Kept:
    """A form that was given, and the day of its sitting (ISO date)."""

    day: str
    path: Path
    form: Form

    @property
    def sitting(self) -> tuple[str, str]:
        """The forms of a blueprint that were given on one day are one sitting."""
        return self.form.blueprint, self.day

    @property
    def items(self) -> frozenset[str]:
        """The ids of its items."""
        return frozenset(item_ids(self.form))


def item_ids(form: Form) -> Iterator[str]:
    """Yield the id of each question's item."""
    return (str(entry.item["id"]) for entry in form.entries)


def read_kept(root: Path) -> list[Problem] | tuple[Kept, ...]:
    """Return the forms that were kept, the earliest first; or what is wrong with one of the files."""
    kept: list[Kept] = []
    problems: list[Problem] = []
    for path in sorted((root / FOLDER).glob("*.json")):
        place = (FOLDER / path.name).as_posix()
        day, form = NAME.fullmatch(path.name), read_form(path)
        if isinstance(form, list):
            problems += [Problem(Place(place), problem.rule, problem.message) for problem in form]
        elif day is None:
            message = f"'{path.name}' does not say when the form was given; name it as '2026-01-31-{path.name}'"
            problems.append(Problem(Place(place), RULE, message))
        else:
            kept.append(Kept(day[1], path, form))
    return sorted(problems) if problems else tuple(kept)


def find_exposed(course: Course, blueprint: Blueprint) -> list[Problem] | frozenset[str]:
    """Return the items that a blueprint leaves out because kept forms showed them too often."""
    if blueprint.exposure is None:
        return frozenset()
    kept = read_kept(course.root)
    return kept if isinstance(kept, list) else exposed_items(blueprint.exposure, kept)


def exposed_items(exposure: Exposure, kept: tuple[Kept, ...]) -> frozenset[str]:
    """Return the items of the last sittings of each blueprint, and those that stood in too many sittings."""
    sittings: dict[tuple[str, str], frozenset[str]] = {}
    for one in sorted(kept, key=lambda one: one.sitting):
        sittings[one.sitting] = sittings.get(one.sitting, frozenset()) | one.items
    uses = Counter(item for items in sittings.values() for item in items)
    exposed = {item for item, count in uses.items() if exposure.max_uses and count >= exposure.max_uses}
    for name in {blueprint for blueprint, _ in sittings} if exposure.exclude_last else ():
        own = [items for (blueprint, _), items in sittings.items() if blueprint == name]
        exposed.update(*own[-(exposure.exclude_last or 0) :])
    return frozenset(exposed)


def keep_form(course: Course, path: Path, day: date) -> list[Problem] | Path:
    """Copy a form that was given into the folder of kept forms; return the copy, or why it is none of this course's.

    A form that was changed after it was made is refused, and one of another course, blueprint or bank. Keeping the
    same form again does nothing.
    """
    form = read_form(path)
    if isinstance(form, list):
        return form
    target = course.root / FOLDER / f"{day.isoformat()}-{form.blueprint}-{form.letter}.json"
    data = path.read_bytes()
    problems = [Problem(Place(path.as_posix()), RULE, message) for message in _strange(course, form)]
    if target.exists() and target.read_bytes() != data:
        message = f"another form {form.letter} of '{form.blueprint}' is kept for that day; was it given on another one?"
        problems.append(Problem(Place(path.as_posix()), RULE, message))
    if problems:
        return problems
    write_atomic(target, data)
    return target


def _strange(course: Course, form: Form) -> Iterator[str]:
    """Say what of a form this course does not know."""
    if form.course != course.about.title:
        yield f"the form is of the course '{form.course}'; keep it there"
        return
    names = [blueprint.id for blueprint in course.blueprints]
    if form.blueprint not in names:
        yield f"the blueprint '{form.blueprint}' is unknown" + nearest(form.blueprint, names)
    for entry in form.entries:
        name = str(entry.item["id"])
        if name not in course.items_by_id:
            yield f"the item '{name}' of question {entry.number} is unknown" + nearest(name, course.items_by_id)
