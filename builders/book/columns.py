"""Columns of numbers in the tables of lessons: set flush right, as those of items and query results are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from docutils import nodes
from sphinx.transforms import SphinxTransform

from builders.book.nodes import writing_cell
from builders.markup.tables import ABSENT, NUMBER

UNBROKEN = re.compile(r"\S{1,20}|\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?")
"""What a column may hold that is not broken into lines on the site: a word, a date, a time."""
NAME = 16
"""Letters of what heads a row, at most, that it is not broken either."""
ALIGNED = frozenset({"number", "text-left", "text-center", "text-right"})


class NumberColumns(SphinxTransform):
    """Gives the class ``number`` to each column that holds numbers only and that its author did not align.

    Columns of short words, dates or times have the class ``short``.
    """

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
                    mark(column, "number")
                elif is_short(column[heads:], first=index == 0):
                    mark(column[heads:], "short")


def mark(column: Sequence[nodes.entry], name: str) -> None:
    """Give the cells of a column a class."""
    for entry in column:
        entry["classes"].append(name)


def is_short(column: Sequence[nodes.entry], *, first: bool) -> bool:
    """Whether a column has words, and each of its cells fits a line, the names in the ``first`` one too."""
    texts = [entry.astext().strip() for entry in column if not entry.next_node(writing_cell)]
    kept = all(not text or UNBROKEN.fullmatch(text) or (first and len(text) <= NAME) for text in texts)
    return any(texts) and kept


def holds_numbers(column: Sequence[nodes.entry]) -> bool:
    """Whether a column has numbers, otherwise only gaps, no room to write, and no alignment of its own."""
    if any(ALIGNED.intersection(entry["classes"]) or entry.next_node(writing_cell) for entry in column):
        return False
    values = [text for entry in column if (text := entry.astext().strip()) not in ABSENT]
    return bool(values) and all(NUMBER.fullmatch(text) for text in values)
