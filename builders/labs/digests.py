"""Digests of a result: enough to tell whether another result is the same, not enough to read it.

A value is a list of entries (rows, or the entries of a list), each a shape and its leaves. Leaves that may
differ by a tolerance are snapped to a grid before hashing. Lest a number beside a border of the grid be
snapped to another cell than its neighbour, each such number has a grid of its own, moved so that it lies in
the middle of its cell; only the move is published, in sixteenths of a cell (a secure sketch: Dodis, Reyzin and
Smith 2004). The hash is scrypt, so that trying many guesses is slow.

Short hashes of single entries, of a few bits each, serve to point at the first entry that does not belong.
"""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, scrypt
from typing import Any

from builders.data.limited import JSON

Leaf = None | bool | int | float | str

GREATEST = 1e150
"""Numbers that are greater have no grid, on which they would have no place: they are compared exactly."""
NOISE = 1e-6
"""How far two floating-point numbers may be apart where the author asks for no tolerance."""
CELL = 2.25
"""Size of a cell of the grid in tolerances: a number off by the tolerance stays in its cell."""
MOVES = 16
COST = 2**14
"""Cost of scrypt: about 50 ms and 16 MB for each guess."""
EXPLORED = 6
"""Numbers of an entry that its short hash looks at; each doubles the work of finding it."""
COARSE = 16
"""Size of a cell in tolerances where numbers are looked at roughly, so that few lie beside a border."""
MOST_ASKED = 200
"""Entries that are asked to give way to another one; a bound, since a learner's result may be anything."""
RARE = 64
"""Of so many wrong entries one is taken for a right one: entries have short hashes that share little."""


@dataclass(frozen=True)
class Entry:
    """A row or value taken apart: its structure, with a dot for each leaf, and the leaves in order."""

    shape: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Digest:
    """What is published of a result."""

    entries: int
    floats: tuple[int, ...]
    """The leaves of each entry that are numbers with a tolerance."""
    moves: str
    """For each of them, entry by entry, the move of its grid; "-" where there is no number."""
    hash: str
    order: str | None = None
    """The hash of the same entries in the order asked for, if one is."""
    bits: int = 0
    short: tuple[int, ...] = ()
    """Short hashes of single entries: in their order where it is asked for, else sorted."""


@dataclass(frozen=True)
class Settings:
    """How results of a task are compared, and what salts their hashes."""

    salt: str
    tolerance: float = 0.0
    ordered: bool = False

    @property
    def margin(self) -> float:
        """How far two numbers with decimals may be apart."""
        return self.tolerance or NOISE


def entry_of(value: JSON) -> Entry:
    """Take a value apart; a float that is whole up to noise counts as an integer."""
    leaves: list[Leaf] = []
    return Entry(_shape(value, leaves), tuple(leaves))


def _shape(value: JSON, leaves: list[Leaf]) -> str:
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{_shape(value[key], leaves)}" for key in sorted(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([_shape(entry, leaves) for entry in value]) + "]"
    leaves.append(value)
    return "."


def make_digest(entries: Sequence[Entry], settings: Settings, *, hints: bool) -> Digest:
    """Return the digest of a result, with short hashes of its entries if ``hints``."""
    floats = _floats(entries)
    arranged = sorted(entries, key=lambda entry: _sort_key(entry, floats))
    moves = "".join(_move(entry.leaves[index], settings) for entry in arranged for index in _at(entry, floats))
    bits = _bits(len(entries)) if hints and len(entries) > 1 else 0
    short = [_short(entry, _own_cells(entry, floats, settings), settings, bits) for entry in entries] if bits else []
    blank = Digest(len(entries), floats, moves, "", None, bits, tuple(short if settings.ordered else sorted(short)))
    snapped = _snapped(entries, blank, settings)
    order = _slow(snapped, settings, "order") if settings.ordered and len(entries) > 1 else None
    return Digest(len(entries), floats, moves, _slow(sorted(snapped), settings), order, bits, blank.short)


