"""Every directive and role: MyST in, HTML out; and every mistake in them, with its exact warning."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from builders.book import build_html
from tests.book.conftest import HERE, PONDS, built, copy_course

HEAD = "---\norphan: true\n---\n\n# Case\n\n"
MARK = "=====\n"
GOOD = sorted((HERE / "cases" / "good").glob("*.md"))
BAD = sorted((HERE / "cases" / "bad").glob("*.md"))


def with_cases(cases: list[Path], folder: Path) -> Path:
    """Return a course that holds each case as a page."""
    root = copy_course(PONDS, folder / "ponds")
    (root / "source" / "cases").mkdir()
    for case in cases:
        text = case.read_text(encoding="utf-8").partition(MARK)[0]
        (root / "source" / "cases" / case.name).write_text(HEAD + text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = with_cases(GOOD, tmp_path_factory.mktemp("good"))
    return built(root, root / "build")


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The problems of each bad case; lines are counted from the first line of the case."""
    root = with_cases(BAD, tmp_path_factory.mktemp("bad"))
    found: dict[str, list[str]] = {}
    for problem in build_html(root, root / "build"):
        line = problem.place.line - HEAD.count("\n")
        found.setdefault(Path(problem.place.path).name, []).append(f"{line}: {problem.message} [{problem.rule}]")
    return found


def body(page: Path) -> str:
    """Return what a page shows below its title, one element a line."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    section = soup.select_one("article > section")
    assert section is not None
    for heading in section.select("h1"):
        heading.decompose()
    for drawing in section.select("svg"):
        drawing.clear()
    return section.decode_contents(formatter="html5").strip() + "\n"


@pytest.mark.parametrize("case", GOOD, ids=lambda case: case.stem)
def test_directive_becomes_html(case: Path, good: Path) -> None:
    expected = case.read_text(encoding="utf-8").partition(MARK)[2]
    assert body(good / "cases" / f"{case.stem}.html") == expected


@pytest.mark.parametrize("case", BAD, ids=lambda case: case.stem)
def test_mistake_is_reported_where_it_is(case: Path, bad: dict[str, list[str]]) -> None:
    expected = case.read_text(encoding="utf-8").partition(MARK)[2].splitlines()
    assert bad.pop(case.name, []) == expected


DIAGNOSTIC = """\
pool: diagnostic
items:
  - id: D1-side
    kind: true-false
    objective: K1
    facets: [by-hand]
    topic: T01
    points: 1
    minutes: 1
    difficulty: 0.5
    status: reviewed
    stem: Moss grows on the side of a stone that stays wet.
    rationale: Moss has no roots and takes its water from what is around it.
    answer: true
    feedback: Where nothing stays wet, nothing feeds it.
"""


def test_practice_shows_items_of_the_diagnostic_test(tmp_path: Path) -> None:
    root = copy_course(PONDS, tmp_path / "ponds")
    (root / "assessments" / "items" / "diagnostic.yaml").write_text(DIAGNOSTIC, encoding="utf-8")
    (root / "source" / "test.md").write_text(HEAD + ":::{practice} D1-side\n:::\n", encoding="utf-8")
    page = built(root, root / "build") / "test.html"
    assert "stays wet" in page.read_text(encoding="utf-8")


def test_every_mistake_was_expected(bad: dict[str, list[str]]) -> None:
    assert set(bad) <= {case.name for case in BAD}
