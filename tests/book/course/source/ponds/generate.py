"""Writes a pond of birds; the exam's pond has one more."""

import argparse
import sqlite3

parser = argparse.ArgumentParser()
parser.add_argument("--variant")
parser.add_argument("--scale")
parser.add_argument("--out")
options = parser.parse_args()
with sqlite3.connect(options.out) as database:
    database.execute("CREATE TABLE birds (bird_id INTEGER PRIMARY KEY, name TEXT, weight_kg REAL, pond TEXT)")
    database.execute("CREATE TABLE sightings (sighting_id INTEGER PRIMARY KEY, bird_id INTEGER REFERENCES birds)")
    birds = [(1, "Ada", 1.25, "north"), (2, "Ben", None, "north"), (3, "Cleo", 0.9, "south"), (4, "Dot", 1.1, "south")]
    birds += [(5, "Eve", 1.0, "south")] if options.variant == "exam" else []
    database.executemany("INSERT INTO birds VALUES (?, ?, ?, ?)", birds)
