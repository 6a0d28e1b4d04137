"""What the pages of the body are called: counted through the book, or group by group in loose leaves (5-12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from builders.pdf import Label


@dataclass(frozen=True)
class Group:
    """Pages that are counted together: how they are called, and the number in the book of the first of them."""

    name: str
    first: int


def page_label(number: int, groups: Sequence[Group]) -> Label:
    """Return what the page with this number in the book is called; without groups, by its number."""
    begun = [group for group in groups if group.first <= number]
    return Label("D", number - begun[-1].first + 1, f"{begun[-1].name}-") if begun else Label("D", number)


def page_labels(pages: Mapping[str, int], groups: Sequence[Group]) -> dict[str, str]:
    """Return what the page of each id is called."""
    return {name: page_label(number, groups).text for name, number in pages.items()}
