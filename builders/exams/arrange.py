"""In which order the options of a form's questions are printed.

The orders are drawn many times by seed, and the draw that gives least away is kept: no key letter more than three
times in a row, no cycle of letters, every letter about as often as the others (guideline 20 of Haladyna, Downing and
Rodriguez 2002). What an author pinned or ordered stays so in every draw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from random import Random

from builders.course import Item
from builders.course.items import Case, ChoiceBody, MatchingBody
from builders.markup.order import Order, part_orders, shuffled

LONGEST_RUN = 3
CYCLES = (2, 3, 4)
DRAWS = 300


def arrange_options(items: Sequence[Item], seed: str) -> list[Order]:
    """Return the printed order of each question's options, answers or steps, as `builders.markup.order` defines it."""
    rng = Random(seed)
    draws = ([shuffled(item, rng) for item in items] for _ in range(DRAWS))
    return min(draws, key=lambda orders: conspicuousness(items, orders))


def conspicuousness(items: Sequence[Item], orders: Sequence[Order]) -> tuple[int, int, float]:
    """Return what the orders give away, worst first: long runs, regularity, uneven use of the letters."""
    keys = [place for place, _ in key_places(items, orders)]
    runs = sum(max(0, len(list(run)) - LONGEST_RUN) for _, run in groupby(keys))
    in_order = sum(
        isinstance(item, MatchingBody) and list(order) == sorted(order)
        for item, order in zip(items, orders, strict=True)
    )
    return runs, in_order + sum(_repeats(keys, length) for length in CYCLES), _unevenness(items, orders)


def key_places(items: Sequence[Item], orders: Sequence[Order]) -> Iterator[tuple[int, int]]:
    """Yield the place (from 0) at which each single-choice key is printed, and the number of its options."""
    for item, order in zip(items, orders, strict=True):
        bodies = zip(item.parts, part_orders(item, order), strict=True) if isinstance(item, Case) else [(item, order)]
        for body, own in bodies:
            if isinstance(body, ChoiceBody):
                key = next(index for index, option in enumerate(body.options) if option.key)
                yield own.index(key), len(own)


def _repeats(keys: Sequence[int], length: int) -> int:
    """Count the places where a cycle of letters stands complete for the third time."""
    span = 3 * length
    windows = (keys[start : start + span] for start in range(len(keys) - span + 1))
    return sum(window[length:] == window[:-length] for window in windows)


def _unevenness(items: Sequence[Item], orders: Sequence[Order]) -> float:
    """Return the squared distance of the letters' counts from what even use would give."""
    used: Counter[int] = Counter()
    expected: dict[int, float] = {}
    for place, count in key_places(items, orders):
        used[place] += 1
        for letter in range(count):
            expected[letter] = expected.get(letter, 0.0) + 1 / count
    return sum((used[letter] - share) ** 2 for letter, share in sorted(expected.items()))
