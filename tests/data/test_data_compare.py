"""Comparing results: a case is a row."""

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.data import Result, compare
from builders.data.query import Row


def result(*rows: Row, width: int | None = None, truncated: bool = False) -> Result:
    columns = width if width is not None else len(rows[0]) if rows else 1
    return Result(tuple(f"c{number}" for number in range(columns)), rows, truncated)


A, B = ("a", 1), ("b", 2)

SAME = {
    "equal": (result(A, B), result(A, B), False),
    "another order": (result(A, B), result(B, A), False),
    "equal and ordered": (result(A, B), result(A, B), True),
    "both empty": (result(), result(), True),
    "whole number and float": (result((3,)), result((3.0,)), True),
    "within the tolerance": (result(("a", 1.0), ("b", 2.0)), result(("b", 2.009), ("a", 0.995)), False),
    "within the tolerance, ordered": (result((1.0,), (2.0,)), result((1.009,), (1.991,)), True),
    "repeated rows": (result(A, A, B), result(A, B, A), False),
    "NULL": (result((None, 1)), result((None, 1)), False),
    # The first expected row could take either; only one choice leaves a partner for the second.
    "needs the other partner": (result((1.0,), (1.008,)), result((1.004,), (0.995,)), False),
    "a chain of partners": (
        result((1.000,), (1.009,), (1.018,)),
        result((1.005,), (1.014,), (0.996,)),
        False,
    ),
    "two numbers near": (result((1.0, 5.0), (1.001, 9.0)), result((1.0, 9.001), (1.001, 5.001)), False),
}

DIFFERENT = {
    "columns": (result(A), result(("a",)), False, "1 column, but 2 expected", None, None),
    "columns of nothing": (result(width=2), result(width=3), False, "3 columns, but 2 expected", None, None),
    "too few rows": (result(A, B), result(A), False, "1 row, but 2 expected", B, None),
    "too many rows": (result(A), result(A, B), False, "2 rows, but 1 expected", None, B),
    "another value": (result(A, B), result(A, ("b", 3)), False, "1 of 2 rows not as expected", B, ("b", 3)),
    "a row too often": (result(A, B), result(A, A), False, "1 of 2 rows not as expected", B, A),
    "order": (result(A, B), result(B, A), True, "another order, from row 1 on", A, B),
    "outside the tolerance": (result((1.0,)), result((1.02,)), False, "not as expected", (1.0,), (1.02,)),
    "whole numbers have no tolerance": (result((1000,)), result((1001,)), False, "not as expected", (1000,), (1001,)),
    "text and number": (result((1,)), result(("1",)), False, "not as expected", (1,), ("1",)),
    "NULL and zero": (result((0,)), result((None,)), False, "not as expected", (0,), (None,)),
    "NULL and empty text": (result(("",)), result((None,)), False, "not as expected", ("",), (None,)),
    "cut off": (result(A), result(A, truncated=True), False, "more than 1 row, but 1 expected", None, None),
    "expected cut off": (result(A, truncated=True), result(A), False, "cannot be compared", None, None),
}


@pytest.mark.parametrize(("expected", "actual", "ordered"), SAME.values(), ids=SAME)
def test_the_same(expected: Result, actual: Result, ordered: bool) -> None:
    assert compare(expected, actual, ordered=ordered, tolerance=0.01) is None


@pytest.mark.parametrize(
    ("expected", "actual", "ordered", "reason", "missing", "extra"), DIFFERENT.values(), ids=DIFFERENT
)
def test_different(
    expected: Result, actual: Result, ordered: bool, reason: str, missing: Row | None, extra: Row | None
) -> None:
    difference = compare(expected, actual, ordered=ordered, tolerance=0.01)
    assert difference is not None
    assert reason in difference.reason
    assert (difference.missing, difference.extra) == (missing, extra)


def test_a_difference_reads_as_a_sentence() -> None:
    difference = compare(result(("b", None)), result(("b", 3)), ordered=False, tolerance=0)
    assert str(difference) == "1 of 1 row not as expected; expected ('b', NULL); found ('b', 3)"


ROWS = st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 3), st.floats(-5, 5)), max_size=30)


@settings(max_examples=100, deadline=None)
@given(ROWS, st.integers())
def test_noise_below_the_tolerance_and_another_order_do_not_matter(rows: list[Row], seed: int) -> None:
    chance = Random(seed)
    noisy = [(name, whole, float(number or 0) + chance.uniform(-0.4, 0.4)) for name, whole, number in rows]
    chance.shuffle(noisy)
    assert compare(result(*rows, width=3), result(*noisy, width=3), ordered=False, tolerance=0.5) is None


def test_ten_thousand_wrong_rows_are_compared_quickly() -> None:
    right = result(*((2025, "x", float(number)) for number in range(10_000)))
    wrong = result(*((2025, "x", number + 0.4) for number in range(10_000)))
    begin = time.monotonic()
    difference = compare(right, wrong, ordered=False, tolerance=0.01)
    assert time.monotonic() - begin < 5
    assert difference is not None
    assert difference.reason == "10000 of 10000 rows not as expected"
