"""The world of the case company: quirks with their effect in every variant, experiments, times, speed."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from math import erfc, sqrt
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from builders.data import build_database

ROOT = Path(__file__).parents[2]
DATASET = ROOT / "source" / "larkpost" / "dataset"
GENERATOR = DATASET / "generate.py"
CACHE = ROOT / ".cache" / "data" / "larkpost"
SEEDS = {
    "practice": "practice",
    "practice-2": "practice-2",
    **{name: f"{name}:only for tests" for name in ("quiz-1", "quiz-2", "midterm-1", "midterm-2", "final-a", "final-b")},
    **{name: f"{name}:only for tests" for name in ("final-c", "capstone")},
}
"""Every variant of the course; the seeds of secure ones are not those of exams."""
OUTAGE = "BETWEEN '2025-02-04 09:00:00' AND '2025-02-04 11:39:59'"
UTC_OF_SCAN = "datetime(occurred_at_local, -tz_offset_min || ' minutes')"
IN_JUNE = "started_at < '2024-06-02' AND coalesce(ended_at, '9999') >= '2024-06-02'"

# A beginner's query and the right one, which must not agree.
EFFECTS = {
    "Q01 test accounts": (
        "SELECT count(*) FROM accounts",
        "SELECT count(*) FROM accounts WHERE is_internal = 0",
    ),
    "Q02 country as typed": (
        "SELECT count(*) FROM accounts WHERE country = 'US'",
        "SELECT count(*) FROM accounts WHERE upper(country) = 'US'",
    ),
    "Q02 NULL is no country": (
        "SELECT count(*) FROM accounts WHERE country <> 'US'",
        "SELECT count(*) FROM accounts WHERE coalesce(country, '') <> 'US'",
    ),
    "Q03 renamed event": (
        "SELECT count(DISTINCT account_id) FROM events WHERE event_name = 'label_created'",
        "SELECT count(DISTINCT account_id) FROM events WHERE event_name IN ('label_create', 'label_created')",
    ),
    "Q04 delivered twice": ("SELECT count(*) FROM events", "SELECT count(DISTINCT event_id) FROM events"),
    "Q05 two currencies": (
        "SELECT sum(amount_cents) FROM invoices",
        "SELECT sum(amount_cents) FROM invoices WHERE currency = 'USD'",
    ),
    "Q06 not paid": (
        "SELECT sum(amount_cents) FROM invoices",
        "SELECT sum(amount_cents) FROM invoices WHERE status = 'paid'",
    ),
    "Q07 two subscriptions at once": (
        (
            "SELECT count(*) FROM subscriptions AS a JOIN subscriptions AS b USING (account_id)"
            " WHERE a.subscription_id < b.subscription_id AND coalesce(a.ended_at, '9999') >= b.started_at"
        ),
        (
            "SELECT count(*) FROM subscriptions AS a JOIN subscriptions AS b USING (account_id)"
            " WHERE a.subscription_id < b.subscription_id AND a.ended_at = b.started_at"
        ),
    ),
    "Q08 no weight": (
        "SELECT avg(coalesce(weight_g, 0)) FROM shipments",
        "SELECT avg(weight_g) FROM shipments",
    ),
    "Q09 labels made twice": (
        f"SELECT count(*) FROM shipments WHERE created_at {OUTAGE}",
        (
            "SELECT count(*) FROM (SELECT DISTINCT account_id, carrier_code, weight_g, dest_country FROM shipments"
            f" WHERE created_at {OUTAGE})"
        ),
    ),
    "Q10 the last day": (
        "SELECT count(*) FROM accounts WHERE signup_at BETWEEN '2025-03-01' AND '2025-03-31'",
        "SELECT count(*) FROM accounts WHERE signup_at >= '2025-03-01' AND signup_at < '2025-04-01'",
    ),
    "Q11 fan-out": (
        "SELECT sum(amount_cents) FROM invoices JOIN users USING (account_id)",
        "SELECT sum(amount_cents) FROM invoices",
    ),
    "Q12 the mean of a long tail": (
        "SELECT avg(latency_ms) FROM api_requests",
        (
            "SELECT latency_ms FROM api_requests ORDER BY latency_ms LIMIT 1"
            " OFFSET (SELECT count(*) * 95 / 100 FROM api_requests)"
        ),
    ),
    "Q13 local days": (
        "SELECT date(occurred_at_local), count(*) FROM tracking_events GROUP BY 1",
        f"SELECT date({UTC_OF_SCAN}), count(*) FROM tracking_events GROUP BY 1",
    ),
    "Q14 silence is no zero": (
        "SELECT avg(coalesce(csat, 0)) FROM tickets",
        "SELECT avg(csat) FROM tickets",
    ),
    "Q15 NOT IN with NULL": (
        "SELECT count(*) FROM accounts WHERE account_id NOT IN (SELECT account_id FROM integrations)",
        (
            "SELECT count(*) FROM accounts AS a"
            " WHERE NOT EXISTS (SELECT 1 FROM integrations AS i WHERE i.account_id = a.account_id)"
        ),
    ),
    "Q16 a retired plan in use": (
        f"SELECT count(*) FROM subscriptions JOIN plans USING (plan_id) WHERE {IN_JUNE} AND retired_at IS NULL",
        f"SELECT count(*) FROM subscriptions WHERE {IN_JUNE}",
    ),
    "Q17 a sample": (
        "SELECT count(*) FROM api_requests WHERE method = 'POST' AND path LIKE '/v_/labels'",
        "SELECT count(*) FROM shipments WHERE source = 'api'",
    ),
    "Q20 attempts": (
        "SELECT count(*) FROM webhook_deliveries",
        "SELECT count(DISTINCT delivery_id) FROM webhook_deliveries",
    ),
    "the rate and the number of errors": (
        "SELECT path FROM api_requests GROUP BY path ORDER BY sum(status_code >= 500) DESC LIMIT 1",
        "SELECT path FROM api_requests GROUP BY path ORDER BY avg(status_code >= 500) DESC LIMIT 1",
    ),
    "laggards who once tried v2": (
        (
            "SELECT count(*) FROM (SELECT account_id FROM api_requests GROUP BY account_id"
            " HAVING max(api_version) = 'v1' AND max(requested_at) >= '2025-06-01')"
        ),
        (
            "SELECT count(*) FROM (SELECT account_id FROM api_requests WHERE requested_at >= '2025-06-01'"
            " GROUP BY account_id HAVING max(api_version) = 'v1')"
        ),
    ),
}

# Queries that must find nothing.
NEVER = {
    "a scan received before it happened": f"SELECT 1 FROM tracking_events WHERE received_at <= {UTC_OF_SCAN}",
    "a scan before the label": (
        f"SELECT 1 FROM tracking_events JOIN shipments USING (shipment_id) WHERE {UTC_OF_SCAN} <= created_at"
    ),
    "a scan of a parcel that was never sent": (
        "SELECT 1 FROM tracking_events JOIN shipments USING (shipment_id) WHERE label_status <> 'created'"
    ),
    "something before the first scan or after the last": (
        f"SELECT 1 FROM (SELECT status, lag(status) OVER (PARTITION BY shipment_id ORDER BY {UTC_OF_SCAN}) AS before,"
        f" lead(status) OVER (PARTITION BY shipment_id ORDER BY {UTC_OF_SCAN}) AS after FROM tracking_events)"
        " WHERE status = 'accepted' AND before IS NOT NULL OR status IN ('delivered', 'returned') AND after IS NOT NULL"
    ),
    "the same step twice": ("SELECT 1 FROM tracking_events GROUP BY shipment_id, status HAVING count(*) > 1"),
    "scans that are not numbered as they were received": (
        "SELECT 1 FROM (SELECT received_at, lag(received_at) OVER (ORDER BY tracking_id) AS before"
        " FROM tracking_events) WHERE received_at < before"
    ),
    "a call before sign-up or after the end": (
        "SELECT 1 FROM api_requests JOIN accounts USING (account_id)"
        " WHERE requested_at < signup_at OR requested_at >= coalesce(churned_at, '9999')"
    ),
    "a path of another version, or v2 before it was open": (
        "SELECT 1 FROM api_requests WHERE path NOT LIKE '/' || api_version || '/%'"
        " OR api_version = 'v2' AND requested_at < '2025-01-06'"
    ),
    "an attempt before sign-up or after the end": (
        "SELECT 1 FROM webhook_deliveries JOIN accounts USING (account_id)"
        " WHERE attempted_at < signup_at OR attempted_at >= coalesce(churned_at, '9999')"
    ),
    "a delivery to two merchants or of two kinds": (
        "SELECT 1 FROM webhook_deliveries GROUP BY delivery_id"
        " HAVING count(DISTINCT account_id) > 1 OR count(DISTINCT event_type) > 1"
        " OR max(attempt) <> count(*) OR max(attempt) > 6"
    ),
    "an attempt after one that succeeded, or not at its time": (
        "SELECT 1 FROM (SELECT attempt, lag(status_code) OVER w AS before,"
        " strftime('%s', attempted_at) - strftime('%s', lag(attempted_at) OVER w) AS seconds FROM webhook_deliveries"
        " WINDOW w AS (PARTITION BY delivery_id ORDER BY attempt))"
        " WHERE before BETWEEN 200 AND 299 OR seconds <> CASE attempt WHEN 2 THEN 60 WHEN 3 THEN 300 WHEN 4 THEN 1800"
        " WHEN 5 THEN 7200 ELSE 43200 END"
    ),
    "a label that a webhook announces and nobody made": (
        "SELECT 1 FROM webhook_deliveries AS w WHERE event_type = 'label.created' AND attempt = 1 AND NOT EXISTS"
        " (SELECT 1 FROM shipments AS s WHERE s.account_id = w.account_id AND s.created_at < w.attempted_at"
        " AND s.created_at >= datetime(w.attempted_at, '-10 seconds'))"
    ),
    "a ticket before sign-up or after the end": (
        "SELECT 1 FROM tickets JOIN accounts USING (account_id)"
        " WHERE opened_at < signup_at OR opened_at >= coalesce(churned_at, '9999')"
    ),
    "a ticket closed before it was opened, or judged while open": (
        "SELECT 1 FROM tickets WHERE closed_at <= opened_at OR closed_at IS NULL AND csat IS NOT NULL"
    ),
    "somebody in an experiment who cannot be": (
        "SELECT 1 FROM experiment_assignments JOIN accounts USING (account_id) JOIN experiments USING (experiment)"
        " WHERE is_internal = 1 OR assigned_at < started_at OR assigned_at >= ended_at"
        " OR assigned_at < signup_at OR coalesce(churned_at, '9999') < datetime(assigned_at, '+14 days')"
        " OR experiment = 'EXP1' AND assigned_at <> signup_at"
        " OR experiment = 'EXP4' AND segment NOT IN ('solo', 'mid')"
    ),
    "an outcome that the labels deny": (
        "SELECT 1 FROM experiment_assignments AS e WHERE activated_7d <> EXISTS (SELECT 1 FROM shipments AS s"
        " WHERE s.account_id = e.account_id AND s.created_at >= e.assigned_at"
        " AND s.created_at < datetime(e.assigned_at, '+7 days'))"
    ),
    "tickets that are not there": (
        "SELECT 1 FROM experiment_assignments AS e WHERE tickets_14d <> (SELECT count(*) FROM tickets AS t"
        " WHERE t.account_id = e.account_id AND t.opened_at >= e.assigned_at"
        " AND t.opened_at < datetime(e.assigned_at, '+14 days'))"
    ),
}

KNOWN = (
    ("signups.march-31", "signups.march", "signups.per-day", "signups.march-between", "q3funnel.signed-up"),
    (
        "funnel.store-connected",
        "funnel.rate-viewed",
        "funnel.label-created",
        "q3funnel.store",
        "q3funnel.rates",
        "q3funnel.label",
        "q3funnel.lost-at-store",
        "q3funnel.lost-later",
        "q3funnel.app-store-lost-at-label",
        "q3funnel.paid-search-lost-at-store",
    ),
)
"""The facts behind the figures in known.py, in their order."""


def ask(database: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """All variants at tiny."""
    cache = tmp_path_factory.mktemp("worlds")
    return {name: build_database(GENERATOR, name, "tiny", cache, seed=seed) for name, seed in SEEDS.items()}


@pytest.fixture(scope="module")
def full() -> Path:
    """The practice variant as learners have it."""
    return build_database(GENERATOR, "practice", "full", CACHE)


@pytest.fixture(scope="module")
def plans() -> dict[str, dict[str, list[Any]]]:
    """The quotas of the experiments in every variant, as the generator plans them."""
    code = f"import json, trials; print(json.dumps({{n: trials.make_plan(s) for n, s in {SEEDS!r}.items()}}))"
    done = subprocess.run([sys.executable, "-B", "-c", code], cwd=DATASET, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, list[Any]]] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(("wrong", "right"), EFFECTS.values(), ids=EFFECTS)
@pytest.mark.parametrize("name", SEEDS)
def test_a_quirk_changes_the_answer(worlds: dict[str, Path], name: str, wrong: str, right: str) -> None:
    assert ask(worlds[name], wrong) != ask(worlds[name], right)


@pytest.mark.parametrize("sql", NEVER.values(), ids=NEVER)
@pytest.mark.parametrize("name", SEEDS)
def test_what_is_never_so(worlds: dict[str, Path], name: str, sql: str) -> None:
    assert ask(worlds[name], f"{sql} LIMIT 1") == []


@pytest.mark.parametrize("sql", NEVER.values(), ids=NEVER)
def test_what_is_never_so_at_full(full: Path, sql: str) -> None:
    assert ask(full, f"{sql} LIMIT 1") == []


@pytest.mark.parametrize("name", SEEDS)
def test_rows_keep_what_the_schema_demands(worlds: dict[str, Path], name: str) -> None:
    assert ask(worlds[name], "PRAGMA foreign_key_check") == []
    # Rows are written with the constraints switched off.
    assert ask(worlds[name], "PRAGMA integrity_check") == [("ok",)]
    tables = [table for (table,) in ask(worlds[name], "SELECT name FROM sqlite_master WHERE type = 'table'")]
    assert [table for table in tables if not ask(worlds[name], f"SELECT 1 FROM {table} LIMIT 1")] == []


def arms(database: Path, experiment: str, segment: str = "%") -> list[tuple[int, int]]:
    """Accounts and activated accounts of control and treatment."""
    return ask(
        database,
        "SELECT count(*), sum(activated_7d) FROM experiment_assignments JOIN accounts USING (account_id)"
        f" WHERE experiment = '{experiment}' AND segment LIKE '{segment}' GROUP BY variant ORDER BY variant",
    )


def z_of(control: tuple[int, int], treatment: tuple[int, int]) -> float:
    """The test statistic written as Pearson's chi-squared of the table of four, with its sign."""
    (n, x), (m, y) = control, treatment
    total, yes = n + m, x + y
    chi = total * (x * (m - y) - y * (n - x)) ** 2 / (n * m * yes * (total - yes))
    return sqrt(chi) * (1 if y / m > x / n else -1)


