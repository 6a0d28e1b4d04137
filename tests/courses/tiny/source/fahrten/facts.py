"""Zahlen, die sich in einer Abfrage schlecht rechnen."""

import sqlite3
import statistics


def median_km(connection: sqlite3.Connection) -> float:
    """Die mittlere Fahrt: die eine Hälfte ist kürzer, die andere länger."""
    return statistics.median(km for (km,) in connection.execute("SELECT km FROM fahrten"))
