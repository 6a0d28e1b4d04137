"""What is planned, owed, offered and asked for: the backlog, the debt register, offers, job postings.

These tables are the same at every scale: they do not grow with the number of merchants.
"""

from collections import Counter
from collections.abc import Sequence
from math import sqrt

from stream import Stream
from variation import PUBLIC, read_register, settle

Row = tuple[object, ...]
Cells = dict[str, str]

ESTIMATED = ("LP-101", "LP-102", "LP-108", "LP-109")
"""What batches of labels need; their estimates are added up."""
DOUBTED, TRUSTED = "LP-127", "LP-136"
"""First and second by RICE; they change places once the doubts about the first are known."""
DOUBTS = {DOUBTED: 50, TRUSTED: 80}
"""Their confidence after that, in per cent."""
LONGEST = "LP-112"
"""The end of the longest chain of the backlog, twelve items long."""
MANY, HEAVY = "LP-122", "LP-125"
"""Two ends of the address work: the most items lead to the first, the most days to the second."""
HOTSPOTS = ("TD-07", "TD-11", "TD-08")
"""Entries with the most changes times incidents, the worst first."""
DECOYS = {"TD-05", "TD-14"}
"""Entries with the highest complexity, which nobody ever touches."""
REPAID = "TD-07"
"""PF10: the entry whose payback is worked out."""
MONTHS, CALLS, DAY_CENTS = 36, 1_100_000, 70_000
"""PF09: months that are compared, calls a month, cents for an engineer's day."""
BUILD_CENTS = (120 + 6 * MONTHS) * DAY_CENTS + 3 * 1_800_000
"""PF09: 120 days, six more each month, 18,000 dollars a year for address data."""
CHEAP, MIDDLE, SAFE = "Addrello", "Truestreet", "Kerbline"
SKILLS_RANKED = 5
"""So many skills keep their rank in every variant."""


def backlog_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `backlog_items`."""
    return settle(seed, _make_backlog, _backlog_figures)


def debt_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `debt_items`."""
    return settle(seed, _make_debt, _debt_figures)


def quote_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `vendor_quotes`."""
    return settle(seed, _make_quotes, _quote_figures)


def posting_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `job_postings`: the same in every variant but for the years asked for."""
    return settle(seed, _make_postings, _posting_figures)


def skill_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `posting_skills`: what a posting demands is the same in every variant, what it welcomes is not."""
    return settle(seed, _make_skills, _skill_figures)


class _Change:
    """Moves the numbers of a register; those of the documents stay."""

    def __init__(self, key: str, table: str) -> None:
        self.is_document = key == PUBLIC[0]
        self.chance = Stream(key, table, "numbers")

    def move(self, text: str, percent: int, *, step: int = 1) -> int:
        """The number, moved by up to `percent` of itself, in whole steps and at least one; 0 stays 0."""
        number = int(text)
        if self.is_document or not number:
            return number
        return max(step, number * self.chance.between(100 - percent, 100 + percent) // (100 * step) * step)


def _make_backlog(key: str) -> list[Row]:
    change = _Change(key, "backlog_items")
    return [
        (row["item_id"], row["title"], row["type"], row["service"], *_estimates(change, row),
         change.move(row["reach"], 12, step=10), float(row["impact"]), int(row["confidence_pct"]), row["squad"],
         row["depends_on"] or None)
        for row in read_register("backlog")
    ]  # fmt: skip


def _estimates(change: _Change, row: Cells) -> tuple[int, int, int]:
    """Low, likely and high, in this order."""
    low = change.move(row["est_low"], 22)
    likely = max(low + 1, change.move(row["est_likely"], 18))
    return low, likely, max(likely + 2, change.move(row["est_high"], 18))


def _backlog_figures(rows: Sequence[Row]) -> tuple[float, ...] | None:
    """Sums of estimates, lengths of chains and scores; None where the ranks or chains are not as promised."""
    before, after = _scores(rows, {}), _scores(rows, DOUBTS)
    if _first(before, 2) != [DOUBTED, TRUSTED] or _first(after, 2) != [TRUSTED, DOUBTED]:
        return None
    days = _chain_days(rows)
    address = {item: length for item, length in days.items() if "LP-118" <= item <= "LP-130"}
    if _first(days, 1) != [LONGEST] or _first(address, 1) != [HEAVY]:
        return None
    named = [row for row in rows if row[0] in ESTIMATED]
    mean = sum(low + 4 * likely + high for _, _, _, _, low, likely, high, *_ in named) / 6
    deviation = sqrt(sum((row[6] - row[4]) ** 2 for row in named)) / 6
    scores = [round(score[item], 1) for score in (before, after) for item in (DOUBTED, TRUSTED)]
    likely = [sum(row[5] for row in named), sum(row[5] for row in rows)]
    return (round(mean, 1), round(deviation, 1), *likely, days[LONGEST], days[HEAVY], days[MANY], *scores)


def _scores(rows: Sequence[Row], confidence: dict[str, int]) -> dict[str, float]:
    """RICE: reach times impact times confidence, divided by the likely days."""
    return {row[0]: row[7] * row[8] * confidence.get(row[0], row[9]) / 100 / row[5] for row in rows}


def _chain_days(rows: Sequence[Row]) -> dict[str, int]:
    """Likely days of an item and of all that must come before it."""
    by_id = {row[0]: row for row in rows}

    def days(item: str | None) -> int:
        return by_id[item][5] + days(by_id[item][11]) if item else 0

    return {item: days(item) for item in by_id}


def _first(numbers: dict[str, float], size: int) -> list[str]:
    """The names of the largest numbers, the largest first."""
    return sorted(numbers, key=lambda name: -numbers[name])[:size]


def _make_debt(key: str) -> list[Row]:
    change = _Change(key, "debt_items")
    return [
        (row["debt_id"], row["service"], row["kind"], change.move(row["principal_hours"], 25, step=2),
         change.move(row["interest_hours_per_month"], 20), change.move(row["complexity"], 8),
         change.move(row["changes_90d"], 18), int(row["incidents_12m"]))
        for row in read_register("debt")
    ]  # fmt: skip


def _debt_figures(rows: Sequence[Row]) -> tuple[float, ...] | None:
    """Payback, heat and sums; None where hotspots or decoys are not as promised."""
    heat = {row[0]: row[6] * row[7] for row in rows}
    if tuple(_first(heat, 3)) != HOTSPOTS or set(_first({row[0]: row[5] for row in rows}, 2)) != DECOYS:
        return None
    principal, interest = next(row[3:5] for row in rows if row[0] == REPAID)
    sums = (sum(row[3] for row in rows), sum(row[4] for row in rows))
    return (principal, interest, round(principal / interest, 1), *sums, *(heat[item] for item in HOTSPOTS))


def _make_quotes(key: str) -> list[Row]:
    change = _Change(key, "vendor_quotes")
    return [
        (row["vendor"], row["capability"], change.move(row["unit_price_micros"], 12, step=100),
         change.move(row["monthly_min_cents"], 20, step=10_000), change.move(row["integration_days"], 25),
         change.move(row["exit_days"], 20), float(row["sla_pct"]))
        for row in read_register("vendor-quotes")
    ]  # fmt: skip


def _quote_figures(rows: Sequence[Row]) -> tuple[float, ...] | None:
    """Costs, break-even and the two weights at which the winner changes; None where an offer's place is lost."""
    offers = {row[0]: row for row in rows}
    costs = {name: _cost_cents(row) for name, row in offers.items()}
    price, _, days = offers[MIDDLE][2:5]
    if _first(costs, 3) != [SAFE, MIDDLE, CHEAP] or costs[SAFE] >= BUILD_CENTS or _binds(offers[MIDDLE]):
        return None
    even = round((BUILD_CENTS - days * DAY_CENTS) * 10_000 / (MONTHS * price))
    flips = [round(100 * weight, 1) for weight in _flips(offers, costs)]
    if not 10 < flips[0] < flips[1] - 10 < 80:
        return None
    return (price, days, *costs.values(), even, *flips)


