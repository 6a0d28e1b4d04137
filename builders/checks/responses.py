"""Rules about answers that learners write: what is asked for, by which words, with how much room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from builders.checks.items import bodies
from builders.checks.language import Language, worded_rule
from builders.checks.prose import questions, sentences, short
from builders.checks.rules import Finding, rule
from builders.checks.stems import asked, command_word
from builders.course.course import Course
from builders.course.items import Item, Kind
from builders.course.objectives import Objective
from builders.course.problem import Severity
from builders.course.record import Bloom
from builders.markup import writing_lines

JUDGED = frozenset({Kind.ESSAY, Kind.TASK})


@rule("SR01")
def judged_by_a_rubric(course: Course) -> Iterator[Finding]:
    """An objective at Evaluate or Create has an answer that a rubric judges: a task, or an essay or task item.

    Why: a judgement or a product is right in many ways, which no key can list (guideline 1).
    Mend: a performance task, or an item of kind `essay` or `task`; part of a `case` will do for Evaluate.
    Waive: where the objective is assessed outside the course, such as in a portfolio.
    """
    judged = {name for task in course.tasks for name in task.objectives}
    judged |= {item.objective for item in course.items if any(body.kind in JUDGED for body in bodies(item))}
    for objective in course.spine.objectives:
        high = objective.bloom in (Bloom.EVALUATE, Bloom.CREATE)
        if high and objective.id not in judged and not _planned(objective):
            message = f"{objective.id} is at {objective.bloom} and no rubric judges it; add an essay or a task"
            yield Finding(objective, message)


def _planned(objective: Objective) -> bool:
    return all(facet.planned for facet in objective.facets)


@worded_rule("SR03", Severity.WARNING)
def says_what_to_do(course: Course, language: Language) -> Iterator[Finding]:
    """An open question says what to do with a command word that is defined.

    Why: “explain” and “name” want answers of different length and kind; a question such as “what about caching?” wants
    what the author thinks of (guideline 14). The words and what each asks for stand in
    `builders/checks/language/`, as `command_words`. A direct question is enough where its answer is one thing.
    Mend: begin a sentence with the word for what you want: write, name, explain, justify.
    Waive: where the form of the answer is shown, such as a table to fill in.
    """
    for item, body in questions(course) if language.command_words else ():
        if body.kind.closed or any(_commands(sentence, language) for sentence in sentences(body.stem)):
            continue
        if body.kind is not Kind.SHORT_ANSWER or "?" not in asked(body.stem):
            message = f"'{short(asked(body.stem))}' says not what to do; begin with a word such as 'explain' or 'write'"
            yield Finding(item, message, body.at)


def _commands(sentence: str, language: Language) -> bool:
    return command_word(sentence, language) is not None


@rule("SR04", Severity.WARNING)
def room_to_answer(course: Course) -> Iterator[Finding]:
    """Stated `lines` hold the expected answer: a line for nine words or for each line of code, three at least.

    Why: learners take the room for the length that is wanted; who has too little leaves out what scores.
    Mend: more `lines`, or none: then the room is computed.
    Waive: where the answer is written elsewhere, such as into a drawing.
    """
    for item, body in questions(course):
        needed = _needed(body)
        stated = getattr(body, "lines", None)
        if stated and stated < needed:
            yield Finding(
                item, f"{stated} lines hold no answer of {needed}; give {needed}, or leave out 'lines'", body.at
            )


def _needed(body: Item | Any) -> int:
    """Return how many lines the expected answer takes."""
    return writing_lines(body.model_copy(update={"lines": None})) if hasattr(body, "lines") else 0
