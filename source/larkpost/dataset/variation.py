"""Registers of documents: as printed in the practice variant, with other numbers in every other one.

A variant's numbers are drawn until they keep what the documents promise and repeat no figure
that a public variant shows, so that no answer can be carried over.
"""

import csv
from collections.abc import Callable, Sequence
from functools import cache
from itertools import chain, count
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
Figures = Sequence[object]

PUBLIC = ("practice", "practice-2")
"""The seeds whose numbers everybody may know; the first shows the documents' own."""
AGAIN = "\x1e"
"""Stands in a key between the seed and the number of a further attempt."""
REGISTERS = Path(__file__).parent / "registers"


@cache
def read_register(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a register, each a cell's text by its column."""
    with (REGISTERS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))


def settle(seed: str, make: Callable[[str], T], measure: Callable[[T], Figures | None]) -> T:
    """What `make` returns for the first key of a seed that is good enough.

    The key is the seed and, after a refusal, a number. `measure` returns the figures that people
    quote, or None where a promise of the documents is broken. Each figure must differ from the
    same figure of every public variant that comes before this one.
    """
    if seed == PUBLIC[0]:
        return make(seed)
    earlier = PUBLIC[: PUBLIC.index(seed)] if seed in PUBLIC else PUBLIC
    taken = [measure(settle(other, make, measure)) for other in earlier]
    keys = chain((seed,), (f"{seed}{AGAIN}{attempt}" for attempt in count(2)))
    return next(made for made in map(make, keys) if _is_new(measure(made), taken))


def seed_of(key: str) -> str:
    """The seed to which a key of `settle` belongs."""
    return key.partition(AGAIN)[0]


def _is_new(figures: Figures | None, taken: Sequence[Figures]) -> bool:
    """Whether the promises are kept and no figure is one that a public variant shows."""
    if figures is None:
        return False
    return all(one != other for others in taken for one, other in zip(figures, others, strict=True))


def quantile(numbers: Sequence[int], percent: int) -> int:
    """The smallest of the numbers that at least `percent` in a hundred do not exceed (nearest rank)."""
    ordered = sorted(numbers)
    return ordered[-(-percent * len(ordered) // 100) - 1]
