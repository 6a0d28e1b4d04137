"""The marking guide of a form: a score sheet to copy for each learner, and how open answers are judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from builders.course import Form, FormEntry, Item
from builders.course.items import Case, EssayBody, Part, ScoringPoint, TaskBody
from builders.exams.forms import item_of
from builders.exams.printing import Printing
from builders.markup import Context, View, printed_key, render_inline, render_tight
from builders.pdf import Pdf


@dataclass(frozen=True)
class ScoreLine:
    """A line of the score sheet. ``levels`` are to be circled where a criterion is judged."""

    label: str
    text: Markup
    points: float
    levels: bool = False


@dataclass(frozen=True)
class Closed:
    """A closed question, and its key in one line."""

    entry: FormEntry
    key: str


@dataclass(frozen=True)
class Judged:
    """An open question: its lines on the score sheet, and its full key."""

    entry: FormEntry
    lines: tuple[ScoreLine, ...]
    html: Markup


def make_guide(form: Form, printing: Printing) -> Pdf:
    """Lay out the marking guide of a form."""
    title = f"{form.title} – {printing.word('form', letter=form.letter)}"
    name = printing.word("rubric-of", title=title)
    return printing.make_pdf(guide_html(form, printing), name, form.course, "secure.css", "marking.css")


def guide_html(form: Form, printing: Printing) -> str:
    """Return the marking guide as HTML; texts that cannot be rendered are noted in the printing."""
    closed = [entry for entry in form.entries if item_of(entry).kind.closed]
    return printing.fill(
        "marking.html",
        form=form,
        closed=[Closed(entry, printed_key(item_of(entry), entry.order, printing.words)) for entry in closed],
        closed_label=number_list([entry.number for entry in closed]),
        judged=[_judged(entry, printing) for entry in form.entries if not item_of(entry).kind.closed],
    )


def number_list(numbers: list[int]) -> str:
    """Return question numbers in short, such as ``1–4, 6``."""
    runs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    ranges = [[number for _, number in run] for _, run in runs]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in ranges)


def _judged(entry: FormEntry, printing: Printing) -> Judged:
    lines = tuple(score_lines(entry, printing))
    return Judged(entry, lines, printing.item(entry, View.KEY, heading=3))


def score_lines(entry: FormEntry, printing: Printing) -> Iterator[ScoreLine]:
    """Yield what is scored in an open question; the parts of a case one after another."""
    item = item_of(entry)
    context = replace(printing.context(printing.place_of(item)).with_given(item.given), prefix=f"score-{entry.number}-")
    if not isinstance(item, Case):
        yield from _lines(item, str(entry.number), printing, context)
        return
    for part in item.parts:
        label = printing.word("question-part", question=str(entry.number), part=part.id)
        yield from _lines(part, label, printing, context.within(part.id))


def _lines(body: Item | Part, label: str, printing: Printing, context: Context) -> Iterator[ScoreLine]:
    if isinstance(body, EssayBody | TaskBody):
        for criterion in body.criteria:
            title = printing.attempt(context.place, render_inline, criterion.title, context.within(criterion.id))
            yield ScoreLine(label, title, criterion.points, levels=True)
        return
    scoring: tuple[ScoringPoint, ...] = getattr(body, "scoring", ())
    for number, point in enumerate(scoring):
        text = printing.attempt(context.place, render_tight, point.text, context.within(str(number)))
        yield ScoreLine(label, text, point.points)
    if not scoring:
        yield ScoreLine(label, Markup(printing.word("from-key")), body.points)
