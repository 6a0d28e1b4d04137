"""The metric dictionary: complete contracts, queries that run and agree with the facts of the course."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.data import Result, build_database, run_query

ROOT = Path(__file__).parents[2]
LARKPOST = ROOT / "source" / "larkpost"
GENERATOR = LARKPOST / "dataset" / "generate.py"
PAGE = (LARKPOST / "metrics.md").read_text(encoding="utf-8")
FIELDS = ("Question", "Population", "Event", "Window", "Excluded", "Owner")
CAST = ("Imani Okafor", "Tomás Rivera", "Wei Lin", "Priya Nair", "Greta Holm", "Dan Whitlock", "Aiko Mori")
METRICS = re.findall(r"^## (\d+)\. (.+?)\n(.*?)(?=^## |^\(quirks\)=)", PAGE, re.MULTILINE | re.DOTALL)
QUERIES = dict(re.findall(r":name: (m-[\w-]+)\n(.*?)\n:::", PAGE, re.DOTALL))
QUIRKS = re.findall(r"^\| (Q\d\d) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)
FACTS = yaml.safe_load((LARKPOST / "facts.yaml").read_text(encoding="utf-8"))["facts"]
AGREE = {
    "m-active-events": "active.any-event",
    "m-active-labels": "active.any-label",
    "m-active": "active.contract",
}
"""Queries of the page and the facts that lessons quote for the same contract."""


@pytest.fixture(scope="module", params=["practice", "practice-2"])
def database(request: pytest.FixtureRequest) -> Path:
    return build_database(GENERATOR, request.param, "full", ROOT / ".cache" / "data")


def ask(database: Path, name: str) -> Result:
    return run_query(database, QUERIES[name], seconds=10)


def one_row(database: Path, name: str) -> dict[str, Any]:
    result = ask(database, name)
    [row] = result.rows
    return dict(zip(result.columns, row, strict=True))


def value(database: Path, sql: str) -> Any:
    [[found]] = run_query(database, sql, seconds=10).rows
    return found


def test_twelve_to_sixteen_metrics_in_order() -> None:
    numbers = [int(number) for number, _, _ in METRICS]
    assert numbers == list(range(1, len(METRICS) + 1))
    assert 12 <= len(METRICS) <= 16
    assert len({title for _, title, _ in METRICS}) == len(METRICS)
    assert len(QUERIES) == len(METRICS)


@pytest.mark.parametrize(("number", "title", "text"), METRICS, ids=lambda value: value[:24])
def test_contract_is_complete(number: str, title: str, text: str) -> None:
    places = [text.index(f"- **{field}:** ") for field in FIELDS]
    assert places == sorted(places)
    assert any(text[places[-1] :].startswith(f"- **Owner:** {person}") for person in CAST)
    assert text.count(":::{query}") == 1
    assert "**Read with care:** " in text


def test_quirks_are_listed_and_used() -> None:
    listed = [quirk for quirk, _, _ in QUIRKS]
    used = set(re.findall(r"Q\d\d", PAGE.split("(quirks)=", 1)[0]))
    assert listed == sorted(used)


def test_quirks_name_tables_of_the_schema() -> None:
    schema = (GENERATOR.parent / "schema.sql").read_text(encoding="utf-8")
    tables = set(re.findall(r"CREATE TABLE (\w+)", schema))
    for quirk, _, touches in QUIRKS:
        assert touches == "all times" or touches.strip("`") in tables, quirk


@pytest.mark.parametrize("name", QUERIES)
def test_query_gives_a_short_table(database: Path, name: str) -> None:
    result = ask(database, name)
    assert 1 <= len(result.rows) <= 6
    assert max(map(len, QUERIES[name].splitlines())) <= 76, "too wide for a printed page"
    assert all(cell is not None for row in result.rows for cell in row)
    assert not re.search(r"\bBETWEEN '", QUERIES[name], re.IGNORECASE), "half-open ranges"


@pytest.mark.parametrize(("name", "fact"), AGREE.items())
def test_query_agrees_with_the_fact(database: Path, name: str, fact: str) -> None:
    [sql] = [entry["sql"] for entry in FACTS if entry["id"] == fact]
    assert one_row(database, name)["merchants"] == value(database, sql)


def test_active_three_ways_gives_three_numbers(database: Path) -> None:
    numbers = [one_row(database, name)["merchants"] for name in AGREE]
    assert len(set(numbers)) == 3
    assert numbers[2] < numbers[1]


def test_activation_is_the_truth_of_the_experiment(database: Path) -> None:
    """The contract and the recorded outcome of EXP1 are one definition, merchant by merchant."""
    differing = """
        SELECT COUNT(*)
        FROM experiment_assignments AS e
        JOIN accounts AS a ON a.account_id = e.account_id
        WHERE e.experiment = 'EXP1'
          AND e.activated_7d <> EXISTS (
            SELECT 1
            FROM shipments AS s
            WHERE s.account_id = a.account_id
              AND s.created_at < datetime(a.signup_at, '+7 days')
          )
    """
    assert value(database, differing) == 0


def test_activation_keeps_those_without_a_label(database: Path) -> None:
    months = {month: (merchants, percent) for month, merchants, percent in ask(database, "m-activation").rows}
    sign_ups = dict(ask(database, "m-new").rows)
    assert {month: merchants for month, (merchants, _) in months.items()} == sign_ups
    assert all(0 < percent < 100 for _, percent in months.values())


def test_churn_adds_up(database: Path) -> None:
    found = one_row(database, "m-churn")
    left = """
        SELECT COUNT(*)
        FROM accounts
        WHERE is_internal = 0
          AND signup_at < '2025-05-01'
          AND churned_at >= '2025-05-01'
          AND churned_at < '2025-06-01'
    """
    assert found["churned"] == value(database, left)
    assert found["percent"] == pytest.approx(100 * found["churned"] / found["merchants"], abs=0.005)


def test_mean_and_tail_differ_and_attempts_exceed_deliveries(database: Path) -> None:
    latency = one_row(database, "m-latency")
    assert latency["p50_ms"] < latency["mean_ms"] < latency["p95_ms"]
    webhooks = one_row(database, "m-webhooks")
    assert webhooks["arrived"] < webhooks["deliveries"] < webhooks["attempts"]
    delay = one_row(database, "m-delay")
    assert 0 <= delay["median"] < delay["p95"]


def test_laggards_agree_with_the_fact(database: Path) -> None:
    [sql] = [entry["sql"] for entry in FACTS if entry["id"] == "deprecation.laggards"]
    assert one_row(database, "m-v1")["v1_only"] == value(database, sql)
