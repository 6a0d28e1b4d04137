"""Compare the result of a query with the expected one."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from builders.data.query import Result, Row, Value


@dataclass(frozen=True)
class Difference:
    """What is different about a result. `reason` gives away nothing of the expected rows."""

    reason: str
    missing: Row | None = None
    """The first expected row that is not there."""
    extra: Row | None = None
    """The first row that is not expected."""

    def __str__(self) -> str:
        """The reason and the rows, for authors and instructors."""
        parts = [self.reason]
        if self.missing is not None:
            parts.append(f"expected {_show(self.missing)}")
        if self.extra is not None:
            parts.append(f"found {_show(self.extra)}")
        return "; ".join(parts)


def compare(expected: Result, actual: Result, *, ordered: bool, tolerance: float) -> Difference | None:
    """What is different about `actual`, or None where both hold the same rows.

    Column names do not count, only their number. Rows are compared as a multiset, and one by
    one if `ordered`. Two numbers of which one at least is a float are the same up to
    `tolerance`, an absolute difference; whole numbers are compared exactly, and 3 is 3.0.
    """
    if expected.truncated:
        return Difference("the expected result was cut off; it cannot be compared")
    if len(expected.columns) != len(actual.columns):
        found = _count(len(actual.columns), "column")
        return Difference(f"{found}, but {len(expected.columns)} expected")
    missing, extra = _unmatched(expected.rows, actual.rows, tolerance)
    if missing or extra or actual.truncated:
        return _row_difference(expected, actual, missing, extra)
    return _order_difference(expected.rows, actual.rows, tolerance) if ordered else None


def _row_difference(expected: Result, actual: Result, missing: Sequence[Row], extra: Sequence[Row]) -> Difference:
    first_missing = missing[0] if missing else None
    first_extra = extra[0] if extra else None
    if actual.truncated:
        reason = f"more than {_count(len(actual.rows), 'row')}, but {len(expected.rows)} expected"
    elif len(expected.rows) != len(actual.rows):
        reason = f"{_count(len(actual.rows), 'row')}, but {len(expected.rows)} expected"
    else:
        reason = f"{len(missing)} of {_count(len(expected.rows), 'row')} not as expected"
    return Difference(reason, first_missing, first_extra)


def _order_difference(expected: Sequence[Row], actual: Sequence[Row], tolerance: float) -> Difference | None:
    for number, (wanted, found) in enumerate(zip(expected, actual, strict=True), start=1):
        if not _same_row(wanted, found, tolerance):
            return Difference(f"the right rows in another order, from row {number} on", wanted, found)
    return None


def _unmatched(expected: Sequence[Row], actual: Sequence[Row], tolerance: float) -> tuple[list[Row], list[Row]]:
    """The expected rows without a partner and the actual rows without one, each in its order."""
    missing, extra = _left_over(expected, actual), _left_over(actual, expected)
    if not tolerance or not missing or not extra:
        return missing, extra
    groups: defaultdict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((missing, extra)):
        for index, row in enumerate(rows):
            groups[_shape(row)][side].append(index)
    pairs: dict[int, int] = {}
    for left, right in groups.values():
        pairs |= _pairs(missing, left, extra, right, tolerance)
    taken = set(pairs.values())
    return (
        [row for index, row in enumerate(missing) if index not in pairs],
        [row for index, row in enumerate(extra) if index not in taken],
    )


def _left_over(rows: Sequence[Row], others: Iterable[Row]) -> list[Row]:
    """The rows that are not among the others, as often as they are missing there."""
    there = Counter(others)
    left = []
    for row in rows:
        if there[row]:
            there[row] -= 1
        else:
            left.append(row)
    return left


def _shape(row: Row) -> Hashable:
    """What must be exactly equal: everything but the numbers."""
    return tuple("number" if _is_number(value) else (type(value).__name__, value) for value in row)


def _pairs(
    missing: Sequence[Row], left: Sequence[int], extra: Sequence[Row], right: Sequence[int], tolerance: float
) -> dict[int, int]:
    """As many pairs of equal rows as there can be: places in `missing` to places in `extra`.

    A greedy choice is not enough, since a row can be near two others, one of which has no other
    partner; so a new row may push earlier pairs aside (augmenting paths, Berge 1957).
    """
    near = _Near(extra, right, tolerance)
    partner: dict[int, int] = {}
    holder: dict[int, int] = {}
    for start in left:
        came_from: dict[int, int] = {}
        queue = [start]
        end = None
        while queue and end is None:
            index = queue.pop()
            for candidate in near.rows(missing[index]):
                if candidate in came_from:
                    continue
                came_from[candidate] = index
                if candidate not in holder:
                    end = candidate
                    break
                queue.append(holder[candidate])
        while end is not None:
            index = came_from[end]
            holder[end], partner[index], end = index, end, partner.get(index)
    return partner


class _Near:
    """Finds rows that are the same up to the tolerance, sorted by the number that tells most apart."""

    def __init__(self, rows: Sequence[Row], places: Sequence[int], tolerance: float) -> None:
        self._rows = rows
        self._tolerance = tolerance
        width = len(rows[places[0]]) if places else 0
        self._column = max(range(width), key=lambda column: len({_number(rows[i][column]) for i in places}), default=0)
        self._sorted = sorted((_number(rows[place][self._column]), place) for place in places)

    def rows(self, row: Row) -> Iterator[int]:
        """The places of the rows that are the same as this one."""
        wanted = _number(row[self._column])
        # A little wider than the tolerance, for the rounding of the subtraction.
        margin = self._tolerance * 1.001
        for at in range(bisect_left(self._sorted, (wanted - margin, -1)), len(self._sorted)):
            number, place = self._sorted[at]
            if number > wanted + margin:
                break
            if _same_row(row, self._rows[place], self._tolerance):
                yield place


def _number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0


def _same_row(expected: Row, actual: Row, tolerance: float) -> bool:
    return all(_same(one, other, tolerance) for one, other in zip(expected, actual, strict=True))


def _same(expected: Value, actual: Value, tolerance: float) -> bool:
    if expected == actual:
        return True
    if isinstance(expected, int | float) and isinstance(actual, int | float):
        a_float = isinstance(expected, float) or isinstance(actual, float)
        return a_float and abs(expected - actual) <= tolerance
    return False


def _is_number(value: Value) -> bool:
    return isinstance(value, int | float)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _show(row: Row) -> str:
    return "(" + ", ".join("NULL" if value is None else repr(value) for value in row) + ")"


def largest_gap(expected: Result, actual: Result) -> float | None:
    """How far the numbers of two results are apart at most, in percent; None where more than numbers differs."""
    if len(expected.columns) != len(actual.columns) or len(expected.rows) != len(actual.rows):
        return None
    pairs = list(zip(sorted(expected.rows, key=_by_texts), sorted(actual.rows, key=_by_texts), strict=True))
    if any(_texts(one) != _texts(other) for one, other in pairs):
        return None
    return max((_row_gap(one, other) for one, other in pairs), default=0.0)


def _texts(row: Row) -> tuple[str, ...]:
    return tuple("" if _is_number(value) else repr(value) for value in row)


def _by_texts(row: Row) -> tuple[tuple[str, ...], tuple[float, ...]]:
    return _texts(row), tuple(_number(value) for value in row)


def _row_gap(one: Row, other: Row) -> float:
    numbers = [(_number(left), _number(right)) for left, right in zip(one, other, strict=True)]
    return max((100 * abs(a - b) / max(abs(a), abs(b)) for a, b in numbers if a != b), default=0.0)