def is_same(entries: Sequence[Entry], expected: Digest, settings: Settings) -> bool:
    """Whether entries are the expected ones, in any order."""
    if len(entries) != expected.entries:
        return False
    return _slow(sorted(_snapped(entries, expected, settings)), settings) == expected.hash


def in_order(entries: Sequence[Entry], expected: Digest, settings: Settings) -> bool:
    """Whether entries that are the same are in the order asked for, if one is."""
    return expected.order is None or _slow(_snapped(entries, expected, settings), settings, "order") == expected.order


def strangers(entries: Sequence[Entry], expected: Digest, settings: Settings) -> tuple[int, ...]:
    """Return the places of entries that do not belong, as far as short hashes tell.

    An entry that is there too often is one as well.
    """
    if not expected.bits:
        return ()
    choices = [sorted(_candidates(entry, expected, settings)) for entry in entries]
    room = Counter(expected.short)
    holders: defaultdict[int, list[int]] = defaultdict(list)
    return tuple(place for place in range(len(entries)) if not _takes(place, choices, room, holders, set()))


def _takes(
    place: int,
    choices: Sequence[Sequence[int]],
    room: Mapping[int, int],
    holders: Mapping[int, list[int]],
    asked: set[int],
) -> bool:
    """Whether an entry finds an expected one of its own; others give way where they find another (Kuhn 1955)."""
    for code in choices[place]:
        if len(holders[code]) < room.get(code, 0):
            holders[code].append(place)
            return True
    for code in choices[place]:
        if code in asked or len(asked) >= MOST_ASKED:
            continue
        asked.add(code)
        for other in holders[code]:
            if _takes(other, choices, room, holders, asked):
                holders[code].remove(other)
                holders[code].append(place)
                return True
    return False


def first_wrong(entries: Sequence[Entry], expected: Digest, settings: Settings) -> int | None:
    """Return the place of the first entry that is not the one expected there, as far as short hashes tell."""
    for place, (entry, code) in enumerate(zip(entries, expected.short, strict=False)):
        if code not in _candidates(entry, expected, settings):
            return place
    return None


def is_sturdy(entries: Sequence[Entry], expected: Digest, settings: Settings) -> bool:
    """Whether results that differ by almost the tolerance, this way and that, are still recognised."""
    exact = _snapped(entries, expected, settings)
    for sign in (1, -1):
        moved = [_moved(entry, place, expected, settings, sign) for place, entry in enumerate(entries)]
        if _snapped(moved, expected, settings) != exact:
            return False
    return True


def _moved(entry: Entry, place: int, expected: Digest, settings: Settings, sign: int) -> Entry:
    leaves = list(entry.leaves)
    for index in _at(entry, expected.floats):
        value = leaves[index]
        if _is_number(value):
            leaves[index] = value + sign * (-1) ** (place + index) * 0.99 * settings.margin
    return Entry(entry.shape, tuple(leaves))


def as_json(digest: Digest) -> dict[str, Any]:
    """Return a digest as plain data, without what is empty."""
    return {key: value for key, value in vars(digest).items() if value not in (None, (), "", 0) or key == "entries"}


def from_json(data: dict[str, Any]) -> Digest:
    """Return the digest that plain data holds."""
    return Digest(
        data["entries"],
        tuple(data.get("floats", ())),
        data.get("moves", ""),
        data["hash"],
        data.get("order"),
        data.get("bits", 0),
        tuple(data.get("short", ())),
    )


def _is_number(value: Leaf) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < GREATEST


def _floats(entries: Sequence[Entry]) -> tuple[int, ...]:
    found = {
        index
        for entry in entries
        for index, leaf in enumerate(entry.leaves)
        if isinstance(leaf, float) and math.isfinite(leaf)
    }
    return tuple(sorted(found))


def _at(entry: Entry, floats: Sequence[int]) -> list[int]:
    return [index for index in floats if index < len(entry.leaves)]


def _sort_key(entry: Entry, floats: Sequence[int]) -> tuple[Any, ...]:
    """Order by what is exact first, so that noise in numbers does not change the order."""
    inexact = set(floats)
    exact = [_exact(leaf) for index, leaf in enumerate(entry.leaves) if index not in inexact]
    return (entry.shape, exact, [_rank(entry.leaves[index]) for index in _at(entry, floats)])


