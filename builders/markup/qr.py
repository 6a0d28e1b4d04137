"""Addresses as QR codes, drawn for print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

import segno

QUIET = 4
"""Modules of white around a code, which readers need."""


def qr_code(address: str, alt: str) -> str:
    """Return the QR code of an address as an inline ``<svg>`` with its quiet zone; ``alt`` is its text.

    Up to 15 % of it may be hidden or dirty (level M).
    """
    rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
    side = len(rows) + 2 * QUIET
    shape = "".join(bar for number, row in enumerate(rows) for bar in bars(row, number + QUIET))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="qr-code" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label="{escape(alt)}"><path d="{shape}"/></svg>'
    )


def bars(row: Sequence[int], y: int) -> Iterator[str]:
    """Yield the dark bars of a row as pieces of a path."""
    x = QUIET
    for dark, modules in groupby(row):
        width = len(list(modules))
        if dark:
            yield f"M{x} {y}h{width}v1h-{width}z"
        x += width
