"""Labs PY-1 and PY-2: solutions agree with facts and queries, and each typical mistake is answered in its own words."""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from builders.course import Course, Lab, read_course
from builders.course.labs import LabSolutions
from builders.data import build_database
from builders.data.extracts import write_extracts
from builders.labs.checking import check_file
from builders.labs.starting import starter_text

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "source" / "larkpost" / "dataset" / "generate.py"
LABS = ("PY-1", "PY-2")
MOST_MUTANTS = 4
TABLES = ("accounts", "shipments", "services", "incidents", "api_requests", "experiment_assignments")
EXPERIMENTS = {"EXP1": ("difference-pp", "ci-low", "ci-high"), "EXP3": ("difference-pp", "ci-low", "ci-high")}
Messages = dict[str, str | None]

WEEKS = """
    SELECT date(created_at, 'weekday 0', '-6 days') AS week, COUNT(*)
    FROM shipments
    WHERE label_status = 'created' AND created_at >= '2024-12-02' AND created_at < '2025-03-03'
    GROUP BY week ORDER BY week
"""
SEGMENTS = """
    SELECT a.segment, COUNT(DISTINCT a.account_id), COUNT(DISTINCT s.account_id), COUNT(s.shipment_id)
    FROM accounts AS a
    LEFT JOIN shipments AS s ON s.account_id = a.account_id
      AND s.label_status = 'created' AND s.created_at >= '2025-03-01' AND s.created_at < '2025-04-01'
    WHERE a.is_internal = 0 AND a.signup_at < '2025-04-01'
    GROUP BY a.segment ORDER BY a.segment
"""
LATENCIES = """
    SELECT latency_ms FROM api_requests
    WHERE method = 'POST' AND path = '/v1/labels' AND status_code < 500 AND substr(requested_at, 1, 7) = ?
    ORDER BY latency_ms
"""
COUNTRIES = """
    SELECT COALESCE(upper(country), 'unknown') AS code, COUNT(*) AS merchants
    FROM accounts WHERE is_internal = 0
    GROUP BY code ORDER BY merchants DESC, code
"""


class World(NamedTuple):
    """One variant of the data: its database, its extracts, and the facts as they are on it."""

    database: Path
    extracts: Path
    facts: dict[str, Any]

    def ask(self, sql: str, *given: Any) -> list[Any]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql, given).fetchall()

    def path(self, table: str) -> str:
        return str(self.extracts / f"{table}.csv")


@pytest.fixture(scope="module")
def course() -> Course:
    """The course as instructors have it."""
    loaded = read_course(ROOT, secrets=True)
    assert loaded.course is not None, loaded.problems
    return loaded.course


@pytest.fixture(scope="module", params=["practice", "practice-2"])
def world(request: pytest.FixtureRequest, course: Course, tmp_path_factory: pytest.TempPathFactory) -> World:
    database = build_database(GENERATOR, request.param, "full", ROOT / ".cache" / "data")
    extracts = tmp_path_factory.mktemp(request.param)
    write_extracts(database, extracts, TABLES)
    facts = {fact.id: fact.expected[request.param] for fact in course.facts if request.param in fact.expected}
    return World(database, extracts, facts)


def solutions_of(course: Course, lab: str) -> LabSolutions:
    return course.solutions_by_lab[lab]


def solved(course: Course, lab: str) -> str:
    """Return a learner's file that holds every solution."""
    return f"# Lab {lab}\n" + "\n\n".join(str(task.solution) for task in solutions_of(course, lab).tasks)


@pytest.fixture(scope="module")
def functions(course: Course) -> dict[str, Callable[..., Any]]:
    """The functions of all solutions, by name."""
    names: dict[str, Any] = {}
    for lab in LABS:
        exec(solved(course, lab), names)
    return names


@pytest.fixture
def check(course: Course, tmp_path: Path) -> Callable[[str, str], Messages]:
    """Return a function that checks a learner's file and returns what is said of each task that was begun."""

    def run(name: str, text: str) -> Messages:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        report = check_file(course, path, lambda note: None)
        return {verdict.task.id: verdict.message for verdict in report.verdicts if verdict.begun}

    return run


Check = Callable[[str, str], Messages]
Functions = dict[str, Callable[..., Any]]


def lab_of(course: Course, name: str) -> Lab:
    return course.labs_by_id[name]


