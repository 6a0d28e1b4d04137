"""The practice data of a course as lessons see it: results of queries, and facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from builders.checks.databases import practice_database
from builders.course import Course, nearest
from builders.course.objectives import Dataset, Fact
from builders.data import DatasetError, QueryError, Result, Table, fact_value, read_schema, run_query

MOST_ROWS = 100_000
SECONDS = 20.0


class DataError(Exception):
    """A result that cannot be had; the text says what is wrong and what to do."""


@dataclass
class Datasets:
    """Asks the practice variant of each dataset at full scale. A database is made when it is first needed."""

    course: Course
    _files: dict[str, Path] = field(default_factory=dict)

    def query(self, sql: str, dataset: str | None = None) -> Result:
        """Return the result of a query on a dataset, or on the course's only one; DataError says why not."""
        name = self._only() if dataset is None else dataset
        try:
            return run_query(self._database(name), sql, seconds=SECONDS, rows=MOST_ROWS)
        except QueryError as error:
            raise DataError(f"the query fails: {error}; mend it") from None

    def schema(self, dataset: str | None = None) -> dict[str, Table]:
        """Return the tables of a dataset, or of the course's only one; DataError says why not."""
        return read_schema(self._database(self._only() if dataset is None else dataset))

    def fact(self, name: str) -> str:
        """Return the value of a fact as its ``format`` prints it; DataError says why not."""
        facts = {fact.id: fact for fact in self.course.facts}
        if name not in facts:
            raise DataError(f"no fact '{name}'" + nearest(name, facts))
        fact = facts[name]
        try:
            return fact.format.format(self._value(fact))
        except (QueryError, ValueError, TypeError, IndexError, KeyError) as error:
            raise DataError(f"the fact '{name}' has no value: {error}; mend its 'sql' or 'format'") from None

    def _value(self, fact: Fact) -> object:
        dataset = next(d for d in self.course.spine.datasets if d.facts == fact.at.path)
        if fact.sql is None:
            return fact.expected[dataset.practice]
        return fact_value(self._database(dataset.id), fact.sql)

    def _only(self) -> str:
        names = list(self.course.datasets)
        if len(names) == 1:
            return names[0]
        if not names:
            raise DataError("the course has no dataset; add one to 'datasets' in objectives.yaml")
        raise DataError(f"the course has several datasets; add ':dataset:' with one of: {', '.join(names)}")

    def _database(self, name: str) -> Path:
        if name not in self._files:
            self._files[name] = self._build(name)
        return self._files[name]

    def _build(self, name: str) -> Path:
        dataset: Dataset | None = self.course.datasets.get(name)
        if dataset is None:
            raise DataError(f"no dataset '{name}'" + nearest(name, self.course.datasets))
        try:
            return practice_database(self.course, dataset, lambda step: None)
        except DatasetError as error:
            raise DataError(f"the generator of the dataset '{name}' fails: {error}; run it by itself") from None
