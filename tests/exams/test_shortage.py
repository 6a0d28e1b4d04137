"""What cannot be filled is said item by item: a set that is enough, and of which none can be spared."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders.course import Problem
from builders.exams import assemble
from tests.exams.bank import choice, random_bank, random_slots, short_answer, slot, write_course

NEED = "(objective O1, facet main, topic T1, level remember, kind choice, points 1, pool secure)"
USUAL = "(2 minutes, difficulty 0.6)"

SHORTAGES: dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]], dict[str, Any], list[str]]] = {
    "nothing-fits": (
        [],
        [slot("S1")],
        {},
        [
            (
                f":8: 2 items are missing for slot 'S1' in forms A and B {NEED}: 2 are needed, 0 fit; "
                "write 2 items (2 minutes, difficulty 0.65) [FM04]"
            )
        ],
    ),
    "one-too-few": (
        [choice("O1-a"), choice("O1-b"), choice("O1-c")],
        [slot("S1"), slot("S2")],
        {},
        [
            (
                f":8: 1 item is missing for slots 'S1' and 'S2' in forms A and B {NEED}: 4 are needed, 3 fit; "
                f"write 1 item {USUAL}"
            )
        ],
    ),
    "drafts": (
        [choice("O1-a"), choice("O1-b", status="draft")],
        [slot("S1")],
        {},
        [f"1 fits; write 1 item {USUAL}; 1 would fit but is not reviewed yet, or retired [FM04]"],
    ),
    "open-items-have-points-of-their-own": (
        [short_answer("O1-a", 2), short_answer("O1-b", 3), short_answer("O1-c", 4)],
        [slot("S1", kind="short-answer", points=2)],
        {},
        [f"1 fits; write 1 item {USUAL}; 2 would fit but have other points of their own [FM04]"],
    ),
    "another-level": (
        [choice("O1-a"), choice("O1-b", bloom="apply")],
        [slot("S1")],
        {},
        [f"write 1 item {USUAL}; 1 would fit but is of another level [FM04]"],
    ),
    "families": (
        [choice(f"O1-{name}", family="twins") for name in "abcd"],
        [slot("S1"), slot("S2")],
        {},
        ["4 fit, but families, enemies, other slots or limits keep them from being used together; write 2 items"],
    ),
    "enemies": (
        [
            choice("O1-a", enemies=["O1-b"]),
            choice("O1-b", enemies=["O1-c"]),
            choice("O1-c", enemies=["O1-a"]),
            choice("O1-d"),
        ],
        [slot("S1"), slot("S2")],
        {},
        ["1 item is missing for slots 'S1' and 'S2' in forms A and B"],
    ),
    "an-item-that-two-slots-want": (
        [choice("O1-a", facets=["main", "side"]), choice("O1-b", facets=["main", "side"]), choice("O1-c")],
        [slot("S1"), slot("S2", facet="side")],
        {},
        [f"1 item is missing for slot 'S1' in forms A and B {NEED}: 2 are needed, 3 fit"],
    ),
    "two-slots": (
        [choice("O1-a"), choice("O1-b")],
        [slot("S1", facet="side"), slot("S2"), slot("S3", kind="numeric")],
        {},
        [":8: 2 items are missing for slot 'S1'", ":24: 2 items are missing for slot 'S3'"],
    ),
    "minutes": (
        [choice("O1-a", minutes=5), choice("O1-b", minutes=2)],
        [slot("S1")],
        {},
        [
            "the 2 minutes of the slots (± 0.03) and near the other forms: it takes 1 item, named at the slots [FM05]",
            f"enemies, other slots or limits keep them from being used together; write 1 item {USUAL}",
        ],
    ),
    "unequal": (
        [choice("O1-a", difficulty=0.3), choice("O1-b", difficulty=0.9)],
        [slot("S1")],
        {},
        [
            "difficulty of the forms within 0.03 of each other: it takes 1 item, named at the slots [FM06]",
            "write 1 item (2 minutes, difficulty 0.33) [FM04]",
        ],
    ),
    "not-the-difficulty-that-is-asked-for": (
        [choice("O1-a", difficulty=0.3), choice("O1-b", difficulty=0.3)],
        [slot("S1")],
        {"difficulty": 0.6},
        ["within 0.03 of each other and of 0.6: it takes 2 items", "write 2 items (2 minutes, difficulty 0.6) [FM04]"],
    ),
    "no-anchor": (
        [choice("O1-a"), choice("O1-b", facets=["side"])],
        [slot("S1", facet=["main", "side"])],
        {"reuse": {"anchors": 0.5}},
        [
            ":1: the bank has too few items for questions that are the same in every form: it takes 1 item, named",
            "1 item is missing for slot 'S1' the same in every form (objective O1, facets main and side, topic T1",
        ],
    ),
    "margins-of-open-slots": (
        [choice("O1-a"), choice("O1-b"), choice("O1-c"), choice("O1-d", bloom="apply")],
        [{key: value for key, value in slot(name).items() if key != "bloom"} for name in ("S1", "S2")],
        {"margins": {"bloom": {"remember": 1, "apply": 1}}},
        [
            ":1: no choice of items meets the margins: it takes 1 item, named",
            "for slots 'S1' and 'S2' in forms A and B (objective O1, facet main, topic T1, level apply",
        ],
    ),
    "margins-that-clash": (
        [choice("O1-a"), choice("O1-b")],
        [{key: value for key, value in slot("S1").items() if key != "bloom"}],
        {"margins": {"bloom": {"apply": 1}, "cells": {"T1": {"remember": 1}}}, "tolerance": {"cells": 0}},
        ["margin bloom 'apply' declares 1 points (± 0), and with the other margins no choice comes nearer than 1"],
    ),
}


@pytest.mark.parametrize("case", SHORTAGES)
def test_a_shortage_names_the_fewest_missing_items(case: str, tmp_path: Path) -> None:
    items, slots, blueprint, expected = SHORTAGES[case]
    made = assemble(*write_course(tmp_path, secure=items, slots=slots, **blueprint))
    assert isinstance(made, list)
    assert len(made) == len(expected), "\n".join(map(str, made))
    for problem, part in zip(made, expected, strict=True):
        assert str(problem).startswith("assessments/blueprints/quiz.yaml:")
        assert part in str(problem)


ASKED = re.compile(
    r"(?P<count>\d+) items? (is|are) missing .*?\(objective (?P<objective>\S+), facets? (?P<facets>[^,]+), "
    r"topic (?P<topic>\S+), level (?P<bloom>\S+), kind (?P<kind>\S+), points (?P<points>[\d.]+), pool secure\)"
    r".*?write \d+ items? \((?P<sizes>[^)]+)\)"
)


def as_asked(problems: list[Problem]) -> list[dict[str, Any]]:
    """Write the items that problems ask for, from their words alone."""
    written: list[dict[str, Any]] = []
    for match in filter(None, (ASKED.search(problem.message) for problem in problems)):
        make = short_answer if match["kind"] == "short-answer" else choice
        sizes = re.findall(r"([\d.]+) minutes?, difficulty ([\d.]+)", match["sizes"])
        count = int(match["count"])
        for minutes, difficulty in sizes if len(sizes) == count else sizes * count:
            item = make(
                f"{match['objective']}-new-{len(written)}",
                objective=match["objective"],
                facets=match["facets"].split(" and "),
                topic=match["topic"],
                bloom=match["bloom"],
                points=float(match["points"]),
                minutes=float(minutes),
                difficulty=float(difficulty),
            )
            written.append(item)
    return written


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_a_shortage_asks_for_is_enough_and_no_less_is(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Writing what the problems ask for fills the blueprint; leaving out any part of it does not."""
    count, seed = data.draw(st.integers(0, 14)), data.draw(st.integers(0, 99))
    bank = random_bank(count, 2, 1, seed=seed, enemies=min(count // 2, 3), families=count // 4)
    slots = random_slots(data.draw(st.integers(2, 6)), 2, 1)
    for number in data.draw(st.sets(st.integers(0, len(slots) - 1))):
        slots[number].pop("bloom")
    changes: dict[str, Any] = {
        "reuse": data.draw(st.sampled_from(["none", {"anchors": 0.2}, {"anchors": 0.5}])),
        "difficulty": data.draw(st.sampled_from([None, 0.6])),
        "tolerance": {"minutes": data.draw(st.sampled_from([0.03, 0.2]))},
        "forms": data.draw(st.sampled_from([["A"], ["A", "B"], ["A", "B", "C"]])),
    }

    def assembled(items: list[dict[str, Any]]) -> object:
        folder = tmp_path_factory.mktemp("short")
        return assemble(*write_course(folder, secure=items, slots=slots, objectives=2, **changes))

    made = assembled(bank)
    if isinstance(made, list):
        written = as_asked(made)
        assert written
        again = assembled(bank + written)
        assert isinstance(again, tuple), "\n".join(map(str, [*made, "---", *again]))  # type: ignore[misc]
        for kept in combinations(written, len(written) - 1) if len(written) < 6 else ():
            assert isinstance(assembled([*bank, *kept]), list)
