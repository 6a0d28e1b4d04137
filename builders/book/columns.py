"""Columns of numbers in the tables of lessons: set flush right, as those of items and query results are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from builders.book.nodes import writing_cell
from builders.markup.tables import ABSENT, NUMBER

ALIGNED = frozenset({"number", "text-left", "text-center", "text-right"})


class NumberColumns(SphinxTransform):
    """Gives the class ``number`` to each column that holds numbers only and that its author did not align."""

    default_priority = 30

    def apply(self, **kwargs: Any) -> None:
        """Mark the columns of all tables."""
        for group in self.document.findall(nodes.tgroup):
            rows = [
                [cell for cell in row.children if isinstance(cell, nodes.entry)] for row in group.findall(nodes.row)
            ]
            heads = sum(len(head.children) for head in group.findall(nodes.thead))
            for index, column in enumerate(zip(*rows, strict=False)):
                if holds_numbers(column[heads:]):
                    for row in rows:
                        row[index]["classes"].append("number")


def holds_numbers(column: Sequence[nodes.entry]) -> bool:
    """Whether a column has numbers, otherwise only gaps, no room to write, and no alignment of its own."""
    if any(ALIGNED.intersection(entry["classes"]) or entry.next_node(writing_cell) for entry in column):
        return False
    values = [text for entry in column if (text := entry.astext().strip()) not in ABSENT]
    return bool(values) and all(NUMBER.fullmatch(text) for text in values)
