"""The blocks of a paper, as they were measured: its head, its questions or their pieces, and its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builders.course import Form, FormEntry, Item
from builders.course.items import Case, Part
from builders.exams.editions import Edition, Setting
from builders.exams.forms import item_of
from builders.exams.pagination import ROUNDING, Block, Space
from builders.markup import writing_lines
from builders.pdf import Area, Measured

UNSPLIT = "FM08"
"""The rule that questions stay on one page."""
START = 3
"""The lines that stay with what is asked, where the rest may go over the page."""
CHUNK = 4
"""Lines that go over the page together."""
PART_GAP = 1.7
"""The space above a part of a case, in em; items.css says the same."""


def selector(name: str) -> str:
    """Return how a stylesheet names the element of an area."""
    return f'[data-area="{name}"]'


def height_of(areas: Sequence[Area]) -> float:
    """Return the height of an element, on however many pages it is."""
    return sum(area.height for area in areas)


def splitting(form: Form, measured: Measured, setting: Setting) -> frozenset[int]:
    """Return the numbers of the questions that may go over the page.

    Authors declare it by a waiver with a reason. In other editions than the standard one, for which they wrote, every
    question may that is too tall for a page there.
    """
    return frozenset(
        entry.number
        for entry in form.entries
        if any(waiver.rule == UNSPLIT for waiver in item_of(entry).waivers)
        or (
            setting.edition is not Edition.STANDARD
            and height_of(measured.areas[f"block-{entry.number}"]) + ROUNDING > measured.room
        )
    )


def blocks_of(form: Form, measured: Measured, split: frozenset[int], setting: Setting) -> Iterator[Block]:
    """Yield what the pages of a paper are made of, from its head to its end; ``split`` questions in pieces."""
    # A head that needs more than a page breaks where the page ends, as it did when it was measured.
    for area in measured.areas["front"]:
        yield Block("", area.height, gap=0)
    for entry in form.entries:
        yield from _question_blocks(entry, measured, entry.number in split, setting)
    yield Block(selector("end"), height_of(measured.areas["end"]), reluctant=True)


def _question_blocks(entry: FormEntry, measured: Measured, split: bool, setting: Setting) -> Iterator[Block]:
    item = item_of(entry)
    name, own = f"block-{entry.number}", f"q{entry.number}"
    height = height_of(measured.areas[name])
    if not split:
        yield Block(selector(name), height, tuple(_spaces(item, own, measured)))
    elif isinstance(item, Case):
        yield from _part_blocks(item, name, own, height, measured, setting)
    else:
        yield from _line_blocks(item, name, own, height, measured)


def _spaces(item: Item, own: str, measured: Measured) -> Iterator[Space]:
    """Yield the writing spaces of a question; those of a case stand in its parts."""
    bodies: list[tuple[str, Item | Part]] = [(own, item)]
    if isinstance(item, Case):
        bodies = [(f"{own}-{part.id}", part) for part in item.parts]
    for name, body in bodies:
        lines = writing_lines(body)
        if lines:
            yield Space(name, lines, height_of(measured.areas[f"{name}-writing"]) / lines)


def _part_blocks(
    item: Case, name: str, own: str, height: float, measured: Measured, setting: Setting
) -> Iterator[Block]:
    """Yield a case that may break between its parts; the first part stays with what all parts are about."""
    gap = PART_GAP * setting.em
    rest = [(f"{own}-{part.id}", height_of(measured.areas[f"{own}-{part.id}"])) for part in item.parts[1:]]
    yield Block(selector(name), height - sum(own_height + gap for _, own_height in rest))
    for part, own_height in rest:
        yield Block(selector(part), own_height, reluctant=True, gap=gap)


def _line_blocks(item: Item, name: str, own: str, height: float, measured: Measured) -> Iterator[Block]:
    """Yield a question whose lines may go over the page, all but the first few."""
    lines = writing_lines(item)
    if lines <= START:
        yield Block(selector(name), height)
        return
    line_height = height_of(measured.areas[f"{own}-writing"]) / lines
    yield Block(selector(name), height - (lines - START) * line_height)
    for first in range(START, lines, CHUNK):
        # The first lines are one element, every other line one of its own.
        place = f"{selector(f'{own}-writing')} > :nth-child({first - START + 2})"
        yield Block(place, min(CHUNK, lines - first) * line_height, reluctant=True, gap=0)
