"""Tables of large print that are wider than the text: they lie on turned pages, in the same letters as all else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from builders.pdf import Face, text_width

SIZE = 18.0
"""Points."""

PADDING = 0.5
"""Of the width of a letter m: what ``large-print.css`` keeps free at the right of each cell."""

RULED = re.compile(r'<table class="[^"]*\b(blank-table|rating-wide|rubric)\b')
"""Tables with lines around each cell, which keep as much free at the left too, and at both ends."""

LAST_LETTER = "\u20ff"
"""What comes after are arrows, blocks and other signs."""

TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<(?P<kind>t[hd])\b(?P<more>[^>]*)>(?P<inner>.*?)</t[hd]>", re.DOTALL)
CODE = re.compile(r"<code>(.*?)</code>", re.DOTALL)
TAG = re.compile(r"<[^>]+>")
BREAK = re.compile(r"[ \n\t\u200b]+|(?<=-)(?=[^\W\d])")
"""Where a line may end."""

PLAIN, BOLD, MONO = Face("IBM Plex Sans"), Face("IBM Plex Sans", 600), Face("IBM Plex Mono")


def turn_tables(html: str, room: float, turned: float) -> str:
    """Return a part of a book in large print; tables wider than ``room`` points lie on turned pages.

    Where even these, ``turned`` points wide, are too narrow, words break.
    """

    def turn(match: re.Match[str]) -> str:
        width = narrowest(match[0])
        tight = " tight" if width > turned else ""
        return f'<div class="turned{tight}">{match[0]}</div>' if width > room else match[0]

    return TABLE.sub(turn, html)


def narrowest(table: str) -> float:
    """Return how wide a table is at least, in points: the longest word of each column, and the room between them."""
    widths: dict[int, float] = {}
    for row in ROW.findall(table):
        for column, width in enumerate(cell_widths(row)):
            widths[column] = max(widths.get(column, 0), width)
    gaps = 2 * len(widths) + 1 if RULED.match(table) else max(0, len(widths) - 1)
    return sum(widths.values()) + PADDING * SIZE * gaps


def cell_widths(row: str) -> Iterator[float]:
    """Yield how wide each cell of a row is at least; one over several columns, which may share it, counts as empty."""
    for cell in CELL.finditer(row):
        span = re.search(r'colspan="(\d+)"', cell["more"])
        if span:
            yield from [0.0] * int(span[1])
        else:
            face = BOLD if cell["kind"] == "th" else PLAIN
            code = [word for text in CODE.findall(cell["inner"]) for word in words_in(text)]
            words = [(word, MONO) for word in code] + [(word, face) for word in words_in(CODE.sub(" ", cell["inner"]))]
            yield max((word_width(word, one) for word, one in words), default=0.0)


def word_width(word: str, face: Face) -> float:
    """Return how wide a word is, in points; signs, which come from other fonts, count as wide as they are high."""
    signs = sum(letter > LAST_LETTER for letter in word)
    return text_width("".join(letter for letter in word if letter <= LAST_LETTER), face, SIZE) + signs * SIZE


def words_in(html: str) -> list[str]:
    """Return the words of HTML that no line can break."""
    return BREAK.split(unescape(TAG.sub("", html.replace("<br>", " "))))