def _binds(offer: Row) -> bool:
    """Whether the monthly minimum is more than the calls cost."""
    return offer[3] > CALLS * offer[2] // 10_000


def _cost_cents(offer: Row) -> int:
    """Integration and the calls of all months, without leaving."""
    return offer[4] * DAY_CENTS + MONTHS * max(offer[3], CALLS * offer[2] // 10_000)


def _flips(offers: dict[str, Row], costs: dict[str, int]) -> tuple[float, float]:
    """Weights of cost from which the middle offer beats the safe one, and the cheap one beats both.

    Each criterion gives the best offer 1, the worst 0 and the middle one its place between them;
    availability and leaving share equally what cost leaves.
    """
    cost = _place(costs[MIDDLE], costs[SAFE], costs[CHEAP])
    rest = sum(_place(offers[MIDDLE][cell], offers[CHEAP][cell], offers[SAFE][cell]) for cell in (5, 6)) / 2
    return (1 - rest) / (1 - rest + cost), rest / (1 + rest - cost)


def _place(number: float, worst: float, best: float) -> float:
    return (number - worst) / (best - worst)


def _make_postings(key: str) -> list[Row]:
    change = _Change(key, "job_postings")
    return [
        (int(row["posting_id"]), row["company"], row["industry"], row["stage"], row["title"],
         change.move(row["years"], 34))
        for row in read_register("postings")
    ]  # fmt: skip


def _posting_figures(rows: Sequence[Row]) -> tuple[float, ...]:
    return (sum(row[5] for row in rows),)


def _make_skills(key: str) -> list[Row]:
    """The postings' skills; elsewhere than in the documents one welcome skill in four goes and others come."""
    register = [(int(row["posting_id"]), row["skill"], row["requirement"]) for row in read_register("posting-skills")]
    if key == PUBLIC[0]:
        return register
    chance = Stream(key, "posting_skills", "welcome")
    kept = [row for row in register if row[2] == "must" or chance.below(4)]
    named = {row[:2] for row in register}
    wheel = [row[1] for row in register]
    more = {(number, chance.pick(wheel)) for number in sorted({row[0] for row in register}) if chance.below(2)}
    return sorted([*kept, *((*pair, "nice") for pair in more - named)])


def _skill_figures(rows: Sequence[Row]) -> tuple[int, ...] | None:
    """How often the first skills are named; None where their ranks are not those of the documents."""
    counts = Counter(row[1] for row in rows)
    ranked = sorted(counts.values(), reverse=True)[: SKILLS_RANKED + 1]
    written = Counter(row["skill"] for row in read_register("posting-skills"))
    if len(set(ranked)) < len(ranked) or _first(counts, SKILLS_RANKED) != _first(written, SKILLS_RANKED):
        return None
    return (len(rows), *ranked[:SKILLS_RANKED])
