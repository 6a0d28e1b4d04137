"""Queries in scored samples run, and the tables beside them hold what they give."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from builders.checks.databases import practice_database
from builders.course import read_course
from builders.data import run_query

ROOT = Path(__file__).parent.parent.parent
TABLE_ROW = re.compile(r"^\| (\w+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", re.MULTILINE)
LISTING = re.compile(r"```sql\n(.*?)```", re.DOTALL)


@pytest.fixture(scope="module")
def database() -> Path:
    course = read_course(ROOT, secrets=True).course
    assert course is not None
    return practice_database(course, course.spine.datasets[0], lambda note: None)


def samples() -> dict[int, str]:
    course = read_course(ROOT, secrets=True).course
    assert course is not None
    return {sample.level: sample.text for sample in course.samples if sample.task == "PT04"}


@pytest.mark.parametrize("level", [2, 3, 4])
def test_every_listing_runs(level: int, database: Path) -> None:
    listings = LISTING.findall(samples()[level])
    assert listings
    for listing in listings:
        assert run_query(database, listing).rows


@pytest.mark.parametrize("level", [3, 4])
def test_table_is_what_the_query_gives(level: int, database: Path) -> None:
    text = samples()[level]
    result = run_query(database, LISTING.findall(text)[0])
    given = {str(row[0]): [int(number) for number in row[1:]] for row in result.rows}
    given["all"] = [sum(column) for column in zip(*given.values(), strict=True)]
    printed = {row[0]: [int(number.replace(",", "")) for number in row[1:]] for row in TABLE_ROW.findall(text)}
    assert sorted(printed) == ["all", "paid_search"]
    assert {channel: given[channel] for channel in printed} == printed


def test_fault_in_the_weak_sample_is_real(database: Path) -> None:
    weak = LISTING.findall(samples()[2])[0]
    mended = weak.replace("BETWEEN '2025-01-01' AND '2025-03-31'", ">= '2025-01-01' AND a.signup_at < '2025-04-01'")
    assert mended != weak

    def signed_up(sql: str) -> int:
        return sum(int(str(row[2])) for row in run_query(database, sql).rows if row[1] == "signed_up")

    assert signed_up(weak) < signed_up(mended) == 1981
