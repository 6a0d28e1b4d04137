"""The running system: services, what depends on what, load, incidents and deployments.

These tables are the same at every scale: they do not grow with the number of merchants.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import world
from clock import DATES, DAY, END, HOUR, at, stamp
from stream import Stream
from variation import PUBLIC, quantile, read_register, seed_of, settle

Row = tuple[object, ...]

QUARTER = 900
"""Seconds of a capacity sample."""
SAMPLED = (at("2025-05-05"), at("2025-05-19"))
"""Two weeks of capacity samples, from and up to."""
MOMENTS = range(*SAMPLED, QUARTER)
FLOOD = at("2025-05-13 14:00:00")
"""PF07: two samples of more tracking messages than the workers can handle begin here."""
FLOODED = "tracking-ingest"
WEEKEND = 58
"""Load on a Saturday or Sunday, in a hundred of the same hour on another day."""
RHYTHMS = {
    "day": (14, 12, 11, 11, 13, 17, 25, 38, 55, 72, 84, 92, 94, 96, 100, 98, 92, 82, 68, 54, 42, 32, 24, 18),
    "cut-off": (5, 4, 4, 4, 5, 7, 10, 15, 21, 27, 31, 34, 35, 38, 52, 78, 100, 61, 30, 20, 15, 11, 8, 6),
    "scans": (52, 60, 66, 72, 80, 90, 100, 96, 82, 70, 64, 60, 60, 62, 66, 72, 78, 82, 84, 78, 70, 62, 56, 52),
}
"""Load by hour, in a hundred of the peak: all day, before carriers collect, with the carriers' sorting."""

OTHERS = 41
"""Incidents besides INC-001."""
CAUSES = {"deployment": 15, "capacity": 7, "vendor": 8, "configuration": 5, "data": 3, "unknown": 3}
FIRST_SERVICE = "label-renderer"
FIRST_CAUSE = "capacity"
FIRST_DETECTED = at("2025-02-04 09:06:00")
"""INC-001 is what made the company write incidents down; the others were added or came later."""
SUSPECTS = {
    "deployment": {"core": 5, "web-app": 4, "label-renderer": 2, "rate-engine": 2, "api-gateway": 1},
    "capacity": {"tracking-ingest": 4, "main-db": 3, "core": 2, "webhook-sender": 1},
    "vendor": {"carrier-gateway": 6, "rate-engine": 2},
    "configuration": {"api-gateway": 3, "carrier-gateway": 2, "web-app": 1},
    "data": {"main-db": 2, "core": 1, "rate-engine": 1},
    "unknown": {"core": 2, "tracking-ingest": 1, "webhook-sender": 1},
}  # fmt: skip
"""Where incidents of a cause happen."""
SEVERITIES = {1: 3, 2: 13, 3: 24}
"""Of the incidents that chance makes."""
DETECTED = {1: (2, 9), 2: (3, 28), 3: (6, 95)}
RESTORED = {1: (55, 300), 2: (35, 420), 3: (25, 900)}
"""Minutes from detection, by severity."""
SHIPPED = {
    "web-app": 190, "core": 170, "label-renderer": 62, "rate-engine": 50, "api-gateway": 44, "carrier-gateway": 40,
    "tracking-ingest": 34, "webhook-sender": 22, "main-db": 8,
}  # fmt: skip
"""Deployments by service."""
LEAD_DOUBLINGS = {0: 18, 1: 28, 2: 24, 3: 14, 4: 9, 5: 5, 6: 2}
"""Lead time: about this many deployments in a hundred take 3 to 6 hours, 6 to 12, 12 to 24 and so on."""
SLOW = {"core": 150, "label-renderer": 140, "main-db": 160}
"""Lead time in a hundred of the others'."""


class Load(NamedTuple):
    """What one service can do and has to do."""

    service: str
    workers: int
    service_ms: int
    arrivals: list[int]
    """Pieces of work that come in during each sample, as on any other day."""


class Flood(NamedTuple):
    """Half an hour of too many messages, and a calmer time after it; a second each."""

    workers: int
    arriving: int
    after: int


class Incident(NamedTuple):
    """An incident; times are seconds in the window."""

    severity: int
    service: str
    started: int
    detected: int
    resolved: int
    cause: str


