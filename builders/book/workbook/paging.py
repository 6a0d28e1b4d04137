"""The page numbers of the standard edition in the margins of large print, so that "turn to page 41" works in both."""

from __future__ import annotations

from collections.abc import Mapping

from builders.pdf import Align, Face, Slot, Spot, Stamp

FACE, SIZE = Face("IBM Plex Sans"), 18.0
LEFT, WIDTH = 25.0, 38.0
"""Points from the left edge of a right-hand sheet, and the width of the numbers' column, which ends before the text."""

BASELINE = 16.0
"""Points from the top of what a number stands beside to its baseline."""


def margin_stamps(standard: Mapping[str, Spot], anchors: Mapping[str, Spot]) -> dict[int, tuple[Stamp, ...]]:
    """Return the stamps of each page: the number of a standard page where the first of its ids stands."""
    firsts: dict[int, tuple[float, str]] = {}
    for name, spot in standard.items():
        if name in anchors:
            firsts[spot.page] = min(firsts.get(spot.page, (spot.y, name)), (spot.y, name))
    found: dict[int, list[Stamp]] = {}
    for page, (_, name) in sorted(firsts.items()):
        spot = anchors[name]
        slot = Slot(spot.page, "margin", "", LEFT, spot.y + BASELINE, WIDTH, FACE, SIZE)
        found.setdefault(spot.page, []).append(Stamp(slot, str(page), Align.RIGHT))
    return {page: tuple(stamps) for page, stamps in found.items()}
