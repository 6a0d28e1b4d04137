"""Digests recognise the same result and nothing else; a case is a row."""

from __future__ import annotations

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.data.limited import JSON
from builders.labs import digests
from builders.labs.digests import (
    Digest,
    Entry,
    Settings,
    entry_of,
    first_wrong,
    in_order,
    is_same,
    make_digest,
    strangers,
)

LOOSE = Settings("lab/1/practice", tolerance=0.01)
ORDERED = Settings("lab/1/practice", tolerance=0.01, ordered=True)
A, B, C = ["a", 1], ["b", 2], ["c", 3]


def rows(*values: JSON) -> list[Entry]:
    return [entry_of(value) for value in values]


def key(*values: JSON, how: Settings = LOOSE) -> Digest:
    return make_digest(rows(*values), how, hints=True)


SAME = {
    "equal": ([A, B], [A, B]),
    "another order": ([A, B], [B, A]),
    "nothing": ([], []),
    "whole number and float": ([[3]], [[3.0]]),
    "float and whole number": ([[3.0]], [[3]]),
    "within the tolerance": ([["a", 1.0], ["b", 2.5]], [["b", 2.509], ["a", 0.991]]),
    "at the tolerance": ([[0.1], [7.33]], [[0.11], [7.32]]),
    "rounded": ([[47.384615384615]], [[47.38]]),
    "noise": ([[0.1 + 0.2]], [[0.3]]),
    "repeated": ([A, A, B], [A, B, A]),
    "missing values": ([[None, 1.5], ["x", None]], [["x", None], [None, 1.5]]),
    "nested": ([{"a": [1, 2.5], "b": "x"}], [{"b": "x", "a": [1.0, 2.499]}]),
    "negative": ([[-1.5]], [[-1.509]]),
    "large": ([[123456789.125]], [[123456789.12]]),
}
DIFFERENT = {
    "a value": ([A, B], [A, ["b", 3]]),
    "too few": ([A, B], [A]),
    "too many": ([A], [A, B]),
    "too often": ([A, B], [A, A]),
    "beyond the tolerance": ([[1.5]], [[1.525]]),
    "whole numbers": ([[1000]], [[1000.009]]),
    "text and number": ([[1]], [["1"]]),
    "truth and number": ([[1]], [[True]]),
    "nothing and zero": ([[None]], [[0]]),
    "nothing and empty": ([[None]], [[""]]),
    "columns swapped": ([["a", "b"]], [["b", "a"]]),
    "structure": ([[[1], 2]], [[[1, 2]]]),
    "not a number": ([[1.5]], [[float("nan")]]),
    "infinite": ([[1.5]], [[float("inf")]]),
}


@pytest.mark.parametrize(("expected", "found"), SAME.values(), ids=SAME)
def test_the_same(expected: list[JSON], found: list[JSON]) -> None:
    assert is_same(rows(*found), key(*expected), LOOSE)


@pytest.mark.parametrize(("expected", "found"), DIFFERENT.values(), ids=DIFFERENT)
def test_different(expected: list[JSON], found: list[JSON]) -> None:
    assert not is_same(rows(*found), key(*expected), LOOSE)


def test_order_counts_where_it_is_asked_for() -> None:
    expected = key(["a", 1.5], ["b", 2.5], how=ORDERED)
    for found, right in (([["a", 1.509], ["b", 2.5]], True), ([["b", 2.5], ["a", 1.5]], False)):
        assert is_same(rows(*found), expected, ORDERED)
        assert in_order(rows(*found), expected, ORDERED) is right


def test_digests_of_tasks_and_variants_differ() -> None:
    assert key(A).hash != key(A, how=Settings("lab/2/practice", tolerance=0.01)).hash


def test_the_row_that_does_not_belong_is_found() -> None:
    expected = key(*([f"row {n}", n, n / 7] for n in range(40)))
    found = rows(*([f"row {n}", n, n / 7 + 0.009] for n in range(40)))
    assert strangers(found, expected, LOOSE) == ()
    found[17] = entry_of(["row 17", 17, 99.0])
    assert strangers(found, expected, LOOSE) == (17,)
    assert strangers([*rows(*([f"row {n}", n, n / 7] for n in range(40))), found[3]], expected, LOOSE) == (40,)


def test_many_rows_that_are_all_the_same_take_no_time() -> None:
    expected = key(*(["x", 1] for _ in range(900)))
    begin = time.monotonic()
    assert strangers(rows(*(["x", 1] for _ in range(1_500))), expected, LOOSE) == tuple(range(900, 1_500))
    assert time.monotonic() - begin < 5


def test_a_wrong_call_is_found_by_its_place() -> None:
    expected = key(1, 2.5, "x", how=ORDERED)
    assert first_wrong(rows(1, 2.505, "x"), expected, ORDERED) is None
    assert first_wrong(rows(1, "x", 2.5), expected, ORDERED) == 1


def test_a_single_result_gives_no_short_hash_away() -> None:
    assert key(["only", 1]).short == ()


def test_short_hashes_say_little() -> None:
    """Of a thousand guesses at a row more than one fits, so that the short hash alone does not confirm any."""
    expected = key(["a", 137], ["b", 642])
    for name, right in (("a", 137), ("b", 642)):
        fits = [n for n in range(1_000) if strangers(rows([name, n]), expected, LOOSE) == ()]
        assert right in fits
        assert len(fits) > 3


def test_rows_that_the_tolerance_confuses_are_told() -> None:
    near = [["x", 1.0, 5.25], ["x", 1.004, 7.75]]
    assert not digests.is_sturdy(rows(*near), key(*near), LOOSE)
    apart = [["x", 1.0, 5.25], ["y", 1.004, 7.75]]
    assert digests.is_sturdy(rows(*apart), key(*apart), LOOSE)


def test_a_digest_survives_its_file() -> None:
    expected = key(["a", 1.5], ["b", None], ["c", 2], how=ORDERED)
    assert digests.from_json(digests.as_json(expected)) == expected


ROWS = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 10**6), st.integers(-(10**6), 10**6)), max_size=12)


@settings(max_examples=25, deadline=None)
@given(ROWS, st.integers(), st.sampled_from([0.01, 0.5, 1e-3]))
def test_noise_and_order_do_not_matter_and_one_change_does(
    values: list[tuple[str, int, int]], seed: int, tolerance: float
) -> None:
    how, chance = Settings("s", tolerance), Random(seed)
    exact: list[JSON] = [[name, n, number * 7.3 * tolerance + 0.5] for n, (name, _, number) in enumerate(values)]
    expected = make_digest(rows(*exact), how, hints=True)
    noisy = [[row[0], row[1], row[2] + chance.uniform(-1, 1) * tolerance * 0.99] for row in exact]  # type: ignore[index, operator]
    chance.shuffle(noisy)
    assert is_same(rows(*noisy), expected, how)
    assert strangers(rows(*noisy), expected, how) == ()
    if noisy:
        noisy[0][2] += 3 * tolerance
        assert not is_same(rows(*noisy), expected, how)
