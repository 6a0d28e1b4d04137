"""Draws tables and their foreign keys as an entity-relationship diagram in crow's-foot notation.

The author says which table stands where, row by row; boxes, columns and lines come from the database itself.
A line leaves the row of the foreign key, runs in the lanes between the boxes, and ends at the row of the key it
refers to. Lines to the same table share their lane. Measures are pixels; the smallest words are 12 px (9 points).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import accumulate
from typing import NamedTuple

from builders.data import Column, Table

ROW, HEAD, PAD = 16, 23, 7
LETTER = 6.9
"""How wide a letter of a column's name is at most, on average."""
HEAD_LETTER = 8.1
FOOT, LANE, BETWEEN, APART = 22, 8, 16, 3
"""Room for a mark at the end of a line; for a lane; between boxes above each other; see `_Diagram.port`."""
LINE = 'fill="none" stroke="#000" stroke-width="1.2"'
MARKS = (
    f'<g id="many" {LINE}><path d="M0 0H12M12 0L0 -5M12 0L0 5"/></g>'
    f'<g id="one" {LINE}><path d="M8 -5V5"/></g>'
    f'<g id="maybe" {LINE}><path d="M7 -5V5"/><circle cx="14" cy="0" r="4" fill="#fff"/></g>'
)

Cells = Sequence[Sequence[str | None]]


class Relation(NamedTuple):
    """A foreign key between two tables of the diagram."""

    child: str
    column: Column
    parent: str


def relations(tables: Mapping[str, Table], shown: set[str]) -> list[Relation]:
    """Return the foreign keys between the tables that are shown, in the order of tables and columns."""
    return [
        Relation(name, column, column.refers_to)
        for name, table in tables.items()
        if name in shown
        for column in table.columns
        if column.refers_to in shown
    ]


