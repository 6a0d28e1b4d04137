"""Numbers and dates in short texts: `1,234`, `$8.45`, `12 %`, `10–20 rows`, `3 March 2025`, `09:30`."""

import re
from collections.abc import Sequence

NUMBER = r"[-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+,\d{1,2}(?!\d)|\d+(?:\.\d+)?)"
SINGLE = re.compile(rf"(?P<before>[^\d−-]*)(?P<number>{NUMBER})(?P<after>\D*)")
INTERVAL = re.compile(rf"(?P<before>[^\d−-]*)(?P<low>{NUMBER})\s*(?:–|to|bis)\s*(?P<high>{NUMBER})(?P<after>\D*)")
ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})(?:-(?P<day>\d{2}))?(?:[ T](?P<time>\d{1,2}:\d{2}(?::\d{2})?))?")
CLOCK = re.compile(r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?: (?:UTC|Uhr))?")
DAY = re.compile(r"(?:(?P<day>\d{1,2})\.? )?(?P<month>[^\W\d_]+)(?: (?P<late>\d{1,2}),)?(?: (?P<year>\d{4}))?")
Moment = tuple[int, int, int, str]
"""Year, month, day (0 where not said) and the time of day with two digits an hour."""


def numbers_of(texts: Sequence[str]) -> list[float] | None:
    """The number of each text, where all hold exactly one with the same words around it; else None."""
    found = [SINGLE.fullmatch(text.strip().strip("`")) for text in texts]
    matches = [match for match in found if match]
    if len(matches) < len(texts) or len({(match["before"], match["after"]) for match in matches}) > 1:
        return None
    return [_number(match["number"]) for match in matches]


def intervals_of(texts: Sequence[str]) -> list[tuple[float, float]] | None:
    """Low and high end of each text, where all are intervals such as `10–20 rows`; else None."""
    found = [INTERVAL.fullmatch(text.strip()) for text in texts]
    ends = [(_number(match["low"]), _number(match["high"])) for match in found if match]
    return ends if len(ends) == len(texts) else None


def _number(text: str) -> float:
    plain = text.replace("−", "-")
    if re.fullmatch(r"-?\d+,\d{1,2}", plain):
        return float(plain.replace(",", "."))
    return float(plain.replace(",", ""))


def dates_of(texts: Sequence[str], months: Sequence[str] = ()) -> list[Moment] | None:
    """The date or time of each text, where all are dates or all are times; else None. ``months`` are names, folded."""
    found = [_moment(text.strip().strip("`'"), months) for text in texts]
    known = [moment for moment in found if moment]
    if len(known) < len(texts) or len({tuple(bool(part) for part in moment) for moment in known}) > 1:
        return None
    return known


def _moment(text: str, months: Sequence[str]) -> Moment | None:
    if iso := ISO.fullmatch(text):
        return int(iso["year"]), int(iso["month"]), int(iso["day"] or 0), iso["time"].zfill(5) if iso["time"] else ""
    if clock := CLOCK.fullmatch(text):
        return 0, 0, 0, clock["time"].zfill(5)
    day = DAY.fullmatch(text)
    if day and day["month"].casefold() in months:
        month = months.index(day["month"].casefold()) + 1
        return int(day["year"] or 0), month, int(day["day"] or day["late"] or 0), ""
    return None
