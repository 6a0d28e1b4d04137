"""Coverage of the course that ships, one named test a facet; and proof that each part of the definition can fail."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from builders.checks.coverage import Row, coverage, gaps
from builders.course import Course, read_course

ROOT = Path(__file__).parent.parent.parent
TINY = ROOT / "tests" / "courses" / "tiny"
ITEMS = "assessments/items/01-rad-pflegen.yaml"
SECURE = "assessments/secure/items/01-rad-pflegen.yaml"
LESSON = "source/01-rad-pflegen/01-was-quietscht-da.md"
CARDS = "assessments/cards/01-rad-pflegen.yaml"


@cache
def rows() -> dict[str, Row]:
    course = load(ROOT)
    return {row.name: row for row in coverage(course)}


def load(root: Path) -> Course:
    loaded = read_course(root, secrets=True)
    assert loaded.course is not None, loaded.problems
    return loaded.course


def facets() -> list[object]:
    """Return one parameter a facet; a declared gap is expected to fail, and must not pass unnoticed."""
    found: list[object] = []
    for objective in load(ROOT).spine.objectives:
        for facet in objective.facets:
            marks = [pytest.mark.xfail(reason=facet.planned, strict=True)] if facet.planned else []
            found.append(pytest.param(f"{objective.id}-{facet.id}", marks=marks))
    return found


@pytest.mark.parametrize("name", facets())
def test_objective_is_covered(name: str) -> None:
    assert rows()[name].missing == ()


def test_module_of_this_release_is_covered() -> None:
    assert [row.facet for row in rows().values() if row.objective == "A1" and row.covered] == [
        "filter-aggregate",
        "join",
        "time-window",
        "funnel-cohort",
        "data-quality",
    ]


def test_gaps_are_counted() -> None:
    planned = sum(bool(row.planned) for row in rows().values())
    assert len([gap for gap in gaps(load(ROOT)) if gap.what.startswith("facet")]) == planned


def drop(path: str, old: str, new: str = "", count: int = -1) -> Callable[[Path], None]:
    """Return a change of the small course: replace text of a file."""

    def change(root: Path) -> None:
        text = (root / path).read_text(encoding="utf-8")
        assert old in text
        (root / path).write_text(text.replace(old, new, count), encoding="utf-8")

    return change


def both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    """Return the changes as one."""

    def change(root: Path) -> None:
        for each in changes:
            each(root)

    return change


BROKEN: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "lesson": (
        drop(LESSON, "facets: [antrieb, bremsen, kette, sicherheit]", "facets: [antrieb]"),
        "pflegen-kette",
        "no lesson teaches it",
    ),
    "worked-example": (drop(LESSON, "{worked-example}", "{activity}"), "pflegen-kette", "no worked example"),
    "exercises": (
        drop(LESSON, ":objective: pflegen\n:facets: kette", ":objective: beurteilen\n:facets: sicherheit", 1),
        "pflegen-kette",
        "3 of 4 workbook exercises",
    ),
    "exercise-for-facet": (
        drop(LESSON, ":facets: antrieb", ":facets: bremsen"),
        "benennen-antrieb",
        "no workbook exercise for this facet",
    ),
    "practice-items": (
        drop(ITEMS, "status: reviewed", "status: retired", 1),
        "benennen-antrieb",
        "5 of 6 practice items",
    ),
    "secure-items": (
        drop(SECURE, "status: reviewed", "status: retired", 1),
        "benennen-antrieb",
        "3 of 4 secure items that the blueprints need",
    ),
    "items-for-facet": (
        both(drop(ITEMS, "bremsen]", "antrieb]"), drop(SECURE, "bremsen]", "antrieb]")),
        "benennen-bremsen",
        "0 of 2 items for this facet",
    ),
    "slot": (
        drop("assessments/blueprints/probe.yaml", "facet: bremsen", "facet: antrieb"),
        "benennen-bremsen",
        "no slot of a blueprint tests this facet",
    ),
    "planned-blueprint": (
        drop("assessments/blueprints/probe.yaml", "seed: 7", "seed: 7\nplanned: kommt noch"),
        "pflegen-kette",
        "no slot of a blueprint tests this facet",
    ),
    "rubric": (
        drop("assessments/tasks/pt01-pruefprotokoll.yaml", "beurteilen", "pflegen"),
        "beurteilen-sicherheit",
        "no rubric task with scored samples",
    ),
    "cards": (drop(CARDS, "objective: pflegen", "objective: benennen", 1), "pflegen-kette", "2 of 3 cards"),
    "below-level": (
        drop(ITEMS, "objective: pflegen\n", "bloom: remember\n    objective: pflegen\n", 1),
        "pflegen-kette",
        "1 items below the objective's level that are not 'scaffold: true'",
    ),
    "above-level": (
        drop(ITEMS, "objective: benennen\n", "bloom: understand\n    objective: benennen\n", 3),
        "benennen-antrieb",
        "3 of 10 items above the objective's level (at most 25%)",
    ),
    "at-level": (
        drop(ITEMS, "objective: benennen\n", "bloom: understand\n    objective: benennen\n", 5),
        "benennen-antrieb",
        "5 of 10 items at the objective's level (at least 60%)",
    ),
}
"""A broken course for each part of the definition: the change, the facet it breaks, and what is then missing."""


@pytest.mark.parametrize("part", BROKEN)
def test_each_part_of_the_definition_can_fail(part: str, tmp_path: Path) -> None:
    change, name, missing = BROKEN[part]
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    change(root)
    found = {row.name: row.missing for row in coverage(load(root))}
    assert missing in found[name]


def test_samples_are_needed(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    shutil.rmtree(root / "assessments" / "secure" / "samples")
    found = {row.name: row.missing for row in coverage(load(root))}
    assert found["beurteilen-sicherheit"] == ("no rubric task with scored samples",)


def test_small_course_is_covered() -> None:
    assert [row.name for row in coverage(load(TINY)) if row.missing] == []


def test_scaffolding_leaves_the_shares(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    drop(ITEMS, "objective: pflegen\n", "bloom: remember\n    scaffold: true\n    objective: pflegen\n", 1)(root)
    assert {row.name: row.missing for row in coverage(load(root))}["pflegen-kette"] == ()
