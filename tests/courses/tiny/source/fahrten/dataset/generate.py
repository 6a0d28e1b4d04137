"""Macht eine kleine Datenbank: Räder und ihre Fahrten, in jeder Variante andere."""

import argparse
import random
import sqlite3

SCHEMA = """
CREATE TABLE raeder (rad_id INTEGER PRIMARY KEY, name TEXT NOT NULL, gekauft TEXT);
CREATE TABLE fahrten (
    fahrt_id INTEGER PRIMARY KEY, rad_id INTEGER NOT NULL REFERENCES raeder, tag TEXT NOT NULL, km REAL NOT NULL
);
"""
NAMES = ("Blitz", "Donner", "Wind, der leise", "Regen")

parser = argparse.ArgumentParser(description=__doc__)
for option in ("--variant", "--scale", "--out", "--seed"):
    parser.add_argument(option)
words = parser.parse_args()
chance = random.Random(words.seed or words.variant)  # the same every time, on purpose
trips = chance.randrange(20, 40) if words.scale == "tiny" else chance.randrange(200, 900)
connection = sqlite3.connect(words.out)
connection.executescript(SCHEMA)
bikes = [(number, name, None if number == 4 else "2025-03-01") for number, name in enumerate(NAMES, start=1)]
connection.executemany("INSERT INTO raeder VALUES (?, ?, ?)", bikes)
days = [f"2026-03-{number % 28 + 1:02}" for number in range(trips)]
rides = [(n, chance.randrange(1, 5), day, chance.randrange(5, 400) / 10) for n, day in enumerate(days, start=1)]
connection.executemany("INSERT INTO fahrten VALUES (?, ?, ?, ?)", rides)
connection.commit()
connection.close()
