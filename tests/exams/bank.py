"""Courses made up for the tests of assembly: written as YAML into a folder and read like any other course."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import yaml

from builders.course import Blueprint, Course, read_course

LEVELS = ("remember", "understand", "apply", "analyze", "evaluate")


def choice(name: str, **changes: Any) -> dict[str, Any]:
    """Return a single-choice item as an author would write it; ``changes`` replace or, as None, remove keys."""
    item: dict[str, Any] = {
        "id": name,
        "kind": "choice",
        "objective": "O1",
        "facets": ["main"],
        "topic": "T1",
        "points": 1,
        "minutes": 2,
        "difficulty": 0.6,
        "status": "reviewed",
        "stem": f"What does {name} mean?",
        "rationale": f"Because {name} says so.",
        "options": [
            {"text": f"The right answer to {name}", "key": True},
            {"text": f"A wrong answer to {name}", "misconception": "M-wrong", "feedback": "No."},
            {"text": f"Another wrong answer to {name}", "misconception": "M-wrong", "feedback": "No."},
        ],
    }
    return {key: value for key, value in (item | changes).items() if value is not None}


def short_answer(name: str, points: float = 2, **changes: Any) -> dict[str, Any]:
    """Return a short-answer item whose scoring adds up to ``points``."""
    own = {
        "kind": "short-answer",
        "options": None,
        "model": f"What {name} means, and why.",
        "scoring": [{"points": points, "text": f"names what {name} means"}],
        "points": points,
    }
    return choice(name, **(own | changes))


def slot(name: str, **changes: Any) -> dict[str, Any]:
    """Return a slot that `choice` items fill."""
    own = {"objective": "O1", "facet": "main", "topic": "T1", "bloom": "remember", "kind": "choice"}
    return {"id": name, **own, "points": 1, "minutes": 2} | changes


def write_course(
    folder: Path,
    *,
    secure: list[dict[str, Any]] = (),  # type: ignore[assignment]
    practice: list[dict[str, Any]] = (),  # type: ignore[assignment]
    slots: list[dict[str, Any]] = (),  # type: ignore[assignment]
    objectives: int = 1,
    topics: int = 1,
    language: str = "en",
    spine: dict[str, Any] | None = None,
    misconceptions: list[dict[str, Any]] = (),  # type: ignore[assignment]
    **blueprint: Any,
) -> tuple[Course, Blueprint]:
    """Write a course with one blueprint, read it back with its secrets, and return both.

    ``spine`` takes the place of made-up topics and objectives.
    """
    _write(folder / "objectives.yaml", _spine(objectives, topics, language) | (spine or {}))
    _write(folder / "assessments/misconceptions.yaml", {"misconceptions": list(misconceptions)})
    _write(folder / "assessments/secure/items/01-all.yaml", {"items": list(secure)})
    _write(folder / "assessments/items/01-all.yaml", {"items": list(practice)})
    head = {"id": "quiz", "title": "A quiz", "forms": ["A", "B"], "seed": 1}
    _write(folder / "assessments/blueprints/quiz.yaml", head | blueprint | {"slots": list(slots)})
    loaded = read_course(folder, secrets=True)
    assert loaded.course, loaded.problems
    return loaded.course, loaded.course.blueprints[0]


def _write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _spine(objectives: int, topics: int, language: str) -> dict[str, Any]:
    about = {
        "slug": "made-up",
        "version": "1.2",
        "released": "2026-03-01",
        "language": language,
        "title": "A made-up course",
        "audience": "Testers",
        "overview": ["A course."],
        "prerequisites": ["None."],
        "licence": "CC BY 4.0",
        "attribution": "Nobody",
        "report_errors_to": "https://example.org/errors",
    }
    return {
        "course": about,
        "topics": [{"id": f"T{number}", "title": f"Topic {number}"} for number in range(1, topics + 1)],
        "objectives": [_objective(number, topics) for number in range(1, objectives + 1)],
    }


def _objective(number: int, topics: int) -> dict[str, Any]:
    return {
        "id": f"O{number}",
        "text": f"Recall thing {number}",
        "bloom": LEVELS[(number - 1) % len(LEVELS)],
        "process": ["recalling"],
        "knowledge": ["factual"],
        "facets": [{"id": "main"}, {"id": "side"}],
        "topics": [f"T{(number - 1) % topics + 1}"],
    }


def random_bank(
    count: int, objectives: int, topics: int, seed: int = 1, enemies: int = 25, families: int = 10
) -> list[dict[str, Any]]:
    """Return items spread evenly over objectives and facets, with some enemies and families among them."""
    rng = random.Random(seed)
    items = [_random_item(number, objectives, topics, rng) for number in range(count)]
    for _ in range(enemies):
        one, other = rng.sample(items, 2)
        one["enemies"] = [*one.get("enemies", []), other["id"]]
    for family in range(families):
        for item in rng.sample(items, 2):
            item["family"] = f"family-{family}"
    return items


def _random_item(number: int, objectives: int, topics: int, rng: random.Random) -> dict[str, Any]:
    objective = number % objectives + 1
    make = rng.choice([choice, choice, short_answer])
    return make(
        f"O{objective}-item-{number}",
        objective=f"O{objective}",
        topic=f"T{(objective - 1) % topics + 1}",
        facets=rng.choice([["main"], ["side"], ["main", "side"]]),
        minutes=rng.choice([1.5, 2, 2, 2, 2.5]),
        difficulty=round(rng.uniform(0.35, 0.9), 2),
    )


def random_slots(count: int, objectives: int, topics: int) -> list[dict[str, Any]]:
    """Return slots that go through the objectives, every third one open."""
    return [
        slot(
            f"S{number + 1}",
            objective=f"O{number % objectives + 1}",
            topic=f"T{number % objectives % topics + 1}",
            bloom=LEVELS[number % objectives % len(LEVELS)],
            facet="side" if number % 4 == 0 else "main",
            kind="choice" if number % 3 else "short-answer",
            points=1 if number % 3 else 2,
        )
        for number in range(count)
    ]