class Deployment(NamedTuple):
    """A deployment; `incident` is the place of the incident it caused."""

    deployed: int
    service: str
    lead_hours: int
    rolled_back: bool
    incident: int | None


def service_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `services`: the same in every variant."""
    return [(row["service"], row["kind"], row["owner"]) for row in read_register("services")]


def dependency_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `service_dependencies`."""
    return settle(seed, _make_dependencies, _chain_figures)


def capacity_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `capacity_samples`: in each, the queue is what waited before, plus arrivals, less completed."""
    flood = settle(seed, _make_flood, _flood_figures)
    loads = [_flooded(load, flood) if load.service == FLOODED else load for load in _ordinary_loads(seed)]
    return [row for load in loads for row in _samples(seed, load)]


def incident_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `incidents`: INC-001, then the others in the order in which they began."""
    return [
        (f"INC-{number:03}", row.severity, row.service, stamp(row.started), stamp(row.detected), stamp(row.resolved),
         row.cause)
        for number, row in enumerate(_history(seed)[0], start=1)
    ]  # fmt: skip


def deployment_rows(seed: str, scale: str) -> list[Row]:
    """Rows of `deployments`, in the order in which they happened."""
    return [
        (number, row.service, stamp(row.deployed), row.lead_hours, int(row.rolled_back),
         None if row.incident is None else f"INC-{row.incident + 1:03}")
        for number, row in enumerate(_history(seed)[1], start=1)
    ]  # fmt: skip


