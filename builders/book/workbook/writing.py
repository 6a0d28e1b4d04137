"""The table of all writers: how each class of nodes is printed."""

from __future__ import annotations

from docutils import nodes

from builders.book.workbook.page import Write
from builders.book.workbook.writers import blocks, boxes, exercises, figures, inline, practice, tables

WRITERS: dict[type[nodes.Node], Write] = {
    **inline.WRITERS,
    **blocks.WRITERS,
    **tables.WRITERS,
    **figures.WRITERS,
    **boxes.WRITERS,
    **exercises.WRITERS,
    **practice.WRITERS,
}
"""A writer for each class of nodes; a class without one uses that of its nearest parent class."""
