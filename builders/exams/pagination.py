"""Where the pages of a paper begin, and how much room to write each question gets.

The blocks of a paper are measured once; their heights do not depend on one another. A plan then says which blocks
begin a page and how many lines are added, so that pages are full and every form has as many pages as the others.
Heights are millimetres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import ceil, inf

GAP = 8.0
"""The space below each block; paper.css says the same."""
ROUNDING = 0.6
"""What rounding may add to a page."""
BLANK_COST = 0.3
"""A page left blank on purpose disturbs as much as one of which this share is empty."""
RELUCTANCE = 0.45
"""What a break at a reluctant block costs, in the same way."""


@dataclass(frozen=True)
class Space:
    """Lines to write on: the id of the question or part, how many the answer needs, and the height of one."""

    id: str
    lines: int
    line_height: float

    @property
    def most(self) -> int:
        """By how many lines it may grow: more than twice the room would mislead."""
        return max(3, self.lines)


@dataclass(frozen=True)
class Block:
    """What stays together on a page; ``selector`` names its element to the stylesheet, and is empty where it begins a
    page without being told.

    A ``reluctant`` block (the next piece of a question that may break, the end of the paper) begins a page only where
    all else is worse. ``gap`` is the space above it, which goes where it begins a page; a block without one goes on
    from the block before, and begins a page only where it no longer fits.
    """

    selector: str
    height: float
    spaces: tuple[Space, ...] = ()
    reluctant: bool = False
    gap: float = GAP


@dataclass(frozen=True)
class PagePlan:
    """The blocks that begin the pages after the first, the lines of each writing space, and blank pages at the end."""

    starts: tuple[str, ...] = ()
    lines: tuple[tuple[str, int], ...] = ()
    blanks: int = 0


def fewest_pages(blocks: Sequence[Block], height: float) -> int:
    """Return the fewest pages of this height that hold the blocks: each page filled as far as it goes."""
    pages, used = 1, 0.0
    for place, block in enumerate(blocks):
        grown = used + (block.gap if used else 0.0) + block.height
        if place and grown + ROUNDING > height:
            pages, grown = pages + 1, block.height
        used = grown
    return pages


def plan_pages(blocks: Sequence[Block], height: float, pages: int) -> PagePlan:
    """Return the plan for exactly ``pages`` pages that leaves the least room unused.

    Some of them may stay blank at the end, where the questions would otherwise be scattered over half-empty pages.
    """
    breaks = _Breaks(tuple(blocks), height)
    least = fewest_pages(blocks, height)
    counts = range(least, max(least, min(pages, len(blocks))) + 1)
    costs = {count: breaks.best(0, count)[0] + (pages - count) * breaks.weigh(BLANK_COST * height) for count in counts}
    count = min(counts, key=lambda count: (costs[count], count))
    starts = breaks.best(0, count)[1]
    ends = [*starts[1:], len(blocks)]
    lines = [line for start, end in zip(starts, ends, strict=True) for line in breaks.grown(start, end)]
    return PagePlan(
        tuple(name for start in starts[1:] if (name := blocks[start].selector)), tuple(lines), max(0, pages - count)
    )


class _Breaks:
    """All ways to break the blocks into pages; the best are found from the end, once each."""

    def __init__(self, blocks: tuple[Block, ...], height: float) -> None:
        self.blocks = blocks
        self.height = height
        self._upto = [0.0, *accumulate(block.gap + block.height for block in blocks)]
        self.best = cache(self._best)

    def weigh(self, empty: float) -> float:
        """Return how much empty room disturbs: by its cube, since one half-empty page is worse than two quarters."""
        return float(empty**3)

    def _best(self, start: int, pages: int) -> tuple[float, tuple[int, ...]]:
        """Return the least cost of the blocks from ``start`` on so many pages, and the first block of each page."""
        count = len(self.blocks)
        if pages == 1:
            return self._cost(start, count), (start,)
        found = [(inf, tuple(range(start, start + pages)))]
        for end in range(start + 1, count - pages + 2):
            rest, starts = self.best(end, pages - 1)
            found.append((self._cost(start, end) + rest, (start, *starts)))
        return min(found)

    def _free(self, start: int, end: int) -> float:
        """Return the room that a page with these blocks leaves, negative where they do not fit."""
        used = self._upto[end] - self._upto[start] - self.blocks[start].gap
        return self.height - used - ROUNDING

    def _cost(self, start: int, end: int) -> float:
        free = self._free(start, end)
        if (free < 0 and end - start > 1) or self._cuts_short(start, end):
            return inf
        reluctance = self.weigh(RELUCTANCE * self.height) if self.blocks[start].reluctant else 0.0
        # The last page may end where it ends.
        empty = 0.0 if end == len(self.blocks) else max(0.0, free - self._growth(start, end))
        return self.weigh(empty) + reluctance

    def _cuts_short(self, start: int, end: int) -> bool:
        """Whether the page ends inside something that goes on without a gap, and would still have room for it."""
        return end < len(self.blocks) and self.blocks[end].gap == 0 and self._free(start, end + 1) >= 0

    def _growth(self, start: int, end: int) -> float:
        spaces = (space for block in self.blocks[start:end] for space in block.spaces)
        return sum(space.most * space.line_height for space in spaces)

    def grown(self, start: int, end: int) -> list[tuple[str, int]]:
        """Return the lines of the writing spaces of a page: all grown by the same share of what they may."""
        growth = self._growth(start, end)
        share = min(1.0, max(0.0, self._free(start, end)) / growth) if growth else 0.0
        spaces = [space for block in self.blocks[start:end] for space in block.spaces]
        return [(space.id, space.lines + int(share * space.most)) for space in spaces]


def rounded_up(pages: int, multiple: int) -> int:
    """Return the next multiple."""
    return multiple * ceil(pages / multiple)
