"""Rubrics as HTML: an analytic table, a single-point sheet, or a description of each level as a whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from markupsafe import Markup

from builders.course import Problem, Words
from builders.course.items import ItemCriterion
from builders.course.tasks import LEVELS, Criterion, PerformanceTask
from builders.markup.context import Context, MarkupError
from builders.markup.question import Question, plain_number
from builders.markup.templates import fill_template
from builders.markup.text import Run, compose_inline, compose_tight

TARGET = 3
"""The level that meets the objective."""


class Layout(StrEnum):
    """How a rubric is laid out: for feedback, for peers, or at a glance."""

    ANALYTIC = "analytic"
    SINGLE_POINT = "single-point"
    HOLISTIC = "holistic"


@dataclass(frozen=True)
class LevelText:
    """A level of a criterion: what is seen, and what it scores."""

    level: int
    name: str
    text: Markup
    score: str


@dataclass(frozen=True)
class Row:
    """A criterion: its title, its weight in words, its objective and its levels, best first."""

    id: str
    title: Markup
    weight: str
    objective: str
    levels: tuple[LevelText, ...]

    @property
    def target(self) -> LevelText:
        """The level that meets the objective."""
        return next(level for level in self.levels if level.level == TARGET)


@dataclass(frozen=True)
class Writer:
    """What turns criteria into rows."""

    words: Words
    context: Context
    problems: list[Problem]

    def row(self, criterion: Criterion | ItemCriterion) -> Row:
        """Return a criterion as it is printed."""
        inner = self.context.within(criterion.id)
        title = Markup(compose_inline(criterion.title, Run(inner.within("title"), self.problems)))
        levels = tuple(self._level(criterion, level, inner) for level in LEVELS)
        objective = criterion.objective if isinstance(criterion, Criterion) else ""
        return Row(criterion.id, title, self._score(criterion, 4), objective, levels)

    def _level(self, criterion: Criterion | ItemCriterion, level: int, context: Context) -> LevelText:
        text = compose_tight(criterion.levels[level], Run(context.within(f"level{level}"), self.problems))
        return LevelText(level, self.words(f"rubrics.level-{level}"), Markup(text), self._score(criterion, level))

    def _score(self, criterion: Criterion | ItemCriterion, level: int) -> str:
        """Return what a level scores: levels score linearly, 4 all of it and 0 nothing."""
        if isinstance(criterion, Criterion):
            return f"{plain_number(criterion.weight * level / 4, self.words)} %"
        points = criterion.points * level / 4
        return self.words("items.points", n=1 if points == 1 else plain_number(points, self.words))


def rubric_html(
    rubric: PerformanceTask | Sequence[ItemCriterion],
    words: Words,
    context: Context,
    layout: Layout = Layout.ANALYTIC,
    *,
    caption: str | None = None,
) -> str:
    """Return a rubric as HTML; ``caption`` names the table, by default after the task.

    :raises MarkupError: with every text of it that cannot be rendered.
    """
    problems: list[Problem] = []
    criteria = rubric.criteria if isinstance(rubric, PerformanceTask) else rubric
    title = rubric.title if isinstance(rubric, PerformanceTask) else None
    name = caption or (words("rubrics.of", title=title) if title else words("rubrics.rubric"))
    html = _write(criteria, Writer(words, context.within("rubric"), problems), layout, name)
    if problems:
        raise MarkupError(problems)
    return html


def item_rubric(criteria: Sequence[ItemCriterion], q: Question) -> Markup:
    """Return the analytic rubric of an essay or task item; problems are noted in the question."""
    writer = Writer(q.words, q.context.within("rubric"), q.problems)
    return _write(criteria, writer, Layout.ANALYTIC, q.words("rubrics.rubric"))


def _write(criteria: Sequence[Criterion | ItemCriterion], writer: Writer, layout: Layout, caption: str) -> Markup:
    rows = tuple(writer.row(criterion) for criterion in criteria)
    return fill_template(f"rubric-{layout}.html", rows=rows, levels=LEVELS, words=writer.words, caption=caption)
