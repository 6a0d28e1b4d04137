"""The places of keys give nothing away."""

from __future__ import annotations

from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.course import Item
from builders.exams.arrange import arrange_options, key_places
from builders.exams.forms import ITEM
from tests.exams.bank import choice


def items_of(count: int, **changes: object) -> list[Item]:
    return [ITEM.validate_python(choice(f"O1-{number}", **changes)) for number in range(count)]


@settings(max_examples=30, deadline=None)
@given(seed=st.text(max_size=20), count=st.integers(3, 44))
def test_keys_are_spread_and_never_four_in_a_row(seed: str, count: int) -> None:
    items = items_of(count)
    places = [place for place, _ in key_places(items, arrange_options(items, seed))]
    assert max(len(list(run)) for _, run in groupby(places)) <= 3
    used = [places.count(place) for place in range(3)]
    assert max(used) - min(used) <= 3


@pytest.mark.parametrize("length", [2, 3])
def test_no_cycle_of_letters(length: int) -> None:
    items = items_of(9)
    for seed in range(30):
        places = [place for place, _ in key_places(items, arrange_options(items, str(seed)))]
        assert places != places[:length] * (9 // length) + places[: 9 % length]


def test_ordered_options_stay_even_if_keys_are_uneven() -> None:
    items = items_of(8, order="logical")
    assert arrange_options(items, "any") == [(0, 1, 2)] * 8


def test_the_same_seed_gives_the_same_order() -> None:
    items = items_of(12)
    assert arrange_options(items, "one") == arrange_options(items, "one")
    assert arrange_options(items, "one") != arrange_options(items, "another")
