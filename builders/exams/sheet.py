"""The separate answer sheet: one leaf with a bubble for every answer to a closed question.

Its geometry is computed here, in millimetres, and drawn as it is: whoever reads a scan needs no picture of the sheet.
The corners stay free for the codes that name form and learner.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from markupsafe import Markup

from builders.course import Form, FormEntry, Item, Problem
from builders.course.blueprints import AnswerField
from builders.course.items import (
    ChoiceBody,
    ClozeBody,
    MatchingBody,
    MultipleResponseBody,
    NumericBody,
    OrderingBody,
    Part,
    TrueFalseBody,
)
from builders.exams.fields import SIZES, bodies_of
from builders.exams.forms import item_of
from builders.exams.paper import blueprint_place
from builders.exams.printing import Printing, finding_problems
from builders.markup.order import orderable
from builders.pdf import Paper, Pdf
from builders.pdf.press import Document

RULE = "FM11"
CORNER = 20.0
"""The corners that stay free, for codes of 8 mm that lie at least 8 mm inside the edge."""
EDGE = 14.0
"""From the left and right edge of the sheet to the rows."""
BUBBLE = 4.4
PITCH = 6.4
"""From one bubble of a row to the next."""
ROW = 7.0
"""From one row to the next."""
LABEL = 12.0
"""The room for the number of a row."""
GUTTER = 6.0
WRITTEN = 42.0
"""The width of a field to write a number or a word in."""
ID_DIGITS = 9
ID_ROW = 5.2
HEAD = 84.0
"""From the top of the first page to its first row, below the field for the name and the grid of digits."""
NEXT_HEAD = 30.0
"""The same on the back."""
SIDES = 2


@dataclass(frozen=True)
class Mark:
    """A bubble: its field's name, what is printed in it, and the place of its option in the item's own list."""

    name: str
    text: str
    option: int | None = None


@dataclass(frozen=True)
class Row:
    """What is answered on one line: bubbles, or a field to write in."""

    label: str
    question: int
    marks: tuple[Mark, ...]
    written: bool = False

    @property
    def width(self) -> float:
        """Its width in millimetres."""
        return LABEL + (WRITTEN if self.written else PITCH * len(self.marks))


@dataclass(frozen=True)
class Placed:
    """A row where it lies: page from 1, left edge and middle in millimetres."""

    row: Row
    page: int
    x: float
    y: float

    def fields(self) -> Iterator[tuple[Mark, AnswerField]]:
        """Yield each mark with its place."""
        for number, mark in enumerate(self.row.marks):
            width = WRITTEN - 2 if self.row.written else BUBBLE
            height = ROW - 1.4 if self.row.written else BUBBLE
            yield (
                mark,
                AnswerField(
                    name=mark.name,
                    question=self.row.question,
                    page=self.page,
                    x=round(self.x + LABEL + PITCH * number, 2),
                    y=round(self.y - height / 2, 2),
                    width=width,
                    height=height,
                    option=mark.option,
                ),
            )


@dataclass(frozen=True)
class AnswerSheet:
    """A form's answer sheet: its PDF, the place of every field, and what is wrong with it."""

    pdf: Pdf
    fields: tuple[AnswerField, ...]
    problems: tuple[Problem, ...]


def rows_of(form: Form) -> Iterator[Row]:
    """Yield the rows of a form's closed questions; those of a case too, part by part."""
    for entry in form.entries:
        item, own = item_of(entry), f"q{entry.number}"
        for name, body, order in bodies_of(item, own, entry.order):
            label = name.removeprefix("q").replace("-", " ")
            yield from _rows(entry, label, name, body, order)


def _rows(entry: FormEntry, label: str, name: str, body: Item | Part, order: tuple[int, ...]) -> Iterator[Row]:
    match body:
        case ChoiceBody() | MultipleResponseBody():
            yield Row(label, entry.number, _letters(name, order))
        case TrueFalseBody():
            yield Row(label, entry.number, _letters(name, (0, 1)))
        case MatchingBody():
            for place in range(1, len(body.pairs) + 1):
                yield Row(f"{label}.{place}", entry.number, _letters(f"{name}-{place}", order))
        case OrderingBody():
            for place in range(1, len(order) + 1):
                numbers = tuple(Mark(f"{name}-{place}-{n}", str(n), n - 1) for n in range(1, orderable(body) + 1))
                yield Row(f"{label}.{place}", entry.number, numbers)
        case NumericBody():
            yield Row(label, entry.number, (Mark(f"{name}-value", ""),), written=True)
        case ClozeBody():
            for place in range(1, len(body.blanks) + 1):
                end = f".{place}" if len(body.blanks) > 1 else ""
                yield Row(f"{label}{end}", entry.number, (Mark(f"{name}-gap{place}", ""),), written=True)
        case _:
            return


