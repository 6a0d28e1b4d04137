"""Measures every fact on every variant, and writes down what it finds as the author would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml

from builders.checks.databases import Progress, build_databases
from builders.checks.facts import Values, agree, facts_hold, measure_facts
from builders.checks.rules import problems_of
from builders.course import Course, Problem, write_atomic
from builders.course.objectives import Dataset, Fact, FactValue

EXPECTED = re.compile(r"expected: \{[^}]*\}")
BLOCK = re.compile(r"^expected:.*\n(?:(?:[ \t].*)?\n)*", re.MULTILINE)


class Measurement(NamedTuple):
    """What measuring gave: facts without a value, lines for the author to read, files that were written."""

    problems: tuple[Problem, ...] = ()
    lines: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def measure(course: Course, progress: Progress = lambda note: None, *, write: bool = False) -> Measurement:
    """Measure all facts on all variants that the course was loaded for.

    The secure expectations are written anew. Public values that differ from the facts file come back as lines
    that fit into it; with ``write`` they are put there. Nothing is written while a fact has no value.
    """
    _, failed = build_databases(course, progress, every=True)
    if failed:
        return Measurement(failed)
    lines: list[str] = []
    files: list[Path] = []
    for dataset in course.spine.datasets:
        measured = measure_facts(course, dataset, progress, every=True)
        without = [found for values in measured.values() for found in values.values() if found.error is not None]
        if without:
            return Measurement(problems_of("FA01", facts_hold(course, dataset, measured)))
        changed = {fact.id: _public(fact, dataset, measured) for fact in _changed(course, dataset, measured)}
        for fact in course.facts_of(dataset):
            if fact.id in changed:
                lines += [f"{fact.at}: {fact.id}", f"    expected: {_flow(changed[fact.id])}"]
        if write and changed:
            files.append(_write_public(course, dataset, changed))
        files += _write_secure(course, dataset, measured)
    return Measurement((), tuple(lines), tuple(files))


def _changed(course: Course, dataset: Dataset, measured: Mapping[str, Values]) -> Iterator[Fact]:
    """Yield the facts that are something else on a public variant than the author expects."""
    for fact in course.facts_of(dataset):
        if any(not agree(measured[name][fact.id].value, fact.expected_on(name)) for name in dataset.public_variants):
            yield fact


def _public(fact: Fact, dataset: Dataset, measured: Mapping[str, Values]) -> dict[str, FactValue]:
    variants = (dataset.practice,) if fact.constant else dataset.public_variants
    return _values(fact, variants, measured)


def _values(fact: Fact, variants: tuple[str, ...], measured: Mapping[str, Values]) -> dict[str, FactValue]:
    found = {variant: measured[variant][fact.id].value for variant in variants}
    return {variant: value for variant, value in found.items() if value is not None}


def _write_public(course: Course, dataset: Dataset, changed: Mapping[str, Mapping[str, FactValue]]) -> Path:
    """Put expected values into the facts file; everything else in it stays as it is."""
    path = course.root / (dataset.facts or "")
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    starts = [fact.at.line - 1 for fact in course.facts_of(dataset)]
    pieces = ["".join(lines[: starts[0]])]
    for fact, begin, end in zip(course.facts_of(dataset), starts, [*starts[1:], len(lines)], strict=True):
        text = "".join(lines[begin:end])
        new = f"expected: {_flow(changed[fact.id])}" if fact.id in changed else ""
        pieces.append(EXPECTED.sub(lambda old, new=new: new, text, count=1) if new else text)  # type: ignore[misc]
    write_atomic(path, "".join(pieces))
    return path


def _write_secure(course: Course, dataset: Dataset, measured: Mapping[str, Values]) -> Iterator[Path]:
    """Write what facts are on secure variants, where their seed is known; seed and comments above stay."""
    for record in course.secure_datasets:
        if record.dataset != dataset.id:
            continue
        facts = [fact for fact in course.facts_of(dataset) if not fact.constant]
        entries = {fact.id: _values(fact, dataset.secure_variants, measured) for fact in facts}
        block = "".join(f"  {name}: {_flow(values)}\n" for name, values in entries.items())
        path = course.root / record.at.path
        old = path.read_text(encoding="utf-8").rstrip("\n") + "\n"
        head = BLOCK.sub("", old)
        write_atomic(path, f"{head}expected:\n{block}" if block else head)
        yield path


def _flow(values: Mapping[str, FactValue]) -> str:
    """Return a mapping as YAML on one line."""
    return yaml.safe_dump(
        dict(values), default_flow_style=True, sort_keys=False, allow_unicode=True, width=10**6
    ).strip()
