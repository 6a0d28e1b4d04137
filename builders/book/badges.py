"""Small facts beside a title: the Bloom badge, a time, a number."""

from __future__ import annotations

from html import escape

from builders.book.context import Book
from builders.course import Bloom


def bloom_badge(book: Book, level: str) -> str:
    """Return the badge of a Bloom level: its name, and six steps of which as many are filled as its rank."""
    bloom = Bloom(level)
    name, rank = book.words(f"book.bloom-{level}"), book.words("book.bloom-rank", rank=bloom.rank)
    steps = f'<span class="bloom-steps" data-rank="{bloom.rank}" aria-hidden="true"></span>'
    return f'<span class="bloom" title="{escape(rank)}">{steps}{escape(name)}</span>'


def tidy(number: float) -> float | int:
    """Return a whole number without its decimal point."""
    return int(number) if number == int(number) else number


def duration(book: Book, minutes: float) -> str:
    """Return a time in words: hours where it is at least two of them, in halves, else minutes."""
    if minutes >= 120 and minutes % 30 == 0:
        return book.words("book.hours", n=tidy(minutes / 60))
    return book.words("book.minutes", n=tidy(minutes))
