"""The key at a desk: the table of all answers first, then each question with what its wrong answers betray."""

from __future__ import annotations

import re
from typing import Any

import pytest

from builders.exams import item_of
from builders.exams.frame import misconceptions_of
from tests.exams.conftest import Built, form_of
from tests.exams.judge import pages_of, read_glance, squeeze

FORMS = ["A", "B"]


@pytest.mark.parametrize("letter", FORMS)
def test_the_table_comes_first_and_is_whole(built: Built, letter: str) -> None:
    rows = read_glance(built.form(letter) / "key.pdf")
    form = form_of(built, letter)
    assert sorted(rows) == [entry.number for entry in form.entries]
    assert sum(float(row["points"]) for row in rows.values()) == form.points


@pytest.mark.parametrize("letter", FORMS)
def test_every_misconception_is_named(built: Built, letter: str) -> None:
    text = squeeze("".join(pages_of(built.form(letter) / "key.pdf")))
    titles = {own.id: own.title for own in built.course.misconceptions}
    named = {name for entry in form_of(built, letter).entries for name in misconceptions_of(item_of(entry))}
    assert named
    assert [name for name in named if squeeze(titles[name]) not in text or squeeze(name) not in text] == []


@pytest.mark.parametrize("letter", FORMS)
def test_partial_credit_is_said(built: Built, letter: str) -> None:
    """What one right option, pair or gap earns stands with each question that can be half right."""
    text = " ".join("".join(pages_of(built.form(letter) / "key.pdf")).split())
    for wanted in (
        "Each right option chosen earns",
        "Each right pair earns",
        "Each right gap earns",
        "Only the whole order",
    ):
        assert wanted in text
    assert re.search(r"Accept [\d.]+ to [\d.]+\.", text) or "Accept this value only." in text


def table(built: Built, caption: str) -> list[str]:
    """Return the lines of the page with the specification, from a caption on."""
    page = next(page for page in pages_of(built.form("A") / "key.pdf") if "Points by topic and Bloom level" in page)
    lines = page.splitlines()
    start = next(number for number, line in enumerate(lines) if caption in line)
    return lines[start + 1 :]


def test_the_specification_adds_up(built: Built) -> None:
    form = form_of(built, "A")
    rows = []
    for line in filter(str.strip, table(built, "Points by topic and Bloom level")):
        rows.append(re.split(r" {2,}", line.strip()))
        if rows[-1][0] == "Total":
            break
    head, *topics, total = rows
    assert head == ["Topic", "Remember", "Understand", "Apply", "Analyze", "Evaluate", "Create", "Total"]
    numbers = [[float(cell.replace("–", "0")) for cell in row[1:]] for row in topics]
    assert [sum(column) for column in zip(*numbers, strict=True)] == [float(cell) for cell in total[1:]]
    assert all(sum(row[:-1]) == row[-1] for row in numbers)
    assert float(total[-1]) == form.points


def test_difficulty_and_minutes(built: Built) -> None:
    text = "\n".join(table(built, "Points by topic and Bloom level"))
    items: list[Any] = [item_of(entry) for entry in form_of(built, "A").entries]
    mean = sum(item.difficulty for item in items) / len(items)
    assert f"{mean:.3f}".rstrip("0") in text
    assert f"{sum(item.minutes for item in items):g}" in text
    assert form_of(built, "A").digest in squeeze(text)
