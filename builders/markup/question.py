"""An item on its way to a page: everything a template asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from markupsafe import Markup

from builders.course import Problem, Words
from builders.course.items import ItemFields
from builders.markup.context import Context
from builders.markup.order import Body, Order
from builders.markup.text import Run, compose, compose_inline, compose_tight


class View(StrEnum):
    """What an item is printed for."""

    PAPER = "paper"
    KEY = "key"
    PRACTICE = "practice"
    PRINT_PRACTICE = "print-practice"
    ANSWER = "answer"
    SCREEN = "screen"

    @property
    def printed(self) -> bool:
        """Whether a learner writes on it with a pen."""
        return self in (View.PAPER, View.PRINT_PRACTICE)


def plain_number(value: float, words: Words) -> str:
    """Return a number as a reader writes it: no needless decimals, the language's decimal sign."""
    text = f"{value:.10g}" if abs(value) < 1e15 else repr(value)
    return text.replace(".", words("items.decimal-sign"))


@dataclass(frozen=True)
class Question:
    """An item (or a part of a case) in a view, in a printed order, with its words and its context.

    ``lines`` gives open questions, by their ids, more lines to write on than the expected answer takes; ``minutes``
    is the time to plan for it, in words, where it stands beside the points.
    """

    body: Body
    view: View
    label: str
    order: Order
    points: float
    words: Words
    context: Context
    level: int
    lines: Mapping[str, int] = field(default_factory=dict)
    minutes: str = ""
    problems: list[Problem] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of its heading, and the beginning of every id in it."""
        return self.context.prefix.removesuffix("-")

    @property
    def kind(self) -> str:
        """The kind, as items name it."""
        return self.body.kind.value

    @property
    def item(self) -> ItemFields | None:
        """The item, where this is no part of a case."""
        return self.body if isinstance(self.body, ItemFields) else None

    @property
    def points_value(self) -> str:
        """Its points as a number for scripts."""
        return f"{self.points:g}"

    @cached_property
    def points_text(self) -> str:
        """Its points in words."""
        return self.count("items.points", self.points)

    def word(self, key: str, **values: Any) -> str:
        """Return a text of the catalogue ``items``."""
        return self.words(f"items.{key}", **values)

    def count(self, key: str, number: float) -> str:
        """Return a text of any catalogue that holds a number ``n``."""
        return self.words(key, n=1 if number == 1 else self.number(number))

    def share(self, parts: int) -> str:
        """Return an equal share of the points in words, exact: as a fraction where decimals would not end."""
        share = Fraction(self.points) / parts
        if (100 * share).denominator == 1:
            return self.count("items.points", float(share))
        return self.word("points", n=f"{share.numerator}/{share.denominator}")

    def number(self, value: float) -> str:
        """Return a number as this language writes it."""
        return plain_number(value, self.words)

    def text(self, source: str, name: str) -> Markup:
        """Return a text as blocks; ``name`` tells its ids from those of the item's other texts."""
        return self._compose(compose, source, name)

    def tight(self, source: str, name: str) -> Markup:
        """Return a text for a list item or cell: without ``<p>`` where it is one paragraph."""
        return self._compose(compose_tight, source, name)

    def inline(self, source: str, name: str) -> Markup:
        """Return a text of one line."""
        return self._compose(compose_inline, source, name)

    def _compose(self, composer: Any, source: str, name: str, **options: Any) -> Markup:
        run = Run(self.context.within(name), self.problems, **options)
        return Markup(composer(source, run))

    def report(self, rule: str, message: str) -> str:
        """Note a problem of the item; return nothing to show in its place."""
        return Run(self.context, self.problems).report(rule, message)

    def with_gaps(self, source: str, gap: Any) -> Markup:
        """Return a cloze text as blocks, each gap drawn by ``gap(number)``."""
        return self._compose(compose, source, "stem", gap=gap)

    def misconception(self, name: str | None) -> str:
        """Return the title of a misconception, or its id where the register does not know it."""
        known = self.context.misconceptions.get(name or "")
        return known.title if known else name or ""
