"""Boxes of a lesson: objectives, worked example, activity, key concept, summary, instructor note."""

from __future__ import annotations

from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.typing import OptionSpec

from builders.book.directives.base import BookDirective, BoxDirective, NumberedDirective, minutes
from builders.book.nodes import (
    activity_box,
    instructor_note,
    key_concept,
    objective_entry,
    objectives_box,
    summary_box,
    worked_example,
)
from builders.book.pruning import left_out
from builders.course.lessons import Lesson
from builders.course.objectives import Objective


class ObjectivesDirective(BookDirective):
    """``{objectives}``: what this lesson teaches, from its front matter and ``objectives.yaml``."""

    optional_arguments = 0

    def run(self) -> list[nodes.Node]:
        """Return the box, or a warning where the page is no lesson."""
        lesson = self.book.lesson(self.env.docname)
        if lesson is None:
            self.warn(
                "only a lesson has objectives; put the directive into a file source/NN-slug/NN-slug.md", "objectives"
            )
            return []
        box = objectives_box(lesson=lesson.id, minutes=lesson.fields.minutes)
        self.set_source_info(box)
        self.anchor(box, "objectives")
        for name in lesson.fields.objectives:
            objective = self.book.course.objectives.get(name)
            if objective:
                box += make_entry(objective, facets_of(lesson, objective))
        return [box]


def facets_of(lesson: Lesson, objective: Objective) -> tuple[str, ...]:
    """Return the facets of an objective that a lesson teaches."""
    return tuple(facet for facet in objective.facet_ids if facet in lesson.fields.facets)


def make_entry(objective: Objective, facets: tuple[str, ...] = ()) -> objective_entry:
    """Return the node of an objective, with its wording as the first paragraph."""
    return objective_entry(
        "",
        nodes.paragraph(objective.text, objective.text),
        objective=objective.id,
        bloom=objective.bloom.value,
        facets=list(facets),
        text=objective.text,
    )


class WorkedExampleDirective(NumberedDirective):
    """``{worked-example} Title``: a solved case, step by step."""

    kind = "worked-example"
    node = worked_example


class ActivityDirective(NumberedDirective):
    """``{activity} Title`` with ``:minutes:``: something to do with guidance."""

    kind = "activity"
    node = activity_box
    option_spec: ClassVar[OptionSpec] = {"id": directives.unchanged_required, "minutes": minutes}

    def run(self) -> list[nodes.Node]:
        """Return the box with its minutes."""
        result = super().run()
        for node in result:
            if isinstance(node, activity_box):
                node["minutes"] = self.options.get("minutes")
        return result


class KeyConceptDirective(BoxDirective):
    """``{key-concept} Title``: a boxed idea."""

    kind = "key-concept"
    node = key_concept


class SummaryDirective(BoxDirective):
    """``{summary}``: what to take away."""

    kind = "summary"
    node = summary_box


class InstructorNoteDirective(BoxDirective):
    """``{instructor-note} Title``: in the instructor edition only; the student's never even parses it."""

    kind = "instructor-note"
    node = instructor_note

    def run(self) -> list[nodes.Node]:
        """Return the note, or nothing in the student edition."""
        return super().run() if self.book.instructor else [left_out()]
