"""The case company's data: what it promises is measured, not assumed."""

import json
import re
import sqlite3
import subprocess
import sys
from datetime import date, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest

from builders.data import build_database, dump_hash

COURSE_DATA = Path(__file__).parents[2] / "source" / "larkpost"
DATASET = COURSE_DATA / "dataset"
GENERATOR = DATASET / "generate.py"
MANIFEST = json.loads((DATASET / "manifest.json").read_text(encoding="utf-8"))

COLUMNS = {
    "plans": "plan_id code monthly_price_cents included_labels api_rate_limit_per_min retired_at",
    "accounts": "account_id name segment country time_zone channel signup_at is_internal churned_at",
    "users": "user_id account_id role created_at deactivated_at",
    "subscriptions": "subscription_id account_id plan_id started_at ended_at cancel_reason",
    "invoices": "invoice_id account_id subscription_id period_start amount_cents currency status issued_at paid_at",
    "integrations": "integration_id account_id provider connected_at disconnected_at",
    "shipments": "shipment_id account_id created_at carrier_code source label_status cost_cents weight_g"
    " dest_country idempotency_key",
    "events": "row_id event_id account_id user_id event_name occurred_at platform app_version properties",
    "tracking_events": "tracking_id shipment_id status occurred_at_local tz_offset_min received_at",
    "api_requests": "request_id account_id method path status_code latency_ms requested_at api_version",
    "webhook_deliveries": "attempt_id delivery_id account_id event_type attempt status_code attempted_at",
    "services": "service kind owner",
    "service_dependencies": "from_service to_service mode availability p99_ms",
    "capacity_samples": "service sampled_at arrivals completed queue_depth workers cpu_pct",
    "incidents": "incident_id severity service started_at detected_at resolved_at cause",
    "deployments": "deploy_id service deployed_at lead_time_hours rolled_back incident_id",
    "tickets": "ticket_id account_id opened_at closed_at category csat",
    "backlog_items": "item_id title type service est_low est_likely est_high reach impact confidence_pct squad"
    " depends_on",
    "debt_items": "debt_id service kind principal_hours interest_hours_per_month complexity changes_90d incidents_12m",
    "vendor_quotes": "vendor capability unit_price_micros monthly_min_cents integration_days exit_days sla_pct",
    "experiments": "experiment key hypothesis planned_split primary_metric started_at ended_at",
    "experiment_assignments": "experiment account_id variant assigned_at activated_7d tickets_14d",
    "job_postings": "posting_id company industry stage title years",
    "posting_skills": "posting_id skill requirement",
}

FIRST_TABLES = ("accounts", "events", "integrations", "invoices", "plans", "shipments", "subscriptions", "users")
FIRST_HASHES = {
    ("practice", "tiny"): "49ad3a2501ffeace680dfa100f65ec2b",
    ("practice", "full"): "96eb2e9dfa2f44413bc5def77d36ace0",
    ("practice-2", "tiny"): "7fb8439fe639fc688996819d1d43fefe",
    ("practice-2", "full"): "85f1b118af0c5146b7eaeb15987e58ba",
}
"""Lessons, items and samples quote these tables of the public variants: they stay as they were first published."""

# What a row is: these columns together never come twice.
GRAINS = {
    "plans": "code",
    "tracking_events": "shipment_id, status",
    "webhook_deliveries": "delivery_id, attempt",
    "service_dependencies": "from_service, to_service",
    "capacity_samples": "service, sampled_at",
    "experiments": "key",
    "experiment_assignments": "experiment, account_id",
    "posting_skills": "posting_id, skill",
    "backlog_items": "title",
}

