"""Rules that need a database: key queries run, mutants differ from their key.

Outcomes are kept in ``.cache/queries.json`` under the content of database and query, so that a second
check runs only what changed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from builders.checks.databases import practice_database
from builders.checks.rules import Subject
from builders.course.course import Course
from builders.course.files import digest, write_atomic
from builders.course.items import Sql
from builders.course.objectives import Dataset
from builders.course.problem import Place, Problem
from builders.data import QueryError, Result, compare, run_query


@dataclass(frozen=True)
class _Probe:
    """One thing to try on a database: its subject, rule, what its outcome depends on, and the trial."""

    place: Place
    rule: str
    depends_on: tuple[str, ...]
    trial: Callable[[Path], str]


def check_queries(course: Course, progress: Callable[[str], None]) -> tuple[Problem, ...]:
    """Run key queries and mutants on each dataset's practice variant; problems come sorted.

    Builds the database where it is not cached yet, which takes seconds. Raises DatasetError as `build_database` does.
    """
    problems: list[Problem] = []
    cache = _Outcomes(course.root / ".cache" / "queries.json")
    for dataset in course.spine.datasets:
        probes = list(_probes(course, dataset))
        if probes:
            problems += _run(probes, practice_database(course, dataset, progress), cache, progress)
    cache.save()
    return tuple(sorted(problems))


def _run(probes: list[_Probe], database: Path, cache: _Outcomes, progress: Callable[[str], None]) -> Iterator[Problem]:
    for number, probe in enumerate(probes, start=1):
        key = digest(database.name, probe.rule, *probe.depends_on)
        outcome = cache.get(key)
        if outcome is None:
            progress(f"query {number} of {len(probes)}")
            outcome = probe.trial(database)
        cache.keep(key, outcome)
        if outcome:
            yield Problem(probe.place, probe.rule, outcome)


class _Outcomes:
    """Messages of probes by digest; the empty message means that all is well."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.old: dict[str, str] = json.loads(path.read_text()) if path.is_file() else {}
        self.new: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.old.get(key)

    def keep(self, key: str, outcome: str) -> None:
        self.new[key] = outcome

    def save(self) -> None:
        """Keep the outcomes of this run only, so that the file never grows stale."""
        if self.new != self.old:
            write_atomic(self.path, json.dumps(self.new, indent=0, sort_keys=True))


def _probes(course: Course, dataset: Dataset) -> Iterator[_Probe]:
    for item in course.items:
        if isinstance(item, Sql) and item.dataset == dataset.id and item.status != "retired":
            yield from _item_probes(item)


def _item_probes(item: Sql) -> Iterator[_Probe]:
    yield _Probe(_place(item), "CQ01", (item.key_sql, str(item.checks)), lambda database: _try_key(item, database))
    for mutant in item.mutants:
        depends = (item.key_sql, mutant.sql, str(item.ordered))
        yield _Probe(
            mutant.at,
            "CQ02",
            depends,
            lambda database, sql=mutant.sql: _try_mutant(item, sql, database),  # type: ignore[misc]
        )


def _place(subject: Subject) -> Place:
    return subject.at


def _try_key(item: Sql, database: Path) -> str:
    """Return what is wrong with a key query, or nothing."""
    try:
        result = run_query(database, item.key_sql)
    except QueryError as error:
        return f"the key query of '{item.id}' fails: {error}; mend 'key_sql'"
    if item.checks.nonempty and not _has_value(result):
        return f"the key query of '{item.id}' gives no value; ask for what the data holds, or set 'nonempty: false'"
    return ""


def _has_value(result: Result) -> bool:
    return any(value is not None for row in result.rows for value in row)


def _try_mutant(item: Sql, sql: str, database: Path) -> str:
    """Return what is wrong with a mutant, or nothing: it runs, and its result differs from the key's."""
    try:
        key, mutant = run_query(database, item.key_sql), run_query(database, sql)
    except QueryError as error:
        return f"a mutant of '{item.id}' cannot be compared with its key: {error}; mend it"
    if compare(key, mutant, ordered=item.ordered, tolerance=0.0) is None:
        return f"a mutant of '{item.id}' gives the same result as the key; the misconception would go unseen"
    return ""
