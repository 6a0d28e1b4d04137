"""Items that a judge scores: what their templates print."""

from __future__ import annotations

import math
from dataclasses import dataclass

from markupsafe import Markup

from builders.course import Words
from builders.course.items import (
    EssayBody,
    ItemCriterion,
    PythonBody,
    ScoringPoint,
    ShortAnswerBody,
    SqlBody,
    TaskBody,
)
from builders.markup.closed import Wrong
from builders.markup.code import highlight
from builders.markup.order import Body, Order
from builders.markup.question import Question
from builders.markup.rubrics import item_rubric

WORDS_A_LINE = 9
LETTERS_A_LINE = 60
FEWEST_LINES = 3

Open = SqlBody | PythonBody | ShortAnswerBody | EssayBody | TaskBody


def writing_lines(body: Body) -> int:
    """Return how many lines an answer gets: those the author states, else those the expected answer takes.

    Prose takes a line for nine words, code one for each of its own; never fewer than three. 0 for closed items.
    """
    if not isinstance(body, Open):
        return 0
    return body.lines or max(FEWEST_LINES, _expected_lines(body))


def _expected_lines(body: Open) -> int:
    match body:
        case SqlBody():
            return _code_lines(body.key_sql)
        case PythonBody():
            return _code_lines(body.solution)
    return math.ceil(len(body.model.split()) / WORDS_A_LINE)


def _code_lines(code: str) -> int:
    return sum(max(1, math.ceil(len(line) / LETTERS_A_LINE)) for line in code.strip().splitlines())


@dataclass(frozen=True)
class PrintedPoint:
    """What earns points: in words, and as a number for scripts."""

    points: str
    value: str
    text: Markup


@dataclass(frozen=True)
class PrintedMutant:
    """A query that a misconception leads to."""

    wrong: Wrong
    code: Markup
    feedback: Markup


@dataclass(frozen=True)
class OpenAnswer:
    """An answer to write, and how it is judged."""

    lines: int
    label: str
    model_label: str
    model: Markup
    starter: Markup | None = None
    scoring: tuple[PrintedPoint, ...] = ()
    criteria: tuple[tuple[str, Markup], ...] = ()
    rubric: Markup | None = None
    note: str | None = None
    mutants: tuple[PrintedMutant, ...] = ()
    tests: Markup | None = None


def arrange_sql(q: Question) -> OpenAnswer:
    """Return what a query item prints."""
    body = q.body
    assert isinstance(body, SqlBody)
    mutants = tuple(
        PrintedMutant(
            Wrong(mutant.misconception, q.misconception(mutant.misconception)),
            _listing(mutant.sql, "sql"),
            q.tight(mutant.feedback, f"mutant{place}"),
        )
        for place, mutant in enumerate(body.mutants)
    )
    return OpenAnswer(
        writing_lines(body),
        "your-query",
        "model-query",
        _listing(body.key_sql, "sql"),
        scoring=_scoring(q, body.scoring),
        note="order-matters" if body.ordered else "order-free",
        mutants=mutants,
    )


def arrange_python(q: Question) -> OpenAnswer:
    """Return what a script item prints."""
    body = q.body
    assert isinstance(body, PythonBody)
    return OpenAnswer(
        writing_lines(body),
        "your-script",
        "model-script",
        _listing(body.solution, "python"),
        starter=_listing(body.starter, "python") if body.starter else None,
        scoring=_scoring(q, body.scoring),
        tests=_listing(body.tests, "python") if body.tests else None,
    )


def arrange_short_answer(q: Question) -> OpenAnswer:
    """Return what a short-answer item prints."""
    body = q.body
    assert isinstance(body, ShortAnswerBody)
    model = q.text(body.model, "model")
    return OpenAnswer(writing_lines(body), "your-answer", "model", model, scoring=_scoring(q, body.scoring))


def arrange_essay(q: Question) -> OpenAnswer:
    """Return what an essay or task item prints: its criteria for the learner, its rubric for the judge."""
    body = q.body
    assert isinstance(body, EssayBody | TaskBody)
    return OpenAnswer(
        writing_lines(body),
        "your-answer",
        "model",
        q.text(body.model, "model"),
        criteria=tuple(_criterion(q, criterion) for criterion in body.criteria),
        rubric=item_rubric(body.criteria, q),
    )


def _criterion(q: Question, criterion: ItemCriterion) -> tuple[str, Markup]:
    return q.count("items.points", criterion.points), q.inline(criterion.title, f"criterion-{criterion.id}")


def _scoring(q: Question, scoring: tuple[ScoringPoint, ...]) -> tuple[PrintedPoint, ...]:
    return tuple(
        PrintedPoint(q.count("items.points", point.points), f"{point.points:g}", q.tight(point.text, f"scoring{place}"))
        for place, point in enumerate(scoring)
    )


def _listing(code: str, language: str) -> Markup:
    return Markup(highlight(code, language))


def key_open(body: Open, order: Order, words: Words) -> str:
    """Return where the key is: no letter says it."""
    return words("items.see-model")
