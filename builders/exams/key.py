"""The key of a form: the right answers in its own letters, with reasons, and what the form holds."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from builders.course import Form, FormEntry, Item
from builders.exams.assemble import mean_difficulty
from builders.exams.forms import item_of
from builders.exams.printing import Printing
from builders.exams.tables import totals, two_way
from builders.markup import View, printed_key
from builders.pdf import Pdf


@dataclass(frozen=True)
class Answer:
    """A question's answer in one line, and in full."""

    entry: FormEntry
    item: Item
    line: str
    html: Markup


def make_key(form: Form, printing: Printing) -> Pdf:
    """Lay out the key of a form."""
    title = f"{form.title} – {printing.word('form', letter=form.letter)}"
    return printing.make_pdf(key_html(form, printing), printing.word("key-of", title=title), form.course, "secure.css")


def key_html(form: Form, printing: Printing) -> str:
    """Return the key as HTML; texts that cannot be rendered are noted in the printing."""
    course = printing.course
    items = [item_of(entry) for entry in form.entries]
    return printing.fill(
        "key.html",
        form=form,
        answers=[_answer(entry, printing) for entry in form.entries],
        table=two_way(form, course),
        topics={topic.id: topic.title for topic in course.spine.topics},
        objectives=totals(form, lambda item: item.objective),
        kinds=totals(form, lambda item: item.kind.value),
        difficulty=round(mean_difficulty(form), 3),
        item_minutes=sum(item.minutes for item in items),
        level_of=course.bloom_of,
    )


def _answer(entry: FormEntry, printing: Printing) -> Answer:
    item = item_of(entry)
    return Answer(
        entry, item, printed_key(item, entry.order, printing.words), printing.item(entry, View.KEY, heading=3)
    )