def test_rows_are_those_of_the_file(functions: Functions, world: World) -> None:
    for table in ("services", "incidents"):
        names, *lines = csv.reader(Path(world.path(table)).read_text(encoding="utf-8").splitlines())
        assert functions["load_rows"](world.path(table)) == [dict(zip(names, line, strict=True)) for line in lines]


def test_merchants_are_those_of_the_facts(functions: Functions, world: World) -> None:
    segments = functions["merchants_by_segment"](world.path("accounts"))
    countries = functions["merchants_by_country"](world.path("accounts"))
    assert sum(segments.values()) == sum(dict(countries).values()) == world.facts["accounts.external"]
    assert [*map(tuple, countries)] == world.ask(COUNTRIES)
    assert (
        dict(countries)["unknown"]
        == world.ask("SELECT COUNT(*) FROM accounts WHERE is_internal = 0 AND country IS NULL")[0][0]
    )


def test_weeks_are_those_of_a_query(functions: Functions, world: World) -> None:
    weeks = functions["labels_per_week"](world.path("shipments"), "2024-12-02", "2025-03-03")
    assert [*map(tuple, weeks)] == world.ask(WEEKS)
    assert len(weeks) == 13


@pytest.mark.parametrize("month", ["2025-05", "2025-02"])
def test_latencies_show_the_tail(functions: Functions, world: World, month: str) -> None:
    found = functions["latency_summary"](world.path("api_requests"), month)
    values = [value for (value,) in world.ask(LATENCIES, month)]
    below = sum(value < found["p95"] for value in values)
    assert found["calls"] == len(values)
    assert below < 0.95 * len(values) <= sum(value <= found["p95"] for value in values)
    assert found["median"] < found["mean"] < found["p95"]


def test_a_backfill_takes_what_the_lesson_on_limits_says(functions: Functions) -> None:
    minutes = functions["backfill_minutes"]
    assert [minutes(180_000, 300), minutes(180_000, 1_200), minutes(180_000, 300, 100)] == [600, 150, 6]


def test_joined_files_are_joined_tables(functions: Functions, world: World) -> None:
    found = functions["labels_by_segment"](world.path("accounts"), world.path("shipments"), "2025-03-01", "2025-04-01")
    assert [*map(tuple, found)] == world.ask(SEGMENTS)


def test_the_triangle_is_that_of_the_query_lab_and_of_the_facts(
    course: Course, functions: Functions, world: World
) -> None:
    found = functions["retention_triangle"](world.path("accounts"), world.path("shipments"), "2024-10", "2025-06")
    rows = sorted(world.ask(str(solutions_of(course, "SQL-3").by_task["5"].solution)))
    assert [row[:3] for row in found] == [[*row[:3]] for row in rows]
    assert [row[3] for row in found] == pytest.approx([row[3] for row in rows], abs=0.051)
    cells = {(cohort, k): (merchants, percent) for cohort, k, merchants, percent in found}
    for cohort in ("2024-10", "2025-01"):
        for k in range(4):
            assert cells[cohort, k][0] == world.facts[f"retention.{cohort}-m{k}"]
    for k in (1, 3):
        assert cells["2024-10", k][1] == pytest.approx(world.facts[f"retention.2024-10-m{k}-percent"], abs=1e-3)


def test_intervals_are_those_of_the_facts(functions: Functions, world: World) -> None:
    for experiment, names in EXPERIMENTS.items():
        found = functions["difference_interval"](world.path("experiment_assignments"), experiment)
        expected = [world.facts[f"{experiment.lower()}.{name}"] for name in names]
        assert found == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("lab", LABS)
def test_the_solutions_earn_all_points(course: Course, check: Check, lab: str) -> None:
    found = check("work.py", solved(course, lab))
    assert found == dict.fromkeys(task.id for task in lab_of(course, lab).tasks)


@pytest.mark.parametrize("lab", LABS)
def test_what_was_just_started_is_open_and_runs(course: Course, check: Check, lab: str, tmp_path: Path) -> None:
    text = starter_text(course, lab_of(course, lab))
    assert check("begun.py", text) == {}
    done = subprocess.run([sys.executable, tmp_path / "begun.py"], capture_output=True, text=True, check=True)
    assert done.stdout == "Nothing is tried out yet.\n"


