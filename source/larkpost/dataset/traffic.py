"""The log of API calls: every fortieth is kept (Q17), latency has a long tail (Q12)."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import world
from clock import DAY, HOUR, at, stamp
from merchants import Account
from shipping import Shipment
from stream import Stream

CALLS_PER_1000_ACCOUNTS = (3_720, 3_960)
"""The range that variants choose from."""
LAST_30_DAYS = at("2025-06-01")
MIGRATION = (at("2025-01-06"), at("2025-05-31"))
"""When a merchant moves to v2, from and up to; v2 is not open earlier."""
TRIED_BEFORE = at("2025-03-15")
"""Laggards who tried v2 did it before."""
STAYING = (30, 42)
"""Of the merchants with calls in the last 30 days, so many in a hundred have only ever called v1 then."""
LATER_NEVER = 40
"""Of the merchants without calls in the last 30 days, so many in a hundred never moved."""
TRIED_IN = 6
"""One laggard in so many tried v2 once and went back."""
BUSIEST_PER_1000 = (22, 42)
"""Callers that meet the rate limit, the busiest: the range that variants choose from."""
LIMITED_PER_10000 = (80, 145)
"""Calls that the limit refuses: the range that variants choose from."""
OUTAGE_CALLS_PER_10000 = (130, 220)
"""Kept calls of the outage, to ten thousand accounts: merchants tried again and again."""
OUTAGE_STATUS = {503: 62, 500: 14, 201: 24}


class Operation(NamedTuple):
    """What can be called."""

    method: str
    path: str
    share: int
    """Of a thousand calls; 0: only in v2."""
    wait: tuple[int, int]
    """Seconds from the label that the call belongs to, from and up to."""
    median: int
    """Milliseconds."""
    statuses: dict[int, int]
    """Of ten thousand calls."""


OPERATIONS = (
    Operation("GET", "/v1/rates", 212, (-90, -5), 190, {200: 9901, 422: 70, 401: 20, 500: 3, 503: 6}),
    Operation("POST", "/v1/labels", 232, (0, 1), 330, {201: 9640, 422: 290, 401: 25, 500: 20, 503: 25}),
    Operation("GET", "/v1/labels/{id}", 122, (1, 300), 48, {200: 9860, 404: 110, 401: 20, 500: 10}),
    Operation("GET", "/v1/shipments/{id}/tracking", 250, (HOUR, 5 * DAY), 62, {200: 9887, 404: 80, 401: 25, 500: 8}),
    Operation("POST", "/v1/addresses/validate", 80, (-400, -95), 150, {200: 9525, 422: 340, 401: 20, 500: 30, 503: 85}),
    Operation("GET", "/v1/labels", 40, (60, 10 * DAY), 130, {200: 9930, 422: 20, 401: 30, 500: 20}),
    Operation("GET", "/v1/shipments", 34, (60, 10 * DAY), 145, {200: 9925, 422: 20, 401: 30, 500: 25}),
    Operation("POST", "/v1/labels/{id}/void", 9, (600, DAY), 210, {200: 9290, 404: 130, 409: 320, 500: 260}),
    Operation("GET", "/v1/webhooks", 4, (-900, -420), 36, {200: 9950, 401: 50}),
    Operation("POST", "/v1/webhooks", 4, (-900, -420), 55, {201: 9250, 422: 600, 500: 150}),
    Operation("DELETE", "/v1/webhooks/{id}", 3, (300, 30 * DAY), 58, {204: 8610, 404: 300, 500: 1090}),
    Operation("GET", "/v1/usage", 10, (HOUR, 20 * DAY), 95, {200: 9250, 401: 100, 500: 200, 503: 450}),
    Operation("POST", "/v2/labels", 0, (0, 1), 255, {201: 9690, 400: 110, 422: 150, 409: 25, 500: 10, 503: 15}),
    Operation("POST", "/v2/labels/batch", 0, (0, 1), 1_350, {200: 9570, 400: 130, 422: 240, 503: 60}),
    Operation("GET", "/v2/labels/{id}", 0, (1, 300), 41, {200: 9895, 404: 90, 401: 15}),
)
LABEL, READ_LABEL, LABEL_V2, BATCH_V2, READ_LABEL_V2 = 1, 2, 12, 13, 14
FIRST_V2 = LABEL_V2
BATCHED = 20
"""Of the labels made through v2, so many calls in a hundred are batches."""

# A thousandth of the calls stays below the first number of thousandths of the median, and so on.
TAIL = {0: 520, 100: 680, 500: 1_000, 800: 1_450, 900: 2_100, 950: 4_200, 990: 11_000, 998: 24_000, 1000: 40_000}
FINE = 10_000
PACE = (900, 1_120)
"""Thousandths of the usual time that a call takes: the range that variants choose from."""


class Call(NamedTuple):
    """A call that the log keeps; `moment` is seconds in the window."""

    moment: int
    account_id: int
    operation: int
    in_outage: bool


def request_rows(seed: str, accounts: Sequence[Account], shipments: Sequence[Shipment]) -> Iterator[tuple[object, ...]]:
    """Rows of `api_requests`, in the order of the calls."""
    labels = [row for row in shipments if row.source == "api"]
    calls = sorted(_usual_calls(seed, len(accounts), labels) + _outage_calls(seed, len(accounts), labels))
    operations = _with_versions(seed, calls)
    statuses = _statuses(seed, calls, operations)
    chance = Stream(seed, "api_requests", "latency")
    pace = chance.between(*PACE)
    columns = zip(calls, operations, statuses, chance.many(FINE, len(calls)), strict=True)
    for number, (call, place, status, part) in enumerate(columns, start=1):
        operation = OPERATIONS[place]
        version = "v1" if place < FIRST_V2 else "v2"
        yield (
            number, call.account_id, operation.method, operation.path, status,
            _latency(operation, status, part, pace, in_outage=call.in_outage), stamp(call.moment), version,
        )  # fmt: skip


def _usual_calls(seed: str, accounts: int, labels: Sequence[Shipment]) -> list[Call]:
    """Calls around labels that were made through the API."""
    chance = Stream(seed, "api_requests", "calls")
    size = accounts * chance.between(*CALLS_PER_1000_ACCOUNTS) // 1000
    wheel = [place for place, operation in enumerate(OPERATIONS) for _ in range(operation.share)]
    columns = zip(chance.many(len(labels), size), chance.many(len(wheel), size), chance.many(FINE, size), strict=True)
    calls = []
    for which, kind, part in columns:
        label, place = labels[which], wheel[kind]
        low, high = OPERATIONS[place].wait
        moment = max(label.created + low + (high - low) * part // FINE, label.account.signup)
        # Whoever left calls no more: the call happens with the label.
        calls.append(
            Call(moment if moment < label.account.end else label.created, label.account.account_id, place, False)
        )
    return calls


def _outage_calls(seed: str, accounts: int, labels: Sequence[Shipment]) -> list[Call]:
    """Calls of INC-001, by merchants with labels in the two weeks around it."""
    chance = Stream(seed, "api_requests", "outage")
    begin, end = world.OUTAGE
    near = [
        row.account for row in labels
        if abs(row.created - begin) < 7 * DAY and row.account.signup < begin - DAY and row.account.end > end
    ]  # fmt: skip
    size = accounts * chance.between(*OUTAGE_CALLS_PER_10000) // 10_000
    return [Call(chance.between(begin + 60, end - 1), chance.pick(near).account_id, LABEL, True) for _ in range(size)]


def _with_versions(seed: str, calls: Sequence[Call]) -> list[int]:
    """The operation of each call once merchants have moved to v2, all but the laggards."""
    moved, laggards = _migrations(seed, calls)
    parts = Stream(seed, "api_requests", "versions").many(100, len(calls))
    operations = []
    for call, part in zip(calls, parts, strict=True):
        place = call.operation
        if call.moment >= moved.get(call.account_id, call.moment + 1) and place in (LABEL, READ_LABEL):
            place = READ_LABEL_V2 if place == READ_LABEL else BATCH_V2 if part < BATCHED else LABEL_V2
        operations.append(place)
    for index in _first_of_each(calls, LAST_30_DAYS, set(moved) - laggards):
        operations[index] = READ_LABEL_V2 if operations[index] == READ_LABEL else _one_label(operations[index])
    tried = Stream(seed, "api_requests", "tried").sample(sorted(laggards), len(laggards) // TRIED_IN)
    for index in _first_of_each(calls, MIGRATION[0], set(tried)):
        if calls[index].moment < TRIED_BEFORE:
            operations[index] = LABEL_V2
    return operations


def _one_label(place: int) -> int:
    return place if place >= FIRST_V2 else LABEL_V2


def _migrations(seed: str, calls: Sequence[Call]) -> tuple[dict[int, int], set[int]]:
    """When each merchant moves to v2, and the exact share that has not by the last 30 days."""
    chance = Stream(seed, "api_requests", "migration")
    recent = sorted({call.account_id for call in calls if call.moment >= LAST_30_DAYS})
    laggards = set(chance.sample(recent, len(recent) * chance.between(*STAYING) // 100))
    gone = sorted({call.account_id for call in calls}.difference(recent))
    staying = laggards.union(chance.sample(gone, len(gone) * LATER_NEVER // 100))
    movers = [account for account in sorted({*recent, *gone}) if account not in staying]
    return {account: chance.between(*MIGRATION) for account in movers}, laggards


def _first_of_each(calls: Sequence[Call], since: int, merchants: set[int]) -> list[int]:
    """The place of the first call of each of these merchants since a moment."""
    start = bisect_left(calls, since, key=lambda call: call.moment)
    first: dict[int, int] = {}
    for index in range(start, len(calls)):
        if calls[index].account_id in merchants:
            first.setdefault(calls[index].account_id, index)
    return list(first.values())


def _statuses(seed: str, calls: Sequence[Call], operations: Sequence[int]) -> list[int]:
    """What each call was answered, by exact quota for each operation; some of the busiest meet the limit."""
    chance = Stream(seed, "api_requests", "status")
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for index, (call, place) in enumerate(zip(calls, operations, strict=True)):
        groups[-1 if call.in_outage else place].append(index)
    statuses = [0] * len(calls)
    for place, group in sorted(groups.items()):
        shares = OUTAGE_STATUS if place < 0 else OPERATIONS[place].statuses
        for index, status in zip(group, chance.deal(shares, len(group)), strict=True):
            statuses[index] = status
    for index in _limited(chance, calls, statuses):
        statuses[index] = 429
    return statuses


def _limited(chance: Stream, calls: Sequence[Call], statuses: Sequence[int]) -> list[int]:
    numbers = Counter(call.account_id for call in calls)
    size = max(3, len(numbers) * chance.between(*BUSIEST_PER_1000) // 1000)
    busiest = {account for account, _ in numbers.most_common(size)}
    theirs = [
        index for index, call in enumerate(calls)
        if call.account_id in busiest and statuses[index] < 300 and not call.in_outage
    ]  # fmt: skip
    return chance.sample(theirs, len(calls) * chance.between(*LIMITED_PER_10000) // 10_000)


def _quantiles() -> list[int]:
    """The thousandths of the median that each ten-thousandth of the calls takes."""
    found = []
    for low, high in pairwise(TAIL):
        width = (high - low) * FINE // 1000
        rise = TAIL[high] - TAIL[low]
        found += [TAIL[low] + rise * place // width for place in range(width)]
    return found


_FACTORS = _quantiles()


def _latency(operation: Operation, status: int, part: int, pace: int, *, in_outage: bool) -> int:
    """Milliseconds; what is refused early takes little, what waits for the dead renderer very long."""
    usual = operation.median * pace * _FACTORS[part] // 1_000_000
    if in_outage and status >= 500:
        return 9_800 + part * 2
    if status in (401, 429):
        return 4 + part % 9
    return usual // 3 + 8 if 400 <= status < 500 else min(usual, 29_500)
