"""Workbook exercises with their writing space, hints and answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.typing import OptionSpec

from builders.book.directives.base import BookDirective, NumberedDirective, minutes, points
from builders.book.nodes import (
    answer_box,
    exercise_box,
    hint_box,
    writing_cell,
    writing_space,
)
from builders.book.pruning import left_out
from builders.course import Space, nearest
from builders.course.lessons import Audience


class ExerciseDirective(NumberedDirective):
    """``{exercise} Title``: a task with room to write, hints and answers."""

    kind = "exercise"
    node = exercise_box
    option_spec: ClassVar[OptionSpec] = {
        "id": directives.unchanged_required,
        "objective": directives.unchanged_required,
        "facets": directives.unchanged_required,
        "points": points,
        "minutes": minutes,
        "space": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Return the exercise."""
        result = super().run()
        node = next(node for node in result if isinstance(node, exercise_box))
        self._describe(node)
        self._make_room(node)
        for kind in (hint_box, answer_box):
            for index, child in enumerate(node.findall(kind), start=1):
                child["number"], child["part"], child["index"] = node["number"], node["part"], index
        return result

    def _describe(self, node: exercise_box) -> None:
        """Copy the options, and look the objective up."""
        name = self.options.get("objective")
        objective = self.book.course.objectives.get(name or "")
        if name and objective is None:
            self.warn(f"no objective '{name}'" + nearest(name, self.book.course.objectives), "objective")
        node["objective"] = name
        node["bloom"] = objective.bloom.value if objective else None
        node["facets"] = self.options.get("facets", "").replace(",", " ").split()
        node["points"] = self.options.get("points")
        node["minutes"] = self.options.get("minutes")

    def _make_room(self, node: exercise_box) -> None:
        """Add the writing space after the prompt, or mark the empty cells of its tables."""
        node["space"] = None
        if "space" not in self.options:
            return
        try:
            space = Space.parse(self.options["space"])
        except ValueError as error:
            self.warn(str(error), "space")
            return
        node["space"] = space.kind
        if space.kind == "table":
            self._mark_cells(node)
        else:
            room = writing_space(kind=space.kind, amount=space.amount, part=node["part"], number=node["number"])
            node.insert(_end_of_prompt(node), room)

    def _mark_cells(self, node: exercise_box) -> None:
        tables = [table for child in node.children[: _end_of_prompt(node)] for table in child.findall(nodes.table)]
        empty = [(entry, label) for table in tables for entry, label in empty_cells(table)]
        if not empty:
            message = "the space is a table, but no table of this exercise has an empty cell; leave cells empty"
            self.warn(message, "space")
        for index, (entry, label) in enumerate(empty, start=1):
            entry += writing_cell(label=label, part=node["part"], index=index)
        for table in tables:
            table["classes"].append("writing-table")


def _end_of_prompt(node: exercise_box) -> int:
    """Return the index of the first hint or answer, or the number of children."""
    ends = [index for index, child in enumerate(node.children) if isinstance(child, (hint_box, answer_box))]
    return ends[0] if ends else len(node.children)


def empty_cells(table: nodes.table) -> Iterator[tuple[nodes.entry, str]]:
    """Yield each empty body cell with a label made of its column's and its row's heading."""
    heads = [entry.astext() for head in table.findall(nodes.thead) for entry in head.findall(nodes.entry)]
    for body in table.findall(nodes.tbody):
        for number, row in enumerate(body.findall(nodes.row), start=1):
            cells = [cell for cell in row.children if isinstance(cell, nodes.entry)]
            first = cells[0].astext().strip() or str(number)
            for column, cell in enumerate(cells):
                if not cell.astext().strip():
                    cell.clear()
                    yield cell, ", ".join([*heads[column : column + 1], first])


class HintDirective(BookDirective):
    """``{hint}``: help before the answer."""

    optional_arguments = 0

    def run(self) -> list[nodes.Node]:
        """Return the hint."""
        return [self.part(hint_box())]


def _audience(text: str | None) -> str:
    return directives.choice(text or "", [audience.value for audience in Audience])


class AnswerDirective(BookDirective):
    """``{answer}`` with ``:audience:``; those for the instructor never enter the student edition."""

    optional_arguments = 0
    option_spec: ClassVar[OptionSpec] = {"audience": _audience}

    def run(self) -> list[nodes.Node]:
        """Return the answer, or nothing where this edition must not hold it."""
        audience = self.options.get("audience", Audience.INSTRUCTOR.value)
        if audience == Audience.INSTRUCTOR.value and not self.book.instructor:
            return [left_out()]
        return [self.part(answer_box(audience=audience))]