def p_of(z: float) -> float:
    return erfc(abs(z) / sqrt(2))


def interval(control: tuple[int, int], treatment: tuple[int, int]) -> tuple[float, float]:
    """95 % interval of the difference in points."""
    p, q = (x / n for n, x in (control, treatment))
    half = 1.959964 * sqrt(p * (1 - p) / control[0] + q * (1 - q) / treatment[0])
    return 100 * (q - p - half), 100 * (q - p + half)


def test_pf01_guided_onboarding_works(full: Path) -> None:
    control, treatment = arms(full, "EXP1")
    assert (control, treatment) == ((640, 256), (636, 307))
    z = z_of(control, treatment)
    assert (round(z, 2), round(p_of(z), 4)) == (2.97, 0.0029)
    assert interval(control, treatment) == pytest.approx((2.8, 13.7), abs=0.05)


def test_pf02_bulk_import_was_assigned_wrongly(full: Path) -> None:
    (control, _), (treatment, _) = arms(full, "EXP2")
    assert (control, treatment) == (1000, 840)
    chi = sum((n - 920) ** 2 / 920 for n in (control, treatment))
    assert (round(chi, 2), round(p_of(sqrt(chi)), 4)) == (13.91, 0.0002)
    assert p_of(z_of(*arms(full, "EXP2"))) < 0.05  # tempting


