"""Tables: what a header is, and which columns hold numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.rules_core import StateCore
from markdown_it.token import Token

NUMBER = re.compile(r"[-+−±~≈<>≤≥]?\s*[€$£]?\s*\d[\d,. \u00a0\u202f']*(\s?(%|‰|[€$£]|[kMG]B|ms|s|pp))?")
ABSENT = ("", "-", "–", "—", "…", "NULL", "n/a")
ALIGNMENTS = {"text-align:left": "", "text-align:center": "center", "text-align:right": "number"}

Cell = tuple[Token, Token, Token]
"""Opening tag, content, closing tag."""


def finish_tables(state: StateCore) -> None:
    """Give every table of a text its scopes and alignment classes, in place of style attributes."""
    rows: list[list[Cell]] = []
    for index, token in enumerate(state.tokens):
        if token.type == "table_open":
            rows = []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append((token, state.tokens[index + 1], state.tokens[index + 2]))
        elif token.type == "table_close":
            _finish(rows)


def _finish(rows: list[list[Cell]]) -> None:
    for column in _columns(rows):
        _align(column)
    for cell in rows[0]:
        _head(cell, "col")
    if not rows[0][0][1].content.strip():
        for row in rows[1:]:
            _head(row[0], "row")


def _columns(rows: list[list[Cell]]) -> Iterator[list[Cell]]:
    for index in range(len(rows[0])):
        yield [row[index] for row in rows if index < len(row)]


def _align(column: list[Cell]) -> None:
    """Set a column as its author asked, else flush right where it holds numbers."""
    asked = {str(opening.attrs.pop("style", "")) for opening, _, _ in column} - {""}
    name = ALIGNMENTS.get(min(asked), "") if asked else _guess(column)
    if name:
        for opening, _, _ in column:
            opening.attrSet("class", name)


def _guess(column: list[Cell]) -> str:
    texts = [content.content.strip(" *`") for _, content, _ in column[1:]]
    values = [text for text in texts if text not in ABSENT]
    return "number" if values and all(NUMBER.fullmatch(text) for text in values) else ""


def _head(cell: Cell, scope: str) -> None:
    """Make a cell a header, or, where it is empty, a plain cell: an empty header tells nobody anything."""
    opening, content, closing = cell
    opening.tag = closing.tag = "th" if content.content.strip() else "td"
    if opening.tag == "th":
        opening.attrSet("scope", scope)
