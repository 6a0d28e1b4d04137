"""Room to write, as HTML: ruled lines, grids, dots, boxes, and cells of tables.

Each room holds a comment that marks where the instructor edition lays its answer over it. What is laid over the room
takes no place in the flow, so both editions have the same pages.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from builders.book.workbook.records import BlankTable

LINE = 8.0
"""Millimetres between two ruled lines."""

CELL_WIDE, CELL_NARROW = 16.0, 10.0
"""Millimetres that the empty cells of a table are high: two lines of handwriting, or one word."""

NARROW_TABLE = 4
"""With so many empty columns, a cell holds a word, not a sentence."""

NARROW_ROOM, WIDE_ROOM = 11.0, 42.0
"""Letters of print that the empty columns of such a table, and of any other, are wide."""

FEWEST_LETTERS, MOST_LETTERS = 7.0, 36.0
"""Letters in a line of a column that is not empty."""

WHOLE_LINES = 14
"""So many lines stay together on a page; more may go over it, in groups of at least `GROUP`."""

GROUP = 6


def slot(part: str, cell: int | None = None) -> str:
    """Return the comment that marks where an answer is laid over the room, or over a cell of it."""
    return f"<!--answer {part}{'' if cell is None else f' {cell}'}-->"


def line_slot(part: str, line: int) -> str:
    """Return the comment that marks where a field begins on a line, from 0, of a room that may go over the page."""
    return f"<!--line {part} {line}-->"


def line_id(name: str, line: int) -> str:
    """Return the id of a line, from 0, of such a room; that of its last line is `last_id`."""
    return f"{name}--{line}"


def last_id(name: str) -> str:
    """Return the id of the last line of a room."""
    return f"{name}--last"


def fill_slots(html: str, fillings: Mapping[str, str]) -> str:
    """Return HTML with what belongs into its slots; keys are what `slot` returns."""
    for mark, filling in fillings.items():
        html = html.replace(mark, filling, 1)
    return html


def space_height(kind: str, amount: int) -> float:
    """Return the height of a room in millimetres; grids and dots are whole multiples of 5 mm."""
    if kind == "lines":
        return amount * LINE
    return round(amount / 5) * 5.0 if kind in ("grid", "dots") else float(amount)


def space_html(name: str, kind: str, amount: int, part: str) -> str:
    """Return a room to write."""
    if kind != "lines":
        height = f"{space_height(kind, amount):g}mm"
        sheet = f'<div class="sheet" style="height:{height}"></div>'
        return f'<div class="space space-{kind}" id="{name}" style="height:{height}">{slot(part)}{sheet}</div>\n'
    if amount > WHOLE_LINES:
        return (
            f'<div class="space space-lines space-tall" id="{name}">{slot(part)}{tall_html(name, amount, part)}</div>\n'
        )
    lines = "<div></div>" * (amount - 1) + f'<div id="{last_id(name)}"></div>'
    return f'<div class="space space-lines" id="{name}">{slot(part)}{lines}</div>\n'


def tall_html(name: str, amount: int, part: str) -> str:
    """Return the lines of a room that may go over the page; the first and the last ones hold together."""
    few = GROUP - 1
    kinds = ["first-line" if n < few else "last-line" if n >= amount - few else "" for n in range(amount)]
    names = [*(line_id(name, line) for line in range(amount - 1)), last_id(name)]
    lines = zip(kinds, names, range(amount), strict=True)
    return "".join(f'<div class="{kind}" id="{own}">{line_slot(part, line)}</div>' for kind, own, line in lines)


def cell_html(part: str, index: int, height: float) -> str:
    """Return the room in an empty cell; ``height`` in millimetres."""
    return f'<div class="cell" style="height:{height:g}mm">{slot(part, index)}</div>'


def cell_height(table: BlankTable) -> float:
    """Return the height of a table's empty cells in millimetres: a word where a row has many, else two lines."""
    return CELL_NARROW if len({column for _, column in table.empty}) >= NARROW_TABLE else CELL_WIDE


def column_shares(table: BlankTable) -> tuple[float, ...]:
    """Return the width of each column as a share of the table: as its words ask, and wide where it is empty."""
    empty = {column for _, column in table.empty}
    room = NARROW_ROOM if len(empty) >= NARROW_TABLE else WIDE_ROOM
    wanted = [wanted_letters([row[column] for row in table.rows], head) for column, head in enumerate(table.head)]
    widths = [max(letters, room) if column in empty else letters for column, letters in enumerate(wanted)]
    return tuple(width / sum(widths) for width in widths)


def wanted_letters(texts: Sequence[str], head: str) -> float:
    """Return how many letters a column should hold in a line."""
    words = [word for text in (*texts, head) for word in text.split()]
    longest = max((len(word) for word in words), default=1)
    return max(FEWEST_LETTERS, longest + 2, min(MOST_LETTERS, max((len(text) for text in texts), default=0)))
