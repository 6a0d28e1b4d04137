"""The directives and roles of lessons, one table."""

from __future__ import annotations

from docutils.parsers.rst import Directive

from builders.book.directives.assessments import PracticeDirective, RubricDirective
from builders.book.directives.boxes import (
    ActivityDirective,
    InstructorNoteDirective,
    KeyConceptDirective,
    ObjectivesDirective,
    SummaryDirective,
    WorkedExampleDirective,
)
from builders.book.directives.coverage import CoverageDirective
from builders.book.directives.data import QueryDirective
from builders.book.directives.description import DescriptionDirective
from builders.book.directives.erd import ErdDirective
from builders.book.directives.exercises import AnswerDirective, ExerciseDirective, HintDirective
from builders.book.directives.glossary import GlossaryDirective
from builders.book.directives.labs import LabDirective

DIRECTIVES: dict[str, type[Directive]] = {
    "activity": ActivityDirective,
    "answer": AnswerDirective,
    "course-description": DescriptionDirective,
    "course-glossary": GlossaryDirective,
    "coverage": CoverageDirective,
    "erd": ErdDirective,
    "exercise": ExerciseDirective,
    "hint": HintDirective,
    "instructor-note": InstructorNoteDirective,
    "key-concept": KeyConceptDirective,
    "lab": LabDirective,
    "objectives": ObjectivesDirective,
    "practice": PracticeDirective,
    "query": QueryDirective,
    "rubric": RubricDirective,
    "summary": SummaryDirective,
    "worked-example": WorkedExampleDirective,
}
"""Every directive a course may use beyond those of MyST and Sphinx."""
