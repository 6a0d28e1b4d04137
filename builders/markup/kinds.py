"""The kinds of items: one renderer each, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from builders.course import Kind, Words
from builders.course.items import Case
from builders.markup import closed, opened
from builders.markup.order import Order, part_orders
from builders.markup.question import Question


@dataclass(frozen=True)
class Renderer:
    """How a kind is printed.

    ``template``  its file in ``templates/items``: the macros ``paper``, ``key``, ``practice``, ``answer``
    ``arrange``   what those macros are given beside the question
    ``key``       its key in one line, for a printed order
    """

    template: str
    arrange: Callable[[Question], Any]
    key: Callable[[Any, Order, Words], str]


def key_case(body: Case, order: Order, words: Words) -> str:
    """Return the keys of the parts, such as ``a: B; b: 12 rows``."""
    orders = part_orders(body, order)
    keys = [RENDERERS[part.kind].key(part, own, words) for part, own in zip(body.parts, orders, strict=True)]
    return "; ".join(f"{part.id}: {key}" for part, key in zip(body.parts, keys, strict=True))


def nothing(q: Question) -> None:
    """Return nothing: a case prints its parts."""


OPEN = "open.html"
RENDERERS: dict[Kind, Renderer] = {
    Kind.CHOICE: Renderer("options.html", closed.arrange_options, closed.key_letters),
    Kind.MULTIPLE_RESPONSE: Renderer("options.html", closed.arrange_options, closed.key_letters),
    Kind.TRUE_FALSE: Renderer("options.html", closed.arrange_true_false, closed.key_true_false),
    Kind.MATCHING: Renderer("matching.html", closed.arrange_matching, closed.key_matching),
    Kind.ORDERING: Renderer("ordering.html", closed.arrange_steps, closed.key_steps),
    Kind.NUMERIC: Renderer("numeric.html", closed.arrange_number, closed.key_number),
    Kind.CLOZE: Renderer("cloze.html", closed.arrange_cloze, closed.key_cloze),
    Kind.SQL: Renderer(OPEN, opened.arrange_sql, opened.key_open),
    Kind.PYTHON: Renderer(OPEN, opened.arrange_python, opened.key_open),
    Kind.SHORT_ANSWER: Renderer(OPEN, opened.arrange_short_answer, opened.key_open),
    Kind.ESSAY: Renderer(OPEN, opened.arrange_essay, opened.key_open),
    Kind.TASK: Renderer(OPEN, opened.arrange_essay, opened.key_open),
    Kind.CASE: Renderer("case.html", nothing, key_case),
}