def test_pf03_the_hint_has_too_few(full: Path) -> None:
    control, treatment = arms(full, "EXP3")
    assert (control, treatment) == ((210, 84), (206, 92))
    assert round(p_of(z_of(control, treatment)), 2) == 0.34
    assert interval(control, treatment) == pytest.approx((-4.8, 14.1), abs=0.05)


def test_pf04_presets_help_some_and_hurt_others(full: Path) -> None:
    assert arms(full, "EXP4") == [(800, 320), (800, 344)]
    assert arms(full, "EXP4", "solo") == [(560, 168), (560, 216)]
    assert arms(full, "EXP4", "mid") == [(240, 152), (240, 128)]
    found = [round(p_of(z_of(*arms(full, "EXP4", segment))), 4) for segment in ("%", "solo", "mid")]
    assert found == pytest.approx([0.22, 0.0025, 0.026], rel=0.02)


@pytest.mark.parametrize("name", SEEDS)
def test_experiments_say_the_same_in_every_variant(plans: dict[str, dict[str, list[Any]]], name: str) -> None:
    (one,), (two,), (three,), (solo, mid) = (
        [(tuple(control), tuple(treatment)) for _, control, treatment in groups] for groups in plans[name].values()
    )
    assert interval(*one)[0] > 0
    assert p_of(abs(one[0][0] - one[1][0]) / sqrt(one[0][0] + one[1][0])) > 0.3
    assert p_of(abs(two[0][0] - two[1][0]) / sqrt(two[0][0] + two[1][0])) < 0.001
    low, high = interval(*three)
    assert low < 0 < high
    assert high - low > 15
    both = tuple(zip(solo, mid, strict=True))
    assert p_of(z_of(*(tuple(map(sum, zip(*arm, strict=True))) for arm in both))) > 0.1
    assert z_of(*solo) > 1.96
    assert z_of(*mid) < -1.96


