"""Datasets and the queries on them: build a database, ask it, compare two answers.

Nothing here knows what a course's data is about. A course brings a generator, a script that is
called as `generator --variant V --scale S --out PATH` and writes a SQLite file.
"""

from builders.data.comparison import Difference, compare
from builders.data.dataset import DatasetError, build_database
from builders.data.dump import dump_hash
from builders.data.limited import Call, LimitedError, Outcome, call_limited
from builders.data.query import QueryError, Result, Row, Value, fact_value, prepare, run_query
from builders.data.schema import Column, Table, read_schema

__all__ = [
    "Call",
    "Column",
    "DatasetError",
    "Difference",
    "LimitedError",
    "Outcome",
    "QueryError",
    "Result",
    "Row",
    "Table",
    "Value",
    "build_database",
    "call_limited",
    "compare",
    "dump_hash",
    "fact_value",
    "prepare",
    "read_schema",
    "run_query",
]