# What a quirk looks like in the data, and what it must come to: a number of the variant's plan
# or a share of a number of rows.
QUIRKS = {
    "Q01 internal": ("SELECT sum(is_internal) FROM accounts", "internal"),
    "Q02 lower case": ("SELECT count(*) FROM accounts WHERE country = 'us'", "country_lower"),
    "Q02 NULL": ("SELECT count(*) FROM accounts WHERE country IS NULL", "country_null"),
    "Q04 repeated deliveries": (
        "SELECT count(*) - count(DISTINCT event_id) FROM events",
        "SELECT count(DISTINCT event_id) * 6 / 1000 FROM events",
    ),
    "Q06 open": (
        "SELECT count(*) FROM invoices WHERE status = 'open'",
        "SELECT count(*) * 30 / 1000 FROM invoices",
    ),
    "Q06 void": (
        "SELECT count(*) FROM invoices WHERE status = 'void'",
        "SELECT count(*) * 15 / 1000 FROM invoices",
    ),
    "Q06 refunded": (
        "SELECT count(*) FROM invoices WHERE status = 'refunded'",
        "SELECT count(*) * 25 / 1000 FROM invoices",
    ),
    "Q07 overlaps": (
        """
        SELECT count(*) FROM subscriptions AS a JOIN subscriptions AS b USING (account_id)
        WHERE a.subscription_id < b.subscription_id
          AND a.started_at < coalesce(b.ended_at, '9999') AND b.started_at < coalesce(a.ended_at, '9999')
        """,
        "overlaps",
    ),
    "Q08 NULL weight": (
        "SELECT count(*) FROM shipments WHERE weight_g IS NULL",
        "SELECT count(*) * 30 / 1000 FROM shipments",
    ),
    "Q09 duplicate labels": (
        """
        SELECT count(*)
        FROM shipments AS a JOIN shipments AS b USING (account_id, carrier_code, weight_g, dest_country)
        WHERE a.created_at >= '2025-02-04 09:00:00' AND b.created_at < '2025-02-04 11:40:00'
          AND strftime('%s', b.created_at) - strftime('%s', a.created_at) BETWEEN 1 AND 90
        """,
        "duplicate_labels",
    ),
    "Q15 no account": (
        "SELECT count(*) FROM integrations WHERE account_id IS NULL",
        "SELECT max(2, count(account_id) * 10 / 1000) FROM integrations",
    ),
    "Q16 retired plan": (
        "SELECT count(*) FROM subscriptions WHERE plan_id = 5 AND coalesce(ended_at, '9999') > '2024-06-01 00:00:00'",
        "legacy_kept",
    ),
}

# Queries that must find nothing.
NEVER = {
    "an account's name twice": "SELECT name FROM accounts GROUP BY name HAVING count(*) > 1",
    "an event before sign-up or after the end": (
        "SELECT 1 FROM events JOIN accounts USING (account_id)"
        " WHERE occurred_at < signup_at OR occurred_at >= coalesce(churned_at, '9999')"
    ),
    "a label before sign-up or after the end": (
        "SELECT 1 FROM shipments JOIN accounts USING (account_id)"
        " WHERE created_at < signup_at OR created_at >= coalesce(churned_at, '9999')"
    ),
    "an event of somebody who cannot log in": (
        "SELECT 1 FROM events JOIN users USING (user_id)"
        " WHERE occurred_at < created_at OR occurred_at >= coalesce(deactivated_at, '9999')"
        " OR events.account_id <> users.account_id"
    ),
    "Q03 the old name after the change, or the new one before": (
        "SELECT 1 FROM events WHERE event_name = 'label_create' AND occurred_at >= '2024-09-27'"
        " OR event_name = 'label_created' AND occurred_at < '2024-09-27'"
    ),
    "a second delivery that says something else": (
        "SELECT event_id FROM events GROUP BY event_id HAVING count(DISTINCT account_id || event_name || occurred_at"
        " || coalesce(user_id, '') || platform || app_version || properties) > 1"
    ),
    "rates without a store, or a label without rates": (
        "WITH first AS (SELECT account_id, min(CASE WHEN event_name = 'store_connected' THEN occurred_at END) AS store,"
        " min(CASE WHEN event_name = 'rate_viewed' THEN occurred_at END) AS rate,"
        " min(CASE WHEN event_name LIKE 'label_create%' THEN occurred_at END) AS label FROM events GROUP BY account_id)"
        " SELECT 1 FROM first WHERE rate IS NOT NULL AND (store IS NULL OR store >= rate)"
        " OR label IS NOT NULL AND (rate IS NULL OR rate >= label)"
    ),
    "a label made in the web application without its event": (
        "SELECT shipment_id FROM shipments WHERE source = 'web' EXCEPT SELECT json_extract(properties, '$.shipment_id')"
        " FROM events WHERE event_name IN ('label_create', 'label_created')"
    ),
    "an invoice paid before it was issued, or with a payment that its status denies": (
        "SELECT 1 FROM invoices WHERE paid_at < issued_at OR (paid_at IS NULL) <> (status IN ('open', 'void'))"
    ),
    "an invoice of another account's subscription": (
        "SELECT 1 FROM invoices JOIN subscriptions USING (subscription_id)"
        " WHERE invoices.account_id <> subscriptions.account_id"
    ),
    "a period that ends before it begins": "SELECT 1 FROM subscriptions WHERE ended_at <= started_at",
    "a failed label that costs something": "SELECT 1 FROM shipments WHERE label_status = 'failed' AND cost_cents > 0",
    "properties that are not JSON": "SELECT 1 FROM events WHERE NOT json_valid(properties)",
}


