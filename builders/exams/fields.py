"""Where answers are given: the fields of a paper as they lie on its pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from builders.course import Form, FormEntry, Item
from builders.course.blueprints import AnswerField, PageLayout
from builders.course.items import (
    Case,
    ChoiceBody,
    ClozeBody,
    MatchingBody,
    MultipleResponseBody,
    NumericBody,
    OrderingBody,
    Part,
    TrueFalseBody,
)
from builders.exams.forms import item_of
from builders.markup.order import letter, part_orders
from builders.pdf import Area, Paper, Pdf

SIZES = {Paper.A4: (210.0, 297.0), Paper.LETTER: (215.9, 279.4)}
"""Width and height of the sheets in millimetres."""

Name = tuple[str, int | None]
"""The end of a field's name, and the place of its option in the item's own list."""


def page_layout(form: Form, pdf: Pdf, paper: Paper, question_pages: int) -> PageLayout:
    """Return where every answer of a laid-out form is given."""
    width, height = SIZES[paper]
    fields = tuple(field for entry in form.entries for field in entry_fields(entry, pdf.areas))
    return PageLayout(
        paper=paper.value,
        width=width,
        height=height,
        pages=pdf.pages,
        question_pages=question_pages,
        fields=fields,
    )


def entry_fields(entry: FormEntry, areas: Mapping[str, Sequence[Area]]) -> Iterator[AnswerField]:
    """Yield the fields of a question; lines that go over the page are one field on each."""
    for name, option in field_names(entry):
        for area in areas.get(name, ()):
            yield AnswerField(
                name=name,
                question=entry.number,
                page=area.page,
                x=area.x,
                y=area.y,
                width=area.width,
                height=area.height,
                option=option,
            )


def field_names(entry: FormEntry) -> Iterator[Name]:
    """Yield the names of a question's fields, in printed order, with the options they stand for."""
    item, own = item_of(entry), f"q{entry.number}"
    for prefix, body, order in bodies_of(item, own, entry.order):
        for end, option in _ends(body, order):
            yield f"{prefix}-{end}", option


def bodies_of(item: Item, own: str, order: tuple[int, ...]) -> Iterator[tuple[str, Item | Part, tuple[int, ...]]]:
    """Yield what a question asks, with its id and its printed order: itself, or the parts of a case."""
    if not isinstance(item, Case):
        yield own, item, order
        return
    for part, part_order in zip(item.parts, part_orders(item, order), strict=True):
        yield f"{own}-{part.id}", part, part_order


def _ends(body: Item | Part, order: tuple[int, ...]) -> Iterator[Name]:
    match body:
        case ChoiceBody() | MultipleResponseBody():
            yield from ((letter(place), index) for place, index in enumerate(order))
        case TrueFalseBody():
            yield from ((letter(place), place) for place in range(2))
        case MatchingBody():
            yield from ((str(number), number - 1) for number in range(1, len(body.pairs) + 1))
        case OrderingBody():
            yield from ((str(place), index) for place, index in enumerate(order, 1))
        case NumericBody():
            yield "value", None
        case ClozeBody():
            yield from ((f"gap{number}", None) for number in range(1, len(body.blanks) + 1))
        case _:
            yield "writing", None
