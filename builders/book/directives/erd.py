"""The diagram of a dataset's tables, drawn from the database itself."""

from __future__ import annotations

from collections import Counter
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.typing import OptionSpec

from builders.book.datasets import DataError
from builders.book.directives.base import BookDirective
from builders.book.erd import draw_erd, relations
from builders.book.nodes import drawing
from builders.course import nearest
from builders.data import Table

GAP = "."


class ErdDirective(BookDirective):
    """``{erd}``: a figure of tables and foreign keys. A line of its content is a row of boxes; ``.`` leaves a gap."""

    optional_arguments = 0
    option_spec: ClassVar[OptionSpec] = {
        "caption": directives.unchanged_required,
        "name": directives.unchanged_required,
        "dataset": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the figure, or nothing but a warning where a table is not there."""
        cells = [[None if word == GAP else word for word in line.split()] for line in self.content if line.strip()]
        try:
            tables = self.book.data.schema(self.options.get("dataset"))
        except DataError as error:
            self.warn(str(error), "erd")
            return []
        faults = self._faults([name for row in cells for name in row if name], tables)
        for fault in faults:
            self.warn(fault, "erd")
        return [] if faults else [self._figure(cells, tables)]

    def _faults(self, names: list[str], tables: dict[str, Table]) -> list[str]:
        if not names:
            return ["there is no table; write a line of table names for each row of boxes"]
        unknown = [f"no table '{name}'" + nearest(name, tables) for name in names if name not in tables]
        twice = [name for name, times in Counter(names).items() if times > 1]
        return unknown + [f"the table '{name}' stands twice; name each table once" for name in twice]

    def _figure(self, cells: list[list[str | None]], tables: dict[str, Table]) -> nodes.figure:
        node = drawing(svg=draw_erd(cells, tables), alt=self._alt(cells, tables))
        node["ids"] = [f"erd-{self.count('erd')}"]
        figure = nodes.figure("", node)
        self.set_source_info(figure)
        if caption := self.options.get("caption"):
            inline, messages = self.parse_inline(caption, lineno=self.lineno)
            figure += [nodes.caption(caption, "", *inline), *messages]
        self.add_name(figure)
        return figure

    def _alt(self, cells: list[list[str | None]], tables: dict[str, Table]) -> str:
        """Say in words what the diagram shows."""
        names = [name for row in cells for name in row if name]
        word = self.book.words
        lines = [
            word("book.erd-line", column=f"{link.child}.{link.column.name}", table=link.parent)
            for link in relations(tables, set(names))
        ]
        return word("book.erd-alt", tables=", ".join(names)) + " " + "; ".join(lines) + "."
