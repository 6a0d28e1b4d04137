"""``{coverage}``: how each objective and each facet is covered, as counts, and what is still missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

from docutils import nodes

from builders.book.directives.base import BookDirective
from builders.book.tables import Cell, make_table
from builders.checks.coverage import coverage

Row = Mapping[str, Any]
OBJECTIVE_HEAD = (
    "objective",
    "level",
    "lessons",
    "examples",
    "exercises",
    "practice-items",
    "exam-items",
    "cards",
    "parts",
)
FACET_HEAD = ("objective", "facet", "lessons", "exercises", "all-items", "exam-slots", "state")
UNKNOWN = "–"
"""Stands for a count that this edition cannot know, or for nothing."""


class CoverageDirective(BookDirective):
    """Two tables: a row for each objective, and a row for each of its facets."""

    has_content = False
    optional_arguments = 0

    def run(self) -> list[nodes.Node]:
        """Return a sentence with the totals, and the tables."""
        self.env.note_reread()
        rows = self._rows()
        text = self._totals(rows)
        return [nodes.paragraph(text, text), self._objectives(rows), self._facets(rows)]

    @property
    def complete(self) -> bool:
        """Whether exam items are counted: by whoever handed the counts in, or because this edition may see them."""
        return self.book.coverage is not None or self.book.course.secrets

    def _rows(self) -> Sequence[Row]:
        """Return the counts that were handed in, else those of the course as this edition may see it."""
        book = self.book
        return book.coverage or [row.as_data() for row in coverage(book.course)]

    def _totals(self, rows: Sequence[Row]) -> str:
        if not self.complete:
            return self._word("coverage-uncounted")
        covered = sum(not row["missing"] for row in rows)
        planned = sum(bool(row["planned"] and row["missing"]) for row in rows)
        return self._word("coverage-totals", covered=covered, total=len(rows), planned=planned)

    def _word(self, key: str, **values: Any) -> str:
        return self.book.words(f"book.{key}", **values)

    def _table(self, name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]], numbers: range) -> nodes.table:
        title = self._word(f"{name}-caption")
        table = make_table([self._word(f"col-{key}") for key in head], rows, numbers, name)
        table.insert(0, nodes.title(title, title))
        self.set_source_info(table)
        table["ids"].append(name)  # a table without an id gets no number
        self.state.document.set_id(table)
        return table

    def _objectives(self, rows: Sequence[Row]) -> nodes.table:
        body = [self._objective(list(group)) for _, group in groupby(rows, key=lambda row: row["objective"])]
        return self._table("coverage-objectives", OBJECTIVE_HEAD, body, range(2, len(OBJECTIVE_HEAD)))

    def _objective(self, facets: Sequence[Row]) -> list[Cell]:
        row = facets[0]
        lessons = {lesson for facet in facets for lesson in facet["lessons"]}
        covered = self._word("n-of-m", n=sum(not facet["missing"] for facet in facets), m=len(facets))
        return [
            row["objective"],
            self._word(f"bloom-{row['bloom']}"),
            *(str(count) for count in (len(lessons), row["examples"], row["exercises"], row["practice"])),
            self._exam_items(row),
            str(row["cards"]),
            covered if self.complete else UNKNOWN,
        ]

    def _exam_items(self, row: Row) -> str:
        """Return how many exam items there are and how many are needed."""
        return self._word("n-of-m", n=row["secure"], m=row["secure_target"]) if self.complete else UNKNOWN

    def _facets(self, rows: Sequence[Row]) -> nodes.table:
        body = [self._facet(row) for row in rows]
        return self._table("coverage-facets", FACET_HEAD, body, range(3, 6))

    def _facet(self, row: Row) -> list[Cell]:
        lessons = ", ".join(lesson[1:].lstrip("0") for lesson in row["lessons"])
        counts = (row["facet_exercises"], row["facet_items"], len(row["slots"]))
        return [row["objective"], row["facet"], lessons or UNKNOWN, *(str(count) for count in counts), self._state(row)]

    def _state(self, row: Row) -> Cell:
        if self.complete and not row["missing"]:
            return self._marked("covered")
        if row["planned"]:
            return self._marked("planned", reason=row["planned"])
        return self._marked("open") if self.complete else UNKNOWN

    def _marked(self, state: str, **values: Any) -> nodes.inline:
        text = self._word(state, **values)
        return nodes.inline(text, text, classes=[f"state-{state}"])
