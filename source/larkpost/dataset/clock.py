"""Time inside the data window: whole seconds since it opened, written as UTC text."""

from datetime import date, datetime, timedelta

OPENS = date(2024, 1, 1)
CLOSES = date(2025, 7, 1)
"""The first day that is no longer part of the window."""

DAYS = (CLOSES - OPENS).days
DAY = 86_400
HOUR = 3_600
END = DAYS * DAY

DATES = [OPENS + timedelta(days=number) for number in range(DAYS)]
_DAY_TEXT = [f"{day.isoformat()} " for day in DATES]
# Local time can lie on the day before the window or after it.
_LOCAL_DAY_TEXT = [f"{(OPENS + timedelta(days=number)).isoformat()} " for number in range(-1, DAYS + 1)]
_MINUTE_TEXT = [f"{minute // 60:02}:{minute % 60:02}:" for minute in range(1440)]
_SECOND_TEXT = [f"{second:02}" for second in range(60)]


def at(text: str) -> int:
    """Seconds from the opening of the window to 'YYYY-MM-DD' or 'YYYY-MM-DD HH:MM:SS'."""
    opened = datetime(OPENS.year, OPENS.month, OPENS.day)
    return int((datetime.fromisoformat(text) - opened).total_seconds())


def stamp(seconds: int) -> str:
    """The UTC text of a moment in the window."""
    day, rest = divmod(seconds, DAY)
    minute, second = divmod(rest, 60)
    return _DAY_TEXT[day] + _MINUTE_TEXT[minute] + _SECOND_TEXT[second]


def local_stamp(seconds: int) -> str:
    """The text of a local time, which may lie up to a day outside the window."""
    day, rest = divmod(seconds, DAY)
    minute, second = divmod(rest, 60)
    return _LOCAL_DAY_TEXT[day + 1] + _MINUTE_TEXT[minute] + _SECOND_TEXT[second]


def stamp_or_null(seconds: int | None) -> str | None:
    """The UTC text of a moment, or None for one that has not come."""
    return None if seconds is None else stamp(seconds)


def is_month_end(day: date) -> bool:
    """Whether the next day belongs to another month."""
    return (day + timedelta(days=1)).day == 1


def anniversaries(moment: int, until: int) -> list[int]:
    """Midnights of the day of `moment` and of the same day of each later month, before `until`.

    A day that a month lacks falls on the last day of that month.
    """
    first = DATES[moment // DAY]
    found: list[int] = []
    for month in range(19):
        midnight = (_months_later(first, month) - OPENS).days * DAY
        if midnight >= until:
            break
        found.append(midnight)
    return found


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))