@pytest.mark.parametrize("number", range(MOST_MUTANTS))
@pytest.mark.parametrize("lab", LABS)
def test_each_mistake_is_told_in_its_own_words(course: Course, check: Check, lab: str, number: int) -> None:
    chosen = {task.id: task.mutants[number] for task in solutions_of(course, lab).tasks if number < len(task.mutants)}
    found = check("wrong.py", f"# Lab {lab}\n" + "\n\n".join(str(mutant.solution) for mutant in chosen.values()))
    for task, mutant in chosen.items():
        assert (found[task] or "").endswith(mutant.feedback.strip().rstrip(".")), task


def test_every_task_has_three_or_four_mistakes_that_differ(course: Course) -> None:
    for lab in LABS:
        for task in solutions_of(course, lab).tasks:
            assert 3 <= len(task.mutants) <= MOST_MUTANTS
            assert len({mutant.feedback for mutant in task.mutants}) == len(task.mutants)
            assert sum(mutant.misconception is None for mutant in task.mutants) <= 1


def test_copied_numbers_are_noticed(course: Course, check: Check, functions: Functions) -> None:
    database = build_database(GENERATOR, "practice", "full", ROOT / ".cache" / "data")
    with closing(sqlite3.connect(database)) as connection:
        counts = dict(
            connection.execute("SELECT segment, COUNT(*) FROM accounts WHERE is_internal = 0 GROUP BY segment")
        )
    found = check("copied.py", f"# Lab PY-1\ndef merchants_by_segment(path):\n    return {counts}\n")
    assert "right on the data you have, but not on other data" in (found["2"] or "")


BACKFILL = """
import math
def backfill_minutes(labels, calls_per_minute, labels_per_call=1):
    return math.ceil(math.ceil(labels / labels_per_call) / calls_per_minute)
"""
TESTS = {
    "": "there are 0 tests of backfill_minutes; write at least 3",
    "def test_backfill_minutes_a(): pass\n"
    "def test_backfill_minutes_b(): assert backfill_minutes(600, 300) == 2\n"
    "def test_backfill_minutes_c(): assert backfill_minutes(180_000, 300, 100) == 6\n": "nothing wrong with 2 of 4",
    "def test_backfill_minutes_a(): assert backfill_minutes(601, 300) == 2\n"
    "def test_backfill_minutes_b(): pass\n"
    "def test_backfill_minutes_c(): pass\n": "test_backfill_minutes_a fails on your own function: AssertionError",
}


@pytest.mark.parametrize("tests", TESTS)
def test_weak_tests_are_sent_back(check: Check, tests: str) -> None:
    found = check("weak.py", "# Lab PY-1\n" + BACKFILL + tests)
    assert TESTS[tests] in (found["6"] or "")


HOSTILE_1 = """# Lab PY-1
import os, subprocess, sys
def load_rows(path):
    while True:
        pass
def merchants_by_segment(path):
    return open(SECRET).read()
def labels_per_week(path, start, end):
    return subprocess.run(["id"], capture_output=True).returncode
def latency_summary(path, month):
    sys.exit(0)
def merchants_by_country(path):
    return [0] * 10 ** 10
def backfill_minutes(labels, calls_per_minute, labels_per_call=1):
    return backfill_minutes(labels, calls_per_minute)
"""
SAID_1 = {
    "1": "took longer than 5 s",
    "2": "may not be read here",
    "3": "Error",
    "4": "SystemExit",
    "5": "MemoryError",
    "6": "RecursionError",
}
HOSTILE_2 = """# Lab PY-2
import os
def labels_by_segment(accounts_path, shipments_path, start, end):
    rows = open(shipments_path).readlines()
    return [[a, b] for a in rows for b in rows if a == b]
def retention_triangle(accounts_path, shipments_path, first, last):
    os.remove(accounts_path)
def bar_chart(points, x_label, y_label):
    return '<!DOCTYPE x [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'
def count_by_segment(account_ids, segment_of):
    os.fork()
def difference_interval(path, experiment):
    os._exit(0)
"""
SAID_2 = {"1": "took longer than 5 s", "2": "Error", "3": "document type", "4": "Error", "5": "ended itself"}


@pytest.mark.parametrize(("text", "said"), [(HOSTILE_1, SAID_1), (HOSTILE_2, SAID_2)], ids=LABS)
def test_hostile_files_end_with_a_reason(check: Check, text: str, said: Messages) -> None:
    secret = repr(str(ROOT / "assessments" / "secure" / "labs" / "py-1.yaml"))
    found = check("hostile.py", text.replace("SECRET", secret))
    assert {task: str(said[task]) in (message or "") for task, message in found.items()} == dict.fromkeys(said, True), (
        found
    )
