"""Support tickets: most merchants do not say how content they are (Q14)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import world
from clock import DAY, END, HOUR, stamp, stamp_or_null
from merchants import Account, Journey
from stream import Stream

TICKETS_PER_1000_ACCOUNTS = (485, 515)
"""The range that variants choose from, without those of the outage."""
OUTAGE_TICKETS_PER_10000 = (40, 82)
EARLY_PERCENT = 40
"""Of the tickets, so many are opened in the first two weeks."""
EARLY = {"integration": 38, "labels": 24, "account": 22, "api": 9, "billing": 7}
LATER = {"labels": 27, "tracking": 25, "billing": 21, "integration": 12, "api": 9, "account": 6}
VOLUME = {"solo": 2, "small": 3, "mid": 8, "enterprise": 20}
"""How many tickets a segment opens later on, compared with the others; twice as many with labels."""
# Hours from opening to closing, from and up to, with their share.
HOURS = {(1, 4): 22, (4, 12): 28, (12, 30): 26, (30, 72): 16, (72, 240): 8}
UNCLOSED_PER_1000 = (8, 22)
"""Tickets that are forgotten, still open however old they are: the range that variants choose from."""
# Of a thousand closed tickets, how many have an answer; and the share of each answer, 1 to 5.
ANSWERED = {"labels": 420, "tracking": 350, "billing": 230, "integration": 380, "api": 290, "account": 470}
SCORES = {
    "labels": (8, 9, 17, 33, 33), "tracking": (10, 12, 20, 32, 26), "billing": (22, 18, 20, 24, 16),
    "integration": (9, 11, 19, 33, 28), "api": (12, 14, 20, 30, 24), "account": (4, 6, 14, 34, 42),
}  # fmt: skip


class Ticket(NamedTuple):
    """A ticket; times are seconds in the window."""

    opened: int
    account_id: int
    category: str
    closed: int | None


def make_tickets(seed: str, accounts: Sequence[Account], journeys: Sequence[Journey]) -> list[Ticket]:
    """All tickets, in the order of their opening."""
    chance = Stream(seed, "tickets", "opened")
    size = len(accounts) * chance.between(*TICKETS_PER_1000_ACCOUNTS) // 1000
    early = size * EARLY_PERCENT // 100
    opened = _early(chance, accounts, early)
    opened += _later(chance, accounts, journeys, size - early)
    opened += _of_the_outage(chance, accounts, journeys)
    opened.sort()
    spans = [span for span, share in HOURS.items() for _ in range(share)]
    forgotten = set(chance.sample(range(len(opened)), len(opened) * chance.between(*UNCLOSED_PER_1000) // 1000))
    tickets = []
    for index, (moment, account, category) in enumerate(opened):
        low, high = chance.pick(spans)
        closed = moment + chance.between(low * HOUR, high * HOUR)
        tickets.append(Ticket(moment, account, category, closed if closed < END and index not in forgotten else None))
    return tickets


def ticket_rows(seed: str, tickets: Sequence[Ticket]) -> Iterator[tuple[object, ...]]:
    """Rows of `tickets`."""
    scores = _scores(seed, tickets)
    return (
        (number, row.account_id, stamp(row.opened), stamp_or_null(row.closed), row.category, scores.get(number))
        for number, row in enumerate(tickets, start=1)
    )


def _early(chance: Stream, accounts: Sequence[Account], size: int) -> list[tuple[int, int, str]]:
    """Tickets of the first two weeks, which no account leaves within."""
    found = []
    for category in chance.deal(EARLY, size):
        account = chance.pick(accounts)
        # The earlier of two moments: most questions come at once.
        wait = min(chance.below(14 * DAY), chance.below(14 * DAY))
        found.append((min(account.signup + 300 + wait, END - 60), account.account_id, category))
    return found


def _later(
    chance: Stream, accounts: Sequence[Account], journeys: Sequence[Journey], size: int
) -> list[tuple[int, int, str]]:
    wheel = [
        account
        for account, journey in zip(accounts, journeys, strict=True)
        if account.end - account.signup > 15 * DAY
        for _ in range(VOLUME[account.segment] * (1 if journey.labelled is None else 2))
    ]
    found = []
    for category in chance.deal(LATER, size):
        account = chance.pick(wheel)
        found.append((chance.between(account.signup + 14 * DAY, account.end - 60), account.account_id, category))
    return found


def _of_the_outage(
    chance: Stream, accounts: Sequence[Account], journeys: Sequence[Journey]
) -> list[tuple[int, int, str]]:
    """Tickets about labels on the day of INC-001 and the next, each from another merchant."""
    begin, _end = world.OUTAGE
    hit = [
        account.account_id
        for account, journey in zip(accounts, journeys, strict=True)
        if journey.labelled is not None and journey.labelled < begin and account.end > begin + 3 * DAY
    ]
    size = len(accounts) * chance.between(*OUTAGE_TICKETS_PER_10000) // 10_000
    return [
        (begin + 600 + min(chance.below(30 * HOUR), chance.below(30 * HOUR)), account, "labels")
        for account in chance.sample(hit, size)
    ]


def _scores(seed: str, tickets: Sequence[Ticket]) -> dict[int, int]:
    """Answers of merchants by ticket, an exact share of the closed tickets of each category."""
    chance = Stream(seed, "tickets", "csat")
    closed: defaultdict[str, list[int]] = defaultdict(list)
    for number, ticket in enumerate(tickets, start=1):
        if ticket.closed is not None:
            closed[ticket.category].append(number)
    rates = chance.vary(ANSWERED, 6)
    scores: dict[int, int] = {}
    for category, numbers in sorted(closed.items()):
        answered = chance.sample(numbers, len(numbers) * rates[category] // 1_000_000)
        shares = chance.vary(dict(enumerate(SCORES[category], start=1)), 10)
        scores.update(zip(answered, chance.deal(shares, len(answered)), strict=True))
    return scores
