"""What a query may do, for how long, and what its author is told."""

import sqlite3
import time
from pathlib import Path

import pytest

from builders.data import QueryError, fact_value, prepare, run_query

ENDLESS = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"

REFUSED = {
    "attach": ("ATTACH 'other.sqlite' AS other", "may not attach"),
    "detach": ("DETACH main", "may not detach"),
    "vacuum into": ("VACUUM INTO 'copy.sqlite'", "may not attach"),
    "pragma": ("PRAGMA table_info(plans)", "may not use PRAGMA"),
    "pragma function": ("SELECT * FROM pragma_table_info('plans')", "may not use PRAGMA"),
    "insert": ("INSERT INTO plans (code) VALUES ('x')", "may not write"),
    "update": ("UPDATE plans SET code = 'x'", "may not write"),
    "delete": ("DELETE FROM plans", "may not write"),
    "drop": ("DROP TABLE plans", "may not write"),
    "create": ("CREATE TABLE x (a)", "may not write"),
    "temporary table": ("CREATE TEMP TABLE x (a)", "may not write"),
    "schema": ("UPDATE sqlite_master SET sql = ''", "may not be modified"),
    "transaction": ("BEGIN", "transaction"),
    "extension": ("SELECT load_extension('x')", "load_extension"),
    "two statements": ("SELECT 1; SELECT 2", "more than one statement"),
    "no statement": ("-- nothing", "there is no query"),
    "half a statement": ("SELECT", "not complete"),
    "syntax": ("SELEC 1", 'near "SELEC": syntax error'),
    "unknown table": ("SELECT * FROM planets", "no such table: planets"),
    "unknown column": ("SELECT colour FROM plans", "no such column: colour"),
    "unnamed parameter": ("SELECT ?", "write :name"),
    "missing parameter": ("SELECT :since", "parameter :since has no value"),
    "huge value": ("SELECT zeroblob(1000000000)", "too big"),
    "null character": ("SELECT 'a\0b'", "null character"),
}


@pytest.mark.parametrize(("sql", "reason"), REFUSED.values(), ids=REFUSED)
def test_what_a_query_may_not_do(tiny: Path, sql: str, reason: str) -> None:
    before = tiny.read_bytes()
    with pytest.raises(QueryError) as caught:
        run_query(tiny, sql)
    assert reason in str(caught.value)
    assert tiny.read_bytes() == before


@pytest.mark.parametrize("sql", [ENDLESS, "SELECT count(*) FROM events AS a, events AS b, events AS c"])
def test_an_endless_query_is_stopped(tiny: Path, sql: str) -> None:
    begin = time.monotonic()
    with pytest.raises(QueryError, match=r"took longer than 0\.2 s"):
        run_query(tiny, sql, seconds=0.2)
    assert time.monotonic() - begin < 2


def test_the_time_limit_also_holds_while_rows_are_fetched(tiny: Path) -> None:
    late = f"SELECT 1 UNION ALL SELECT * FROM ({ENDLESS})"
    with pytest.raises(QueryError, match="took longer"):
        run_query(tiny, late, seconds=0.2)


def test_a_result_has_columns_and_rows(tiny: Path) -> None:
    result = run_query(tiny, "SELECT code, monthly_price_cents AS cents FROM plans ORDER BY plan_id;")
    assert result.columns == ("code", "cents")
    assert result.rows[:2] == (("free", 0), ("starter", 2900))
    assert not result.truncated


def test_rows_are_cut_off(tiny: Path) -> None:
    sql = "SELECT account_id FROM accounts ORDER BY account_id"
    result = run_query(tiny, sql, rows=3)
    assert (result.rows, result.truncated) == (((1,), (2,), (3,)), True)
    assert not run_query(tiny, sql, rows=600).truncated


def test_parameters_are_named(tiny: Path) -> None:
    sql = "SELECT count(*) FROM accounts WHERE signup_at >= :since AND is_internal = :internal"
    assert run_query(tiny, sql, {"since": "2025-07-01", "internal": 0}).rows == ((0,),)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM events, json_each(properties)",
        "SELECT row_number() OVER (ORDER BY plan_id) FROM plans",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "EXPLAIN QUERY PLAN SELECT * FROM users WHERE account_id = 1",
        "SELECT name FROM sqlite_master",
        "VALUES (1), (2)",
    ],
)
def test_what_a_query_may_do(tiny: Path, sql: str) -> None:
    assert run_query(tiny, sql).rows


def test_a_missing_database_is_reported(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match="there is no database"):
        run_query(tmp_path / "nope.sqlite", "SELECT 1")


LISTINGS = [
    "SELECT * FROM plans WHERE code = :code",
    "INSERT INTO plans VALUES (9, 'x', 1, 1, 1, NULL)",
    "CREATE TABLE x (a)",
    "CREATE INDEX events_occurred_at ON events (occurred_at)",
    "DROP TABLE events",
    "EXPLAIN QUERY PLAN SELECT 1",
    f"-- never ends\n{ENDLESS}",
]
BAD_LISTINGS = {
    "two statements": ("SELECT 1; SELECT 2", "more than one statement"),
    "nothing": ("", "not complete"),
    "column": ("SELECT colour FROM plans", "no such column"),
    "pragma": ("PRAGMA journal_mode = WAL", "may not use PRAGMA"),
    "attach": ("ATTACH 'x' AS x", "may not attach"),
}


@pytest.mark.parametrize("sql", LISTINGS)
def test_a_listing_is_compiled_and_not_run(tiny: Path, sql: str) -> None:
    before = tiny.read_bytes()
    prepare(tiny, sql)
    assert tiny.read_bytes() == before


@pytest.mark.parametrize(("sql", "reason"), BAD_LISTINGS.values(), ids=BAD_LISTINGS)
def test_a_bad_listing_is_reported(tiny: Path, sql: str, reason: str) -> None:
    with pytest.raises(QueryError, match=reason):
        prepare(tiny, sql)


def test_a_listing_can_be_checked_against_a_schema() -> None:
    schema = "CREATE TABLE parcels (parcel_id INTEGER PRIMARY KEY, weight_g INTEGER);"
    prepare(schema, "SELECT weight_g FROM parcels")
    with pytest.raises(QueryError, match="no such table"):
        prepare(schema, "SELECT * FROM plans")
    with pytest.raises(QueryError, match="the schema is not valid"):
        prepare("CREATE TABLE", "SELECT 1")


def test_a_fact_is_one_value(tiny: Path) -> None:
    assert fact_value(tiny, "SELECT count(*) FROM plans") == 5
    assert fact_value(tiny, "SELECT NULL") is None


@pytest.mark.parametrize("sql", ["SELECT 1, 2", "SELECT code FROM plans", "SELECT code FROM plans WHERE 0"])
def test_another_shape_is_no_fact(tiny: Path, sql: str) -> None:
    with pytest.raises(QueryError, match="one row with one column"):
        fact_value(tiny, sql)


def test_a_file_in_use_by_nobody_else_is_opened_without_side_files(tiny: Path) -> None:
    run_query(tiny, "SELECT count(*) FROM accounts")
    assert not [path for path in tiny.parent.iterdir() if path.name.endswith(("-wal", "-shm", "-journal"))]
    assert sqlite3.connect(tiny).execute("PRAGMA integrity_check").fetchone() == ("ok",)
