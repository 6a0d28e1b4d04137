"""What merchants pay for, and the people whose number grows with it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import world
from clock import DAY, END, HOUR, anniversaries, stamp, stamp_or_null
from merchants import Account, Journey
from quotas import FANOUT_TENTHS, INVOICE_STATUS, Quotas
from stream import Stream

PAYING = {"solo": 185, "small": 335, "mid": 490, "enterprise": 600}
"""Accounts in a thousand that buy a plan when they sign up."""
PAYING_WITHOUT_LABEL = 8
"""Of those, how many in a hundred have never made a label."""
PLANS_BOUGHT = {
    "solo": {world.STARTER: 92, world.GROWTH: 8},
    "small": {world.STARTER: 55, world.GROWTH: 40, world.SCALE: 5},
    "mid": {world.STARTER: 5, world.GROWTH: 60, world.SCALE: 35},
    "enterprise": {world.GROWTH: 10, world.SCALE: 90},
}
LEAVING_REASONS = {"price": 34, "too_few_orders": 30, "missing_carrier": 14, "other_tool": 14, "closed_business": 8}
EXTRA_LABEL_CENTS = 5

USERS = {
    "solo": {1: 72, 2: 21, 3: 7},
    "small": {1: 26, 2: 38, 3: 24, 4: 12},
    "mid": {2: 14, 3: 24, 4: 31, 5: 20, 6: 11},
    "enterprise": {4: 17, 5: 25, 6: 25, 7: 20, 9: 13},
}
MOST_USERS = {"solo": 4, "small": 7, "mid": 10, "enterprise": 16}
FEWEST_USERS = {"solo": 1, "small": 1, "mid": 2, "enterprise": 3}
LATER_ROLES = {"operator": 48, "admin": 22, "finance": 16, "developer": 14}
DEACTIVATED = 70
"""Users in a thousand, owners apart, who may no longer log in."""


class Subscription(NamedTuple):
    """A plan over a period; times are seconds in the window."""

    account: Account
    plan: int
    started: int
    ended: int | None
    reason: str | None
    billed_twice_from: int | None = None
    """From here on another subscription of the account covers the same time."""


class Invoice(NamedTuple):
    """An invoice; times are seconds in the window."""

    subscription_id: int
    account: Account
    period: int
    cents: int
    currency: str
    issued: int
    is_double: bool


class User(NamedTuple):
    """A person with a login; times are seconds in the window."""

    user_id: int
    account_id: int
    role: str
    created: int
    deactivated: int | None


def make_subscriptions(
    variant: str, accounts: Sequence[Account], journeys: Sequence[Journey], quotas: Quotas
) -> list[Subscription]:
    """All subscriptions, in the order of their start."""
    plans = _first_plans(variant, accounts, journeys)
    legacy = _legacy(variant, accounts, plans, quotas)
    changes, overlaps = _changing(variant, accounts, plans, set(legacy), quotas)
    chance = Stream(variant, "subscriptions", "periods")
    reasons = [reason for reason, share in LEAVING_REASONS.items() for _ in range(share)]
    found: list[Subscription] = []
    for account in accounts:
        number = account.account_id
        reason = None if account.churned is None else chance.pick(reasons)
        whole = Subscription(account, plans[number], account.signup, account.churned, reason)
        if number in legacy:
            whole = whole._replace(plan=world.LEGACY_PRO)
            found += [whole] if legacy[number] else _replaced(whole, world.RETIRED, world.GROWTH, "plan_retired")
        elif number in changes:
            found += _changed(chance, whole, overlapping=number in overlaps)
        else:
            found.append(whole)
    return sorted(found, key=lambda row: (row.started, row.account.account_id))


def subscription_rows(subscriptions: Sequence[Subscription]) -> Iterator[tuple[object, ...]]:
    """Rows of `subscriptions`."""
    return (
        (number, row.account.account_id, row.plan, stamp(row.started), stamp_or_null(row.ended), row.reason)
        for number, row in enumerate(subscriptions, start=1)
    )


def _first_plans(variant: str, accounts: Sequence[Account], journeys: Sequence[Journey]) -> dict[int, int]:
    """The plan each account starts with; who makes labels is likelier to pay."""
    chance = Stream(variant, "subscriptions", "plan")
    plans = {a.account_id: world.GROWTH if a.is_internal else world.FREE for a in accounts}
    active = {a.account_id for a, j in zip(accounts, journeys, strict=True) if j.labelled is not None}
    for segment, share in chance.vary(PAYING, 4).items():
        group = [a.account_id for a in accounts if a.segment == segment and not a.is_internal]
        quota = len(group) * share // 1_000_000
        without = quota * PAYING_WITHOUT_LABEL // 100
        paying = chance.sample([n for n in group if n in active], quota - without)
        paying += chance.sample([n for n in group if n not in active], quota - len(paying))
        plans.update(zip(paying, chance.deal(PLANS_BOUGHT[segment], len(paying)), strict=True))
    return plans


def _legacy(variant: str, accounts: Sequence[Account], plans: Mapping[int, int], quotas: Quotas) -> dict[int, bool]:
    """Accounts that bought legacy_pro, and whether they keep it after its retirement."""
    buyers = [
        a.account_id
        for a in accounts
        if plans[a.account_id] in (world.STARTER, world.GROWTH)
        and not a.is_internal
        and a.signup < world.RETIRED
        and a.end > world.RETIRED + 30 * DAY
    ]
    chosen = Stream(variant, "subscriptions", "legacy").sample(buyers, quotas.legacy)
    return {number: place < quotas.legacy_kept for place, number in enumerate(chosen)}


def _changing(
    variant: str, accounts: Sequence[Account], plans: Mapping[int, int], legacy: set[int], quotas: Quotas
) -> tuple[set[int], set[int]]:
    """Accounts that change plan once, and those whose old subscription was not closed in time."""
    chance = Stream(variant, "subscriptions", "change")
    lasting = [
        a.account_id for a in accounts
        if not a.is_internal and a.account_id not in legacy and a.end - a.signup >= 75 * DAY
    ]  # fmt: skip
    paying = chance.sample([n for n in lasting if plans[n] != world.FREE], quotas.plan_changes // 2)
    free = chance.sample([n for n in lasting if plans[n] == world.FREE], quotas.plan_changes - len(paying))
    return set(paying + free), set(paying[: quotas.overlaps])


def _replaced(whole: Subscription, moment: int, plan: int, reason: str) -> list[Subscription]:
    """The subscription up to a moment, and another plan from that moment on."""
    return [whole._replace(ended=moment, reason=reason), whole._replace(started=moment, plan=plan)]


def _changed(chance: Stream, whole: Subscription, *, overlapping: bool) -> list[Subscription]:
    """The two subscriptions around a change of plan; overlapping ones by the billing bug."""
    account = whole.account
    moment = chance.between(account.signup + 25 * DAY, account.end - 40 * DAY)
    old, new = _replaced(whole, moment, world.NEXT_PLAN[whole.plan], "plan_change")
    late = moment + chance.between(33 * DAY, 75 * DAY)
    if not overlapping:
        return [old, new]
    if late < account.end:
        return [old._replace(ended=late, billed_twice_from=moment), new]
    return [old._replace(ended=whole.ended, reason=whole.reason, billed_twice_from=moment), new]


def make_invoices(variant: str, subscriptions: Sequence[Subscription]) -> list[Invoice]:
    """One invoice for each month of each subscription that costs something, in the order of issue."""
    chance = Stream(variant, "invoices", "amount")
    prices = {plan: {"USD": usd, "EUR": eur} for plan, _code, usd, eur, _labels, _limit in world.PLANS}
    found: list[Invoice] = []
    for number, row in enumerate(subscriptions, start=1):
        currency = "EUR" if row.account.home in world.EURO else "USD"
        price = prices[row.plan][currency]
        periods = anniversaries(row.started, END if row.ended is None else row.ended) if price else []
        for month, period in enumerate(periods):
            extra = 10 * chance.between(1, 24) * EXTRA_LABEL_CENTS if chance.below(5) == 0 else 0
            issued = period + chance.between(HOUR, 6 * HOUR) if month else min(row.started + 90, END - 60)
            double = row.billed_twice_from is not None and period >= row.billed_twice_from
            found.append(Invoice(number, row.account, period, price + extra, currency, issued, double))
    return sorted(found, key=lambda row: (row.issued, row.subscription_id))


def make_statuses(variant: str, invoices: Sequence[Invoice]) -> list[str]:
    """The status of each invoice, by exact quota; what was billed twice is never left paid."""
    chance = Stream(variant, "invoices", "status")
    quotas = {status: len(invoices) * share // 1000 for status, share in INVOICE_STATUS.items()}
    doubles = chance.shuffled([n for n, row in enumerate(invoices) if row.is_double])
    half = len(doubles) // 2
    recent = {n for n, row in enumerate(invoices) if row.issued >= END - 30 * DAY and not row.is_double}
    opened = set(chance.sample(sorted(recent), quotas["open"] * 3 // 4))
    others = [n for n, row in enumerate(invoices) if n not in opened and not row.is_double]
    rest = iter(chance.shuffled(others))
    statuses = ["paid"] * len(invoices)
    chosen = {"open": list(opened), "void": doubles[:half], "refunded": doubles[half:]}
    for status, numbers in chosen.items():
        for number in [*numbers, *(next(rest) for _ in range(quotas[status] - len(numbers)))]:
            statuses[number] = status
    return statuses


def invoice_rows(variant: str, invoices: Sequence[Invoice], statuses: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """Rows of `invoices`."""
    chance = Stream(variant, "invoices", "paid_at")
    for number, (row, status) in enumerate(zip(invoices, statuses, strict=True), start=1):
        # Cards pay at once, bank transfers take days.
        wait = chance.between(60, HOUR) if chance.below(10) < 7 else chance.between(DAY, 28 * DAY)
        paid = min(row.issued + wait, END - 1) if status in ("paid", "refunded") else None
        yield (
            number, row.account.account_id, row.subscription_id, stamp(row.period), row.cents, row.currency,
            status, stamp(row.issued), stamp_or_null(paid),
        )  # fmt: skip


def fanout_revenue(invoices: Sequence[Invoice], statuses: Sequence[str]) -> Counter[int]:
    """Paid USD cents by account, of external accounts."""
    revenue: Counter[int] = Counter()
    for row, status in zip(invoices, statuses, strict=True):
        if status == "paid" and row.currency == "USD" and not row.account.is_internal:
            revenue[row.account.account_id] += row.cents
    return revenue


def make_users(
    variant: str, accounts: Sequence[Account], revenue: Mapping[int, int], paying: set[int], quotas: Quotas
) -> list[User]:
    """All users, in the order of their creation."""
    numbers = _user_numbers(variant, accounts, revenue, paying, quotas)
    chance = Stream(variant, "users", "people")
    roles = [role for role, share in LATER_ROLES.items() for _ in range(share)]
    people = []
    for account in accounts:
        room = min(120 * DAY, account.end - account.signup)
        for place in range(numbers[account.account_id]):
            role = chance.pick(roles) if place else "owner"
            created = account.signup + (chance.below(room) if place else 0)
            people.append((created, account.account_id, place, role))
    people.sort()
    gone = _deactivated(variant, people)
    return [
        User(place, account, role, created, gone.get(place))
        for place, (created, account, _, role) in enumerate(people, start=1)
    ]


def user_rows(users: Sequence[User]) -> Iterator[tuple[object, ...]]:
    """Rows of `users`."""
    return ((u.user_id, u.account_id, u.role, stamp(u.created), stamp_or_null(u.deactivated)) for u in users)


def _user_numbers(
    variant: str, accounts: Sequence[Account], revenue: Mapping[int, int], paying: set[int], quotas: Quotas
) -> dict[int, int]:
    """Users of each account, set so that joining revenue to users inflates it as planned."""
    chance = Stream(variant, "users", "number")
    numbers: dict[int, int] = {}
    for segment, shares in USERS.items():
        group = [a.account_id for a in accounts if a.segment == segment]
        numbers.update(zip(group, chance.deal(shares, len(group)), strict=True))
    unpaid = [a.account_id for a in accounts if a.account_id not in paying and not a.is_internal]
    numbers.update((number, 0) for number in chance.sample(unpaid, quotas.erased))
    segment_of = {a.account_id: a.segment for a in accounts}
    _calibrate(numbers, revenue, segment_of, chance.shuffled(sorted(revenue)))
    return numbers


def _calibrate(
    numbers: dict[int, int], revenue: Mapping[int, int], segment_of: Mapping[int, str], order: Sequence[int]
) -> None:
    """Add or take away one user at a time until the joined revenue is as near as it gets."""
    total = sum(revenue.values())
    missing = total * FANOUT_TENTHS // 10 - sum(cents * numbers[n] for n, cents in revenue.items())
    step = 1 if missing > 0 else -1
    missing = abs(missing)
    moved = True
    while moved:
        moved = False
        for number in order:
            within = FEWEST_USERS[segment_of[number]] <= numbers[number] + step <= MOST_USERS[segment_of[number]]
            if within and revenue[number] <= missing:
                numbers[number] += step
                missing -= revenue[number]
                moved = True


def _deactivated(variant: str, people: Sequence[tuple[int, int, int, str]]) -> dict[int, int]:
    chance = Stream(variant, "users", "deactivated")
    later = [place for place, (created, _, rank, _role) in enumerate(people, start=1) if rank and created < END - DAY]
    chosen = chance.sample(later, len(later) * DEACTIVATED // 1000)
    return {place: chance.between(people[place - 1][0] + HOUR, END - 1) for place in chosen}
