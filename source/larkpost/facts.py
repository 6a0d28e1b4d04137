"""Facts that are more than one query: statistics of the experiments, sample sizes, systems and planning.

Each function takes a read-only connection to a variant and returns one value. Shares are in per cent,
differences in percentage points.
"""

from collections.abc import Callable
from functools import partial
from math import ceil, sqrt
from sqlite3 import Connection
from statistics import NormalDist
from typing import NamedTuple

NORMAL = NormalDist()
DIGITS = 6
"""Decimals that are kept, far more than anybody quotes."""


class Arms(NamedTuple):
    """The two arms of an experiment: accounts and how many of them are activated."""

    control: int
    control_activated: int
    treatment: int
    treatment_activated: int

    @property
    def difference(self) -> float:
        """Share of the treatment arm less share of the control arm."""
        return self.treatment_activated / self.treatment - self.control_activated / self.control


def read_arms(connection: Connection, experiment: str, segment: str = "%") -> Arms:
    """Count the arms of an experiment, in all segments or in one."""
    rows = connection.execute(
        "SELECT variant, count(*), sum(activated_7d) FROM experiment_assignments JOIN accounts USING (account_id)"
        " WHERE experiment = ? AND segment LIKE ? GROUP BY variant ORDER BY variant",
        (experiment, segment),
    ).fetchall()
    (_, control, control_activated), (_, treatment, treatment_activated) = rows
    return Arms(control, control_activated, treatment, treatment_activated)


def difference_pp(arms: Arms) -> float:
    """Treatment less control, in percentage points."""
    return 100 * arms.difference


def z_score(arms: Arms) -> float:
    """Two-proportion z with pooled shares (Fleiss, Levin and Paik 2003, Statistical Methods, section 3.1)."""
    pooled = (arms.control_activated + arms.treatment_activated) / (arms.control + arms.treatment)
    return arms.difference / sqrt(pooled * (1 - pooled) * (1 / arms.control + 1 / arms.treatment))


def p_value(arms: Arms) -> float:
    """How often chance alone gives a difference at least this large, in either direction."""
    return 2 * (1 - NORMAL.cdf(abs(z_score(arms))))


def margin(arms: Arms) -> float:
    """Half the width of the 95 % interval of the difference, shares not pooled (Wald), in points."""
    one, two = arms.control_activated / arms.control, arms.treatment_activated / arms.treatment
    error = sqrt(one * (1 - one) / arms.control + two * (1 - two) / arms.treatment)
    return 100 * NORMAL.inv_cdf(0.975) * error


def interval_low(arms: Arms) -> float:
    """Lower end of the 95 % interval of the difference, in points."""
    return difference_pp(arms) - margin(arms)


def interval_high(arms: Arms) -> float:
    """Upper end of the 95 % interval of the difference, in points."""
    return difference_pp(arms) + margin(arms)


def imbalance(arms: Arms) -> float:
    """Chi-squared of the arms' sizes against equal halves: is the split what was planned?"""
    return (arms.control - arms.treatment) ** 2 / (arms.control + arms.treatment)


def imbalance_p(arms: Arms) -> float:
    """How often chance alone splits the accounts at least as unevenly (one degree of freedom)."""
    return 2 * (1 - NORMAL.cdf(sqrt(imbalance(arms))))


def _measured(connection: Connection, measure: Callable[[Arms], float], experiment: str, segment: str = "%") -> float:
    return round(measure(read_arms(connection, experiment, segment)), DIGITS)


exp1_difference = partial(_measured, measure=difference_pp, experiment="EXP1")
exp1_z = partial(_measured, measure=z_score, experiment="EXP1")
exp1_p = partial(_measured, measure=p_value, experiment="EXP1")
exp1_low = partial(_measured, measure=interval_low, experiment="EXP1")
exp1_high = partial(_measured, measure=interval_high, experiment="EXP1")
exp1_imbalance_p = partial(_measured, measure=imbalance_p, experiment="EXP1")
exp2_difference = partial(_measured, measure=difference_pp, experiment="EXP2")
exp2_p = partial(_measured, measure=p_value, experiment="EXP2")
exp2_imbalance = partial(_measured, measure=imbalance, experiment="EXP2")
exp2_imbalance_p = partial(_measured, measure=imbalance_p, experiment="EXP2")
exp3_difference = partial(_measured, measure=difference_pp, experiment="EXP3")
exp3_p = partial(_measured, measure=p_value, experiment="EXP3")
exp3_low = partial(_measured, measure=interval_low, experiment="EXP3")
exp3_high = partial(_measured, measure=interval_high, experiment="EXP3")
exp4_difference = partial(_measured, measure=difference_pp, experiment="EXP4")
exp4_p = partial(_measured, measure=p_value, experiment="EXP4")
exp4_solo_difference = partial(_measured, measure=difference_pp, experiment="EXP4", segment="solo")
exp4_solo_p = partial(_measured, measure=p_value, experiment="EXP4", segment="solo")
exp4_mid_difference = partial(_measured, measure=difference_pp, experiment="EXP4", segment="mid")
exp4_mid_p = partial(_measured, measure=p_value, experiment="EXP4", segment="mid")


def sample_size(base: float, target: float, *, alpha: float = 0.05, power: float = 0.80) -> int:
    """Accounts that each arm needs to find the difference of two shares (PF05).

    n = (z(1 - alpha/2) * sqrt(2 * m * (1 - m)) + z(power) * sqrt(p1 * (1 - p1) + p2 * (1 - p2)))**2 / (p2 - p1)**2
    with m = (p1 + p2) / 2, rounded up: two-sided test of two independent proportions, equal arms, no continuity
    correction (Fleiss, Levin and Paik 2003, Statistical Methods for Rates and Proportions, 3rd edition, section 4.2).
    """
    mean = (base + target) / 2
    unlike = NORMAL.inv_cdf(1 - alpha / 2) * sqrt(2 * mean * (1 - mean))
    found = NORMAL.inv_cdf(power) * sqrt(base * (1 - base) + target * (1 - target))
    return ceil((unlike + found) ** 2 / (target - base) ** 2)


def _planned(_connection: Connection, base: float, target: float) -> int:
    return sample_size(base, target)


sample_40_48 = partial(_planned, base=0.40, target=0.48)
sample_40_45 = partial(_planned, base=0.40, target=0.45)
sample_10_12 = partial(_planned, base=0.10, target=0.12)
sample_30_34 = partial(_planned, base=0.30, target=0.34)
sample_5_6 = partial(_planned, base=0.05, target=0.06)

ELIGIBLE_A_DAY = 14
"""Merchants a day whom the address auto-complete plan of L07.4 counts on; the data has `eligible.per-day`."""


def _days(_connection: Connection, base: float, target: float) -> int:
    """Days until both arms are full."""
    return ceil(2 * sample_size(base, target) / ELIGIBLE_A_DAY)


days_40_48 = partial(_days, base=0.40, target=0.48)
days_40_45 = partial(_days, base=0.40, target=0.45)


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