def _rank(leaf: Leaf) -> tuple[int, float]:
    return (1, float(leaf)) if _is_number(leaf) else (0, 0.0)  # type: ignore[arg-type]


def _exact(leaf: Leaf) -> str:
    """Return a leaf as text that is the same for 3 and 3.0, and tells 3 from "3" and true."""
    if isinstance(leaf, float) and math.isfinite(leaf):
        near = round(leaf)
        return str(near) if abs(leaf - near) <= 1e-9 * max(1.0, abs(leaf)) else repr(leaf)
    return json.dumps(leaf)


def _move(leaf: Leaf, settings: Settings) -> str:
    if not _is_number(leaf):
        return "-"
    place = float(leaf or 0) / (CELL * settings.margin)
    return f"{min(MOVES - 1, int((place - round(place) + 0.5) * MOVES)):x}"


def _snapped(entries: Sequence[Entry], expected: Digest, settings: Settings) -> list[str]:
    """Return each entry as text, its numbers snapped to the grids of the expected result, in the order given."""
    order = sorted(range(len(entries)), key=lambda place: _sort_key(entries[place], expected.floats))
    moves = iter(expected.moves)
    texts = [""] * len(entries)
    for place in order:
        entry = entries[place]
        cells = {index: _cell(entry.leaves[index], next(moves, "-"), settings) for index in _at(entry, expected.floats)}
        leaves = [cells.get(index, _exact(leaf)) for index, leaf in enumerate(entry.leaves)]
        texts[place] = json.dumps([entry.shape, leaves])
    return texts


def _cell(leaf: Leaf, move: str, settings: Settings) -> str:
    if move == "-" or not _is_number(leaf):
        return _exact(leaf)
    offset = (int(move, 16) + 0.5) / MOVES - 0.5
    return f"~{round(float(leaf or 0) / (CELL * settings.margin) - offset)}"


def _slow(texts: Sequence[str], settings: Settings, use: str = "") -> str:
    return _hash("\n".join(texts), f"{settings.salt}/{use}")


@lru_cache(maxsize=1024)
def _hash(text: str, salt: str) -> str:
    return scrypt(text.encode(), salt=salt.encode(), n=COST, r=8, p=1, maxmem=64 << 20, dklen=12).hex()


def _bits(entries: int) -> int:
    return min(16, math.ceil(math.log2(RARE * entries)))


def _short(entry: Entry, cells: dict[int, int], settings: Settings, bits: int) -> int:
    leaves = [f"~{cells.get(index, '')}" if index in cells else _exact(leaf) for index, leaf in enumerate(entry.leaves)]
    text = json.dumps([settings.salt, entry.shape, leaves])
    return int.from_bytes(blake2b(text.encode(), digest_size=4).digest()) >> (32 - bits)


def _own_cells(entry: Entry, floats: Sequence[int], settings: Settings) -> dict[int, int]:
    return {
        index: round(float(entry.leaves[index] or 0) / (COARSE * settings.margin)) if rank < EXPLORED else 0
        for rank, index in enumerate(_at(entry, floats))
        if _is_number(entry.leaves[index])
    }


def _candidates(entry: Entry, expected: Digest, settings: Settings) -> set[int]:
    """Return the short hashes of all entries that this one may stand for: each number in its cell or the next."""
    lower, upper = (
        _own_cells(_shifted(entry, expected.floats, side * settings.margin), expected.floats, settings)
        for side in (-1, 1)
    )
    choices = [sorted({lower[index], upper[index]}) for index in lower]
    return {
        _short(entry, dict(zip(lower, cells, strict=True)), settings, expected.bits)
        for cells in itertools.product(*choices)
    }


def _shifted(entry: Entry, floats: Sequence[int], by: float) -> Entry:
    inexact = set(floats)
    leaves = (
        leaf + by if index in inexact and _is_number(leaf) else leaf  # type: ignore[operator]
        for index, leaf in enumerate(entry.leaves)
    )
    return Entry(entry.shape, tuple(leaves))
