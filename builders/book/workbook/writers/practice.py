"""Practice items and rubrics, printed from their records."""

from __future__ import annotations

import re
from html import escape
from random import Random

from docutils import nodes
from markupsafe import Markup

from builders.book import nodes as course
from builders.book.records import make_context
from builders.book.workbook.addresses import SCHEME, join_id
from builders.book.workbook.page import Page, Write
from builders.book.workbook.records import BackAnswer, Extract
from builders.book.workbook.templates import TEMPLATES
from builders.book.workbook.writers.boxes import count_text
from builders.course import Item, Problem
from builders.course.tasks import PerformanceTask
from builders.data.instances import is_finished
from builders.markup import Context, MarkupError, View, item_html, shuffled
from builders.markup.rubrics import Row
from builders.markup.rubrics import Writer as RubricWriter
from builders.markup.templates import templates
from builders.markup.text import Run, compose

KEY = re.compile(r'<p class="answer-key">(<strong>[^<]*</strong>)</p>\s*<div class="answer-why">\s*<p>')
"""A key of one piece, and the beginning of the reason for it."""


def terms_of(page: Page) -> dict[str, str]:
    """Return the address in the book of each glossary term."""
    terms = page.env.domains.standard_domain._terms
    found = {term: page.addresses.find(f"{SCHEME}{docname}#{anchor}") for term, (docname, anchor) in terms.items()}
    return {term: f"#{target}" for term, target in found.items() if target}


def item_context(page: Page, item: Item, prefix: str) -> Context:
    """Return what the texts of an item need."""
    return make_context(page.book, item.at, terms_of(page), prefix)


def render_item(page: Page, item: Item, view: View, number: str, prefix: str, heading: int) -> str:
    """Return an item in a view; what cannot be rendered is reported. Its options stand as on the site."""
    if not is_finished(item):
        return ""
    try:
        return item_html(
            item,
            view,
            number=number,
            words=page.book.words,
            context=item_context(page, item, prefix),
            order=shuffled(item, Random(item.id)),
            heading=heading,
        )
    except MarkupError as error:
        page.report(error.problems)
        return ""


def write_set(page: Page, node: course.practice_set) -> str:
    """Write self-check items."""
    return f"{page.tag('div', node, 'practice-set')}{page.inside(node)}</div>\n"


def write_item(page: Page, node: course.practice_item) -> str:
    """Write an item to be answered with a pen; its answer is at the back."""
    item, name = page.book.course.items_by_id[node["item"]], page.id_of(node)
    question = render_item(page, item, View.PRINT_PRACTICE, node["number"], f"{name}--", page.level)
    answer = run_in(render_item(page, item, View.ANSWER, node["number"], f"{name}--a-", 3))
    label = page.book.words("items.practice", label=node["number"])
    back = join_id(name, "answer")
    page.found.answers.append(BackAnswer(back, name, label, "", answer))
    question = question.replace('class="item-head"', f'class="item-head" data-label="{escape(label)}"', 1)
    link = page.link(back, page.word("workbook.answer"))
    html = f'<div class="practice-item" id="{name}">{question}<p class="meta answer-link">{link}</p></div>\n'
    page.found.extracts.append(Extract(name, escape(label), html))
    return html


def run_in(answer: str) -> str:
    """Return an answer whose key stands on the first line of its reason; a key of several pieces keeps its own."""
    return KEY.sub(r'<div class="answer-why">\n<p><span class="answer-key">\1</span> ', answer, count=1)


def write_rubric(page: Page, node: course.rubric_sheet) -> str:
    """Write a performance task with its rubric: a table a criterion, wide enough to be read."""
    task = next(task for task in page.book.course.tasks if task.id == node["task"])
    name = page.id_of(node)
    context = make_context(page.book, task.at, terms_of(page), f"{name}--")
    problems: list[Problem] = []
    rows = [RubricWriter(page.book.words, context, problems).row(criterion) for criterion in task.criteria]
    prompt = Run(context.within("prompt"), problems)
    html = task_html(page, task, name, rows, Markup(compose(task.prompt, prompt)))
    page.report(problems)
    return html


def task_html(page: Page, task: PerformanceTask, name: str, rows: list[Row], prompt: Markup) -> str:
    """Return a performance task as HTML."""
    words = page.book.words
    shares = (f"{objective} {share}\u00a0%" for objective, share in task.objectives.items())
    return (
        templates(TEMPLATES)
        .get_template("task.html")
        .render(
            id=name,
            level=page.level,
            task=task,
            label=words("workbook.task", id=task.id),
            minutes=count_text(page.book, "minutes", task.minutes),
            facts=" · ".join(shares),
            prompt=prompt,
            output_label=words("workbook.hand-in"),
            output=task.output,
            rubric_label=words("rubrics.rubric"),
            rows=rows,
        )
    )


WRITERS: dict[type[nodes.Node], Write] = {
    course.practice_set: write_set,
    course.practice_item: write_item,
    course.rubric_sheet: write_rubric,
}
