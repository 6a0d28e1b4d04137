"""Rules about lessons, cards, the glossary and the register of objectives."""

from __future__ import annotations

import re
from collections.abc import Iterator

from builders.checks.rules import Finding, rule
from builders.course.course import Course
from builders.course.objectives import KNOWLEDGE, PROCESSES
from builders.course.problem import nearest
from builders.course.words import languages

LESSON_PARTS = ("objectives", "worked-example", "activity", "exercise", "practice", "summary", "instructor-note")
LONGEST_DEFINITION = 45


@rule("OB01")
def process_is_one_of_nineteen(course: Course) -> Iterator[Finding]:
    """``process`` names cognitive processes of the revised taxonomy, ``knowledge`` its four types."""
    processes = [process for group in PROCESSES.values() for process in group]
    for objective in course.spine.objectives:
        for process in objective.process:
            if process not in processes:
                yield Finding(objective, f"'{process}' is no process" + nearest(process, processes))
        for kind in objective.knowledge:
            if kind not in KNOWLEDGE:
                yield Finding(objective, f"'{kind}' is no type of knowledge" + nearest(kind, KNOWLEDGE))


@rule("OB02")
def language_has_words(course: Course) -> Iterator[Finding]:
    """The course's language has a catalogue of interface words in ``builders/words``."""
    if course.about.language not in languages():
        message = f"there is no catalogue for the language '{course.about.language}'"
        yield Finding(course.about, message + nearest(course.about.language, languages()))


@rule("LS01")
def lesson_is_whole(course: Course) -> Iterator[Finding]:
    """A lesson has a title, objectives, a worked example, an activity, exercises, practice, a summary and notes.

    A lesson that is still being written says so: ``planned: "reason"`` in its front matter.
    """
    for lesson in course.lessons:
        if lesson.fields.planned:
            continue
        if not lesson.title:
            yield Finding(lesson, "the lesson has no title; begin its text with '# Title'")
        missing = [part for part in LESSON_PARTS if not lesson.named(part)]
        if missing:
            yield Finding(lesson, f"the lesson lacks {', '.join(missing)}; add the directives")


@rule("LS02")
def exercise_has_answer(course: Course) -> Iterator[Finding]:
    """An exercise has an answer, and belongs to an objective of its lesson."""
    for lesson in course.lessons:
        for exercise in lesson.exercises:
            if not exercise.answers:
                yield Finding(exercise, f"exercise {exercise.id} has no {{answer}}; add one inside it")
            if exercise.objective not in lesson.fields.objectives:
                allowed = ", ".join(lesson.fields.objectives)
                message = (
                    f"exercise {exercise.id} is for {exercise.objective}, the lesson for {allowed}; make them agree"
                )
                yield Finding(exercise, message)


@rule("GL01")
def short_definitions(course: Course) -> Iterator[Finding]:
    """A glossary definition has at most 45 words; a longer one hides two ideas."""
    for term in course.glossary:
        words = len(term.definition.split())
        if words > LONGEST_DEFINITION:
            yield Finding(term, f"'{term.term}' is defined in {words} words; use at most {LONGEST_DEFINITION}")


@rule("GL02")
def glossary_names_differ(course: Course) -> Iterator[Finding]:
    """A term or alias stands for one entry; the course's own definitions are entries too."""
    owners = {definition.term.casefold(): definition.id for definition in course.spine.terms}
    for term in course.glossary:
        for name in (term.term, *term.aliases):
            other = owners.setdefault(name.casefold(), term.id)
            if other != term.id:
                yield Finding(term, f"'{name}' names '{other}' already; drop it from one of them")


@rule("GL03")
def not_circular(course: Course) -> Iterator[Finding]:
    """A definition does not use the term it defines."""
    for term in course.glossary:
        if re.search(rf"\b{re.escape(term.term)}\b", term.definition, re.IGNORECASE):
            yield Finding(term, f"'{term.term}' is defined with itself; say it in other words")
