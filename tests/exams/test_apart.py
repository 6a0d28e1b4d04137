"""Blueprints that keep apart from others: no item in two of them, and clear words where the bank is too small."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from builders.course import Course, read_course
from builders.exams import assemble
from tests.exams.bank import choice, slot, write_course
from tests.exams.test_assembly import forms_of, item_ids


def courses(folder: Path, items: int, **others: dict[str, Any]) -> Course:
    """Write a course with the blueprint ``quiz`` and others of two slots each, as their changes say."""
    secure = [choice(f"O1-{number}") for number in range(items)]
    slots = [slot("S1"), slot("S2")]
    write_course(folder, secure=secure, slots=slots, forms=["A"])
    for name, changes in others.items():
        record = {"id": name, "title": name, "forms": ["A"], "seed": 1} | changes | {"slots": slots}
        (folder / f"assessments/blueprints/{name}.yaml").write_text(yaml.safe_dump(record), encoding="utf-8")
    loaded = read_course(folder, secrets=True)
    assert loaded.course, loaded.problems
    return loaded.course


def asked(course: Course, name: str) -> set[str]:
    return {item for form in forms_of(course, course.blueprints_by_id[name]) for item in item_ids(form)}


def refused(course: Course, name: str) -> str:
    made = assemble(course, course.blueprints_by_id[name])
    assert isinstance(made, list)
    return "\n".join(map(str, made))


def test_the_later_one_leaves_out_what_the_earlier_asks(tmp_path: Path) -> None:
    course = courses(tmp_path, 4, midterm={"apart_from": ["quiz"]})
    assert asked(course, "midterm") == {f"O1-{number}" for number in range(4)} - asked(course, "quiz")


def test_it_follows_the_earlier_ones_own_rule(tmp_path: Path) -> None:
    course = courses(tmp_path, 6, midterm={"apart_from": ["quiz"]}, final={"apart_from": ["midterm", "quiz"]})
    sets = [asked(course, name) for name in ("quiz", "midterm", "final")]
    assert set.union(*sets) == {f"O1-{number}" for number in range(6)}


def test_too_few_items_are_told_with_the_reason(tmp_path: Path) -> None:
    course = courses(tmp_path, 3, midterm={"apart_from": ["quiz"]})
    assert "2 would fit but have a place in blueprints of 'apart_from'" in refused(course, "midterm")


def test_a_planned_one_asks_nothing_yet(tmp_path: Path) -> None:
    course = courses(tmp_path, 2, first={"planned": "later"}, midterm={"apart_from": ["first"]})
    assert len(asked(course, "midterm")) == 2


def test_one_without_forms_is_named(tmp_path: Path) -> None:
    course = courses(tmp_path, 2, first={"forms": ["A", "B"]}, midterm={"apart_from": ["first"]})
    assert "'first' has no forms, so nothing can be kept apart from it" in refused(course, "midterm")
