"""Instances of a course's items on the variants of its datasets: what papers, keys, site and workbook are made from.

Computed values are noted beside the database they were computed on, as long as that database lasts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from builders.checks.databases import FULL, Progress, variant_database
from builders.checks.notes import note_beside, read_note, write_note
from builders.checks.rules import Finding, data_rule, problems_of
from builders.course.course import Course
from builders.course.items import Item, Pool
from builders.course.objectives import Dataset
from builders.course.problem import Problem
from builders.data import DatasetError
from builders.data.instances import RULE, Ground, Request, is_computed, needs_database, realise_all
from builders.markup import fact_values


@dataclass(frozen=True)
class Wanted:
    """An instance to make: an item, the number of its draw, and the variant of its dataset (None: practice)."""

    item: Item
    draw: int = 0
    variant: str | None = None


@data_rule("VA03")
def values_are_computed(course: Course, problems: Sequence[Problem]) -> Iterator[Finding]:
    """What an item computes gives one number or text, on every variant and in every draw that is looked at.

    A query may take ten seconds, a function of the file beside the items (``05-name.py`` beside ``05-name.yaml``)
    twenty together with the others. A function is called with a connection and with what the item is given.
    """
    items = {item.at: item for item in course.items}
    for problem in problems:
        yield Finding(items.get(problem.place, course.about), problem.message, problem.place)


def make_instances(
    course: Course, wanted: Sequence[Wanted], progress: Progress, *, scale: str = FULL, facts: bool = True
) -> list[Item | list[Problem]]:
    """Return an instance for each item that is wanted, or what is wrong with it.

    Databases are made where something is computed. Without ``facts`` the facts in texts stay as they are, for
    whoever renders them. Raises DatasetError where a database cannot be made.
    """
    bench = _Bench(course, progress, scale, facts)
    requests = [Request(one.item, one.draw, bench.ground(one)) for one in wanted]
    by_database: defaultdict[Path | None, list[int]] = defaultdict(list)
    for place, request in enumerate(requests):
        by_database[request.ground.database].append(place)
    made: dict[int, Item | list[Problem]] = {}
    for database, places in by_database.items():
        if database:
            progress(f"{len(places)} instances of items")
        made |= dict(zip(places, _noted(database, [requests[place] for place in places]), strict=True))
    return [made[place] for place in range(len(wanted))]


def practice_instances(course: Course, progress: Progress) -> tuple[Course, tuple[Problem, ...]]:
    """Return the course with its practice items as learners meet them: on the practice variant, draw 0.

    An item that cannot be made stays as it is written, `is_finished` is false of it, and a problem says why.
    """
    shown = [item for item in course.items if item.pool is not Pool.SECURE and is_computed(item)]
    try:
        made = make_instances(course, [Wanted(item) for item in shown], progress, facts=False)
    except DatasetError as error:
        made = [[Problem(item.at, RULE, f"'{item.id}' needs a database: {error}")] for item in shown]
    instances = {item.id: one for item, one in zip(shown, made, strict=True)}
    problems = [problem for one in made if isinstance(one, list) for problem in one]
    items = tuple(item if isinstance(one := instances.get(item.id, item), list) else one for item in course.items)
    return replace(course, items=items), problems_of("VA03", values_are_computed(course, problems))


def dataset_of(course: Course, item: Item) -> Dataset | None:
    """Return the dataset that an item is about: the one it names, else the course's only one."""
    if item.dataset:
        return course.datasets.get(item.dataset)
    return course.spine.datasets[0] if len(course.spine.datasets) == 1 else None


def variant_of(dataset: Dataset, variant: str | None) -> str:
    """Return a variant of a dataset by its name; practice where it has none of this name."""
    names = [known.id for known in dataset.variants]
    return variant if variant in names else dataset.practice


def variant_facts(course: Course, variant: str | None) -> dict[str, str]:
    """Return the facts of a course, written, each as it is expected on this variant of its dataset."""
    texts: dict[str, str] = {}
    for dataset in course.spine.datasets:
        texts |= fact_values(course.facts_of(dataset), variant_of(dataset, variant))
    return texts


@dataclass
class _Bench:
    """Lays the ground of instances; a database is looked up once."""

    course: Course
    progress: Progress
    scale: str
    facts: bool
    databases: dict[tuple[str, str], Path] = field(default_factory=dict)
    texts: dict[str | None, dict[str, str]] = field(default_factory=dict)

    def ground(self, wanted: Wanted) -> Ground:
        """Return what an instance stands on."""
        dataset = dataset_of(self.course, wanted.item)
        database = None
        if dataset and needs_database(wanted.item):
            database = self._database(dataset, variant_of(dataset, wanted.variant))
        path = wanted.item.at.path
        functions = (self.course.root / path).with_suffix(".py") if path else None
        return Ground(database, functions, self._facts(wanted.variant) if self.facts else None)

    def _database(self, dataset: Dataset, variant: str) -> Path:
        key = dataset.id, variant
        if key not in self.databases:
            self.databases[key] = variant_database(self.course, dataset, variant, self.progress, scale=self.scale)
        return self.databases[key]

    def _facts(self, variant: str | None) -> dict[str, str]:
        if variant not in self.texts:
            self.texts[variant] = variant_facts(self.course, variant)
        return self.texts[variant]


def _noted(database: Path | None, requests: Sequence[Request]) -> list[Item | list[Problem]]:
    """Make instances on one database, with the values that were noted beside it."""
    note = note_beside(database, "values") if database else None
    known = read_note(note) if note else {}
    before = len(known)
    made = realise_all(requests, known)
    if note and len(known) > before:
        write_note(note, known)
    return made
