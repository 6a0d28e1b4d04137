"""Sites that the tests of this folder share: each is built once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builders.book import build_html
from builders.course import Problem

HERE = Path(__file__).parent
PONDS = HERE / "course"
TINY = HERE.parent / "courses" / "tiny"
TINY_LESSON = "01-rad-pflegen/01-was-quietscht-da.md"
LABS = """
## Am Rechner

:::{query}
SELECT name FROM raeder ORDER BY name
:::

:::{lab} SQL-1
:space: lines 2
:::

:::{lab} PY-1
:::

:::{lab} API-1
:::
"""


def copy_course(course: Path, to: Path) -> Path:
    """Copy a course to where it may be built and spoilt."""
    shutil.copytree(course, to, ignore=shutil.ignore_patterns(".cache", "build", "__pycache__"))
    return to


def built(course: Path, target: Path, edition: str = "student") -> Path:
    """Build a site that must be free of problems, and return its folder."""
    problems = build_html(course, target, edition=edition)
    assert not problems, "\n".join(str(problem) for problem in problems)
    return target / edition / "html"


def lines(problems: tuple[Problem, ...]) -> list[str]:
    """Return problems as authors see them."""
    return [str(problem) for problem in problems]


@pytest.fixture(scope="session")
def ponds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course of this folder, copied."""
    return copy_course(PONDS, tmp_path_factory.mktemp("ponds") / "ponds")


@pytest.fixture(scope="session")
def site(ponds: Path) -> Path:
    """Its site for students."""
    return built(ponds, ponds / "build")


@pytest.fixture(scope="session")
def instructor_site(ponds: Path) -> Path:
    """Its site for instructors."""
    return built(ponds, ponds / "build", "instructor")


@pytest.fixture(scope="session")
def tiny_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a German course that shares nothing with the first; its labs are on the page of its lesson."""
    root = copy_course(TINY, tmp_path_factory.mktemp("tiny") / "tiny")
    lesson = root / "source" / TINY_LESSON
    lesson.write_text(lesson.read_text(encoding="utf-8") + LABS, encoding="utf-8")
    return built(root, root / "build")
