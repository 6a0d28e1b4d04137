"""How far local time is ahead of UTC, in minutes, summer time included.

The rules are written out, so that no installed time zone data can change a row.
"""

from clock import at
from world import TIME_ZONES

Spans = tuple[tuple[int, int], ...]
"""Moments (seconds in the window) from and up to which summer time holds."""


def _american(base: int) -> Spans:
    """From the second Sunday of March to the first of November, at 2 o'clock local time."""
    changes = (("2024-03-10", "2024-11-03"), ("2025-03-09", "2025-11-02"))
    return tuple((at(f"{begin} 02:00:00") - base * 60, at(f"{end} 01:00:00") - base * 60) for begin, end in changes)


def _european() -> Spans:
    """From the last Sunday of March to the last of October, at 1 o'clock UTC."""
    changes = (("2024-03-31", "2024-10-27"), ("2025-03-30", "2025-10-26"))
    return tuple((at(f"{begin} 01:00:00"), at(f"{end} 01:00:00")) for begin, end in changes)


def _australian(base: int) -> Spans:
    """From the first Sunday of October to the first of April, at 2 o'clock standard time."""
    changes = (("2023-10-01", "2024-04-07"), ("2024-10-06", "2025-04-06"))
    return tuple((at(f"{begin} 02:00:00") - base * 60, at(f"{end} 02:00:00") - base * 60) for begin, end in changes)


_BASES = {
    "America/New_York": -300, "America/Toronto": -300, "America/Chicago": -360, "America/Denver": -420,
    "America/Los_Angeles": -480, "America/Vancouver": -480, "Europe/London": 0, "Europe/Dublin": 0,
    "Australia/Sydney": 600, "Australia/Melbourne": 600, "Australia/Perth": 480,
}  # fmt: skip
_CENTRAL_EUROPE = 60


def _rule(zone: str) -> tuple[int, Spans]:
    base = _BASES.get(zone, _CENTRAL_EUROPE)
    if zone.startswith("America/"):
        return base, _american(base)
    if zone.startswith("Europe/"):
        return base, _european()
    return base, () if zone == "Australia/Perth" else _australian(base)


_RULES = {zone: _rule(zone) for zones in TIME_ZONES.values() for zone in zones}


def offset_minutes(zone: str, moment: int) -> int:
    """Minutes by which local time is ahead of UTC at a moment."""
    base, summers = _RULES[zone]
    for begin, end in summers:
        if begin <= moment < end:
            return base + 60
    return base