def test_secure_variants_have_other_quotas(plans: dict[str, dict[str, list[Any]]]) -> None:
    def numbers(name: str) -> list[int]:
        return [n for groups in plans[name].values() for _, *both in groups for arm in both for n in arm]

    public = [numbers(name) for name in ("practice", "practice-2")]
    for name in list(SEEDS)[2:]:
        for known in public:
            assert all(mine != theirs for mine, theirs in zip(numbers(name), known, strict=True)), name


def test_known_figures_are_those_of_the_facts() -> None:
    facts = {fact["id"]: fact for fact in yaml.safe_load((ROOT / "source/larkpost/facts.yaml").read_text())["facts"]}
    code = "import json, known; print(json.dumps([known.SIGNUPS, known.STEPS]))"
    done = subprocess.run([sys.executable, "-B", "-c", code], cwd=DATASET, capture_output=True, text=True, check=True)
    for names, known in zip(KNOWN, json.loads(done.stdout), strict=True):
        for variant, figures in zip(("practice", "practice-2"), known, strict=True):
            days = {"signups.per-day": 90}
            expected = [facts[name]["expected"][variant] * days.get(name, 1) for name in names]
            assert figures == pytest.approx(expected, abs=0.01)


def test_calls_have_a_long_tail(full: Path) -> None:
    for method, path in (("POST", "/v1/labels"), ("GET", "/v1/rates"), ("GET", "/v1/labels/{id}")):
        times = sorted(
            ms
            for (ms,) in ask(full, f"SELECT latency_ms FROM api_requests WHERE (method, path) = ('{method}', '{path}')")
        )
        middle, mean, high = times[len(times) // 2], sum(times) / len(times), times[len(times) * 95 // 100]
        assert middle * 1.3 < mean < high / 1.5


def test_paths_differ_in_number_and_rate_of_errors(full: Path) -> None:
    found = ask(full, "SELECT path, sum(status_code >= 500), avg(status_code >= 500) FROM api_requests GROUP BY path")
    by_number = sorted(found, key=lambda row: -row[1])[:6]
    by_rate = sorted(found, key=lambda row: -row[2])[:6]
    for place in range(5):
        assert by_number[place][1] > by_number[place + 1][1], "a tie among the five"
        assert by_rate[place][2] > by_rate[place + 1][2], "a tie among the five"
    assert {path for path, *_ in by_number[:5]} != {path for path, *_ in by_rate[:5]}


def test_the_outage_has_most_of_the_errors(full: Path) -> None:
    during, every = ask(
        full, f"SELECT sum(requested_at {OUTAGE}), count(*) FROM api_requests WHERE status_code >= 500"
    )[0]
    assert 0.35 < during / every < 0.7
    assert during > 100


def test_v2_takes_over_and_some_lag_behind(full: Path) -> None:
    shares = [
        share for (share,) in ask(
            full,
            "SELECT avg(api_version = 'v2') FROM api_requests WHERE path LIKE '/v_/labels%' GROUP BY"
            " substr(requested_at, 1, 7) ORDER BY substr(requested_at, 1, 7)",
        )
    ]  # fmt: skip
    assert shares[:12] == [0] * 12
    assert shares[12:] == sorted(shares[12:])
    assert 0 < shares[12] < 0.15
    assert 0.55 < shares[-1] < 0.85


def test_scans_come_late_and_out_of_order(full: Path) -> None:
    minutes = f"(julianday(received_at) - julianday({UTC_OF_SCAN})) * 1440"
    late, days = ask(full, f"SELECT avg({minutes} > 60), sum({minutes} > 2880) FROM tracking_events")[0]
    assert 0.08 < late < 0.12
    assert days > 1000
    order = f"SELECT {UTC_OF_SCAN} AS o, lag({UTC_OF_SCAN}) OVER (PARTITION BY shipment_id ORDER BY tracking_id) AS b"
    assert ask(full, f"SELECT count(*) > 500 FROM ({order} FROM tracking_events) WHERE o < b") == [(1,)]


def test_one_label_in_three_is_tracked(full: Path) -> None:
    share = ask(
        full,
        "SELECT 1.0 * count(t.shipment_id) / count(*) FROM shipments AS s"
        " LEFT JOIN (SELECT DISTINCT shipment_id FROM tracking_events) AS t USING (shipment_id)"
        " WHERE label_status = 'created' AND created_at < '2025-06-25'",
    )
    assert share[0][0] == pytest.approx(1 / 3, abs=0.001)


def test_offsets_are_those_of_the_time_zone_database() -> None:
    moments = [hour * 3600 + 1800 for hour in range(0, 547 * 24, 3)] + [hour * 3600 for hour in range(0, 547 * 24, 3)]
    code = (
        "import json, sys, zones; moments = json.load(sys.stdin);"
        "print(json.dumps({z: [zones.offset_minutes(z, m) for m in moments] for z in zones._RULES}))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=DATASET, input=json.dumps(moments), capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    opened = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    for zone, offsets in json.loads(done.stdout).items():
        place = ZoneInfo(zone)
        known = [datetime.fromtimestamp(opened + moment, place).utcoffset() for moment in moments]
        assert offsets == [offset.total_seconds() / 60 for offset in known if offset is not None], zone


def test_full_takes_two_hundred_megabytes_at_most(tmp_path: Path) -> None:
    code = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    words = [sys.executable, "-B", str(GENERATOR), "--variant", "practice", "--scale", "full"]
    done = subprocess.run(
        [sys.executable, "-c", code, *words, "--out", str(tmp_path / "full.sqlite")],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert int(done.stdout) / (2**20 if sys.platform == "darwin" else 2**10) < 200
