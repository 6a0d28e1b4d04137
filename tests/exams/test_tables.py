"""Small sums that documents print."""

from __future__ import annotations

import pytest

from builders.course import Bloom
from builders.exams import read_form, totals, two_way
from builders.exams.marking import number_list
from builders.exams.paper import Blanks, plan_blanks
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


@pytest.mark.parametrize(
    ("pages", "blanks"),
    [
        ([(2, 0), (2, 0)], [Blanks(), Blanks()]),
        ([(3, 0), (4, 0)], [Blanks(0, 1), Blanks(0, 0)]),
        ([(3, 1), (4, 1)], [Blanks(1, 1), Blanks(0, 1)]),
        ([(3, 2), (5, 2)], [Blanks(3, 0), Blanks(1, 0)]),
        ([(1, 0)], [Blanks(0, 1)]),
    ],
)
def test_blank_pages(pages: list[tuple[int, int]], blanks: list[Blanks]) -> None:
    """Pages of questions and of the reference card → blanks that make all papers equal and even."""
    planned = plan_blanks(pages)
    assert planned == blanks
    sums = {sum(own) + blank.before_reference + blank.at_end for own, blank in zip(pages, planned, strict=True)}
    assert len(sums) == 1
    assert sums.pop() % 2 == 0
