"""The course description in ``objectives.yaml`` is the published one, word for word."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from builders.course import read_course
from builders.course.objectives import Spine

ROOT = Path(__file__).parent.parent.parent
TEXT = (ROOT / "source" / "course-description.md").read_text(encoding="utf-8")
LEVELS = ("Remember", "Understand", "Apply", "Analyze", "Evaluate", "Create")


@cache
def spine() -> Spine:
    course = read_course(ROOT).course
    assert course is not None
    return course.spine


def section(title: str) -> str:
    """Return the text below a heading, up to the next heading of its level or a higher one."""
    match = re.search(rf"^(#+) {re.escape(title)}\n(.*?)(?=^#{{1,2}} |^### |\Z)", TEXT, re.S | re.M)
    assert match, f"the description has no heading '{title}'"
    return match[2].strip()


def bullets(title: str) -> list[str]:
    return [line[2:].strip() for line in section(title).splitlines() if line.startswith("- ")]


def paragraphs(title: str) -> list[str]:
    return [" ".join(part.split()) for part in section(title).split("\n\n")]


def test_title_audience_overview_and_prerequisites() -> None:
    about = spine().course
    assert about.title == section("Course Title")
    assert about.audience == section("Target Audience")
    assert list(about.overview) == paragraphs("Course Overview")
    assert list(about.prerequisites) == bullets("Prerequisites")


def test_topics_and_excluded_topics() -> None:
    assert [topic.title for topic in spine().topics] == bullets("Main Topics Covered")
    assert [topic.id for topic in spine().topics] == [f"T{number:02d}" for number in range(1, 13)]
    assert list(spine().excluded_topics) == bullets("Topics Not Covered")


@pytest.mark.parametrize(("level", "letter"), list(zip(LEVELS, "RUANEC", strict=True)))
def test_objectives_of_a_level(level: str, letter: str) -> None:
    own = [objective for objective in spine().objectives if objective.bloom == level.lower()]
    assert [objective.text for objective in own] == bullets(f"{level}:")
    assert [objective.id for objective in own] == [f"{letter}{number}" for number in range(1, len(own) + 1)]


def test_counts_of_the_plan() -> None:
    assert len(spine().objectives) == 19
    assert (len(spine().terms), len(spine().outcomes), len(spine().excluded_topics)) == (7, 6, 6)


def test_definitions() -> None:
    published = re.findall(r"^\*\*(.+?):\*\* (.+)$", section("Key Concepts and Definitions"), re.M)
    assert [(term.term, term.definition) for term in spine().terms] == published


def test_outcomes() -> None:
    published = re.findall(r"^- \*\*(.+?)\*\* (.+)$", section("Course Outcomes"), re.M)
    assert [(outcome.title, outcome.text) for outcome in spine().outcomes] == published


def test_attribution_names_work_place_and_licence() -> None:
    for part in ("A Practitioner's Guide", "leahv-studio/technical-pm-textbook", "CC BY-NC-SA 4.0"):
        assert part in " ".join(spine().course.attribution.split())
