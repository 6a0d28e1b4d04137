"""Diagrams of tables: every line begins and ends at the right row of the right box, and every word fits."""

from __future__ import annotations

import io
import re
import sqlite3
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from builders.book.erd import draw_erd
from builders.data import read_schema
from builders.pdf.fonts import read_font

SCHEMA = """
CREATE TABLE plans (plan_id INTEGER PRIMARY KEY, code TEXT NOT NULL);
CREATE TABLE accounts (account_id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent_id INTEGER REFERENCES accounts);
CREATE TABLE subscriptions (
    subscription_id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES accounts,
    plan_id INTEGER NOT NULL REFERENCES plans
);
CREATE TABLE average_monthly_commitments (month TEXT, plan_id INTEGER REFERENCES plans, PRIMARY KEY (month, plan_id));
"""
LAYOUTS = {
    "beside": [["plans", "subscriptions", "accounts"]],
    "above": [["plans"], ["subscriptions"], ["accounts"]],
    "across": [["plans", "accounts", "subscriptions"], ["average_monthly_commitments", None, None]],
    "corner": [["subscriptions", None, "plans"], [None, "accounts", None]],
}
SVG = "{http://www.w3.org/2000/svg}"


class Box(NamedTuple):
    """A table of the drawing: its frame and the height of each of its words."""

    x: float
    y: float
    width: float
    height: float
    rows: dict[str, float]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("erd") / "erd.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
    connection.close()
    return path


def drawn(cells: list[list[str | None]], database: Path) -> ElementTree.Element:
    return ElementTree.fromstring(draw_erd(cells, read_schema(database)))


def boxes(svg: ElementTree.Element) -> dict[str, Box]:
    """Read the boxes back from the drawing."""
    found: dict[str, Box] = {}
    frames = [rect for rect in svg.iter(f"{SVG}rect") if rect.get("fill") == "#fff"]
    for frame in frames:
        x, y, width, height = (float(frame.attrib[name]) for name in ("x", "y", "width", "height"))
        words = [
            word for word in svg.iter(f"{SVG}text")
            if x <= float(word.attrib["x"]) <= x + width and y <= float(word.attrib["y"]) <= y + height
        ]  # fmt: skip
        rows = {(word.text or "").removesuffix("°"): float(word.attrib["y"]) for word in words}
        found[next(iter(rows))] = Box(x, y, width, height, rows)
    return found


def ends(svg: ElementTree.Element) -> list[tuple[float, float, float, float]]:
    """Read the first and last point of every line."""
    found = []
    for path in svg.findall(f"{SVG}path"):
        steps = [(letter, [float(n) for n in numbers.split()])
                 for letter, numbers in re.findall(r"([MHV])([-\d. ]+)", path.attrib["d"])]  # fmt: skip
        x, y = steps[0][1]
        start = (x, y)
        for letter, numbers in steps[1:]:
            x, y = (numbers[0], y) if letter == "H" else (x, numbers[0])
        found.append((*start, x, y))
    return found


def meets(box: Box, column: str, x: float, y: float) -> bool:
    return x in (box.x, box.x + box.width) and abs(y - (box.rows[column] - 4)) <= 4


KEYS = {
    ("subscriptions", "account_id", "accounts", "account_id"),
    ("subscriptions", "plan_id", "plans", "plan_id"),
    ("accounts", "parent_id", "accounts", "account_id"),
    ("average_monthly_commitments", "plan_id", "plans", "plan_id"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_line_joins_each_foreign_key_with_its_primary_key(name: str, database: Path) -> None:
    svg = drawn(LAYOUTS[name], database)
    found = boxes(svg)
    wanted = {key for key in KEYS if key[0] in found and key[2] in found}
    seen = {
        key
        for x1, y1, x2, y2 in ends(svg)
        for key in wanted
        if meets(found[key[0]], key[1], x1, y1) and meets(found[key[2]], key[3], x2, y2)
    }
    assert seen == wanted
    assert len(ends(svg)) == len(wanted)


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_box_lies_on_another_and_none_outside(name: str, database: Path) -> None:
    svg = drawn(LAYOUTS[name], database)
    _, _, width, height = map(float, svg.attrib["viewBox"].split())
    found = list(boxes(svg).values())
    for index, one in enumerate(found):
        assert one.x >= 0
        assert one.y >= 0
        assert one.x + one.width <= width
        assert one.y + one.height <= height
        for other in found[index + 1 :]:
            apart = (
                one.x + one.width < other.x or other.x + other.width < one.x
                or one.y + one.height < other.y or other.y + other.height < one.y
            )  # fmt: skip
            assert apart


def test_words_fit_into_their_box(database: Path) -> None:
    svg = drawn(LAYOUTS["across"], database)
    font = TTFont(io.BytesIO(read_font("@ibm/plex-sans/fonts/complete/woff/IBMPlexSans-SemiBold.woff")))
    widths, units, glyphs = font["hmtx"], font["head"].unitsPerEm, font.getBestCmap()
    for box in boxes(svg).values():
        for word in svg.iter(f"{SVG}text"):
            x, y = float(word.attrib["x"]), float(word.attrib["y"])
            if box.x <= x <= box.x + box.width and box.y <= y <= box.y + box.height:
                size = float(word.get("font-size", "12"))
                length = sum(widths[glyphs[ord(letter)]][0] for letter in word.text or "") * size / units
                assert x + length <= box.x + box.width, word.text
