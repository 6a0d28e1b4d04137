"""Answers in the room where learners write: which of them fit, and at which size.

A room keeps its height whatever is laid over it, so the pages of both editions are the same. An answer is set as large
as its room allows, from `SIZES`; what does not fit at the smallest size stands elsewhere, and the room says where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from builders.book.workbook.printing import HEIGHTS, INNER, OUTER, WIDTHS
from builders.book.workbook.records import BlankTable, FilledTable, Solution, Space
from builders.book.workbook.setting import Setting
from builders.book.workbook.spaces import cell_height, column_shares, slot
from builders.pdf import Paper, Spot

SIZES = (9.5, 9.0, 8.5)
"""Points, largest first; nothing in a room is smaller than the last. The area of a text grows with the square of it."""

POINTS_PER_MM = 72 / 25.4
SIDES, FOOT = INNER + OUTER, 23.0
"""Millimetres of ``print/base.css``: both side margins, the foot margin."""

CELL_PADDING = 4.0
"""Millimetres that the padding and rules of a cell take from its width."""

Measure = Callable[[Sequence[str]], list[float]]
"""From blocks of HTML to their heights in millimetres."""

IDS = re.compile(r'\bid="([^"]+)"')


@dataclass(frozen=True)
class Room:
    """Where one answer, or one cell of it, would be laid: its slot, and millimetres it offers."""

    slot: str
    width: float
    height: float
    html: str


@dataclass(frozen=True)
class Placing:
    """What is laid over rooms, by slot, and the exercises whose answers stand elsewhere as a whole."""

    fillings: Mapping[str, str]
    elsewhere: tuple[Space, ...]


def place_answers(
    spaces: Sequence[Space],
    solutions: Mapping[str, Solution],
    anchors: Mapping[str, Spot],
    setting: Setting,
    measure: Measure,
) -> Placing:
    """Return what fits where. ``anchors`` are those of the student edition: a room may go over the page."""
    answered = [space for space in spaces if space.part in solutions]
    rooms = {space.part: list(rooms_of(space, solutions[space.part], anchors, setting)) for space in answered}
    fitted = fit_rooms([room for found in rooms.values() for room in found], measure)
    fillings: dict[str, str] = {}
    elsewhere = []
    for space in answered:
        own = {room.slot: fitted[room.slot] for room in rooms[space.part] if room.slot in fitted}
        fillings |= own
        if not is_complete(space, solutions[space.part], own):
            elsewhere.append(space)
    return Placing(fillings, tuple(elsewhere))


def is_complete(space: Space, solution: Solution, fitted: Mapping[str, str]) -> bool:
    """Whether the whole answer stands in its room."""
    if space.table is None:
        return bool(fitted)
    same = any(table.head == space.table.head for table in solution.tables)
    return solution.is_table and same and len(fitted) == len(space.table.empty)


def rooms_of(space: Space, solution: Solution, anchors: Mapping[str, Spot], setting: Setting) -> Iterator[Room]:
    """Yield the room of an exercise, or of each empty cell of its table."""
    if space.table is None:
        width, height = room_size(space, anchors, setting.paper)
        yield Room(slot(space.part), width, height, solution.html)
        return
    shares = column_shares(space.table)
    height = cell_height(space.table)
    for index, (row, column) in enumerate(space.table.empty, start=1):
        text = cell_answer(space.table, row, column, solution.tables)
        if text is not None:
            width = shares[column] * (WIDTHS[setting.paper] - SIDES) - CELL_PADDING
            yield Room(slot(space.part, index), width, height, text)


def room_size(space: Space, anchors: Mapping[str, Spot], paper: Paper) -> tuple[float, float]:
    """Return width and height of a room in millimetres; of one that goes over the page, its first part."""
    spot, last = anchors[space.id], anchors.get(f"{space.id}--last", anchors[space.id])
    left = spot.x / POINTS_PER_MM - INNER
    below = HEIGHTS[paper] - FOOT - spot.y / POINTS_PER_MM
    height = space.millimetres if last.page == spot.page else min(space.millimetres, below)
    return WIDTHS[paper] - SIDES - left, height


def cell_answer(blank: BlankTable, row: int, column: int, tables: Sequence[FilledTable]) -> str | None:
    """Return what an answer has for an empty cell: in the column of the same heading, in the same row."""
    for table in tables:
        if blank.head[column] in table.head and len(table.rows) == len(blank.rows):
            return table.cells[row][table.head.index(blank.head[column])]
    return None


def fit_rooms(rooms: Sequence[Room], measure: Measure) -> dict[str, str]:
    """Return the HTML to lay over each room whose answer fits, at the largest size that does."""
    fitted: dict[str, str] = {}
    waiting = [replace(room, html=own_ids(room.html, room.slot)) for room in rooms]
    for size in SIZES:
        heights = measure([overlay(room, size, static=True) for room in waiting])
        measured = list(zip(waiting, heights, strict=True))
        fitted |= {room.slot: overlay(room, size) for room, height in measured if height <= room.height}
        waiting = [room for room, height in measured if room.height < height <= room.height * (size / SIZES[-1]) ** 2]
    return fitted


def overlay(room: Room, size: float, *, static: bool = False) -> str:
    """Return an answer as it is laid over its room; ``static`` gives it a width, to be measured."""
    style = f"font-size:{size:g}pt"
    if static:
        style += f";position:static;box-sizing:border-box;width:{room.width:.2f}mm"
    kind = "in-space" if is_whole(room.slot) else "in-cell"
    return f'<div class="{kind}" style="{style}">{room.html}<div class="end" id="{end_id(room.slot)}"></div></div>'


def end_id(mark: str) -> str:
    """Return the id of the end of what is laid over a room."""
    return "in--" + re.sub(r"[^\w.-]+", "-", mark.strip("<!->")) + "--end"


def is_whole(mark: str) -> bool:
    """Whether a slot is that of a whole room, not of a cell."""
    return len(mark.split()) == 2


def own_ids(html: str, mark: str) -> str:
    """Return HTML with ids of its own: the same answer may stand at the back of the book too."""
    names = set(IDS.findall(html))
    prefix = "in--" + re.sub(r"[^\w.-]+", "-", mark.strip("<!->"))
    for name in sorted(names, key=len, reverse=True):
        for before, after in (('id="', '"'), ('href="#', '"'), ("url(#", ")")):
            html = html.replace(f"{before}{name}{after}", f"{before}{prefix}--{name}{after}")
    return html


def pointer(space: Space, text: str) -> tuple[str, str]:
    """Return the slot where a room says that its answer stands elsewhere, and what it says."""
    if space.table is None:
        return slot(space.part), f'<div class="in-space pointer">{text}</div>'
    return slot(space.part, 0), f'<div class="in-head pointer">{text}</div>'
