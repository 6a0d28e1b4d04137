"""The order in which options, answers and steps are printed: the one thing a paper may change about an item.

An order is a tuple of indexes into the item's own list, first printed first. Of a case it is the orders of its parts,
one after another, each counted on from where the part before it ended.
"""

from __future__ import annotations

from itertools import accumulate
from random import Random

from builders.course.items import (
    Case,
    ChoiceBody,
    Item,
    MatchingBody,
    MultipleResponseBody,
    OrderingBody,
    Part,
)

Body = Item | Part
Order = tuple[int, ...]
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def orderable(body: Body) -> int:
    """Return how many things of an item can be printed in another order; 0 where nothing can."""
    match body:
        case ChoiceBody() | MultipleResponseBody():
            return len(body.options)
        case MatchingBody():
            return len(answers(body))
        case OrderingBody():
            return len(body.sequence)
        case Case():
            return sum(orderable(part) for part in body.parts)
    return 0


def answers(body: MatchingBody) -> tuple[str, ...]:
    """Return the answers of a matching item in its own order: those of the pairs, each once, then the extra ones."""
    return tuple(dict.fromkeys([pair.right for pair in body.pairs] + [extra.right for extra in body.extra]))


def shuffled(body: Body, rng: Random) -> Order:
    """Return a random order that an author would accept: logical lists and pinned options stay where they are.

    Steps to put in order are never printed in the right one.
    """
    if isinstance(body, Case):
        return join_orders([shuffled(part, rng) for part in body.parts])
    count = orderable(body)
    if getattr(body, "order", "shuffle") == "logical":
        return tuple(range(count))
    order = _shuffled(count, _pinned(body), rng)
    while isinstance(body, OrderingBody) and order == tuple(range(count)):
        order = _shuffled(count, frozenset(), rng)
    return order


def _pinned(body: Body) -> frozenset[int]:
    options = body.options if isinstance(body, ChoiceBody | MultipleResponseBody) else ()
    return frozenset(index for index, option in enumerate(options) if option.pin)


def _shuffled(count: int, pinned: frozenset[int], rng: Random) -> Order:
    free = [index for index in range(count) if index not in pinned]
    rng.shuffle(free)
    rest = iter(free)
    return tuple(index if index in pinned else next(rest) for index in range(count))


def join_orders(orders: list[Order]) -> Order:
    """Return the order of a case from those of its parts."""
    starts = accumulate((len(order) for order in orders), initial=0)
    return tuple(start + index for start, order in zip(starts, orders, strict=False) for index in order)


def part_orders(case: Case, order: Order) -> tuple[Order, ...]:
    """Return the order of each part of a case."""
    sizes = [orderable(part) for part in case.parts]
    starts = list(accumulate(sizes, initial=0))
    return tuple(
        tuple(index - start for index in order[start : start + size])
        for start, size in zip(starts, sizes, strict=False)
    )


def checked(body: Body, order: Order) -> Order:
    """Return an order that fits the item; an empty one means its own.

    :raises ValueError: where the order is not a permutation of what the item holds.
    """
    own = tuple(range(orderable(body)))
    if order and tuple(sorted(order)) != own:
        raise ValueError(f"the order {order} does not fit an item of {len(own)}")
    return tuple(order) or own


def letter(index: int) -> str:
    """Return the letter printed beside the option at this place, counted from 0."""
    return LETTERS[index]
