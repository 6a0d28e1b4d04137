"""Facts are measured: what each query or function gives on the variants of its dataset, and what it should be.

Values are noted beside the database they were measured on, under the text of the query or the source of
the function, so that a second check measures only what changed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from builders.checks.databases import Progress, looked_at, side_by_side, variant_database
from builders.checks.notes import note_beside, read_note, write_note
from builders.checks.rules import Finding, data_rule, problems_of
from builders.course.course import Course
from builders.course.files import digest
from builders.course.objectives import Dataset, Fact, FactValue
from builders.course.problem import Problem
from builders.data import QueryError, fact_value
from builders.data.limited import Call, LimitedError, Reason, call_limited
from builders.data.query import FACT_SECONDS

DIGITS = 1e-9
"""How near two numbers are that agree, as a share: floating sums may differ in their last digits."""


@dataclass(frozen=True)
class Measured:
    """What a fact is on a variant, or why it has no value there."""

    value: FactValue | None = None
    error: str | None = None


Values = Mapping[str, Measured]
"""Measured facts of one variant, by fact."""


def measure_facts(
    course: Course, dataset: Dataset, progress: Progress, *, every: bool = False
) -> dict[str, dict[str, Measured]]:
    """Measure the facts of a dataset on practice or on every variant: values by variant and fact.

    Raises DatasetError where a database cannot be made.
    """
    facts, variants = course.facts_of(dataset), looked_at(course, dataset, every=every)
    if not facts:
        return {}
    script = script_of(course, dataset)

    def measure(variant: str) -> dict[str, Measured]:
        return measure_on(variant_database(course, dataset, variant, lambda note: None), facts, script)

    found: dict[str, dict[str, Measured]] = {}
    for variant, values in side_by_side(measure, variants):
        found[variant] = values
        progress(f"{len(facts)} facts of {dataset.id} on {variant}, {len(found)} of {len(variants)} variants")
    return {variant: found[variant] for variant in variants}


def script_of(course: Course, dataset: Dataset) -> Path:
    """Return the file of a dataset's fact functions, whether it exists or not: beside its facts, same name."""
    return (course.root / (dataset.facts or "")).with_suffix(".py")


def measure_on(database: Path, facts: Sequence[Fact], script: Path) -> dict[str, Measured]:
    """Measure facts on one database; what was noted beside it is not measured again."""
    note = note_beside(database, "facts")
    source = script.read_text(encoding="utf-8") if script.is_file() else ""
    keys = {fact.id: digest("sql", fact.sql) if fact.sql else digest(source, fact.python or "") for fact in facts}
    noted = read_note(note)
    values = {fact.id: _measured(noted[keys[fact.id]]) for fact in facts if keys[fact.id] in noted}
    unknown = [fact for fact in facts if fact.id not in values]
    if unknown:
        values |= _measure_queries(database, unknown) | _measure_functions(database, unknown, script)
        known = {keys[name]: found.value for name, found in values.items() if found.error is None}
        write_note(note, known)
    return {fact.id: values[fact.id] for fact in facts}


def _measure_queries(database: Path, facts: Sequence[Fact]) -> dict[str, Measured]:
    return {fact.id: _measure_query(database, fact.sql) for fact in facts if fact.sql}


def _measure_query(database: Path, sql: str) -> Measured:
    try:
        return _measured(fact_value(database, sql))
    except QueryError as error:
        return Measured(error=str(error))


