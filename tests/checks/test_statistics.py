"""What a bank gives away: statistics against values from tables and other programs, and the rules that use them."""

from __future__ import annotations

from itertools import cycle as repeat
from pathlib import Path

import pytest

from builders.checks.statistics import (
    asked_of,
    at_least,
    chi_square_tail,
    cycle,
    longest_run,
    more_often,
    uneven_places,
)
from builders.course import Pool
from tests.checks.bank import choice, found, make_course


def test_poisson_binomial() -> None:
    """Equal chances give the binomial: P(X >= 8 | n = 10, p = 1/3) = 0.003404 (R: pbinom(7, 10, 1/3, FALSE))."""
    assert at_least(8, [1 / 3] * 10) == pytest.approx(0.003404, abs=1e-6)
    assert at_least(0, [0.5] * 4) == pytest.approx(1.0)
    assert at_least(2, [0.5, 0.25]) == pytest.approx(0.125)


def test_fisher() -> None:
    """The lady who tastes tea: 3 of 4 against 1 of 4, one-sided p = 0.242857 (R: fisher.test, alternative greater)."""
    assert more_often(1, 4, 3, 4) == pytest.approx(0.242857, abs=1e-6)
    assert more_often(0, 5, 0, 5) == 1.0


@pytest.mark.parametrize(
    ("value", "freedom", "tail"),
    [(3.841459, 1, 0.05), (5.991465, 2, 0.05), (7.814728, 3, 0.05), (9.487729, 4, 0.05), (11.344867, 3, 0.01)],
)
def test_chi_square(value: float, freedom: int, tail: float) -> None:
    """Quantiles of the tables."""
    assert chi_square_tail(value, freedom) == pytest.approx(tail, abs=1e-6)


def test_runs_and_cycles() -> None:
    assert [longest_run(places) for places in ([], [1], [0, 1, 1, 1, 1, 2])] == [0, 1, 4]
    assert cycle([2, 0, 1, 0, 1, 0, 1]) == (0, 1)
    assert cycle([0, 1, 2, 0, 1, 2, 0, 1, 2]) == (0, 1, 2)
    assert cycle([0, 1, 0, 1, 2, 0, 1]) is None
    assert cycle([1, 1, 1, 1, 1, 1]) is None


def test_keys_at_one_place(tmp_path: Path) -> None:
    """Twelve keys at the first of three places are no chance; four at each are as even as can be."""
    first = [choice(f"i{n}", "Which?", ("ab", "cd", "ef")) for n in range(12)]
    message = found(make_course(tmp_path, *first), "FM01")[0].message
    assert message.startswith("the practice items: keys stand unevenly (A 12; p = 0.000)")
    even = [choice(f"i{n}", "Which?", ("ab", "cd", "ef"), key=n % 3) for n in range(12)]
    assert found(make_course(tmp_path, *even), "FM01") == []
    secure = [one.in_pool(Pool.SECURE) for one in first]
    assert found(make_course(tmp_path, *secure), "FM01") == [], "papers have an order of their own"
    assert uneven_places([one for own in first[:11] for one in asked_of(own)]) == 1.0, "too few to tell"


def test_longest_option(tmp_path: Path) -> None:
    """Ten of twelve is a pattern; four of twelve is what chance gives, and ties say nothing."""
    texts = repeat((("abcd", "ab", "ac"),))
    told = [choice(f"i{n}", "Which?", next(texts), key=0 if n < 10 else 1) for n in range(12)]
    assert "in 10 of 12 questions the longest option is right" in found(make_course(tmp_path, *told), "MC07")[0].message
    chance = [choice(f"i{n}", "Which?", ("abcd", "ab", "ac"), key=n % 3) for n in range(12)]
    assert found(make_course(tmp_path, *chance), "MC07") == []
    ties = [choice(f"i{n}", "Which?", ("abcd", "abce", "ac")) for n in range(12)]
    assert found(make_course(tmp_path, *ties), "MC07") == []
