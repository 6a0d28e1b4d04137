"""Labs SQL-1 to SQL-3: solutions agree with facts and controls, use what was taught, and give nothing away."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from builders.course import Course, Lab, read_course
from builders.course.labs import LabMutant, SqlTask, TaskSolution
from builders.data import Result, build_database, run_query
from builders.labs.checking import check_file
from builders.labs.starting import starter_text

ROOT = Path(__file__).parents[2]
GENERATOR = ROOT / "source" / "larkpost" / "dataset" / "generate.py"
LABS = {"SQL-1": 12, "SQL-2": 10, "SQL-3": 10}
"""How many tasks each lab has."""
POINTS = 24
VARIANTS = ("practice", "practice-2")
SECONDS = 10
NOT_TAUGHT = {"SQL-1": r"\b(JOIN|WITH|OVER|EXISTS)\b", "SQL-2": r"\b(WITH|OVER)\b", "SQL-3": r"\bQUALIFY\b"}
CAST = ("Imani", "Tomás", "Wei Lin", "Priya", "Greta", "Dan", "Aiko")
ASKED = "as a comment"
WIDTH = 104
"""Characters of a line of the file that learners start with."""


def _course() -> Course:
    loaded = read_course(ROOT, secrets=True)
    assert loaded.course is not None, loaded.problems
    return loaded.course


COURSE = _course()
FACTS = {fact.id: fact.expected for fact in COURSE.facts}


@dataclass(frozen=True)
class Case:
    """A task of a lab with its solution."""

    lab: Lab
    task: SqlTask
    solution: TaskSolution

    def __str__(self) -> str:
        return f"{self.lab.id}.{self.task.id}"

    @property
    def sql(self) -> str:
        """The reference query."""
        return str(self.solution.solution)

    @property
    def mutants(self) -> tuple[LabMutant, ...]:
        """The typical mistakes."""
        return self.solution.mutants


def _cases() -> list[Case]:
    return [
        Case(lab, task, COURSE.solutions_by_lab[name].by_task[task.id])
        for name in LABS
        for lab in [COURSE.labs_by_id[name]]
        for task in lab.tasks
        if isinstance(task, SqlTask)
    ]


CASES = _cases()
BY_NAME = {str(case): case for case in CASES}
each_case = pytest.mark.parametrize("case", CASES, ids=str)


class World:
    """One variant of the data, and what the solutions and facts say of it."""

    def __init__(self, variant: str) -> None:
        self.variant = variant
        self.database = build_database(GENERATOR, variant, "full", ROOT / ".cache" / "data")
        self._results: dict[str, Result] = {}

    def ask(self, sql: str, *, backwards: bool = False) -> Result:
        return run_query(self.database, sql, seconds=SECONDS, backwards=backwards)

    def solved(self, name: str) -> Result:
        if name not in self._results:
            self._results[name] = self.ask(BY_NAME[name].sql)
        return self._results[name]

    def row(self, name: str) -> dict[str, Any]:
        [row] = self.solved(name).rows
        return dict(zip(self.solved(name).columns, row, strict=True))

    def rows(self, name: str) -> list[tuple[Any, ...]]:
        return [*self.solved(name).rows]

    def column(self, name: str, column: str) -> list[Any]:
        place = self.solved(name).columns.index(column)
        return [row[place] for row in self.rows(name)]

    def fact(self, name: str) -> Any:
        return FACTS[name][self.variant]


@pytest.fixture(scope="module", params=VARIANTS)
def world(request: pytest.FixtureRequest) -> World:
    return World(request.param)


# What learners read


@pytest.mark.parametrize(("name", "tasks"), LABS.items())
def test_lab_is_complete(name: str, tasks: int) -> None:
    lab = COURSE.labs_by_id[name]
    assert [task.id for task in lab.tasks] == [str(number) for number in range(1, tasks + 1)]
    assert lab.points == POINTS
    assert 3 <= lab.minutes / tasks <= 8


@pytest.mark.parametrize("name", LABS)
def test_starting_file_has_one_heading_a_task_and_is_not_begun(name: str, tmp_path: Path) -> None:
    lab = COURSE.labs_by_id[name]
    text = starter_text(COURSE, lab)
    assert re.findall(r"^-- task (\w+)", text, re.MULTILINE) == [task.id for task in lab.tasks]
    assert max(map(len, text.splitlines())) <= WIDTH
    path = tmp_path / lab.file_name
    path.write_text(text, encoding="utf-8")
    report = check_file(COURSE, path, print)
    assert not any(verdict.begun for verdict in report.verdicts)
    assert report.points == 0


@each_case
def test_somebody_asks_and_there_is_a_hint(case: Case) -> None:
    assert any(case.task.prompt.startswith(person) for person in CAST)
    assert re.search(r"^Hint: ", case.task.prompt, re.MULTILINE)
    assert "BETWEEN" not in case.task.prompt


@each_case
def test_periods_say_that_their_end_is_out(case: Case) -> None:
    for begin in re.finditer(r", included, (to|and) ", case.task.prompt):
        assert ", not included" in case.task.prompt[begin.end() : begin.end() + 40]


@each_case
def test_order_is_explained_where_it_counts(case: Case) -> None:
    if case.task.ordered:
        assert re.search(r"\bfirst\b", case.task.prompt)
        assert "ORDER BY" in case.sql


@each_case
def test_unchecked_sentences_are_called_so(case: Case) -> None:
    asks = ASKED in case.task.prompt
    assert asks == bool(re.search(r"\(The (sentence|reason) is not checked\.\)", case.task.prompt))


def test_gap_and_not_in_and_imbalance_are_put_into_words() -> None:
    asked = {str(case) for case in CASES if ASKED in case.task.prompt}
    assert asked == {"SQL-2.2", "SQL-2.4", "SQL-3.9", "SQL-3.10"}


# Solutions and mistakes


@each_case
def test_solution_gives_the_columns_asked_for(case: Case, world: World) -> None:
    result = world.solved(str(case))
    assert result.columns == case.task.columns
    assert result.rows
    assert all(any(cell is not None for cell in row) for row in result.rows)


@each_case
def test_solution_leaves_no_order_to_chance(case: Case, world: World) -> None:
    forwards, backwards = world.solved(str(case)).rows, world.ask(case.sql, backwards=True).rows
    if case.task.ordered:
        assert forwards == backwards
    assert sorted(map(repr, forwards)) == sorted(map(repr, backwards))


@each_case
def test_solution_uses_only_what_was_taught(case: Case) -> None:
    assert not re.search(NOT_TAUGHT[case.lab.id], case.sql)
    assert not re.search(r"BETWEEN '|SELECT \*", case.sql)
    for line in case.sql.splitlines():
        assert len(line) <= 120


@each_case
def test_two_to_four_mistakes_each_with_a_registered_idea(case: Case) -> None:
    known = {record.id for record in COURSE.misconceptions}
    assert 2 <= len(case.mutants) <= 4
    assert all(mutant.misconception in known for mutant in case.mutants)
    assert len({mutant.feedback for mutant in case.mutants}) == len(case.mutants)


@each_case
def test_mistakes_differ_on_both_variants(case: Case, world: World) -> None:
    queries = [case.sql, *(str(mutant.solution) for mutant in case.mutants)]
    results = [tuple(sorted(map(repr, world.ask(sql).rows))) for sql in queries]
    assert len(set(results)) == len(results)


@each_case
def test_nothing_that_learners_see_gives_the_answer_away(case: Case, world: World) -> None:
    shown = " ".join([case.lab.intro, case.task.prompt, *(mutant.feedback for mutant in case.mutants)])
    numbers = set(re.findall(r"\d[\d,.]*\d", shown.replace(",", "")))
    values = {str(cell) for row in world.solved(str(case)).rows for cell in row if isinstance(cell, int | float)}
    assert not {value for value in values if len(value) > 3} & numbers
    for mutant in case.mutants:
        assert not re.search(r"[<>]=?|\b(COALESCE|ROW_NUMBER|NOT EXISTS|COUNT\(\w)", mutant.feedback)


@pytest.mark.parametrize("mutant", range(4))
@pytest.mark.parametrize("name", LABS)
def test_file_of_mistakes_is_answered_in_the_words_of_each(name: str, mutant: int, tmp_path: Path) -> None:
    cases = [case for case in CASES if case.lab.id == name and len(case.mutants) > mutant]
    path = tmp_path / COURSE.labs_by_id[name].file_name
    path.write_text(_file({case.task.id: str(case.mutants[mutant].solution) for case in cases}, name), encoding="utf-8")
    said = {verdict.task.id: verdict.message for verdict in check_file(COURSE, path, print).verdicts if verdict.begun}
    for case in cases:
        assert case.mutants[mutant].feedback.rstrip(".") in (said[case.task.id] or ""), f"{case}: {said[case.task.id]}"


@pytest.mark.parametrize("name", LABS)
def test_file_of_solutions_earns_all_points(name: str, tmp_path: Path) -> None:
    path = tmp_path / COURSE.labs_by_id[name].file_name
    path.write_text(_file({case.task.id: case.sql for case in CASES if case.lab.id == name}, name), encoding="utf-8")
    report = check_file(COURSE, path, print)
    assert report.points == POINTS, [verdict.message for verdict in report.verdicts]


def _file(queries: dict[str, str], lab: str) -> str:
    return f"-- Lab {lab}\n" + "\n".join(f"-- task {task}\n{sql.rstrip()}\n" for task, sql in queries.items())


# Totals that must agree with facts, or with each other


def test_merchants_of_sql_1(world: World) -> None:
    external = world.fact("accounts.external")
    assert world.row("SQL-1.1") == {"merchants": external}
    assert sum(world.column("SQL-1.4", "merchants")) == external
    assert sum(world.column("SQL-1.4", "percent")) == pytest.approx(100, abs=0.3)
    assert sum(world.column("SQL-1.5", "merchants")) == world.fact("merchants.current")
    assert 0 < world.row("SQL-1.2")["merchants"] < world.fact("signups.march")


def test_calls_of_sql_1(world: World) -> None:
    waits: dict[str, int] = dict(world.rows("SQL-1.11"))
    assert set(waits) == {"quick", "normal", "slow", "too slow"}
    assert sum(waits.values()) < world.fact("latency.labels-calls")
    failed = sum(world.column("SQL-1.8", "failed"))
    assert world.fact("incident.kept-5xx") < failed
    assert 1_200 < world.row("SQL-1.12")["p95_ms"] < world.fact("latency.labels-p95")


def test_revenue_of_sql_2(world: World) -> None:
    control = world.column("SQL-2.3", "control_cents")
    assert (
        set(control)
        == {sum(world.column("SQL-2.3", "revenue_cents"))}
        == {world.fact("revenue.paid-usd-q1-2025-cents")}
    )
    then, now = sum(world.column("SQL-2.4", "then_cents")), sum(world.column("SQL-2.4", "now_cents"))
    assert now < then < world.fact("revenue.paid-usd-cents")


def test_counts_of_sql_2(world: World) -> None:
    assert world.row("SQL-2.2")["by_not_in"] == 0
    assert sum(world.column("SQL-2.5", "merchants")) == world.fact("merchants.current")
    assert len(world.solved("SQL-2.6").rows) == world.fact("subscriptions.overlapping")
    assert sum(world.column("SQL-2.8", "deployments")) == world.fact("rows.deployments")
    assert sum(world.column("SQL-2.9", "merchants")) == world.fact("deprecation.laggards")
    assert len(world.solved("SQL-2.10").rows) == world.fact("subscriptions.legacy-after-retirement")
    assert world.row("SQL-2.7") == {
        "duplicates": world.fact("duplicates.labels"),
        "without_key": world.fact("duplicates.without-key"),
        "merchants": world.fact("duplicates.merchants"),
        "cost_cents": world.fact("duplicates.cost-cents"),
    }


def test_funnel_of_sql_3(world: World) -> None:
    signed_up, store, rates, label = world.rows("SQL-3.1")[0]
    assert signed_up > store > rates > label > 0
    assert sum(world.column("SQL-3.2", "signed_up")) == signed_up
    by_channel = zip(world.column("SQL-3.2", "signed_up"), world.column("SQL-3.2", "store_pct"), strict=True)
    assert sum(round(merchants * percent / 100) for merchants, percent in by_channel) == store


def test_time_of_sql_3(world: World) -> None:
    weeks = world.column("SQL-3.4", "week_start")
    assert [weeks[0], weeks[-1], len(weeks)] == ["2025-03-31", "2025-06-23", 13]
    changes = world.rows("SQL-3.8")
    assert all(after[1] - before[1] == after[2] for before, after in itertools.pairwise(changes))
    assert all(row[2] is not None for row in changes)
    triangle = world.rows("SQL-3.5")
    assert len(triangle) == sum(range(1, 10))
    assert {row[3] for row in triangle if row[1] == 0} == {100.0}


def test_totals_of_sql_3(world: World) -> None:
    gaps = world.row("SQL-3.10")
    assert [gaps["revenue_gap"], gaps["label_gap"], gaps["signup_gap"]] == [0, 0, 0]
    assert gaps["event_gap"] == world.fact("events.repeated")
    assert gaps["integration_gap"] == world.fact("integrations.unclaimed")
    assert sum(world.column("SQL-3.7", "repeats")) < gaps["event_gap"]
    sizes = {(row[0], row[1]): (row[2], row[4]) for row in world.rows("SQL-3.9")}
    assert sizes["EXP1", "control"][0] == world.fact("exp1.control-size")
    assert sizes["EXP1", "control"][1] == pytest.approx(world.fact("exp1.control-percent"), abs=0.051)
    assert sizes["EXP2", "control"][0] > sizes["EXP2", "treatment"][0] + 100
