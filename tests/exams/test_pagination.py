"""Where pages begin and how writing space grows, tried on made-up blocks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.exams.pagination import GAP, ROUNDING, Block, PagePlan, Space, fewest_pages, plan_pages, rounded_up

ROOM = 250.0


def blocks(*heights: float, lines: int = 0) -> list[Block]:
    """Return blocks of these heights; each with so many lines of 8 mm in it."""
    return [
        Block(f"#{place}", height, (Space(f"q{place}", lines, 8.0),) if lines else ())
        for place, height in enumerate(heights)
    ]


def test_blocks_that_fit_share_a_page() -> None:
    assert fewest_pages(blocks(80, 80, 70), ROOM) == 1
    assert fewest_pages(blocks(80, 80, 80), ROOM) == 2
    assert plan_pages(blocks(80, 80, 70), ROOM, 1) == PagePlan()


def test_a_page_begins_where_the_next_block_does_not_fit() -> None:
    assert plan_pages(blocks(200, 100, 100), ROOM, 2).starts == ("#1",)


def test_lines_grow_until_the_page_is_full() -> None:
    plan = plan_pages(blocks(130, 100, lines=10), ROOM, 2)
    assert plan.starts == ("#1",)
    assert dict(plan.lines)["q0"] == 20  # 119 mm are free: ten more lines of 8 mm, no more than twice
    plan = plan_pages(blocks(200, 100, lines=10), ROOM, 2)
    assert dict(plan.lines)["q0"] == 16  # 49 mm are free


def test_forms_with_fewer_questions_get_the_pages_of_the_longest() -> None:
    plan = plan_pages(blocks(100, 100, lines=9), ROOM, 4)
    assert len(plan.starts) + 1 + plan.blanks == 4


def test_a_blank_page_at_the_end_is_better_than_empty_halves() -> None:
    plan = plan_pages(blocks(110, 110, 110, 110), ROOM, 3)
    assert (plan.starts, plan.blanks) == (("#2",), 1)


def test_the_end_does_not_stand_alone_where_that_can_be_helped() -> None:
    paper = [*blocks(100, 100, 25, lines=3), Block("end", 12, reluctant=True)]
    assert fewest_pages(paper, ROOM) == 2
    assert plan_pages(paper, ROOM, 2).starts == ("#2",)


def test_a_head_that_needs_more_than_a_page_begins_no_page_by_rule() -> None:
    paper = [Block("", ROOM, gap=0), Block("", 60, gap=0), *blocks(100, 120)]
    plan = plan_pages(paper, ROOM, 3)
    assert plan.starts == ("#1",)


def test_lines_go_over_the_page_only_where_they_no_longer_fit() -> None:
    pieces = [Block(f"#line{n}", 40, reluctant=True, gap=0) for n in range(4)]
    plan = plan_pages([Block("#0", 120), *pieces, Block("#1", 230)], ROOM, 3)
    assert plan.starts == ("#line3", "#1")


@pytest.mark.parametrize(("pages", "multiple", "expected"), [(1, 2, 2), (4, 2, 4), (5, 4, 8), (8, 4, 8)])
def test_rounded_up(pages: int, multiple: int, expected: int) -> None:
    assert rounded_up(pages, multiple) == expected


paper_blocks = st.lists(
    st.tuples(st.floats(10, 240), st.integers(0, 12)).map(
        lambda pair: (pair[0] + 8 * pair[1] if pair[0] + 8 * pair[1] < 245 else pair[0], pair[1])
    ),
    min_size=1,
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(paper_blocks, st.integers(0, 3))
def test_every_plan_fits_its_pages(sizes: list[tuple[float, int]], more: int) -> None:
    made = [Block(f"#{n}", h, (Space(f"q{n}", k, 8.0),) if k else ()) for n, (h, k) in enumerate(sizes)]
    pages = fewest_pages(made, ROOM) + more
    plan = plan_pages(made, ROOM, pages)
    assert len(plan.starts) + 1 + plan.blanks == pages
    starts = [0, *(int(name[1:]) for name in plan.starts), len(made)]
    grown = dict(plan.lines)
    for first, end in pairwise(starts):
        extra = sum((grown[s.id] - s.lines) * 8.0 for block in made[first:end] for s in block.spaces)
        used = sum(block.height for block in made[first:end]) + GAP * (end - first - 1) + extra
        assert used <= ROOM + ROUNDING
    assert all(s.lines <= grown[s.id] <= s.lines + s.most for block in made for s in block.spaces)
