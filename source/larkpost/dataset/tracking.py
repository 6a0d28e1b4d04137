"""Where parcels were scanned on their way: local times, received late and out of order (Q13)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clock import DAY, END, HOUR, local_stamp, stamp
from shipping import Shipment
from stream import Stream
from world import TIME_ZONES
from zones import offset_minutes

ONE_IN = 3
"""Of the labels that carry a parcel, one in so many is tracked."""
# Carriers leave scans out: the steps that they report, by share.
STEPS = {
    ("accepted", "delivered"): 44,
    ("accepted", "in_transit", "delivered"): 26,
    ("accepted", "in_transit", "out_for_delivery", "delivered"): 12,
    ("accepted",): 10,
    ("accepted", "in_transit", "exception", "delivered"): 5,
    ("accepted", "exception", "returned"): 3,
}
# When a step comes, in thousandths of the way from the first scan to the last.
PLACES = {
    "accepted": 0,
    "in_transit": 250,
    "out_for_delivery": 990,
    "exception": 600,
    "delivered": 1000,
    "returned": 1000,
}
TRANSIT_HOURS = {"nordpost": (46, 110), "swifthaul": (40, 76), "bluevan": (52, 140), "aeroparcel": (40, 66)}
"""Hours between the first and the last scan inside a country, from and up to."""
EXTRA_HOURS = {"exception": 48, "returned": 120}
"""How much longer it takes when this happens."""
AT_ORIGIN = frozenset(("accepted", "returned"))


class Scan(NamedTuple):
    """A scan; `received` and `occurred` are seconds in the window, UTC."""

    received: int
    shipment_id: int
    occurred: int
    status: str
    offset: int


def make_scans(seed: str, shipments: Sequence[Shipment]) -> list[Scan]:
    """All scans that were received in the window, in the order of their receipt."""
    chance = Stream(seed, "tracking_events", "scans")
    first = chance.below(ONE_IN)
    tracked = [number for number, row in enumerate(shipments, start=1) if row.status == "created"][first::ONE_IN]
    steps = [step for step, share in STEPS.items() for _ in range(share)]
    size = len(tracked)
    columns = zip(
        tracked, chance.many(100, size), chance.many(24 * HOUR, size), chance.many(1000, size),
        chance.many(60, size), strict=True,
    )  # fmt: skip
    delays = _delays(chance, size * max(map(len, STEPS)))
    scans: list[Scan] = []
    for number, step, wait, pace, place in columns:
        scans += _scans(number, shipments[number - 1], steps[step], (wait, pace, place), delays)
    return sorted(scans)


def tracking_rows(scans: Sequence[Scan]) -> Iterator[tuple[object, ...]]:
    """Rows of `tracking_events`."""
    return (
        (number, row.shipment_id, row.status, local_stamp(row.occurred + row.offset * 60), row.offset,
         stamp(row.received))
        for number, row in enumerate(scans, start=1)
    )  # fmt: skip


def _delays(chance: Stream, size: int) -> Iterator[int]:
    """Seconds from scan to receipt: mostly minutes, some hours, where a hand-held was offline days."""
    for kind, part in zip(chance.many(100, size), chance.many(10_000, size), strict=True):
        if kind < 90:
            yield 30 + part * 20 * 60 // 10_000
        elif kind < 98:
            yield 2 * HOUR + part * 28 * HOUR // 10_000
        else:
            yield 2 * DAY + part * 4 * DAY // 10_000


def _scans(
    number: int, parcel: Shipment, steps: tuple[str, ...], numbers: tuple[int, int, int], delays: Iterator[int]
) -> Iterator[Scan]:
    """The scans of a parcel, without those that the window closes too early for."""
    wait, pace, place = numbers
    home, zones = parcel.account.time_zone, TIME_ZONES[parcel.dest_country]
    there = home if home in zones and place < 30 else zones[place % len(zones)]
    begin = parcel.created + 4 * HOUR + wait
    span = _span(parcel, steps, pace)
    for status in steps:
        occurred = begin + span * (PLACES[status] + (place if status == "in_transit" else 0)) // 1000
        zone = home if status in AT_ORIGIN else there
        offset = offset_minutes(zone, occurred)
        if status != "in_transit":
            occurred = _by_day(occurred + offset * 60, early=status == "out_for_delivery") - offset * 60
        received = occurred + next(delays)
        if received < END:
            yield Scan(received, number, occurred, status, offset)


def _span(parcel: Shipment, steps: tuple[str, ...], pace: int) -> int:
    """Seconds from the first scan to the last."""
    low, high = TRANSIT_HOURS[parcel.carrier]
    hours = low + (high - low) * pace // 1000 + sum(EXTRA_HOURS.get(status, 0) for status in steps)
    return hours * HOUR * (2 if parcel.dest_country != parcel.account.home else 1)


def _by_day(local: int, *, early: bool) -> int:
    """A moment between 8 and 20 o'clock of the same local day; loading the van comes before its round."""
    day, rest = divmod(local, DAY)
    return day * DAY + (6 * HOUR + rest // 24 if early else 8 * HOUR + rest // 2)
