"""Figures of the public variants that no secure variant may repeat, and how it is seen to.

Everybody can look them up, so an answer must not carry over. They are fixed as long as the public
variants are; a test compares them with the facts.
"""

from collections.abc import Callable, Sequence
from itertools import chain, count
from typing import TypeVar

import world
from clock import at
from variation import PUBLIC

T = TypeVar("T")
Figures = Sequence[int]

SPANS = tuple(
    (at(begin), at(end))
    for begin, end in (
        ("2025-03-31", "2025-04-01"), ("2025-03-01", "2025-04-01"),
        ("2025-01-01", "2025-04-01"), ("2025-03-01", "2025-03-31"), ("2024-07-01", "2024-10-01"),
    )
)  # fmt: skip
"""Times whose sign-ups people quote."""
SIGNUPS = ((28, 669, 1981, 641, 1976), (25, 684, 2010, 659, 1980))
"""External sign-ups in each of the spans, practice and practice-2."""
STEPS = ((8592, 7035, 5747, 1436, 1177, 938, 540, 498, 38, 201), (8627, 7058, 5783, 1436, 1162, 938, 544, 498, 30, 178))
"""External merchants who connected a store, saw rates, made a label; the same for sign-ups of July to September 2024
within 30 days; of those, without a store, with a store and no label; from the app store, with rates and no label;
from paid search, without a store."""


def first_new(
    seed: str, size: int, make: Callable[[str], T], measure: Callable[[T], Figures], known: Sequence[Figures]
) -> T:
    """What `make` returns for the first key of a seed of which no figure is known.

    The key is the seed, and after a refusal the seed and a number. Public variants, and small scales
    with their few different numbers, take what comes.
    """
    if seed in PUBLIC or size < world.ACCOUNTS["full"]:
        return make(seed)
    keys = chain((seed,), (f"{seed}#{attempt}" for attempt in count(2)))
    return next(made for made in map(make, keys) if is_new(measure(made), known))


def is_new(figures: Figures, known: Sequence[Figures]) -> bool:
    """Whether each figure differs from the same figure wherever it is known."""
    return all(mine != theirs for others in known for mine, theirs in zip(figures, others, strict=True))
