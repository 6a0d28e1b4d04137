"""Webhooks: what fails is attempted again, so attempts are more than deliveries (Q20)."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clock import END, HOUR, stamp
from shipping import Shipment
from stream import Stream
from tracking import Scan

DELIVERIES_PER_1000_ACCOUNTS = (930, 1_010)
"""The range that variants choose from."""
RETRIES = (60, 300, 1_800, 7_200, 43_200)
"""Seconds from one attempt to the next."""
# Attempts that a delivery takes, by share; 0: all six fail.
ATTEMPTS = {1: 868, 2: 62, 3: 27, 4: 14, 5: 6, 6: 3, 0: 20}
VARIATION = 40
"""By how much of itself, in per cent, each share of the retried differs between variants."""
FAILURES = [500] * 38 + [None] * 34 + [503] * 16 + [404] * 12
SUCCESSES = [200] * 84 + [204] * 16
FEWEST_EVENTS = 3
"""A merchant with fewer has not set webhooks up."""


class Happening(NamedTuple):
    """Something that a merchant wants to hear of; times are seconds in the window."""

    moment: int
    account_id: int
    kind: str
    until: int
    """When the merchant is gone."""


class Attempt(NamedTuple):
    """An attempt; `moment` is seconds in the window."""

    moment: int
    delivery_id: int
    account_id: int
    kind: str
    attempt: int
    status: int | None


def webhook_rows(
    seed: str, size: int, shipments: Sequence[Shipment], scans: Sequence[Scan]
) -> Iterator[tuple[object, ...]]:
    """Rows of `webhook_deliveries` for this number of accounts, in the order of the attempts."""
    chance = Stream(seed, "webhook_deliveries", "attempts")
    wanted = size * chance.between(*DELIVERIES_PER_1000_ACCOUNTS) // 1000
    subscribers = _subscribers(chance, shipments, scans, wanted)
    happenings = sorted(_happenings(chance, shipments, scans, subscribers))
    dealt = chance.deal({**chance.vary(ATTEMPTS, VARIATION), 1: ATTEMPTS[1] * 1000}, len(happenings))
    attempts = [
        attempt
        for delivery, (happening, needed) in enumerate(zip(happenings, dealt, strict=True), start=1)
        for attempt in _attempts(chance, delivery, happening, needed)
    ]
    return (
        (number, row.delivery_id, row.account_id, row.kind, row.attempt, row.status, stamp(row.moment))
        for number, row in enumerate(sorted(attempts, key=lambda row: row[:2]), start=1)
    )


def _subscribers(chance: Stream, shipments: Sequence[Shipment], scans: Sequence[Scan], wanted: int) -> set[int]:
    """Merchants who set webhooks up: as many as have the wanted number of things to hear of."""
    numbers = Counter(row.account.account_id for row in shipments)
    numbers.update(shipments[scan.shipment_id - 1].account.account_id for scan in scans)
    integrated = {row.account.account_id for row in shipments if row.source != "web"}
    found: set[int] = set()
    for account in chance.shuffled(sorted(integrated)):
        if FEWEST_EVENTS <= numbers[account] <= wanted:
            found.add(account)
            wanted -= numbers[account]
    return found


def _happenings(
    chance: Stream, shipments: Sequence[Shipment], scans: Sequence[Scan], subscribers: set[int]
) -> Iterator[Happening]:
    for row in shipments:
        number, until = row.account.account_id, row.account.end
        if number not in subscribers or row.status == "failed":
            continue
        yield Happening(row.created, number, "label.created", until)
        voided = row.created + chance.between(600, 20 * HOUR)
        if row.status == "voided" and voided < until:
            yield Happening(voided, number, "label.voided", until)
    for scan in scans:
        account = shipments[scan.shipment_id - 1].account
        if account.account_id in subscribers and scan.received < account.end:
            kind = "tracking.delivered" if scan.status == "delivered" else "tracking.updated"
            yield Happening(scan.received, account.account_id, kind, account.end)


def _attempts(chance: Stream, delivery: int, happening: Happening, needed: int) -> Iterator[Attempt]:
    """The attempts at a delivery, up to the first that succeeds or the end of the merchant."""
    moment = happening.moment
    for attempt, wait in enumerate((chance.between(1, 8), *RETRIES), start=1):
        moment += wait
        if moment >= min(happening.until, END) or (needed and attempt > needed):
            return
        status = chance.pick(SUCCESSES if attempt == needed else FAILURES)
        yield Attempt(moment, delivery, happening.account_id, happening.kind, attempt, status)
