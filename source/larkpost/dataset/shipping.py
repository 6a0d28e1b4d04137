"""Connections to store platforms and the labels that merchants make."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

import world
from clock import DATES, DAY, END, HOUR, stamp, stamp_or_null
from merchants import Account, Journey
from quotas import WEIGHT_NULL, Quotas
from stream import Stream, apportion

LABELS_PER_1000_ACCOUNTS = (12_200, 12_800)
"""The range that variants choose from."""
VOLUME = {"solo": 10, "small": 26, "mid": 80, "enterprise": 300}
"""How many labels a segment makes, compared with the others."""
WEEKDAYS = (125, 120, 112, 108, 102, 48, 34)
MONTHS = (88, 86, 94, 94, 98, 96, 92, 90, 100, 106, 148, 152)
HOURS = (1, 1, 1, 1, 1, 2, 4, 6, 7, 8, 8, 8, 8, 9, 9, 9, 8, 7, 5, 4, 3, 2, 2, 1)
SOURCES = {
    True: {"integration": 66, "web": 18, "api": 16},
    False: {"web": 36, "api": 64},
}
"""Where labels come from, with and without an integration."""
LABEL_STATUS = {"created": 962, "voided": 29, "failed": 9}
KEYED = 45
"""API calls in a hundred that send an idempotency key."""
BASE_CENTS = {"nordpost": 410, "swifthaul": 520, "bluevan": 365, "aeroparcel": 890}
SECOND_CONNECTION = 9
"""Accounts with an integration, in a hundred, that connect another store later."""


class Shipment(NamedTuple):
    """A label; times are seconds in the window."""

    account: Account
    created: int
    carrier: str
    source: str
    status: str
    cost_cents: int
    weight_g: int | None
    dest_country: str
    key: str | None


def integration_rows(
    variant: str, accounts: Sequence[Account], journeys: Sequence[Journey], quotas: Quotas
) -> list[tuple[object, ...]]:
    """Rows of `integrations`, in the order of connection."""
    chance = Stream(variant, "integrations", "connections")
    platforms = [name for name, share in world.STORE_PLATFORMS.items() for _ in range(share)]
    found: list[tuple[int, int, str, int | None]] = []
    for account, journey in zip(accounts, journeys, strict=True):
        if journey.connected is None or journey.provider in (None, world.CSV_UPLOAD):
            continue
        ended = account.churned
        if chance.below(100) < SECOND_CONNECTION:
            later = chance.between(journey.connected + 1, account.end - 1)
            found.append((later, account.account_id, chance.pick(platforms), account.churned))
            # Half of them move to the new store, the others sell in both.
            ended = later if chance.below(2) else ended
        found.append((journey.connected, account.account_id, str(journey.provider), ended))
    unclaimed = max(2, len(found) * quotas.unclaimed // 1000)
    # Account 0 stands for none until the rows are written.
    found += [(chance.below(END - HOUR), 0, chance.pick(platforms), None) for _ in range(unclaimed)]
    return [
        (number, account or None, provider, stamp(moment), stamp_or_null(ended))
        for number, (moment, account, provider, ended) in enumerate(sorted(found, key=lambda row: row[:3]), start=1)
    ]


def make_shipments(
    variant: str, accounts: Sequence[Account], journeys: Sequence[Journey], quotas: Quotas
) -> list[Shipment]:
    """All labels, in the order of their creation."""
    labels = _moments(variant, accounts, journeys)
    chance = Stream(variant, "shipments", "parcel")
    connected = [j.provider not in (None, world.CSV_UPLOAD) for j in journeys]
    statuses = Stream(variant, "shipments", "status").deal(LABEL_STATUS, len(labels))
    carriers = Stream(variant, "shipments", "carrier")
    dealt = carriers.deal(carriers.vary(world.CARRIERS, 5), len(labels))
    wheels = {known: [s for s, share in shares.items() for _ in range(share)] for known, shares in SOURCES.items()}
    countries = [code for code, share in world.COUNTRIES.items() for _ in range(share // 5)]
    shipments = []
    for (index, created, is_first), carrier, status in zip(labels, dealt, statuses, strict=True):
        account = accounts[index]
        source = "web" if is_first else chance.pick(wheels[connected[index]])
        weight = _weight(chance)
        dest = account.home if chance.below(100) < 80 else chance.pick(countries)
        cost = _cost(carrier, weight, abroad=dest != account.home) if status != "failed" else 0
        key = _key(chance) if source == "api" and chance.below(100) < KEYED else None
        shipments.append(Shipment(account, created, carrier, source, status, cost, weight, dest, key))
    shipments = _with_duplicates(variant, _without_weights(variant, shipments, quotas), quotas)
    return sorted(shipments, key=lambda row: (row.created, row.account.account_id))


def shipment_rows(shipments: Sequence[Shipment]) -> Iterator[tuple[object, ...]]:
    """Rows of `shipments`."""
    return (
        (number, row.account.account_id, stamp(row.created), row.carrier, row.source, row.status, row.cost_cents,
         row.weight_g, row.dest_country, row.key)
        for number, row in enumerate(shipments, start=1)
    )  # fmt: skip


def _volumes(variant: str, accounts: Sequence[Account], makers: Sequence[int], size: int) -> list[int]:
    """Labels of each maker: one at least, a few merchants with very many."""
    chance = Stream(variant, "shipments", "volume")
    weights = []
    for index in makers:
        account = accounts[index]
        # The square of a uniform number makes the long tail.
        spread = 20 + chance.below(100) ** 2 // 25
        weights.append(VOLUME[account.segment] * spread * (20 + (account.end - account.signup) // DAY))
    return [1 + more for more in apportion(size - len(makers), weights)]


def _moments(variant: str, accounts: Sequence[Account], journeys: Sequence[Journey]) -> list[tuple[int, int, bool]]:
    """Account index, moment and whether it is the account's first label."""
    makers = [index for index, journey in enumerate(journeys) if journey.labelled is not None]
    chance = Stream(variant, "shipments", "moment")
    size = len(accounts) * chance.between(*LABELS_PER_1000_ACCOUNTS) // 1000
    weights = [WEEKDAYS[day.weekday()] * MONTHS[day.month - 1] * chance.between(92, 108) for day in DATES]
    ends = list(accumulate(weights))
    hours = [hour for hour, share in enumerate(HOURS) for _ in range(share)]
    found = []
    for index, number in zip(makers, _volumes(variant, accounts, makers, size), strict=True):
        first = journeys[index].labelled or 0
        last_day = accounts[index].end // DAY - 1
        low, high = ends[first // DAY], ends[last_day]
        found.append((index, first, True))
        for _ in range(number - 1):
            day = min(bisect_right(ends, low + chance.below(max(1, high - low))), last_day)
            moment = day * DAY + chance.pick(hours) * HOUR + chance.below(HOUR)
            found.append((index, max(moment, first + 60 + chance.below(HOUR)), False))
    return found


def _weight(chance: Stream) -> int:
    """Grams: mostly small parcels, some heavy ones."""
    kind = chance.below(100)
    if kind < 62:
        return chance.between(60, 900)
    if kind < 92:
        return chance.between(700, 3_500)
    return chance.between(3_000, 19_000)


def _cost(carrier: str, weight_g: int, *, abroad: bool) -> int:
    cents = BASE_CENTS[carrier] + weight_g * 9 // 100
    return cents * 23 // 10 if abroad else cents


def _key(chance: Stream) -> str:
    return f"idem-{chance.below(1 << 64):016x}"


def _without_weights(variant: str, shipments: Sequence[Shipment], quotas: Quotas) -> list[Shipment]:
    """Q08: an exact share of the labels has no weight; the duplicates to come count in the share."""
    chance = Stream(variant, "shipments", "weight")
    quota = (len(shipments) + quotas.duplicate_labels) * WEIGHT_NULL // 1000
    result = list(shipments)
    for index in chance.sample(range(len(result)), quota):
        result[index] = result[index]._replace(weight_g=None)
    return result


def _with_duplicates(variant: str, shipments: Sequence[Shipment], quotas: Quotas) -> list[Shipment]:
    """Q09: during the outage, calls that timed out were sent again and made a second label."""
    chance = Stream(variant, "shipments", "duplicates")
    begin, end = world.OUTAGE
    # From the last label to the first, so that the first one stays in the mapping.
    first = {row.account.account_id: row.created for row in sorted(shipments, key=lambda row: -row.created)}
    near = [
        index for index, row in enumerate(shipments)
        if abs(row.created - begin) < 8 * DAY and row.source != "web" and row.weight_g is not None
        and first[row.account.account_id] < begin < row.account.end - DAY and row.status == "created"
    ]  # fmt: skip
    result = list(shipments)
    for place, index in enumerate(chance.sample(near, quotas.duplicate_labels)):
        keyed = place < quotas.duplicate_labels_keyed
        source = "api" if keyed else result[index].source
        moment = chance.between(begin, end - 200)
        once = result[index]._replace(created=moment, source=source, key=_key(chance) if keyed else None)
        again = once._replace(created=moment + chance.between(3, 90), key=_key(chance) if keyed else None)
        result[index] = once
        result.append(again)
    return result
