"""What the web and mobile clients report: one row for each delivery of an event."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import world
from billing import User
from clock import DAY, END, HOUR, stamp
from merchants import Account, Journey
from quotas import EVENT_REPEATED
from shipping import Shipment
from stream import Stream

PLATFORMS = ["web"] * 82 + ["ios"] * 11 + ["android"] * 7
LATER_NAMES = ["session_started"] * 55 + ["tracking_viewed"] * 30 + ["invoice_viewed"] * 15
RATES_BEFORE_LABEL = 36
"""Labels made by hand, in a hundred, that begin with a look at rates."""


class Event(NamedTuple):
    """An event of an account; `moment` is seconds in the window."""

    moment: int
    account_id: int
    name: str
    properties: str


def make_events(
    variant: str, accounts: Sequence[Account], journeys: Sequence[Journey], shipments: Sequence[Shipment]
) -> list[Event]:
    """All events, each once, by account and moment."""
    chance = Stream(variant, "events", "steps")
    events: list[Event] = []
    for account, journey in zip(accounts, journeys, strict=True):
        events += _first_steps(chance, account, journey)
        events += _later_visits(chance, account, journey)
    events += _labels(Stream(variant, "events", "labels"), shipments)
    return sorted(events, key=lambda event: (event.account_id, event.moment, event.name))


def event_rows(variant: str, events: Sequence[Event], users: Sequence[User]) -> Iterator[tuple[object, ...]]:
    """Rows of `events` in the order of delivery, an exact share of them delivered twice (Q04)."""
    chance = Stream(variant, "events", "delivery")
    offset = chance.below(1 << 32)
    people: defaultdict[int, list[User]] = defaultdict(list)
    for user in users:
        people[user.account_id].append(user)
    deliveries = []
    for number, event in enumerate(events):
        # An odd multiplier visits every 32-bit number once: distinct ids that look random.
        event_id = f"{(offset + number * 2_654_435_761) % (1 << 32):08x}"
        user_id = _user_id(chance, people[event.account_id], event.moment)
        row = (event_id, event.account_id, user_id, event.name, stamp(event.moment), chance.pick(PLATFORMS),
               _app_version(event.moment), event.properties)  # fmt: skip
        deliveries.append((event.moment + chance.below(30), number, row))
    for place in chance.sample(range(len(events)), len(events) * EVENT_REPEATED // 1000):
        arrived, number, row = deliveries[place]
        deliveries.append((arrived + chance.between(5, 2 * HOUR), number, row))
    deliveries.sort(key=lambda delivery: delivery[:2])
    return ((place, *row) for place, (_, _, row) in enumerate(deliveries, start=1))


def _user_id(chance: Stream, people: Sequence[User], moment: int) -> int | None:
    """The owner two times in three, else anybody who can log in; None where all were erased."""
    if not people:
        return None
    if len(people) == 1 or chance.below(3) < 2:
        return people[0].user_id
    user = chance.pick(people)
    can_log_in = user.created <= moment and (user.deactivated is None or moment < user.deactivated)
    return user.user_id if can_log_in else people[0].user_id


def _app_version(moment: int) -> str:
    """A release every two weeks; the one that renamed the event is 6.0.0."""
    major, since = (5, 0) if moment < world.RENAMED else (6, world.RENAMED)
    return f"{major}.{(moment - since) // (14 * DAY)}.0"


def _properties(**values: object) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"))


def _first_steps(chance: Stream, account: Account, journey: Journey) -> list[Event]:
    """From sign-up to the first look at rates; the label itself comes with its shipment."""
    number = account.account_id
    events = [Event(account.signup, number, "signed_up", _properties(channel=account.channel))]
    if journey.connected is not None:
        events.append(Event(journey.connected, number, "store_connected", _properties(provider=journey.provider)))
        later = journey.connected + chance.between(60, 1200)
        if chance.below(100) < 92 and later < min(journey.rated or END, account.end):
            events.append(Event(later, number, "address_added", _properties(country=account.home)))
    if journey.rated is not None:
        events.append(Event(journey.rated, number, "rate_viewed", _properties(carriers=chance.between(2, 4))))
        for _ in range(chance.below(3) if journey.labelled is None else 0):
            again = min(journey.rated + chance.between(HOUR, 20 * DAY), account.end - 1)
            events.append(Event(again, number, "rate_viewed", _properties(carriers=chance.between(2, 4))))
    return events


def _later_visits(chance: Stream, account: Account, journey: Journey) -> list[Event]:
    """Visits that are no step of the funnel; who makes labels comes back more often."""
    active = journey.labelled is not None
    visits = chance.between(1, 5) if active else chance.below(3)
    room = account.end - account.signup - 1
    events = []
    for _ in range(visits):
        moment = account.signup + 1 + (chance.below(room) if active else chance.below(min(room, 21 * DAY)))
        name = chance.pick(LATER_NAMES) if active and moment > (journey.labelled or 0) else "session_started"
        events.append(Event(moment, account.account_id, name, "{}"))
    return events


def _labels(chance: Stream, shipments: Sequence[Shipment]) -> list[Event]:
    """One event for each label made in a client, under the name of its time (Q03)."""
    events = []
    seen: set[int] = set()
    for shipment_id, row in enumerate(shipments, start=1):
        if row.source != "web":
            continue
        number = row.account.account_id
        name = "label_create" if row.created < world.RENAMED else "label_created"
        events.append(Event(row.created, number, name, f'{{"shipment_id":{shipment_id}}}'))
        before = row.created - chance.between(20, 55)
        # The first label follows the first look at rates, which is there already.
        if number in seen and chance.below(100) < RATES_BEFORE_LABEL:
            events.append(Event(before, number, "rate_viewed", _properties(carriers=chance.between(2, 4))))
        seen.add(number)
    return events
