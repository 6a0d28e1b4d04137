"""In which order the options of a form's questions are printed.

First a place is drawn for each key, so that nothing is given away: no key letter more than three times in a row, no
cycle of letters, every letter about as often as the others (guideline 20 of Haladyna, Downing and Rodriguez 2002).
Then the options are shuffled around their key. What an author pinned or ordered stays so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random

from builders.course import Item
from builders.course.items import Case, ChoiceBody, MatchingBody
from builders.markup.order import Body, Order, join_orders, part_orders, shuffled

LONGEST_RUN = 3
CYCLES = (2, 3, 4)
DRAWS = 100
STEPS = 400
TRIES = 5


@dataclass(frozen=True)
class Seat:
    """Where a key may be printed, among how many options."""

    places: tuple[int, ...]
    options: int


def arrange_options(items: Sequence[Item], seed: str, fixed: Mapping[str, Order] | None = None) -> list[Order]:
    """Return the printed order of each question's options, answers or steps, as `builders.markup.order` defines it.

    ``fixed`` holds the orders of items, by id, that are printed as they were before.
    """
    rng, fixed = Random(seed), fixed or {}
    seats = [seat for item in items for seat in _seats(item, fixed.get(item.id))]
    places = iter(draw_places(seats, rng))
    return [_arranged(item, fixed.get(item.id), places, rng) for item in items]


def _seats(item: Item, order: Order | None) -> Iterator[Seat]:
    """Yield the seat of each single-choice key of an item."""
    if order is not None:
        yield from (Seat((place,), count) for place, count in key_places([item], [order]))
        return
    for body in item.parts if isinstance(item, Case) else (item,):
        if isinstance(body, ChoiceBody):
            yield _seat(body)


def _seat(body: ChoiceBody) -> Seat:
    key = _key(body)
    if body.order == "logical" or body.options[key].pin:
        return Seat((key,), len(body.options))
    free = (place for place, option in enumerate(body.options) if not option.pin)
    return Seat(tuple(free), len(body.options))


def _key(body: ChoiceBody) -> int:
    return next(index for index, option in enumerate(body.options) if option.key)


def draw_places(seats: Sequence[Seat], rng: Random) -> list[int]:
    """Return a place for each key: the best of many draws, then bettered one key at a time."""
    draws = ([rng.choice(seat.places) for seat in seats] for _ in range(DRAWS))
    best = min(draws, key=lambda places: conspicuousness(seats, places))
    least = conspicuousness(seats, best)
    free = [index for index, seat in enumerate(seats) if len(seat.places) > 1]
    for _ in range(STEPS if free else 0):
        index = rng.choice(free)
        other = [*best[:index], rng.choice(seats[index].places), *best[index + 1 :]]
        if (now := conspicuousness(seats, other)) <= least:
            best, least = other, now
    return best


def conspicuousness(seats: Sequence[Seat], places: Sequence[int]) -> tuple[int, int, float]:
    """Return what the places of keys give away, worst first: long runs, cycles, uneven use of the letters."""
    runs = sum(max(0, len(list(run)) - LONGEST_RUN) for _, run in groupby(places))
    return runs, sum(_repeats(places, length) for length in CYCLES), _unevenness(seats, places)


def key_places(items: Sequence[Item], orders: Sequence[Order]) -> Iterator[tuple[int, int]]:
    """Yield the place (from 0) at which each single-choice key is printed, and the number of its options."""
    for item, order in zip(items, orders, strict=True):
        bodies = zip(item.parts, part_orders(item, order), strict=True) if isinstance(item, Case) else [(item, order)]
        for body, own in bodies:
            if isinstance(body, ChoiceBody):
                yield own.index(_key(body)), len(own)


def _repeats(places: Sequence[int], length: int) -> int:
    """Count the places where a cycle of letters stands complete for the third time."""
    span = 3 * length
    windows = (places[start : start + span] for start in range(len(places) - span + 1))
    return sum(window[length:] == window[:-length] for window in windows)


def _unevenness(seats: Sequence[Seat], places: Sequence[int]) -> float:
    """Return the squared distance of the letters' counts from what even use would give."""
    used = Counter(places)
    sizes = Counter(seat.options for seat in seats)
    letters = range(max(sizes, default=0))
    expected = [sum(count / size for size, count in sorted(sizes.items()) if letter < size) for letter in letters]
    return sum((used[letter] - share) ** 2 for letter, share in enumerate(expected))


def _arranged(item: Item, fixed: Order | None, places: Iterator[int], rng: Random) -> Order:
    """Return the order of an item, its keys at the places that were drawn for them."""
    if fixed is not None:
        for _ in key_places([item], [fixed]):
            next(places)
        return fixed
    if isinstance(item, Case):
        return join_orders([_shuffled(part, places, rng) for part in item.parts])
    return _shuffled(item, places, rng)


def _shuffled(body: Body, places: Iterator[int], rng: Random) -> Order:
    order = shuffled(body, rng)
    if isinstance(body, ChoiceBody):
        return _with_key_at(order, _key(body), next(places))
    for _ in range(TRIES if isinstance(body, MatchingBody) else 0):
        if list(order) != sorted(order):
            break
        order = shuffled(body, rng)
    return order


def _with_key_at(order: Order, key: int, place: int) -> Order:
    """Swap the key with the option that stands where it should."""
    moved = list(order)
    here = moved.index(key)
    moved[here], moved[place] = moved[place], moved[here]
    return tuple(moved)
