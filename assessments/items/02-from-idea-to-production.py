"""Functions that the practice items of module 02 compute their keys with."""

from __future__ import annotations

from sqlite3 import Connection
from typing import Any


def _three(given: dict[str, Any]) -> list[tuple[float, float, float]]:
    plan = given["plan"]
    return [(plan[f"{name}o"], plan[f"{name}m"], plan[f"{name}p"]) for name in "abc"]


def mean_of_plan(connection: Connection, given: dict[str, Any]) -> float:
    """Mean of three pieces of work together, in days."""
    return sum(low + 4 * likely + high for low, likely, high in _three(given)) / 6


def sum_of_likely(connection: Connection, given: dict[str, Any]) -> float:
    """The likely values added, which lie below the mean."""
    return sum(likely for _, likely, _ in _three(given))


def plain_mean_of_plan(connection: Connection, given: dict[str, Any]) -> float:
    """All three numbers weighed alike."""
    return sum(low + likely + high for low, likely, high in _three(given)) / 3


def sum_of_high(connection: Connection, given: dict[str, Any]) -> float:
    """The high values added, as if everything went wrong."""
    return sum(high for _, _, high in _three(given))
