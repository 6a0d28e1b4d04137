"""An item as HTML, in any view."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup

from builders.course import Item, Words
from builders.course.items import Case, ClozeBody
from builders.markup.context import Context, MarkupError
from builders.markup.kinds import RENDERERS
from builders.markup.order import Order, checked, part_orders
from builders.markup.question import Question, View
from builders.markup.templates import fill_template


def item_html(
    item: Item,
    view: View,
    *,
    number: int | str,
    words: Words,
    context: Context,
    order: Order = (),
    points: float | None = None,
    heading: int = 3,
    lines: Mapping[str, int] | None = None,
    minutes: str = "",
) -> str:
    """Return an item as HTML.

    ``number``   what it is called on this page
    ``order``    the printed order of its options, answers or steps (`order.py`); empty: its own
    ``points``   what it scores here, where a slot says so; by default its own points
    ``heading``  the level of its heading
    ``lines``    how many lines open questions get, by id (``q3``, ``q13-b``); by default `writing_lines`
    ``minutes``  the time to plan for it, in words, beside its points

    :raises MarkupError: with every text of it that cannot be rendered.
    """
    place = item.at if context.place.path == "" else context.place
    inner = replace(context.with_given(item.given), place=place, heading=heading + 1).within(f"q{_slug(number)}")
    own = checked(item, order)
    q = Question(item, view, str(number), own, points or item.points, words, inner, heading, lines or {}, minutes)
    html = _write(q)
    if q.problems:
        raise MarkupError(q.problems)
    return str(html)


def printed_key(item: Item, order: Order, words: Words) -> str:
    """Return the key of an item in one line, as its printed order has it: ``B``, ``A, D``, ``1C 2A``, ``3, 1, 2``.

    A number comes with its tolerance and unit; open kinds answer that there is a model answer.
    """
    return RENDERERS[item.kind].key(item, checked(item, order), words)


def _slug(number: int | str) -> str:
    return re.sub(r"[^\w-]", "-", str(number))


def _write(q: Question) -> Markup:
    renderer = RENDERERS[q.body.kind]
    parts = tuple(_write(part) for part in _parts(q))
    stem = None if isinstance(q.body, ClozeBody) else q.text(q.body.stem, "stem")
    rationale = q.text(q.body.rationale, "rationale") if q.body.rationale else None
    return fill_template(
        f"{q.view}.html",
        q=q,
        d=renderer.arrange(q),
        kind=renderer.template,
        stem=stem,
        rationale=rationale,
        stimulus=q.text(q.body.stimulus, "stimulus") if isinstance(q.body, Case) else None,
        parts=parts,
        key=renderer.key(q.body, q.order, q.words),
    )


def _parts(q: Question) -> list[Question]:
    if not isinstance(q.body, Case):
        return []
    orders = part_orders(q.body, q.order)
    return [
        replace(
            q,
            body=part,
            label=part.id,
            order=order,
            points=part.points,
            context=q.context.within(part.id),
            level=q.level + 1,
            minutes="",
        )
        for part, order in zip(q.body.parts, orders, strict=True)
    ]
