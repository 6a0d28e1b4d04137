"""Make a variant of the case company's database.

python generate.py --variant practice --scale full --out larkpost.sqlite
"""

import argparse
import gc
import re
import sqlite3
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from pathlib import Path

import billing
import merchants
import planning
import shipping
import support
import systems
import telemetry
import tracking
import traffic
import trials
import webhooks
import world
from billing import User
from merchants import Account, Journey
from quotas import Quotas, plan_quotas
from shipping import Shipment

HERE = Path(__file__).parent

Rows = Iterable[tuple[object, ...]]

DOCUMENTED = {
    "services": systems.service_rows,
    "service_dependencies": systems.dependency_rows,
    "capacity_samples": systems.capacity_rows,
    "incidents": systems.incident_rows,
    "deployments": systems.deployment_rows,
    "backlog_items": planning.backlog_rows,
    "debt_items": planning.debt_rows,
    "vendor_quotes": planning.quote_rows,
    "job_postings": planning.posting_rows,
    "posting_skills": planning.skill_rows,
}
"""Tables that stand in documents too, in the order in which they refer to each other."""


def make_tables(seed: str, scale: str) -> Iterator[tuple[str, Rows]]:
    """Every table with its rows by primary key, in the order in which tables refer to each other.

    Rows are made while they are read, and what only an earlier table needed is gone by then: read
    each table before the next one.
    """
    size = world.ACCOUNTS[scale]
    quotas = plan_quotas(seed, size)
    accounts = merchants.make_accounts(seed, size, quotas)
    journeys = merchants.make_journeys(seed, accounts)
    yield "plans", merchants.plan_rows()
    yield "accounts", merchants.account_rows(accounts)
    users = yield from _paying_tables(seed, accounts, journeys, quotas)
    yield "integrations", shipping.integration_rows(seed, accounts, journeys, quotas)
    shipments = shipping.make_shipments(seed, accounts, journeys, quotas)
    yield "shipments", shipping.shipment_rows(shipments)
    events = telemetry.make_events(seed, accounts, journeys, shipments)
    yield "events", telemetry.event_rows(seed, events, users)
    del events, users
    yield from _following_tables(seed, accounts, journeys, shipments)
    yield from ((table, make_rows(seed, scale)) for table, make_rows in DOCUMENTED.items())


def _paying_tables(
    seed: str, accounts: Sequence[Account], journeys: Sequence[Journey], quotas: Quotas
) -> Generator[tuple[str, Rows], None, list[User]]:
    subscriptions = billing.make_subscriptions(seed, accounts, journeys, quotas)
    invoices = billing.make_invoices(seed, subscriptions)
    statuses = billing.make_statuses(seed, invoices)
    paying = {invoice.account.account_id for invoice in invoices}
    users = billing.make_users(seed, accounts, billing.fanout_revenue(invoices, statuses), paying, quotas)
    yield "users", billing.user_rows(users)
    yield "subscriptions", billing.subscription_rows(subscriptions)
    yield "invoices", billing.invoice_rows(seed, invoices, statuses)
    return users


def _following_tables(
    seed: str, accounts: Sequence[Account], journeys: Sequence[Journey], shipments: Sequence[Shipment]
) -> Iterator[tuple[str, Rows]]:
    """What follows from labels: scans, calls, webhooks, tickets, experiments."""
    yield "api_requests", traffic.request_rows(seed, accounts, shipments)
    scans = tracking.make_scans(seed, shipments)
    yield "tracking_events", tracking.tracking_rows(scans)
    yield "webhook_deliveries", webhooks.webhook_rows(seed, len(accounts), shipments, scans)
    del scans
    tickets = support.make_tickets(seed, accounts, journeys)
    yield "tickets", support.ticket_rows(seed, tickets)
    yield "experiments", trials.experiment_rows()
    yield "experiment_assignments", trials.assignment_rows(seed, accounts, journeys, shipments, tickets)


def write_database(tables: Iterable[tuple[str, Rows]], out: Path) -> None:
    """Write the tables to a new SQLite file."""
    connection = sqlite3.connect(out)
    # Nothing reads the file before it is complete, so there is nothing to roll back. The constraints
    # stand in the file and the tests check them; checking each row here would take half the time again.
    connection.executescript(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA ignore_check_constraints = ON"
    )
    create, indexes = (HERE / "schema.sql").read_text(encoding="utf-8").split("CREATE INDEX", 1)
    connection.executescript(create)
    for table, rows in tables:
        columns = connection.execute("SELECT count(*) FROM pragma_table_info(?)", (table,)).fetchone()[0]
        places = ", ".join("?" * columns)
        connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)
    # Filling indexes afterwards is faster than keeping them up to date.
    connection.executescript(f"CREATE INDEX{indexes}")
    connection.commit()
    connection.close()


def variant_name(text: str) -> str:
    """A variant's name: lower-case words joined by hyphens."""
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not lower-case words joined by hyphens")
    return text


def parse_arguments(words: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Make a variant of the case company's database.")
    parser.add_argument("--variant", type=variant_name, default="practice", help="a name")
    parser.add_argument("--seed", help="what all chance depends on; the variant's name if absent")
    parser.add_argument("--scale", choices=sorted(world.ACCOUNTS), default="full")
    parser.add_argument("--out", type=Path, required=True, help="the SQLite file to make; must not exist")
    return parser.parse_args(words)


def main(words: Sequence[str]) -> int:
    """Make a database; the exit status."""
    arguments = parse_arguments(words)
    # Nothing here refers to itself, so looking for cycles would find nothing.
    gc.disable()
    if arguments.out.exists():
        print(f"{arguments.out} exists; delete it or name another file", file=sys.stderr)
        return 1
    write_database(make_tables(arguments.seed or arguments.variant, arguments.scale), arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
