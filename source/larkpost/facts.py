"""Facts that are more than one query: functions of a connection to a variant's database, each with one value."""

from math import sqrt
from sqlite3 import Connection

# Systems and planning

BATCH_ITEMS = ("LP-101", "LP-102", "LP-108", "LP-109")
"""The four items that batches of labels need."""


def estimate_deviation(connection: Connection) -> float:
    """Standard deviation in days of the sum of four estimates that do not depend on each other.

    PERT: each item's is (high - low) / 6, and the squares add up (D. G. Malcolm and others,
    "Application of a technique for research and development program evaluation", 1959).
    """
    spans = connection.execute("SELECT item_id, est_high - est_low FROM backlog_items").fetchall()
    return round(sqrt(sum((span / 6) ** 2 for item, span in spans if item in BATCH_ITEMS)), 1)


def lead_time_p95(connection: Connection) -> int:
    """Hours that 95 of 100 deployments did not exceed: the 95th percentile by nearest rank."""
    hours = [row[0] for row in connection.execute("SELECT lead_time_hours FROM deployments ORDER BY 1")]
    return hours[-(-95 * len(hours) // 100) - 1]


def lead_time_median(connection: Connection) -> int:
    """Hours that half of the deployments did not exceed, by nearest rank."""
    hours = [row[0] for row in connection.execute("SELECT lead_time_hours FROM deployments ORDER BY 1")]
    return hours[-(-len(hours) // 2) - 1]


def weight_against_safe(connection: Connection) -> float:
    """Weight of cost, in per cent, above which Truestreet's offer beats Kerbline's."""
    cost, rest = _middle_scores(connection)
    return round(100 * (1 - rest) / (1 - rest + cost), 1)


def weight_against_cheap(connection: Connection) -> float:
    """Weight of cost, in per cent, above which Addrello's offer beats Truestreet's."""
    cost, rest = _middle_scores(connection)
    return round(100 * rest / (1 + rest - cost), 1)


def _middle_scores(connection: Connection) -> tuple[float, float]:
    """Truestreet's scores for cost, and for availability and exit together.

    On each criterion the best offer scores 1 and the worst 0: Addrello costs least, Kerbline is best
    on the two others, which share equally the weight that cost leaves.
    """
    offers = {
        vendor: (days * 700 + 36 * max(minimum / 100, 1.1 * price), sla, leaving)
        for vendor, price, minimum, days, leaving, sla in connection.execute(
            "SELECT vendor, unit_price_micros, monthly_min_cents, integration_days, exit_days, sla_pct"
            " FROM vendor_quotes"
        )
    }
    cheap, middle, safe = (offers[vendor] for vendor in ("Addrello", "Truestreet", "Kerbline"))
    cost = (safe[0] - middle[0]) / (safe[0] - cheap[0])
    sla = (middle[1] - cheap[1]) / (safe[1] - cheap[1])
    leaving = (cheap[2] - middle[2]) / (cheap[2] - safe[2])
    return cost, (sla + leaving) / 2
