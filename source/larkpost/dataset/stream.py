"""Whole-number chance that never changes.

A stream is keyed BLAKE2b in counter mode, so the same key gives the same numbers on every
Python version, and drawing more for one table leaves every other table as it was.
Shares are dealt by exact quota and then shuffled: a planted fact never depends on luck.
"""

from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import chain, count
from struct import Struct, unpack
from typing import TypeVar

T = TypeVar("T")

_EIGHT_NUMBERS = Struct("<8Q").unpack


class Stream:
    """Numbers for one purpose, keyed by variant, table and purpose."""

    def __init__(self, variant: str, table: str, purpose: str) -> None:
        name = "\x1f".join((variant, table, purpose))
        self._key = blake2b(name.encode(), digest_size=32).digest()
        self._next = _numbers(self._key).__next__
        self._batches = 0

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, `limit`."""
        return self._next() * limit >> 64

    def many(self, limit: int, size: int) -> list[int]:
        """`size` whole numbers below `limit` at once, sixteen from each digest: the cheap way to fill a column."""
        self._batches += 1
        person = self._batches.to_bytes(8, "little")
        blocks = [
            blake2b(block.to_bytes(8, "little"), key=self._key, person=person).digest()
            for block in range(-(-size // 16))
        ]
        numbers = unpack(f"<{len(blocks) * 16}I", b"".join(blocks))
        return [number * limit >> 32 for number in numbers[:size]]

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible."""
        return low + (self._next() * (high - low + 1) >> 64)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices, each as likely as the next."""
        return choices[self._next() * len(choices) >> 64]

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """All the things in a new order (Fisher and Yates)."""
        result = list(things)
        number = self._next
        for last in range(len(result) - 1, 0, -1):
            other = number() * (last + 1) >> 64
            result[last], result[other] = result[other], result[last]
        return result

    def sample(self, things: Sequence[T], size: int) -> list[T]:
        """`size` of the things (all, where there are fewer), in a new order."""
        return self.shuffled(things)[:size]

    def deal(self, shares: Mapping[T, int], size: int) -> list[T]:
        """`size` labels in the exact proportion of their shares, shuffled."""
        quotas = apportion(size, list(shares.values()))
        dealt = [label for label, quota in zip(shares, quotas, strict=True) for _ in range(quota)]
        return self.shuffled(dealt)

    def vary(self, shares: Mapping[T, int], percent: int) -> dict[T, int]:
        """The shares, each moved by up to `percent` of itself, so that variants differ."""
        return {label: share * (1000 + self.between(-10 * percent, 10 * percent)) for label, share in shares.items()}


def _numbers(key: bytes) -> Iterator[int]:
    keyed = blake2b(key=key)

    def numbers_of(block: int) -> tuple[int, ...]:
        digest = keyed.copy()
        digest.update(block.to_bytes(8, "little"))
        return _EIGHT_NUMBERS(digest.digest())

    return chain.from_iterable(map(numbers_of, count()))


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Split `total` in proportion to the weights; largest remainders get the odd ones."""
    whole = sum(weights)
    quotas = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for index in by_remainder[: total - sum(quotas)]:
        quotas[index] += 1
    return quotas
