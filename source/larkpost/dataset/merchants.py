"""Who the merchants are: plans, accounts and how far each came in its first weeks."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import known
import world
from clock import DATES, DAY, DAYS, END, HOUR, is_month_end, stamp, stamp_or_null
from quotas import Quotas
from stream import Stream, apportion

# Monday to Sunday, and each hour of the UTC day.
WEEKDAYS = (118, 120, 115, 110, 100, 65, 72)
HOURS = (2, 2, 1, 1, 1, 2, 3, 5, 6, 7, 7, 6, 6, 8, 9, 9, 9, 8, 7, 6, 5, 4, 3, 3)
CHURN = {"solo": 240, "small": 190, "mid": 120, "enterprise": 70}
"""Accounts in a thousand that leave before the window closes."""
CHURN_AFTER = 14 * DAY
FUNNEL_SHIFT = 25
"""How far the funnel of a channel differs between variants, in a thousand."""
CONNECTOR_PERCENT = {"solo": 40, "small": 50, "mid": 58, "enterprise": 50}
"""Of those who connect a store, how many do it through an integration."""
WITHIN_WEEK = 441
"""Merchants in a thousand with a label within seven days, while the experiment ran."""
WITHIN_WEEK_OF_ACTIVE = 88
"""The same outside the experiment, in a hundred of those who ever make a label."""
WEEK = 7 * DAY
# Hours to the first label, from and up to, with their share.
FAST = {(0, 2): 9, (2, 8): 24, (8, 24): 27, (24, 72): 25, (72, 160): 15}
SLOW = {(170, 400): 60, (400, 800): 28, (800, 1600): 12}
PLATFORM_WHEEL = [name for name, share in world.STORE_PLATFORMS.items() for _ in range(share)]


class Account(NamedTuple):
    """A merchant; times are seconds in the window."""

    account_id: int
    name: str
    segment: str
    country: str | None
    home: str
    """The country behind `country`, which may be NULL or in lower case."""
    time_zone: str
    channel: str
    signup: int
    is_internal: bool
    churned: int | None

    @property
    def end(self) -> int:
        """When the account stops doing anything."""
        return END if self.churned is None else self.churned


class Journey(NamedTuple):
    """The steps an account has taken: None where it never came so far."""

    provider: str | None
    connected: int | None
    rated: int | None
    labelled: int | None


def plan_rows() -> list[tuple[object, ...]]:
    """Rows of `plans`."""
    return [
        (plan, code, usd, labels, limit, stamp(world.RETIRED) if plan == world.LEGACY_PRO else None)
        for plan, code, usd, _eur, labels, limit in world.PLANS
    ]


def make_accounts(variant: str, size: int, quotas: Quotas) -> list[Account]:
    """All accounts, in the order of their sign-up."""
    internal = set(Stream(variant, "accounts", "internal").sample(range(size), quotas.internal))
    signups = known.first_new(
        variant, size, lambda key: _signups(key, size), lambda moments: _span_figures(moments, internal), known.SIGNUPS
    )
    segments = _segments(variant, size)
    countries = Stream(variant, "accounts", "country")
    homes = countries.deal(countries.vary(world.COUNTRIES, 6), size)
    for index in internal:
        homes[index] = "US"
    typed = _typed_countries(variant, homes, internal, quotas)
    zones = Stream(variant, "accounts", "time_zone")
    columns = zip(
        _names(variant, size, internal), segments, typed, homes,
        [zones.pick(world.TIME_ZONES[home]) for home in homes],
        _channels(variant, segments), signups, _churn(variant, signups, segments, internal), strict=True,
    )  # fmt: skip
    return [
        Account(index + 1, name, segment, country, home, zone, channel, signup, index in internal, churned)
        for index, (name, segment, country, home, zone, channel, signup, churned) in enumerate(columns)
    ]


def account_rows(accounts: Sequence[Account]) -> Iterator[tuple[object, ...]]:
    """Rows of `accounts`."""
    return (
        (a.account_id, a.name, a.segment, a.country, a.time_zone, a.channel, stamp(a.signup),
         int(a.is_internal), stamp_or_null(a.churned))
        for a in accounts
    )  # fmt: skip


def _signups(variant: str, size: int) -> list[int]:
    """Moments of sign-up: slow growth, a weekly rhythm, somebody on the last day of every month."""
    chance = Stream(variant, "accounts", "signup")
    last_days = [is_month_end(day) for day in DATES]
    weights = [WEEKDAYS[day.weekday()] * (5_000 + number) * chance.between(88, 112) for number, day in enumerate(DATES)]
    spread = apportion(size - sum(last_days), weights)
    hours = [hour for hour, weight in enumerate(HOURS) for _ in range(weight)]
    moments = [
        number * DAY + chance.pick(hours) * HOUR + chance.below(HOUR)
        for number in range(DAYS)
        for _ in range(spread[number] + last_days[number])
    ]
    return sorted(moments)


def _span_figures(signups: Sequence[int], internal: set[int]) -> list[int]:
    """External sign-ups in each of the spans that people quote."""
    external = [moment for index, moment in enumerate(signups) if index not in internal]
    return [bisect_left(external, end) - bisect_left(external, begin) for begin, end in known.SPANS]


def _names(variant: str, size: int, internal: set[int]) -> list[str]:
    """Distinct names: every combination comes up once before any could repeat."""
    starts, ends, goods = world.NAME_STARTS, world.NAME_ENDS, world.NAME_GOODS
    combinations = len(starts) * len(ends) * len(goods)
    offset = Stream(variant, "accounts", "name").below(combinations)
    names = []
    for index in range(size):
        # 6,007 is prime and shares no factor with the number of combinations.
        root, good = divmod((offset + index * 6_007) % combinations, len(goods))
        start, end = divmod(root, len(ends))
        names.append(f"{starts[start]}{ends[end]} {goods[good]}")
    for number, index in enumerate(sorted(internal), start=1):
        names[index] = f"{world.COMPANY} Test {number:03}"
    return names


def _segments(variant: str, size: int) -> list[str]:
    chance = Stream(variant, "accounts", "segment")
    return chance.deal(chance.vary(world.SEGMENTS, 4), size)


def _channels(variant: str, segments: Sequence[str]) -> list[str]:
    chance = Stream(variant, "accounts", "channel")
    decks = {
        segment: iter(chance.deal(chance.vary(shares, 6), segments.count(segment)))
        for segment, shares in world.CHANNELS.items()
    }
    return [next(decks[segment]) for segment in segments]


def _typed_countries(variant: str, homes: Sequence[str], internal: set[int], quotas: Quotas) -> list[str | None]:
    chance = Stream(variant, "accounts", "country_typed")
    typed: list[str | None] = list(homes)
    american = [index for index, home in enumerate(homes) if home == "US" and index not in internal]
    lower = set(chance.sample(american, quotas.country_lower))
    others = [index for index in range(len(homes)) if index not in internal and index not in lower]
    for index in lower:
        typed[index] = "us"
    for index in chance.sample(others, quotas.country_null):
        typed[index] = None
    return typed


def _churn(variant: str, signups: Sequence[int], segments: Sequence[str], internal: set[int]) -> list[int | None]:
    """When each account leaves, sooner rather than later; None for those that stay."""
    chance = Stream(variant, "accounts", "churn")
    churned: list[int | None] = [None] * len(signups)
    for segment, share in chance.vary(CHURN, 5).items():
        old_enough = [
            index
            for index, signup in enumerate(signups)
            if segments[index] == segment and index not in internal and signup < END - 45 * DAY
        ]
        for index in chance.sample(old_enough, len(old_enough) * share // 1_000_000):
            room = END - signups[index] - CHURN_AFTER
            churned[index] = signups[index] + CHURN_AFTER + min(chance.below(room), chance.below(room))
    return churned


def make_journeys(variant: str, accounts: Sequence[Account]) -> list[Journey]:
    """The first steps of every account, one journey for each in the same order."""
    return known.first_new(
        variant,
        len(accounts),
        lambda key: _draw_journeys(key, accounts),
        lambda journeys: _step_figures(accounts, journeys),
        known.STEPS,
    )


def _draw_journeys(variant: str, accounts: Sequence[Account]) -> list[Journey]:
    depths = _depths(variant, accounts)
    fast = _fast(variant, accounts, depths)
    chance = Stream(variant, "journeys", "steps")
    fast_hours, slow_hours = _wheel(FAST), _wheel(SLOW)
    journeys = []
    for account, depth in zip(accounts, depths, strict=True):
        low, high = chance.pick(fast_hours if account.account_id in fast else slow_hours)
        span = chance.between(low * HOUR + 900, high * HOUR)
        # Whole steps in parts of the way, so that none comes before the one it needs.
        shares = (chance.between(50, 500), chance.between(550, 950), 1000)
        moments = [account.signup + span * share // 1000 for share in shares]
        taken = [moment if step < depth and moment < account.end - DAY else None for step, moment in enumerate(moments)]
        provider = _provider(chance, account.segment) if taken[0] is not None else None
        journeys.append(Journey(provider, *taken))
    return journeys


def _step_figures(accounts: Sequence[Account], journeys: Sequence[Journey]) -> list[int]:
    """External merchants at each step, and those of a quarter who stop where their channel stops most often."""
    external = [pair for pair in zip(accounts, journeys, strict=True) if not pair[0].is_internal]
    begin, end = known.SPANS[-1]
    quarter = [(account, journey) for account, journey in external if begin <= account.signup < end]

    def came(account: Account, moment: int | None) -> bool:
        return moment is not None and moment < account.signup + 30 * DAY

    stores, rates, labels = (sum(came(a, j[1:][step]) for a, j in quarter) for step in range(3))
    return [
        *(sum(journey[1:][step] is not None for _, journey in external) for step in range(3)),
        *(stores, rates, labels, len(quarter) - stores, stores - labels),
        sum(came(a, j.rated) and not came(a, j.labelled) for a, j in quarter if a.channel == "app_store"),
        sum(not came(a, j.connected) for a, j in quarter if a.channel == "paid_search"),
    ]


def _wheel(shares: dict[tuple[int, int], int]) -> list[tuple[int, int]]:
    return [span for span, share in shares.items() for _ in range(share)]


def _provider(chance: Stream, segment: str) -> str:
    if chance.below(100) >= CONNECTOR_PERCENT[segment]:
        return world.CSV_UPLOAD
    return chance.pick(PLATFORM_WHEEL)


def _is_guided(account: Account) -> bool:
    return world.GUIDED[0] <= account.signup < world.GUIDED[1]


def _depths(variant: str, accounts: Sequence[Account]) -> list[int]:
    """Steps taken after sign-up, 0 to 3, by exact quota in each channel and period."""
    chance = Stream(variant, "journeys", "depth")
    depths = [0] * len(accounts)
    for channel, usual in world.FUNNEL.items():
        shift = chance.between(-FUNNEL_SHIFT, FUNNEL_SHIFT)
        connected, rated, labelled = (share + shift for share in usual)
        for guided in (False, True):
            group = [a.account_id - 1 for a in accounts if a.channel == channel and _is_guided(a) is guided]
            gain = world.GUIDED_GAIN if guided else 0
            shares = (labelled + gain, rated - labelled, connected - rated - gain // 2, 0)
            quotas = apportion(len(group), (*shares[:3], 1000 - sum(shares[:3])))
            dealt = [3] * quotas[0] + [2] * quotas[1] + [1] * quotas[2] + [0] * quotas[3]
            for index, depth in zip(chance.shuffled(group), dealt, strict=True):
                depths[index] = depth
    return depths


def _fast(variant: str, accounts: Sequence[Account], depths: Sequence[int]) -> set[int]:
    """Accounts that take their steps within seven days, by exact quota."""
    chance = Stream(variant, "journeys", "fast")
    guided = [a for a in accounts if _is_guided(a) and not a.is_internal]
    makers = [a.account_id for a in accounts if depths[a.account_id - 1] == 3]
    during = {a.account_id for a in guided}
    quota = len(guided) * WITHIN_WEEK // 1000
    fast = set(chance.sample([maker for maker in makers if maker in during], quota))
    others = [maker for maker in makers if maker not in during]
    fast.update(chance.sample(others, len(others) * WITHIN_WEEK_OF_ACTIVE // 100))
    fast.update(a.account_id for a in accounts if depths[a.account_id - 1] < 3 and chance.below(4))
    return fast
