"""Tables made by directives: a head of texts and rows of cells, columns of numbers marked as such."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docutils import nodes

Cell = str | nodes.Node | Sequence[nodes.Node]
"""A text, an inline node, or several inline nodes."""


def make_table(head: Sequence[str], rows: Iterable[Sequence[Cell]], numbers: Iterable[int], name: str) -> nodes.table:
    """Return a table of the class ``name``; columns ``numbers`` (counted from 0) carry the class ``number``."""
    numeric = set(numbers)
    group = nodes.tgroup("", *(nodes.colspec(colwidth=1) for _ in head), cols=len(head))
    group += nodes.thead("", _row(head, numeric))
    group += nodes.tbody("", *(_row(row, numeric) for row in rows))
    return nodes.table("", group, classes=[name])


def _row(cells: Sequence[Cell], numeric: set[int]) -> nodes.row:
    entries = (_entry(cell, index in numeric) for index, cell in enumerate(cells))
    return nodes.row("", *entries)


def _entry(cell: Cell, is_number: bool) -> nodes.entry:
    children = [nodes.Text(cell)] if isinstance(cell, str) else [cell] if isinstance(cell, nodes.Node) else list(cell)
    content = [nodes.paragraph("", "", *children)] if children else []
    return nodes.entry("", *content, classes=["number"] if is_number else [])