def _measure_functions(database: Path, facts: Sequence[Fact], script: Path) -> dict[str, Measured]:
    """Call the functions in one limited process; one that breaks it is left out, and the rest called again."""
    names = {fact.id: fact.python for fact in facts if fact.python}
    if names and not script.is_file():
        return dict.fromkeys(names, Measured(error=f"there is no file '{script.name}' beside the facts"))
    found: dict[str, Measured] = {}
    while waiting := [name for name in names if name not in found]:
        calls = [Call(names[name], (), database) for name in waiting]
        try:
            outcomes = call_limited(script, calls, seconds=FACT_SECONDS * len(calls), each=FACT_SECONDS)
        except LimitedError as error:
            outcomes = list(error.done)
            guilty = waiting if error.reason is Reason.SCRIPT else waiting[len(outcomes) :][:1] or waiting[-1:]
            found |= dict.fromkeys(guilty, Measured(error=str(error)))
        for name, outcome in zip(waiting, outcomes, strict=False):
            found[name] = Measured(error=outcome.error) if outcome.error is not None else _measured(outcome.value)
    return found


def _measured(value: object) -> Measured:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return Measured(error=f"a fact is a number or a text, and this is {value!r}")
    if isinstance(value, float) and not math.isfinite(value):
        return Measured(error=f"a fact is a number that can be written, and this is {value}")
    return Measured(value)


def check_facts(course: Course, progress: Progress, *, every: bool = False) -> tuple[Problem, ...]:
    """Measure the facts of all datasets, on practice or on every variant, and compare them with what is expected.

    Raises DatasetError where a database cannot be made.
    """
    problems: list[Problem] = []
    for dataset in course.spine.datasets:
        measured = measure_facts(course, dataset, progress, every=every)
        for code, check in (("FA01", facts_hold), ("FA02", facts_differ), ("FA03", facts_are_expected)):
            problems += problems_of(code, check(course, dataset, measured))
    return tuple(sorted(problems))


@data_rule("FA01")
def facts_hold(course: Course, dataset: Dataset, measured: Mapping[str, Values]) -> Iterator[Finding]:
    """A fact has the value that is expected of it, on every variant.

    Numbers agree to nine digits. A secure variant's value is expected in ``assessments/secure/datasets``.
    """
    for variant, values in measured.items():
        for fact in course.facts_of(dataset):
            found, expected = values[fact.id], fact.expected_on(variant)
            if found.error is not None:
                message = f"the fact '{fact.id}' has no value on '{variant}': {found.error}; mend its query or function"
                yield Finding(fact, message)
            elif expected is not None and not agree(found.value, expected):
                message = f"the fact '{fact.id}' is {found.value!r} on '{variant}' and 'expected' says {expected!r}"
                yield Finding(fact, f"{message}; correct the one that is wrong")


@data_rule("FA02")
def facts_differ(course: Course, dataset: Dataset, measured: Mapping[str, Values]) -> Iterator[Finding]:
    """What learners read on public variants answers no question on a secure one.

    So every fact differs on each secure variant from all public ones, unless it says ``constant: true``.
    """
    public = [variant for variant in measured if variant in dataset.public_variants]
    secure = [variant for variant in measured if variant in dataset.secure_variants]
    for fact in course.facts_of(dataset):
        if fact.constant:
            continue
        known = [measured[variant][fact.id].value for variant in public]
        same = [name for name in secure if any(agree(measured[name][fact.id].value, value) for value in known)]
        if same:
            message = f"the fact '{fact.id}' is on {', '.join(same)} what it is on a public variant"
            yield Finding(fact, f"{message}; vary the data, or say 'constant: true' if it cannot vary")


@data_rule("FA03")
def facts_are_expected(course: Course, dataset: Dataset, measured: Mapping[str, Values]) -> Iterator[Finding]:
    """Somebody has said what a fact must be on every variant; otherwise nobody would see it change."""
    for fact in course.facts_of(dataset):
        missing = [variant for variant in measured if fact.expected_on(variant) is None]
        if missing:
            message = f"nobody says what the fact '{fact.id}' is on {', '.join(missing)}"
            yield Finding(fact, f"{message}; run coursepack data --measure, and read what it finds before you keep it")


def agree(one: FactValue | None, other: FactValue | None) -> bool:
    """Whether two values are the same; numbers may differ after the ninth digit."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return abs(one - other) <= DIGITS * max(1.0, abs(one), abs(other))
    return one is not None and one == other
