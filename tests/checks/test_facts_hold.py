"""Every fact of the course that ships holds on every variant, and no public one answers a question of an exam."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
import yaml

from builders.checks.databases import Built, build_databases
from builders.checks.facts import Values, facts_are_expected, facts_differ, facts_hold, measure_facts
from builders.checks.hashes import check_hashes
from builders.course import Course, read_course
from builders.course.objectives import Dataset

ROOT = Path(__file__).parent.parent.parent
SPINE = yaml.safe_load((ROOT / "objectives.yaml").read_text(encoding="utf-8"))
VARIANTS = [(dataset["id"], variant["id"]) for dataset in SPINE["datasets"] for variant in dataset["variants"]]
EVERY = pytest.mark.parametrize(("name", "variant"), VARIANTS, ids=lambda text: text)


def quiet(note: str) -> None:
    """Show no progress."""


@cache
def course() -> Course:
    loaded = read_course(ROOT, secrets=True).course
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def built() -> Built:
    """All databases, made side by side where the cache of the course does not hold them."""
    databases, problems = build_databases(course(), quiet, every=True)
    assert problems == ()
    return databases


@pytest.fixture(scope="module")
def measured(built: Built) -> dict[str, Mapping[str, Values]]:
    """All facts, by dataset and variant."""
    return {dataset.id: measure_facts(course(), dataset, quiet, every=True) for dataset in course().spine.datasets}


def dataset_of(name: str) -> Dataset:
    return course().datasets[name]


def test_there_are_public_and_secure_variants() -> None:
    for dataset in course().spine.datasets:
        assert len(dataset.public_variants) >= 2
        assert len(dataset.secure_variants) >= 8
        assert course().variants_of(dataset) == dataset.public_variants + dataset.secure_variants


@EVERY
def test_facts_hold(name: str, variant: str, measured: dict[str, Mapping[str, Values]]) -> None:
    dataset = dataset_of(name)
    on = {variant: measured[name][variant]}
    assert len(on[variant]) > 100
    assert [finding.message for finding in facts_are_expected(course(), dataset, on)] == []
    assert [finding.message for finding in facts_hold(course(), dataset, on)] == []


@EVERY
def test_secure_facts_differ_from_public_ones(
    name: str, variant: str, measured: dict[str, Mapping[str, Values]]
) -> None:
    dataset = dataset_of(name)
    on = {key: values for key, values in measured[name].items() if key in (*dataset.public_variants, variant)}
    assert [finding.message for finding in facts_differ(course(), dataset, on)] == []


@EVERY
def test_tables_hash_to_the_manifest(name: str, variant: str, built: Built) -> None:
    assert dataset_of(name).manifest is not None
    problems = check_hashes(course(), {(name, variant): built[name, variant]}, quiet)
    assert [str(problem) for problem in problems] == []


def test_every_fact_prints(measured: dict[str, Mapping[str, Values]]) -> None:
    for name, variants in measured.items():
        for fact in course().facts_of(dataset_of(name)):
            for values in variants.values():
                assert fact.format.format(values[fact.id].value)
