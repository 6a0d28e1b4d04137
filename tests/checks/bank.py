"""Small courses in code, for rules that need many items, or another language than the small course's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from builders.checks import RULES
from builders.checks.rules import apply_rules
from builders.course import Course, Item, Pool, Problem
from builders.course.objectives import Spine

ITEM: TypeAdapter[Item] = TypeAdapter(Item)


def make_spine(language: str = "en", objectives: Iterable[dict[str, Any]] = ()) -> Spine:
    """Return a spine with one topic, and one objective at Understand where none is given."""
    own = list(objectives) or [objective("explain", "Explain how bicycles work", "understand")]
    about = {
        "slug": "c",
        "version": "1",
        "released": "2026-01-01",
        "language": language,
        "title": "Bicycles",
        "audience": "Riders",
        "overview": ["Ride."],
        "prerequisites": ["A bicycle"],
        "licence": "CC",
        "attribution": "Ours",
        "report_errors_to": "us",
    }
    return Spine.model_validate({"course": about, "topics": [{"id": "T1", "title": "T"}], "objectives": own})


def objective(name: str, text: str, bloom: str, facets: Sequence[str] = ("whole",), **more: Any) -> dict[str, Any]:
    """Return the data of an objective."""
    data = {"id": name, "text": text, "bloom": bloom, "process": ["explaining"], "knowledge": ["factual"]}
    return data | {"facets": [{"id": facet} for facet in facets], "topics": ["T1"], **more}


def choice(name: str, stem: str, options: Sequence[str], **more: Any) -> Item:
    """Return a choice item whose first option is right, unless ``key`` says which."""
    key = more.pop("key", 0)
    listed = [
        {"text": text, "key": True} if place == key else {"text": text, "misconception": "M-x", "feedback": "No."}
        for place, text in enumerate(options)
    ]
    return item(name, kind="choice", stem=stem, options=listed, **more)


def item(name: str, pool: Pool = Pool.PRACTICE, **fields: Any) -> Item:
    """Return an item with what every item has."""
    data = {
        "id": name,
        "objective": "explain",
        "facets": ["whole"],
        "topic": "T1",
        "points": 1,
        "minutes": 1,
        "difficulty": 0.6,
        "status": "reviewed",
        "rationale": "So it is.",
    }
    return ITEM.validate_python(data | fields).in_pool(pool)


def make_course(root: Path, *items: Item, language: str = "en", **fields: Any) -> Course:
    """Return a course of these items."""
    return Course(root, fields.pop("spine", make_spine(language)), items=items, **fields)


def found(course: Course, code: str) -> list[Problem]:
    """Return what one rule finds in a course."""
    return list(apply_rules(course, {code: RULES[code]}).problems)