@pytest.fixture(scope="module")
def planned() -> dict[str, int]:
    """The quotas of the practice variant at tiny, as the generator plans them."""
    code = (
        "import json, dataclasses, quotas; print(json.dumps(dataclasses.asdict(quotas.plan_quotas('practice', 600))))"
    )
    done = subprocess.run([sys.executable, "-B", "-c", code], cwd=DATASET, capture_output=True, text=True, check=True)
    quotas: dict[str, int] = json.loads(done.stdout)
    return quotas


def ask(database: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def test_tiny_is_the_same_twice_and_as_recorded(tiny: Path, tmp_path: Path) -> None:
    again = build_database(GENERATOR, "practice", "tiny", tmp_path)
    assert again != tiny
    assert dump_hash(tiny) == dump_hash(again) == MANIFEST["practice"]["tiny"]


def test_full_is_as_recorded(full: Path) -> None:
    assert dump_hash(full) == MANIFEST["practice"]["full"]


def test_the_second_variant_is_another_world(cache: Path) -> None:
    second = dump_hash(build_database(GENERATOR, "practice-2", "tiny", cache))
    assert second == MANIFEST["practice-2"]["tiny"]
    same = {table for table, digest in second.items() if digest == MANIFEST["practice"]["tiny"][table]}
    assert same == {"plans", "services", "experiments"}


@pytest.mark.parametrize(("variant", "scale"), FIRST_HASHES)
def test_the_first_tables_stay_as_they_were(variant: str, scale: str) -> None:
    hashes = {table: MANIFEST[variant][scale][table] for table in FIRST_TABLES}
    assert (
        blake2b(json.dumps(hashes, sort_keys=True).encode(), digest_size=16).hexdigest() == FIRST_HASHES[variant, scale]
    )


@pytest.mark.parametrize(("table", "columns"), GRAINS.items(), ids=GRAINS)
def test_a_row_is_what_its_comment_says(full: Path, table: str, columns: str) -> None:
    assert ask(full, f"SELECT {columns} FROM {table} GROUP BY {columns} HAVING count(*) > 1") == []


def test_the_manifest_names_every_public_variant_scale_and_table() -> None:
    assert set(MANIFEST) == {"practice", "practice-2"}
    for scales in MANIFEST.values():
        assert set(scales) == {"tiny", "full"}
        assert all(set(tables) == set(COLUMNS) for tables in scales.values())


@pytest.mark.parametrize("table", COLUMNS)
def test_a_table_has_its_columns_and_says_its_grain(tiny: Path, table: str) -> None:
    assert [row[1] for row in ask(tiny, f"PRAGMA table_info({table})")] == COLUMNS[table].split()
    schema = (DATASET / "schema.sql").read_text(encoding="utf-8")
    assert re.search(rf"^-- Grain: one row per .*\nCREATE TABLE {table} \(", schema, re.MULTILINE)


def test_foreign_keys_hold(full: Path) -> None:
    assert ask(full, "PRAGMA foreign_key_check") == []
    assert ask(full, "PRAGMA integrity_check") == [("ok",)]


def test_columns_that_may_be_null(tiny: Path) -> None:
    nullable = {
        f"{table}.{name}"
        for table in COLUMNS
        for _, name, _, not_null, _, key in ask(tiny, f"PRAGMA table_info({table})")
        if not not_null and not key
    }
    assert nullable == {
        "plans.retired_at", "accounts.country", "accounts.churned_at", "users.deactivated_at",
        "subscriptions.ended_at", "subscriptions.cancel_reason", "invoices.paid_at", "integrations.account_id",
        "integrations.disconnected_at", "shipments.weight_g", "shipments.idempotency_key", "events.user_id",
        "webhook_deliveries.status_code", "service_dependencies.p99_ms", "deployments.incident_id",
        "tickets.closed_at", "tickets.csat", "backlog_items.depends_on",
    }  # fmt: skip


def test_times_are_utc_text_inside_the_window(tiny: Path) -> None:
    for table, names in COLUMNS.items():
        for name in (name for name in names.split() if name.endswith("_at") or name == "period_start"):
            outside = ask(
                tiny,
                f"SELECT {name} FROM {table} WHERE {name} IS NOT datetime({name})"
                f" OR {name} < '2024-01-01 00:00:00' OR {name} >= '2025-07-01 00:00:00'",
            )
            assert outside == [], f"{table}.{name}"


@pytest.mark.parametrize(("sql", "quota"), QUIRKS.values(), ids=QUIRKS)
def test_a_quirk_is_there_as_often_as_planned(tiny: Path, planned: dict[str, int], sql: str, quota: str) -> None:
    wanted = planned[quota] if quota in planned else ask(tiny, quota)[0][0]
    assert ask(tiny, sql) == [(wanted,)]
    assert wanted > 1


@pytest.mark.parametrize("scale", ["tiny", "full"])
@pytest.mark.parametrize("sql", NEVER.values(), ids=NEVER)
def test_what_is_never_so(request: pytest.FixtureRequest, scale: str, sql: str) -> None:
    assert ask(request.getfixturevalue(scale), f"{sql} LIMIT 1") == []


def test_q03_both_names_are_there(tiny: Path) -> None:
    names = "SELECT DISTINCT event_name FROM events WHERE event_name LIKE 'label_create%' ORDER BY 1"
    assert ask(tiny, names) == [("label_create",), ("label_created",)]


def test_q05_each_account_pays_in_one_currency(tiny: Path) -> None:
    by_account = "SELECT account_id, count(DISTINCT currency) AS n FROM invoices GROUP BY account_id"
    assert ask(tiny, f"SELECT max(n) FROM ({by_account})") == [(1,)]
    assert ask(tiny, "SELECT count(DISTINCT currency) FROM invoices") == [(2,)]


def test_q07_what_was_billed_twice_is_not_paid(full: Path) -> None:
    # The older of two overlapping subscriptions should have ended when the newer one began.
    double = (
        "SELECT DISTINCT i.status FROM invoices AS i JOIN subscriptions AS s USING (subscription_id)"
        " JOIN subscriptions AS newer ON newer.account_id = s.account_id AND newer.subscription_id > s.subscription_id"
        " WHERE i.issued_at >= newer.started_at AND i.period_start >= newer.started_at ORDER BY 1"
    )
    assert ask(full, double) == [("refunded",), ("void",)]


def test_q10_between_loses_the_last_day_of_every_month(tiny: Path) -> None:
    for month in range(18):
        first = date(2024 + month // 12, month % 12 + 1, 1)
        following = (first + timedelta(days=31)).replace(day=1)
        last = following - timedelta(days=1)
        half_open = f"SELECT count(*) FROM accounts WHERE signup_at >= '{first}' AND signup_at < '{following}'"
        between = f"SELECT count(*) FROM accounts WHERE signup_at BETWEEN '{first}' AND '{last}'"
        assert ask(tiny, half_open) > ask(tiny, between)


@pytest.mark.parametrize("scale", ["tiny", "full"])
def test_q11_joining_users_inflates_revenue_to_3_7_times(request: pytest.FixtureRequest, scale: str) -> None:
    paid = (
        "FROM invoices AS i JOIN accounts AS a USING (account_id) {join}"
        " WHERE a.is_internal = 0 AND i.status = 'paid' AND i.currency = 'USD'"
    )
    sums = [
        ask(request.getfixturevalue(scale), f"SELECT sum(i.amount_cents) {paid.format(join=join)}")[0][0]
        for join in ("", "JOIN users USING (account_id)")
    ]
    assert sums[1] / sums[0] == pytest.approx(3.7, abs=0.005)


def test_q15_not_in_finds_nobody(tiny: Path) -> None:
    missing = "SELECT count(*) FROM accounts WHERE account_id NOT IN (SELECT account_id FROM integrations{0})"
    assert ask(tiny, missing.format("")) == [(0,)]
    assert ask(tiny, missing.format(" WHERE account_id IS NOT NULL"))[0][0] > 100


def test_about_22_merchants_sign_up_a_day(full: Path) -> None:
    by_month = ask(full, "SELECT count(*) / 30.4 FROM accounts GROUP BY substr(signup_at, 1, 7)")
    assert len(by_month) == 18
    assert all(19 < rate < 25 for (rate,) in by_month)
    # The guided-onboarding experiment needs 1,276 merchants from these two months.
    experiment = (
        "SELECT count(*) FROM accounts WHERE is_internal = 0 AND signup_at >= '2024-11-01' AND signup_at < '2025'"
    )
    assert ask(full, experiment)[0][0] >= 1276


def test_the_generator_says_what_is_wrong(tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-B", str(GENERATOR), *words], capture_output=True, text=True, check=False
        )

    there = tmp_path / "there.sqlite"
    there.touch()
    cases = {
        ("--scale", "huge", "--out", "x"): "invalid choice",
        ("--variant", "No Name", "--out", "x"): "is not lower-case words",
        ("--variant", "practice"): "required",
        ("--scale", "tiny", "--out", str(there)): "exists; delete it",
    }
    for words, message in cases.items():
        done = run(*words)
        assert done.returncode != 0
        assert message in done.stderr
    assert there.read_bytes() == b""


def test_the_company_is_named_in_one_place() -> None:
    sources = [path for path in DATASET.iterdir() if path.suffix in (".py", ".sql")]
    assert [path.name for path in sources if "Larkpost" in path.read_text(encoding="utf-8")] == ["world.py"]
