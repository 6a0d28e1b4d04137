"""Numbers in short texts: `1,234`, `$8.45`, `12 %`, `10–20 rows`."""

import re
from collections.abc import Sequence

NUMBER = r"[-−]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+,\d{1,2}(?!\d)|\d+(?:\.\d+)?)"
SINGLE = re.compile(rf"(?P<before>[^\d−-]*)(?P<number>{NUMBER})(?P<after>\D*)")
INTERVAL = re.compile(rf"(?P<before>[^\d−-]*)(?P<low>{NUMBER})\s*(?:–|to|bis)\s*(?P<high>{NUMBER})(?P<after>\D*)")


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
