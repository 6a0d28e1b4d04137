"""Rules about forms: each breaks in one way, and a form of the small course breaks in none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builders.checks.forms import check_forms
from builders.course import Blueprint, Course, Form, FormEntry, Item, digest
from tests.checks.bank import choice, make_course, make_spine

OPTIONS = ("ab", "cd", "ef")


def make_blueprint(count: int, **more: Any) -> Blueprint:
    slot = {"objective": "explain", "facet": "whole", "topic": "T1", "bloom": "understand", "kind": "choice"}
    slots = [{**slot, "id": f"S{n}", "points": 1, "minutes": 1, "pool": "practice"} for n in range(count)]
    return Blueprint.model_validate(
        {"id": "quiz", "title": "Quiz", "forms": ["A", "B"], "seed": 1, "slots": slots} | more
    )


def make_form(items: list[Item], places: list[int] | None = None, letter: str = "A", **more: Any) -> Form:
    """Return a form that prints the key of each question at a place."""
    entries = []
    for number, item in enumerate(items):
        order: tuple[int, ...] = ()
        if places:
            others = [index for index in range(len(OPTIONS)) if index]
            order = (*others[: places[number]], 0, *others[places[number] :])
        data = item.model_dump(mode="json", exclude_defaults=True)
        entry = {"slot": f"S{number}", "number": number + 1, "points": 1, "minutes": 1, "order": order}
        entries.append(FormEntry.model_validate({**entry, "digest": digest(item.id), "item": data}))
    head = {"course": "C", "version": "1", "released": "2026-01-01", "blueprint": "quiz", "title": "Quiz", "seed": 1}
    total = {"points": len(items), "minutes": more.pop("minutes", len(items)), "digest": "0", "letter": letter}
    spine = make_spine()
    frame = {"about": spine.course, "topics": spine.topics, "objectives": spine.objectives}
    return Form.model_validate({**head, **total, "entries": entries, "frame": frame} | more)


def make_items(count: int, prefix: str = "i", **more: Any) -> list[Item]:
    return [choice(f"{prefix}{n}", f"What is the colour of part number {n}?", OPTIONS, **more) for n in range(count)]


def course_of(root: Path, items: list[Item], blueprint: Blueprint) -> Course:
    return make_course(root, *items, blueprints=(blueprint,))


def told(course: Course, *forms: Form) -> list[str]:
    return [f"{problem.rule} {problem.severity}: {problem.message}" for problem in check_forms(forms, course)]


EVEN = [0, 1, 2, 1, 0, 2, 2, 0, 1, 2, 1, 0]


def test_good_form(tmp_path: Path) -> None:
    items = make_items(12)
    assert told(course_of(tmp_path, items, make_blueprint(12, minutes=14)), make_form(items, EVEN, minutes=14)) == []


def test_keys_at_one_place(tmp_path: Path) -> None:
    items = make_items(12)
    course = course_of(tmp_path, items, make_blueprint(12))
    uneven = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 0]
    assert told(course, make_form(items, uneven)) == [
        "FM01 error: form A of quiz: 4 keys in a row stand at the same place; free an option, or order the slots anew",
        "FM01 error: form A of quiz: keys stand unevenly (A 10, B 1, C 1; p = 0.001); move keys to other places",
    ]


def test_pattern_of_keys(tmp_path: Path) -> None:
    items = make_items(12)
    pattern = [0, 1, 0, 1, 0, 1, 2, 2, 0, 2, 1, 2]
    assert told(course_of(tmp_path, items, make_blueprint(12)), make_form(items, pattern)) == [
        "FM02 warning: form A of quiz: the keys repeat AB three times; order the slots anew"
    ]


def test_item_in_two_forms(tmp_path: Path) -> None:
    items, others = make_items(3), make_items(3, "j")
    blueprint = make_blueprint(3)
    course = course_of(tmp_path, items + others, blueprint)
    one, two = make_form(items, [0, 1, 2]), make_form([*others[:2], items[0]], [0, 1, 2], "B")
    wanted = "question 1 of form A of quiz and question 3 of form B of quiz are both 'i0'; use each once"
    assert told(course, one, two) == [f"FM03 error: {wanted}"]
    anchored = [
        form.model_copy(update={"entries": tuple(e.model_copy(update={"anchor": True}) for e in form.entries)})
        for form in (one, two)
    ]
    assert told(course, *anchored) == []
    family = [item.model_copy(update={"family": "f"}) for item in (items[0], others[0])]
    one, two = make_form([family[0], *items[1:]]), make_form([family[1], *others[1:]], letter="B")
    assert told(course, one, two) == [], "parallel forms may hold variants of one item"
    retake = two.model_copy(update={"blueprint": "retake"})
    where = "question 1 of form A of quiz and question 1 of form B of retake"
    assert f"FM03 error: {where} are variants, 'i0' and 'j0'; use each once" in told(course, one, retake)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"objective": "other"}, "its objective is other, the slot's explain"),
        ({"topic": "T2"}, "its topic is T2, the slot's T1"),
        ({"bloom": "apply"}, "its level is apply, the slot's understand"),
        ({"facets": ("part",)}, "it does not test the facet whole"),
    ],
)
def test_form_off_its_blueprint(changed: dict[str, Any], message: str, tmp_path: Path) -> None:
    items = make_items(3)
    course = course_of(tmp_path, items, make_blueprint(3))
    odd = [items[0].model_copy(update=changed), *items[1:]]
    assert f"FM04 error: form A of quiz, question 1 ('i0'): {message}; make the form anew" in told(
        course, make_form(odd, [0, 1, 2])
    )


def test_form_with_other_slots(tmp_path: Path) -> None:
    items = make_items(3)
    course = course_of(tmp_path, items, make_blueprint(4))
    assert told(course, make_form(items, [0, 1, 2])) == [
        "FM04 error: form A of quiz: its questions are not the slots of the blueprint (S3); make it anew"
    ]
    assert told(course, make_form(items, [0, 1, 2], blueprint="gone")) == [
        "FM04 error: form A of gone: there is no blueprint of this name; restore it"
    ]


def test_points_and_kind_of_a_question(tmp_path: Path) -> None:
    items = make_items(3)
    slots = [slot.model_copy(update={"points": 2.0}) for slot in make_blueprint(3).slots]
    blueprint = make_blueprint(3).model_copy(update={"slots": tuple(slots)})
    problems = told(course_of(tmp_path, items, blueprint), make_form(items, [0, 1, 2]))
    assert (
        problems[0]
        == "FM04 error: form A of quiz, question 1 ('i0'): its points is 1, the slot's 2; make the form anew"
    )


def test_too_little_time(tmp_path: Path) -> None:
    items = make_items(3)
    blueprint = make_blueprint(3, minutes=3.2)
    assert told(course_of(tmp_path, items, blueprint), make_form(items, [0, 1, 2], minutes=3.2)) == [
        "FM05 error: form A of quiz: the questions take 3 of 3.2 minutes; 92% is the most, so give 3 or drop questions"
    ]


def test_longest_option_in_a_form(tmp_path: Path) -> None:
    long = [choice(f"i{n}", f"What is the colour of part number {n}?", ("abc", "de", "fg")) for n in range(12)]
    problems = told(course_of(tmp_path, long, make_blueprint(12)), make_form(long, EVEN))
    assert [problem[:64] for problem in problems] == [
        "MC07 error: form A of quiz: in 12 of 12 questions the longest op"
    ]


def test_question_that_answers_another(tmp_path: Path) -> None:
    items = make_items(1)
    items += [
        choice("asks", "Which part pulls the rear wheel?", ("the drive chain", "the brake pads", "the small bell"))
    ]
    items += [choice("tells", "The drive chain is loose. What now?", OPTIONS)]
    assert told(course_of(tmp_path, items, make_blueprint(3)), make_form(items)) == [
        "MC27 warning: form A of quiz: 'tells' says 'the drive chain', which answers 'asks'; make them enemies"
    ]


def test_waiver_of_a_blueprint(tmp_path: Path) -> None:
    items = make_items(12)
    waived = make_blueprint(12, waivers=[{"rule": "FM02", "reason": "The slots follow the lessons."}])
    pattern = [0, 1, 0, 1, 0, 1, 2, 2, 0, 2, 1, 2]
    assert told(course_of(tmp_path, items, waived), make_form(items, pattern)) == []