def _letters(name: str, order: Sequence[int]) -> tuple[Mark, ...]:
    return tuple(Mark(f"{name}-{letter}", letter, index) for letter, index in zip(ascii_uppercase, order, strict=False))


def place_rows(rows: Sequence[Row], paper: Paper) -> list[Placed] | None:
    """Return where the rows lie, column by column; None where they need more than one leaf."""
    width, height = SIZES[paper]
    column = max(row.width for row in rows)
    columns = int((width - 2 * EDGE + GUTTER) / (column + GUTTER))
    if columns < 1:
        return None
    spots = list(_spots(columns, column, height))
    if len(rows) > len(spots):
        return None
    even = _evened(spots, len(rows), columns)
    return [Placed(row, *spot) for row, spot in zip(rows, even, strict=False)]


Spot = tuple[int, float, float]


def _spots(columns: int, column: float, height: float) -> Iterator[Spot]:
    """Yield all places for rows in the order in which they are filled."""
    for page in range(1, SIDES + 1):
        top = HEAD if page == 1 else NEXT_HEAD
        count = int((height - CORNER - 4 - top) / ROW)
        for place in range(columns):
            for line in range(count):
                yield page, EDGE + place * (column + GUTTER), top + (line + 0.5) * ROW


def _evened(spots: Sequence[Spot], rows: int, columns: int) -> list[Spot]:
    """Return the places to use: one side has columns of the same length, the first ones perhaps a row longer."""
    first = [spot for spot in spots if spot[0] == 1]
    if rows > len(first):
        return list(spots)
    count = -(-rows // columns)
    length = len(first) // columns
    return [spot for place, spot in enumerate(first) if place % length < max(count, min(length, 10))]


def make_sheet(form: Form, printing: Printing) -> AnswerSheet:
    """Lay out the answer sheet of a form."""
    place = blueprint_place(form, printing)
    rows = list(rows_of(form))
    placed = place_rows(rows, printing.paper) if rows else []
    if placed is None:
        message = (
            f"the answer sheet of form {form.letter} has no room for its {len(rows)} rows on one leaf; "
            "remove 'answer_sheet', or make two blueprints of it"
        )
        return AnswerSheet(Pdf(b"", 0), (), (Problem(place, RULE, message),))
    pdf = printing.press.render(sheet_document(form, placed, printing))
    problems = tuple(finding_problems(pdf.findings, f"answer sheet of form {form.letter}", place))
    fields = (*id_fields(), *(field for row in placed for _, field in row.fields()))
    return AnswerSheet(pdf, fields, problems)


def id_fields() -> tuple[AnswerField, ...]:
    """Return the bubbles of the learner's number: ``id-3-7`` is a 7 as its third digit."""
    return tuple(
        AnswerField(
            name=f"id-{place + 1}-{digit}",
            question=0,
            page=1,
            x=round(_id_left() + place * PITCH, 2),
            y=round(_ID_TOP + digit * ID_ROW, 2),
            width=BUBBLE,
            height=BUBBLE,
            option=digit,
        )
        for place in range(ID_DIGITS)
        for digit in range(10)
    )


_ID_TOP = 26.0


def _id_left() -> float:
    return 116.0


def sheet_document(form: Form, placed: Sequence[Placed], printing: Printing) -> Document:
    """Return the sheet as a document to lay out."""
    title = f"{form.title} – {printing.word('form', letter=form.letter)} – {printing.word('answer-sheet')}"
    pages = [[row for row in placed if row.page == page] for page in range(1, SIDES + 1)]
    html = printing.fill(
        "sheet.html",
        form=form,
        pages=pages,
        id_fields=id_fields(),
        id_left=_id_left(),
        id_digits=ID_DIGITS,
        pitch=PITCH,
        label=LABEL,
        row_height=ROW,
        style=Markup("left: {:g}mm; top: {:g}mm; width: {:g}mm; height: {:g}mm"),
    )
    return printing.document(html, title, form.course, "sheet.css")
