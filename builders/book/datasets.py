"""The practice data of a course as lessons see it: results of queries, and facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from builders.checks.databases import practice_database
from builders.checks.facts import Measured, measure_on, script_of
from builders.course import Course, nearest
from builders.course.objectives import Dataset, Fact
from builders.data import DatasetError, QueryError, Result, Table, read_schema, run_query

MOST_ROWS = 100_000
SECONDS = 20.0


class DataError(Exception):
    """A result that cannot be had; the text says what is wrong and what to do."""


@dataclass
class Datasets:
    """Asks the practice variant of each dataset at full scale. A database is made when it is first needed."""

    course: Course
    _files: dict[str, Path] = field(default_factory=dict)
    _facts: dict[str, Measured] = field(default_factory=dict)

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
        measured = self._measured(fact)
        if measured.error is not None:
            raise DataError(f"the fact '{name}' has no value: {measured.error}; mend its query or function")
        try:
            return fact.format.format(measured.value)
        except (ValueError, IndexError, KeyError) as error:
            raise DataError(f"the fact '{name}' cannot be printed: {error}; mend its 'format'") from None

    def _measured(self, fact: Fact) -> Measured:
        """Return what a fact is; all facts of its dataset are measured together, when one is first quoted."""
        if fact.id not in self._facts:
            dataset = next(d for d in self.course.spine.datasets if d.facts == fact.at.path)
            facts, script = self.course.facts_of(dataset), script_of(self.course, dataset)
            self._facts |= measure_on(self._database(dataset.id), facts, script)
        return self._facts[fact.id]

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
