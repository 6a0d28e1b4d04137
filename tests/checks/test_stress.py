"""The stress test of computed items: what is odd among a hundred draws is told once, with the draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builders.checks.stress import significant, stress_items
from builders.course import read_course
from tests.checks.test_queries import COUNT, ITEM, load, numeric

ROOT = Path(__file__).parent.parent.parent
N = {"n": {"range": [1, 40, 1]}}
FUNCTIONS = """
def doppelt(connection, given):
    return 2 * given["n"]
def weniger(connection, given):
    return given["n"] - 5
def lang(connection, given):
    return given["n"] / 7
def daneben(connection, given):
    return given["n"] * 1.5
def bricht(connection, given):
    return 1 / (given["n"] - 17)
def viele(connection, given):
    count = connection.execute("SELECT count(*) FROM fahrten").fetchone()[0]
    return count if count > 100 else -1
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("course") / "tiny"


def stressed(root: Path, **changes: Any) -> list[str]:
    own = {"given": N, "stem": "Wie viele sind {{ given.n }}?", "compute": {"python": "doppelt"}}
    course = load(root, numeric(**(own | changes)), functions=FUNCTIONS)
    return [f"{one.rule} {one.message}" for one in stress_items(course, lambda note: None)]


def error(name: str) -> dict[str, Any]:
    return {"compute": {"python": name}, "misconception": "M-geht-schon", "feedback": "Nein."}


GOOD: dict[str, dict[str, Any]] = {
    "distinct": {},
    "below zero, as stated": {"compute": {"python": "weniger"}, "minimum": -10},
    "many digits, with a tolerance": {"compute": {"python": "lang"}, "tolerance": "1%"},
    "many digits, as stated": {"compute": {"sql": "SELECT 12345678 + {{ given.n }}"}, "digits": 8},
    "small only on small data": {"compute": {"python": "viele"}},
    "nothing drawn": {"given": {}, "stem": "Wie viele?", "compute": {"sql": COUNT}},
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD)
def test_sound_draws_are_let_alone(changes: dict[str, Any], root: Path) -> None:
    assert stressed(root, **changes) == []


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "the same question": (
        {"given": N | {"m": {"choose": ["a", "b"]}}},
        "CQ05 'neu-1': draws 0 and 40 make the same question, and 40 in all are doubled",
    ),
    "below zero": ({"compute": {"python": "weniger"}}, "is below 'minimum', 0; change the draws, or state a lower"),
    "too many digits": ({"compute": {"python": "lang"}}, "has more than 6 significant digits; round it, allow"),
    "an error within the tolerance": (
        {"errors": [error("daneben")], "tolerance": "30%"},
        "would count as right; narrow 'tolerance' or change it",
    ),
    "an error twice": (
        {"errors": [error("daneben"), error("daneben")]},
        "is foreseen twice; change the draws, or drop one of the errors",
    ),
    "a draw that cannot be computed": (
        {"compute": {"python": "bricht"}, "tolerance": 0.001, "minimum": -9},
        "VA03 'neu-1': the number 'key': the function 'bricht' fails:",
    ),
}


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG)
def test_what_is_odd_is_told_once(changes: dict[str, Any], message: str, root: Path) -> None:
    (found,) = stressed(root, **changes)
    assert message in found


def test_options_that_meet_in_one_draw_of_many(root: Path) -> None:
    texts = ("{{ given.n }} Räder", "{{ values.doppelt }} Räder", "50 Räder")
    options = [{"text": text, "misconception": "M-geht-schon", "feedback": "Nein."} for text in texts]
    options[0] = {"text": texts[0], "key": True}  # type: ignore[dict-item]
    item = ITEM | {
        "id": "neu-1", "kind": "choice", "order": "logical", "given": N, "options": options,
        "values": {"doppelt": {"python": "doppelt"}},
    }  # fmt: skip
    course = load(root, item, functions=FUNCTIONS)
    (problem,) = stress_items(course, lambda note: None)
    assert problem.rule == "CQ05"
    assert "'50 Räder' stands twice" in problem.message


def test_significant_digits() -> None:
    assert [significant(n) for n in (3000, 0.125, 12.0, 0.1 + 0.2, 0)] == [1, 3, 2, 17, 1]


@pytest.mark.full
def test_the_computed_items_of_this_repository_are_sound() -> None:
    course = read_course(ROOT, secrets=True).course
    assert course is not None
    assert [str(problem) for problem in stress_items(course, lambda note: None)] == []
