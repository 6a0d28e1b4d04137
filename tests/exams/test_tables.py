"""Small sums that documents print."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builders.course import Bloom, Blueprint, Course
from builders.exams import read_form, totals, two_way
from builders.exams.marking import number_list
from builders.exams.outline import blueprint_lines, outline
from builders.exams.tables import blueprint_specification, form_specification
from tests.exams.bank import choice, slot, write_course
from tests.exams.conftest import Built


def test_the_two_way_table_adds_up(built: Built) -> None:
    form = read_form(built.form("A") / "form.json")
    assert not isinstance(form, list)
    table = two_way(form, built.course)
    assert table.topics == ("T1", "T2")
    assert table.cells == {("T1", Bloom.REMEMBER): 11, ("T2", Bloom.APPLY): 10.5, ("T1", Bloom.EVALUATE): 20}
    assert (table.topic("T1"), table.level(Bloom.APPLY), table.level(Bloom.CREATE)) == (31, 10.5, 0)
    assert table.total == form.points == 41.5


def test_totals_by_objective(built: Built) -> None:
    form = read_form(built.form("A") / "form.json")
    assert not isinstance(form, list)
    shares = totals(form, lambda item: item.objective)
    assert {name: (own.questions, own.points, own.minutes) for name, own in shares.items()} == {
        "K1": (7, 11, 11),
        "A1": (4, 10.5, 18.5),
        "E1": (4, 20, 37),
    }


@pytest.mark.parametrize(
    ("numbers", "text"), [([], ""), ([3], "3"), ([1, 2], "1–2"), ([1, 2, 3, 6, 8, 9], "1–3, 6, 8–9"), ([9, 1], "1, 9")]
)
def test_question_numbers_in_short(numbers: list[int], text: str) -> None:
    assert number_list(numbers) == text


def test_a_form_beside_its_blueprint(built: Built) -> None:
    form = read_form(built.form("A") / "form.json")
    assert not isinstance(form, list)
    blueprint = built.course.blueprints[0]
    specification = form_specification(form, blueprint, built.course)
    assert specification.table == two_way(form, built.course)
    assert {name: own.points for name, own in specification.objectives.items()} == {"K1": 11, "A1": 10.5, "E1": 20}
    assert (specification.minutes, specification.paper_minutes) == (66.5, 90)
    assert specification.paper_share == pytest.approx(0.739, abs=0.001)
    assert specification.table.cells == blueprint_specification(blueprint, built.course).table.cells


MARGINS = {
    "bloom": {"remember": 2},
    "topic": {"T1": 2, "T2": 1},
    "kind": {"choice": 3},
    "cells": {"T1": {"remember": 3}},
}


def open_course(folder: Path, **blueprint: Any) -> tuple[Course, Blueprint]:
    """Write three slots: one of level and topic, one open in level, one open in topic and kind."""
    slots = [slot("S1"), slot("S2"), slot("S3", kinds=["choice", "numeric"])]
    del slots[1]["bloom"], slots[2]["topic"], slots[2]["kind"]
    return write_course(folder, secure=[choice("O1-a")], slots=slots, topics=2, margins=MARGINS, **blueprint)


def test_open_slots_give_a_range(tmp_path: Path) -> None:
    _, blueprint = open_course(tmp_path, tolerance={"bloom": 0.5})
    ranges = {
        (own.margin, own.name): (own.least, own.most, own.possible, own.settled) for own in blueprint.margin_ranges()
    }
    assert ranges == {
        ("bloom", "remember"): (2, 3, True, False),
        ("topic", "T1"): (2, 3, True, False),
        ("topic", "T2"): (0, 1, True, False),
        ("kind", "choice"): (2, 3, True, False),
        ("cells", "T1 remember"): (1, 3, True, False),
    }


def test_a_blueprint_in_lines(tmp_path: Path) -> None:
    course, blueprint = open_course(tmp_path, minutes=8)
    assert outline(blueprint, course) == OUTLINE.strip("\n").split("\n")


OUTLINE = """
quiz: A quiz
6 minutes for the questions of 8 minutes for the paper: 75 %.

Points by topic and Bloom level
Topic       Remember  Understand  Apply  Analyze  Evaluate  Create  any  Total
T1 Topic 1         1           –      –        –         –       –    1      2
any                1           –      –        –         –       –    –      1
Total              2           0      0        0         0       0    1      3

Points by objective
Objective  Questions  Points  Minutes
O1                 3       3        6

Points by kind of question
Kind    Questions  Points  Minutes
Choice          2       2        4
any             1       1        2

Margins in points
Margin                       Declared  Tolerance  Computed
Level Remember                      2        ± 0    2 to 3
Topic T1                            2        ± 0    2 to 3
Topic T2                            1        ± 0    0 to 1
Kind Choice                         3        ± 0    2 to 3
Topic and level T1 Remember         3        ± 1    1 to 3
"""


def test_a_margin_that_the_slots_miss_is_marked(tmp_path: Path) -> None:
    course, blueprint = write_course(
        tmp_path, secure=[choice("O1-a")], slots=[slot("S1")], margins={"objective": {"O1": 2}}, language="de"
    )
    assert outline(blueprint, course)[-1] == "Lernziel O1        2       ± 0          1  ← weicht ab"


def test_blueprints_in_a_list(tmp_path: Path) -> None:
    course, _ = write_course(tmp_path, secure=[choice("O1-a")], slots=[slot("S1")], planned="The bank is small.")
    assert blueprint_lines(course) == [
        "      Forms  Questions  Points  Minutes  Title",
        "quiz  A B            1       1        2  A quiz (planned: The bank is small.)",
    ]
