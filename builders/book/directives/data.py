"""Computed content: query results and facts, asked of the practice data while the page is read."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxRole
from sphinx.util.typing import OptionSpec

from builders.book.context import book_of
from builders.book.datasets import DataError
from builders.book.directives.base import BookDirective, logger
from builders.book.nodes import fact_value, more_rows, null_value, query_result
from builders.book.tables import make_table
from builders.data import Result, Value

HIDE = ("sql", "result")
ROWS = 12
"""Rows of a result that are shown unless ``:rows:`` says otherwise."""


def _hide(text: str | None) -> str:
    return directives.choice(text or "", HIDE)


class QueryDirective(BookDirective):
    """``{query}``: SQL that runs when the page is built, with its result as a table."""

    optional_arguments = 0
    option_spec: ClassVar[OptionSpec] = {
        "caption": directives.unchanged_required,
        "rows": directives.positive_int,
        "name": directives.unchanged_required,
        "hide": _hide,
        "dataset": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the query with its result, or nothing but a warning where it fails."""
        sql = "\n".join(self.content).strip()
        if not sql:
            self.warn("there is no query; write one SELECT between the fences", "query")
            return []
        try:
            result = self.book.data.query(sql, self.options.get("dataset"))
        except DataError as error:
            self.warn(str(error), "query")
            return []
        return [self._node(sql, result)]

    def _node(self, sql: str, result: Result) -> query_result:
        hide = self.options.get("hide")
        shown = min(self.options.get("rows", ROWS), len(result.rows))
        dataset = self.options.get("dataset") or next(iter(self.book.course.datasets))
        node = query_result(sql=sql, shown=shown, total=len(result.rows), hide=hide, dataset=dataset)
        self.set_source_info(node)
        if hide != "sql":
            node += self._captioned(self._code(sql), wrap=hide == "result")
        if hide != "result":
            node += self._captioned(result_table(result, shown), wrap=False)
            left = len(result.rows) - shown
            if left or not result.rows:
                text = self.book.words("book.more-rows", n=left) if left else self.book.words("book.no-rows")
                node += more_rows(text, text, rows=left)
        return node

    def _code(self, sql: str) -> nodes.literal_block:
        code = nodes.literal_block(sql, sql, language="sql")
        self.set_source_info(code)
        return code

    def _captioned(self, node: nodes.Element, wrap: bool) -> nodes.Element:
        """Give the table its caption and name; without a table the code takes them."""
        self.set_source_info(node)
        caption = self.options.get("caption")
        is_table = isinstance(node, nodes.table)
        if not caption or not (is_table or wrap):
            return node
        inline, messages = self.parse_inline(caption, lineno=self.lineno)
        if is_table:
            node.insert(0, nodes.title(caption, "", *inline))
        else:
            node = nodes.container("", nodes.caption(caption, "", *inline), node, literal_block=True)
            node["classes"].append("literal-block-wrapper")
        self.add_name(node)
        node += messages
        return node


def result_table(result: Result, shown: int) -> nodes.table:
    """Return the first rows of a result as a table."""
    numeric = [index for index in range(len(result.columns)) if _is_numeric([row[index] for row in result.rows])]
    rows = [[_cell(value) for value in row] for row in result.rows[:shown]]
    return make_table(result.columns, rows, numeric, "result")


def _is_numeric(values: list[Value]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(isinstance(value, int | float) for value in present)


def _cell(value: Value) -> nodes.Node:
    if value is None:
        return null_value("NULL", "NULL")
    return nodes.Text(show_value(value))


def show_value(value: Value) -> str:
    """Return a value as the lesson prints it: floats with up to six significant decimals."""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".") if abs(value) < 1e15 else repr(value)
    return value.hex() if isinstance(value, bytes) else str(value)


class FactRole(SphinxRole):
    """``{fact}`fanout.inflation` ``: the value of a fact, so that no number is ever typed by hand."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the value, or a warning and the name of the fact."""
        name = self.text.strip()
        try:
            value = book_of(self.config).data.fact(name)
        except DataError as error:
            location = (self.env.docname, self.lineno)
            logger.warning(str(error), location=location, type="coursepack", subtype="fact")
            value = name
        return [fact_value(self.rawtext, value, fact=name)], []