def draw_erd(cells: Cells, tables: Mapping[str, Table]) -> str:
    """Return the diagram as SVG. ``cells`` holds a row of table names for each row of boxes; None leaves a gap."""
    shown = {name for row in cells for name in row if name}
    diagram = _Diagram(cells, tables, relations(tables, shown))
    width, height = diagram.lefts[-1], diagram.tops[-1]
    body = "".join([*map(diagram.line, diagram.links), *(diagram.box(name) for name in diagram.spots)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="\'IBM Plex Sans\', sans-serif" font-size="12" fill="#000">'
        f"<defs>{MARKS}</defs>{body}</svg>"
    )


class _Spot(NamedTuple):
    row: int
    column: int


@dataclass
class _Diagram:
    """Where everything stands. ``lefts[i]`` is where the gap before column i begins, ``tops`` the same for rows."""

    cells: Cells
    tables: Mapping[str, Table]
    links: Sequence[Relation]
    spots: dict[str, _Spot] = field(init=False)
    across: dict[int, list[str]] = field(init=False)
    """The tables that lines in the gap before a column lead to: a lane for each."""
    along: dict[int, list[str]] = field(init=False)
    """The same for the gap above a row of boxes."""

    def __post_init__(self) -> None:
        self.spots = {name: _Spot(r, c) for r, row in enumerate(self.cells) for c, name in enumerate(row) if name}
        self.across, self.along = defaultdict(list), defaultdict(list)
        for link in self.links:
            for gaps, gap in self._gaps(link):
                if link.parent not in gaps[gap]:
                    gaps[gap].append(link.parent)
        self.widths = self._largest(_width, [spot.column for spot in self.spots.values()])
        heights = self._largest(_height, [spot.row for spot in self.spots.values()])
        self.gap_widths = [self._gap_width(gap) for gap in range(len(self.widths) + 1)]
        self.gap_heights = [self._gap_height(gap) for gap in range(len(heights) + 1)]
        self.lefts = _starts(self.gap_widths, self.widths)
        self.tops = _starts(self.gap_heights, heights)

    def _largest(self, size: Callable[[Table], float], lines: Sequence[int]) -> list[float]:
        """Return the largest size among the tables of each row, or of each column."""
        sizes = [0.0] * (max(lines) + 1)
        for name, line in zip(self.spots, lines, strict=True):
            sizes[line] = max(sizes[line], size(self.tables[name]))
        return sizes

    def _gap_width(self, gap: int) -> float:
        lanes = len(self.across[gap]) * LANE
        if gap in (0, len(self.widths)):
            return FOOT + lanes + 1 if lanes else 1
        return 2 * FOOT + lanes

    def _gap_height(self, gap: int) -> float:
        lanes = len(self.along[gap]) * LANE
        return 1 + lanes if gap in (0, len(self.cells)) else BETWEEN + lanes

    def _gaps(self, link: Relation) -> Iterator[tuple[dict[int, list[str]], int]]:
        """Yield the gaps that a line runs through: beside its child, above or below a row, beside its parent."""
        start, end = self.exit(link), self.entry(link)
        yield self.across, start
        if start != end:
            yield self.along, self.turn(link)
            yield self.across, end

    def exit(self, link: Relation) -> int:
        """Return the gap beside the child where its line begins."""
        child, parent = self.spots[link.child], self.spots[link.parent]
        return child.column + (parent.column >= child.column)

    def entry(self, link: Relation) -> int:
        """Return the gap beside the parent where the line ends."""
        child, parent = self.spots[link.child], self.spots[link.parent]
        return parent.column + (parent.column <= child.column)

    def turn(self, link: Relation) -> int:
        """Return the gap between rows in which a line passes the boxes between its ends."""
        child, parent = self.spots[link.child], self.spots[link.parent]
        return child.row + (parent.row > child.row)

    def lane(self, gap: int, parent: str) -> float:
        """Return where the lane of a table runs in the gap before a column."""
        first = FOOT if gap else 1
        return self.lefts[gap] + first + LANE * (self.across[gap].index(parent) + 0.5)

    def row_lane(self, gap: int, parent: str) -> float:
        """Return where the lane of a table runs in the gap above a row."""
        return self.tops[gap] + (BETWEEN / 2 if gap else 1) + LANE * (self.along[gap].index(parent) + 0.5)

    def place(self, name: str) -> tuple[float, float]:
        """Return the upper left corner of a box."""
        row, column = self.spots[name]
        return self.lefts[column] + self.gap_widths[column], self.tops[row] + self.gap_heights[row]

    def port(self, name: str, column: str | None, *, right: bool) -> tuple[float, float]:
        """Return where a line meets a box: at the row of a foreign key, or at that of the primary key.

        At the primary key it is a little higher on the left and lower on the right, so that lines to two tables
        that stand beside each other stay apart.
        """
        left, top = self.place(name)
        columns = self.tables[name].columns
        index = next((i for i, own in enumerate(columns) if own.name == column or (column is None and own.is_key)), 0)
        shift = 0 if column else (APART if right else -APART)
        x = left + (self.widths[self.spots[name].column] if right else 0)
        return x, top + HEAD + PAD / 2 + ROW * (index + 0.5) + shift

    def line(self, link: Relation) -> str:
        """Return the line of a foreign key with its marks."""
        right_out = self.exit(link) > self.spots[link.child].column
        right_in = self.entry(link) > self.spots[link.parent].column
        x1, y1 = self.port(link.child, link.column.name, right=right_out)
        x2, y2 = self.port(link.parent, None, right=right_in)
        first, last = self.lane(self.exit(link), link.parent), self.lane(self.entry(link), link.parent)
        path = f"M{x1:g} {y1:g}H{first:g}"
        if self.exit(link) != self.entry(link):
            path += f"V{self.row_lane(self.turn(link), link.parent):g}H{last:g}"
        path += f"V{y2:g}H{x2:g}"
        mark = "maybe" if link.column.nullable else "one"
        return f'<path d="{path}" {LINE}/>{_mark("many", x1, y1, right_out)}{_mark(mark, x2, y2, right_in)}'

    def box(self, name: str) -> str:
        """Return the box of a table: its name, then a line for each column."""
        left, top = self.place(name)
        table = self.tables[name]
        width, height = self.widths[self.spots[name].column], _height(table)
        frame = f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height='
        lines = [
            f'{frame}"{height:g}" rx="2" fill="#fff" stroke="#000" stroke-width="1.2"/>',
            f'{frame}"{HEAD}" rx="2" fill="#e4e4e4" stroke="#000" stroke-width="1.2"/>',
            f'<text x="{left + PAD:g}" y="{top + 16:g}" font-size="13" font-weight="600">{escape(name)}</text>',
        ]
        for index, column in enumerate(table.columns):
            y = top + HEAD + PAD / 2 + ROW * index + 12
            weight = ' font-weight="600"' if column.is_key else ""
            lines.append(f'<text x="{left + PAD:g}" y="{y:g}"{weight}>{escape(_label(column))}</text>')
        return "".join(lines)


def _mark(name: str, x: float, y: float, right: bool) -> str:
    turn = "" if right else " scale(-1 1)"
    return f'<use href="#{name}" transform="translate({x:g} {y:g}){turn}"/>'


def _label(column: Column) -> str:
    return column.name + ("°" if column.nullable else "")


def _width(table: Table) -> float:
    letters = max(len(_label(column)) for column in table.columns) * LETTER
    return 2 * PAD + round(max(letters, len(table.name) * HEAD_LETTER))


def _height(table: Table) -> float:
    return HEAD + PAD + ROW * len(table.columns)


def _starts(gaps: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Return where each gap begins, and where the last one ends: gap, box, gap, box, …, gap."""
    woven = [gaps[0], *(size for pair in zip(sizes, gaps[1:], strict=True) for size in pair)]
    ends = list(accumulate(woven, initial=0.0))
    return [*ends[::2], ends[-1]]