def _make_dependencies(key: str) -> list[Row]:
    """The register's dependencies; a service answers everybody who calls it equally often."""
    chance = Stream(key, "service_dependencies", "availability")
    register = read_register("dependencies")
    lost = {row["to_service"]: 0 for row in register}
    spread = {name: 0 if key == PUBLIC[0] else chance.between(-40, 40) for name in lost}
    rows: list[Row] = []
    for row in register:
        missing = round((1 - float(row["availability"])) * 10_000)
        missing = max(2, missing * (100 + spread[row["to_service"]]) // 100)
        p99 = int(row["p99_ms"]) if row["p99_ms"] else None
        if p99 is not None and key != PUBLIC[0]:
            p99 = p99 * chance.between(85, 115) // 100
        rows.append((row["from_service"], row["to_service"], row["mode"], (10_000 - missing) / 10_000, p99))
    return rows


def _chain_figures(rows: Sequence[Row]) -> tuple[float, ...]:
    """PF06: core, the renderer behind it, and both behind a gateway of 99.9 per cent: per cent, minutes lost."""
    found = {(row[0], row[1]): row[3] for row in rows}
    core, renderer = found["api-gateway", "core"], found["core", "label-renderer"]
    together = 0.999 * core * renderer
    return core, renderer, round(100 * together, 2), round((1 - together) * 30 * 1440)


def _make_flood(key: str) -> Flood:
    """PF07: 120 messages a second for 24 workers, then 60; in other variants a flood that drains in whole minutes."""
    if key == PUBLIC[0]:
        return Flood(24, 120, 60)
    return Stream(key, "capacity_samples", "flood").pick([
        flood
        for flood in (Flood(w, a, b) for w in range(18, 33) for a in range(84, 181, 4) for b in range(40, 81, 4))
        if _drain(flood)[1] == 0 and 8 <= _drain(flood)[0] <= 29 and flood.workers * 4 * 110 <= flood.arriving * 100
    ])  # fmt: skip


def _drain(flood: Flood) -> tuple[int, int]:
    """Whole minutes until the queue of half an hour is gone, and what is left of the division."""
    handled = flood.workers * 4
    return divmod(30 * (flood.arriving - handled), handled - flood.after) if handled > flood.after else (0, 1)


def _flood_figures(flood: Flood) -> tuple[float, ...]:
    """Workers, messages a second, messages waiting at the worst moment, minutes to drain, minutes of the last one."""
    handled = flood.workers * 4
    waiting = (flood.arriving - handled) * 2 * QUARTER
    return (*flood, waiting, _drain(flood)[0], round(waiting / handled / 60, 1))


def _ordinary_loads(seed: str) -> list[Load]:
    return settle(seed, _make_loads, _load_figures)


def _make_loads(key: str) -> list[Load]:
    """Every service on ordinary days; in other variants than the documents' the peaks move, and stay below capacity."""
    chance = Stream(key, "capacity_samples", "loads")
    loads = []
    for row in read_register("capacity"):
        peak = int(row["peak_per_s"]) * (1000 if key == PUBLIC[0] else chance.between(820, 990))
        arrivals = [_arrivals(chance, peak, row["rhythm"], moment) for moment in MOMENTS]
        loads.append(Load(row["service"], int(row["workers"]), int(row["service_ms"]), arrivals))
    return loads


def _arrivals(chance: Stream, peak: int, rhythm: str, moment: int) -> int:
    """Work of a quarter of an hour, where `peak` thousandths a second come in the busiest hour."""
    share = RHYTHMS[rhythm][moment % DAY // HOUR] * chance.between(95, 103)
    day = WEEKEND if _is_weekend(moment) else 100
    return peak * QUARTER * share * day // 1_000_000_000


def _is_weekend(moment: int) -> bool:
    return DATES[moment // DAY].weekday() > 4


def _load_figures(loads: Sequence[Load]) -> tuple[float, ...]:
    """Labels a second in the renderer: mean of working days and the busiest quarter; workers busy with these."""
    load = next(load for load in loads if load.service == FIRST_SERVICE)
    working = [number for moment, number in zip(MOMENTS, load.arrivals, strict=True) if not _is_weekend(moment)]
    peak = max(working) / QUARTER
    return round(sum(working) / len(working) / QUARTER, 2), round(peak, 1), round(peak * load.service_ms / 1000, 1)


def _flooded(load: Load, flood: Flood) -> Load:
    """The load for the flood's workers, with half an hour of too much work and half an hour to recover."""
    arrivals = [number * flood.workers // load.workers for number in load.arrivals]
    place = MOMENTS.index(FLOOD)
    arrivals[place : place + 4] = [
        rate * QUARTER for rate in (flood.arriving, flood.arriving, flood.after, flood.after)
    ]
    return load._replace(workers=flood.workers, arrivals=arrivals)


def _samples(seed: str, load: Load) -> list[Row]:
    """The samples of a service that begins with nothing waiting."""
    chance = Stream(seed, "capacity_samples", load.service)
    limit = load.workers * QUARTER * 1000 // load.service_ms
    waiting = 0
    rows: list[Row] = []
    for moment, arrivals in zip(MOMENTS, load.arrivals, strict=True):
        # A few are on their way when a quarter ends, but not where people count what waits.
        left = 0 if load.service == FLOODED else chance.below(1 + arrivals // 800)
        completed = min(limit, waiting + arrivals - left)
        waiting += arrivals - completed
        busy = round(100 * completed / limit)
        rows.append((load.service, stamp(moment), arrivals, completed, waiting, load.workers, busy))
    return rows


@cache
def _history(seed: str) -> tuple[list[Incident], list[Deployment]]:
    """Incidents and deployments, which belong together."""
    return settle(seed, _make_history, _history_figures)


def _make_history(key: str) -> tuple[list[Incident], list[Deployment]]:
    incidents = _make_incidents(key)
    return incidents, _make_deployments(key, incidents)


def _history_figures(history: tuple[list[Incident], list[Deployment]]) -> tuple[float, ...]:
    """Lead time: median, 95th percentile, mean; deployments that failed or went back; minutes to restore, to detect."""
    incidents, deployments = history
    hours = [row.lead_hours for row in deployments]
    causing = sum(row.incident is not None for row in deployments)
    back = sum(row.rolled_back for row in deployments)
    restore = sum(row.resolved - row.started for row in incidents) / 60 / len(incidents)
    detect = sum(row.detected - row.started for row in incidents) / 60 / len(incidents)
    mean = round(sum(hours) / len(hours), 1)
    return quantile(hours, 50), quantile(hours, 95), mean, causing, back, round(restore), round(detect)


def _make_incidents(key: str) -> list[Incident]:
    """INC-001, then one incident in each of equally long stretches of the window."""
    chance = Stream(key, "incidents", "history")
    flood = settle(seed_of(key), _make_flood, _flood_figures)
    drained = FLOOD + 2 * QUARTER + 60 * _drain(flood)[0]
    begin, end = world.OUTAGE
    stretches = [(place * END // OTHERS, (place + 1) * END // OTHERS) for place in range(OTHERS)]
    calm = [(low + 2 * DAY, high - 2 * DAY) for low, high in stretches if not low <= FLOOD < high]
    found = [
        _incident(chance, low, high, cause, severity)
        for (low, high), cause, severity in zip(
            calm, _deal_causes(chance, len(calm)), chance.deal(SEVERITIES, len(calm)), strict=True
        )
    ]
    found.append(Incident(2, FLOODED, FLOOD, FLOOD + 720, drained, "capacity"))
    return [Incident(1, FIRST_SERVICE, begin, FIRST_DETECTED, end, FIRST_CAUSE), *sorted(found, key=_started)]


def _incident(chance: Stream, low: int, high: int, cause: str, severity: int) -> Incident:
    """An incident between two moments, not near INC-001."""
    started = _moment(chance, low, high, cause)
    while abs(started - world.OUTAGE[0]) < 2 * DAY:
        started = _moment(chance, low, high, cause)
    detected = started + 60 * chance.between(*DETECTED[severity])
    resolved = detected + 60 * _tail(chance, *RESTORED[severity])
    wheel = [name for name, share in SUSPECTS[cause].items() for _ in range(share)]
    return Incident(severity, chance.pick(wheel), started, detected, resolved, cause)


def _started(incident: Incident) -> int:
    return incident.started


def _deal_causes(chance: Stream, size: int) -> list[str]:
    """Causes, a varying number of them deployments."""
    return chance.deal(CAUSES | {"deployment": chance.between(11, 20)}, size)


def _moment(chance: Stream, low: int, high: int, cause: str) -> int:
    """A moment; what people do happens in the afternoon of a working day."""
    day = chance.between(low // DAY + 1, high // DAY)
    if cause != "deployment":
        return day * DAY + chance.below(1440) * 60
    while DATES[day].weekday() > 4:
        day -= 1
    return day * DAY + chance.between(12 * 60, 17 * 60) * 60


def _tail(chance: Stream, low: int, high: int) -> int:
    """A number of the range, mostly a small one."""
    return low + (high - low) * chance.below(100) * chance.below(100) // 10_000


def _make_deployments(key: str, incidents: Sequence[Incident]) -> list[Deployment]:
    """A deployment shortly before each incident that one caused, and the many that went well."""
    chance = Stream(key, "deployments", "history")
    shares = chance.vary(LEAD_DOUBLINGS, 25)
    wheel = chance.deal(shares, 200)
    early = chance.between(18, 50)
    causing = [
        Deployment(row.started - 60 * chance.between(4, 70), row.service,
                   _lead_time(row.service, max(chance.pick(wheel), chance.pick(wheel)), chance),
                   chance.below(100) < 80, place)
        for place, row in enumerate(incidents)
        if row.cause == "deployment"
    ]  # fmt: skip
    others = Counter(SHIPPED)
    others.subtract(row.service for row in causing)
    harmless = [
        Deployment(_quiet_moment(chance, service, incidents), service,
                   _lead_time(service, chance.pick(wheel), chance), chance.below(1000) < early, None)
        for service, number in others.items()
        for _ in range(number)
    ]  # fmt: skip
    return sorted(causing + harmless, key=lambda row: row[:3])


def _lead_time(service: str, doublings: int, chance: Stream) -> int:
    """Hours from the first commit to production: most take a day, few take weeks."""
    hours = chance.between(3 << doublings, (6 << doublings) - 1)
    return hours * SLOW.get(service, 100) // 100


def _quiet_moment(chance: Stream, service: str, incidents: Sequence[Incident]) -> int:
    """A working hour that is not near an incident of the same service."""
    while True:
        day = chance.below(len(DATES))
        moment = day * DAY + chance.between(8 * 60, 17 * 60) * 60 + chance.below(60)
        near = any(row.service == service and row.started - DAY < moment < row.resolved + HOUR for row in incidents)
        if DATES[day].weekday() < 5 and not near:
            return moment
