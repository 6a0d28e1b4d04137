"""The solver's answers: least, none, and within a bounded search."""

from __future__ import annotations

import random

import pytest

from builders.exams import program
from builders.exams.program import Program


def subset_sums(hidden: set[int], seed: int) -> tuple[Program, list[int]]:
    """Return a program that only a few subsets of 24 numbers solve, among them a hidden one."""
    rng = random.Random(seed)
    made = Program()
    variables = [made.variable(whole=True) for _ in range(24)]
    for _ in range(2):
        weights = {variable: float(rng.randint(100, 999)) for variable in variables}
        total = sum(weight for variable, weight in weights.items() if variable in hidden)
        made.row(weights, total - 2, total + 2)
    return made, variables


def test_the_least_cost_is_found() -> None:
    made = Program()
    cheap, dear = made.variable(whole=True), made.variable(whole=True)
    made.row({cheap: 1.0, dear: 1.0}, lower=1.0)
    assert made.minimise({cheap: 1.0, dear: 2.0}) == pytest.approx([1.0, 0.0])


def test_what_cannot_be_is_none() -> None:
    made = Program()
    made.row({made.variable(whole=True): 2.0}, 1.0, 1.0)
    assert made.minimise({}) is None
    assert made.proved


def test_a_search_that_is_cut_short_still_gives_a_solution(monkeypatch: pytest.MonkeyPatch) -> None:
    made, variables = subset_sums({1, 3, 5, 7, 11, 13, 17, 19, 23}, seed=4)
    costs = {variable: random.Random(variable).random() for variable in variables}
    monkeypatch.setattr(program, "NODES", 1)
    assert made.minimise(costs) is None
    assert not made.proved, "none was found, but that proves nothing"
    monkeypatch.setattr(program, "INSIST", 1_000_000)
    values = made.minimise(costs)
    assert values is not None
    assert not made.proved
    for weights, lower, upper in made.rows:
        assert lower - 1e-6 <= sum(weight * values[variable] for variable, weight in weights.items()) <= upper + 1e-6
