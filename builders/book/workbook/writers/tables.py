"""Tables: captions above, header cells named as such, numbers flush right."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes

from builders.book import nodes as course
from builders.book.workbook.page import Page, Write
from builders.book.workbook.records import BlankTable
from builders.book.workbook.spaces import column_shares
from builders.book.workbook.writers.figures import numbered
from builders.markup.tables import ABSENT, NUMBER

SHORT = 10
"""A table of so many rows stays on one page."""

ALIGNED = {"text-right": "number", "text-center": "center", "number": "number"}


def write_table(page: Page, node: nodes.table) -> str:
    """Write a table, with its caption and number above it."""
    title = next((child for child in node.children if isinstance(child, nodes.title)), None)
    caption = f"<caption>{numbered(page, node, title, 'table')}</caption>\n" if title is not None else ""
    before, page.tight = page.tight, True
    body = "".join(page.write(child) for child in node.children if child is not title)
    page.tight = before
    classes = ["blank-table"] if is_blank(node) else []
    classes += ["short"] if len(body_rows(node)) <= SHORT else []
    return f"{page.tag('table', node, *classes)}\n{caption}{column_widths(node)}{body}</table>\n"


def is_blank(table: nodes.table) -> bool:
    """Whether a table is there to be filled in."""
    return next(iter(table.findall(course.writing_cell)), None) is not None


def column_widths(table: nodes.table) -> str:
    """Return the columns of a table to fill in with their widths; those of others follow their content."""
    if not is_blank(table):
        return ""
    columns = (f'<col style="width:{share:.2%}">' for share in column_shares(blank_table(table)))
    return f"<colgroup>{''.join(columns)}</colgroup>\n"


def blank_table(table: nodes.table) -> BlankTable:
    """Return what a table to fill in holds, and which of its cells are empty."""
    head, rows = table_words(table)
    empty = tuple(
        (number, column)
        for number, row in enumerate(body_rows(table))
        for column, entry in enumerate(row.children)
        if next(iter(entry.findall(course.writing_cell)), None) is not None
    )
    return BlankTable(head, rows, empty)


def body_rows(table: nodes.table) -> list[nodes.row]:
    """Return the rows of a table below its head."""
    return [row for part in table.findall(nodes.tbody) for row in part.findall(nodes.row)]


def table_words(table: nodes.table) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the words of a table's head and of its rows."""
    heads = [row for part in table.findall(nodes.thead) for row in part.findall(nodes.row)]
    head = tuple(entry.astext().strip() for row in heads[:1] for entry in row.children)
    return head, tuple(tuple(entry.astext().strip() for entry in row.children) for row in body_rows(table))


def write_group(page: Page, node: nodes.tgroup) -> str:
    """Write head and body; columns are as wide as their content asks."""
    mark_numbers(node)
    return "".join(page.write(child) for child in node.children if not isinstance(child, nodes.colspec))


def mark_numbers(group: nodes.tgroup) -> None:
    """Give the cells of columns that hold only numbers the class ``number``, as the rest of the book has it."""
    for head, body in columns(group):
        values = [text for entry in body if (text := entry.astext().strip()) not in ABSENT]
        if values and all(NUMBER.fullmatch(text) for text in values):
            for entry in (*head, *body):
                if not set(entry["classes"]) & set(ALIGNED):
                    entry["classes"].append("number")


Cells = tuple[nodes.entry, ...]


def columns(group: nodes.tgroup) -> Iterator[tuple[Cells, Cells]]:
    """Yield the head and body cells of each column; none of a table with merged cells."""
    heads, bodies = list(group.findall(nodes.thead)), list(group.findall(nodes.tbody))
    entries = [entry for part in (*heads, *bodies) for entry in part.findall(nodes.entry)]
    if any(entry.get("morecols") or entry.get("morerows") for entry in entries):
        return
    head = [list(row.findall(nodes.entry)) for part in heads for row in part.findall(nodes.row)]
    body = [list(row.findall(nodes.entry)) for part in bodies for row in part.findall(nodes.row)]
    for column in range(min((len(row) for row in (*head, *body)), default=0)):
        yield tuple(row[column] for row in head), tuple(row[column] for row in body)


def part(name: str) -> Write:
    """Return a writer of a part of a table."""
    return lambda page, node: f"<{name}>\n{page.inside(node)}</{name}>\n"


def write_row(page: Page, node: nodes.row) -> str:
    """Write a row."""
    return f"<tr>{page.inside(node)}</tr>\n"


def write_entry(page: Page, node: nodes.entry) -> str:
    """Write a cell; what heads a column or a row is a header."""
    scope = header_scope(node)
    spans = {"colspan": node.get("morecols"), "rowspan": node.get("morerows")}
    more = {key: str(count + 1) for key, count in spans.items() if count}
    classes = dict.fromkeys(ALIGNED[name] for name in node["classes"] if name in ALIGNED)
    tag = "th" if scope else "td"
    return f"{page.tag(tag, node, *classes, scope=scope, **more)}{page.inside(node)}</{tag}>"


def header_scope(entry: nodes.entry) -> str:
    """Return "col" or "row" for a header cell, "" for any other; an empty cell heads nothing."""
    row, group = entry.parent, entry.parent.parent
    if not entry.astext().strip():
        return ""
    if isinstance(group, nodes.thead):
        return "col"
    return "row" if row.index(entry) == 0 and names_rows(group.parent) else ""


def names_rows(group: nodes.Element) -> bool:
    """Whether the first column heads the rows: its author marked it as a stub, or left its head empty."""
    if any(spec.get("stub") for spec in group.findall(nodes.colspec)):
        return True
    rows = [row for head in group.findall(nodes.thead) for row in head.findall(nodes.row)]
    return bool(rows) and not any(row.children[0].astext().strip() for row in rows)


WRITERS: dict[type[nodes.Node], Write] = {
    nodes.table: write_table,
    nodes.tgroup: write_group,
    nodes.thead: part("thead"),
    nodes.tbody: part("tbody"),
    nodes.row: write_row,
    nodes.entry: write_entry,
}
