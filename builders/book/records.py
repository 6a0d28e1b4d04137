"""Practice items, rubrics and formulas on the site: rendered from their records by `builders.markup`."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from docutils import nodes
from sphinx.builders import Builder
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from builders.book.badges import duration
from builders.book.context import Book, book_of
from builders.course import Item, Place, Problem
from builders.course.tasks import PerformanceTask
from builders.data.instances import is_finished
from builders.markup import (
    Context,
    MarkupError,
    View,
    item_html,
    render,
    render_inline,
    rubric_html,
    shuffled,
)
from builders.markup.maths import MathsError, formula

logger = logging.getLogger(__name__)
BLOCK = re.compile(r"</?p[^>]*>")
"""The paragraph that `formula` puts around a display; the site has a frame of its own."""


def make_context(book: Book, place: Place, terms: dict[str, str] | None, prefix: str = "") -> Context:
    """Return what a text of the file at ``place`` needs to become HTML.

    Facts have the values of the practice variant; ``terms`` leads to the glossary.
    """
    root = book.course.root
    register = book.course.misconceptions_by_id
    return Context(root, root / Path(place.path).parent, place, prefix, book.values, terms, register)


def term_addresses(self: HTML5Translator) -> dict[str, str]:
    """Return the address of each glossary term as seen from the page that is being written."""
    return term_links(self.builder, self.docnames[-1])


def term_links(builder: Builder, page: str) -> dict[str, str]:
    """Return the address of each glossary term as seen from a page."""
    terms = builder.env.domains.standard_domain._terms
    return {term: f"{builder.get_relative_uri(page, docname)}#{anchor}" for term, (docname, anchor) in terms.items()}


def report(root: Path, problems: tuple[Problem, ...]) -> None:
    """Pass problems of a record on to Sphinx, each with its own place."""
    for problem in problems:
        location = f"{root / problem.place.path}:{problem.place.line}"
        logger.warning(problem.message, location=location, type="coursepack", subtype=problem.rule)


def visit_practice_item(self: HTML5Translator, node: nodes.Element) -> None:
    """Draw a practice item that can be answered on the page."""
    book = book_of(self.config)
    item = book.course.items_by_id[node["item"]]
    context = make_context(book, item.at, term_addresses(self), f"{node['ids'][0]}-")
    level = min(6, self.section_level + 1)
    html = practice_html(book, item, node["number"], context, level)
    self.body.append(f'<div class="practice-item" id="{node["ids"][0]}">\n{html}</div>\n')
    raise nodes.SkipNode


def practice_html(book: Book, item: Item, number: str, context: Context, level: int) -> str:
    """Return an item with its options in an order that only its id decides; nothing where it cannot be shown.

    What could not be computed was reported when the book was opened.
    """
    if not is_finished(item):
        return ""
    order = shuffled(item, Random(item.id))
    try:
        return item_html(
            item, View.PRACTICE, number=number, words=book.words, context=context, order=order, heading=level
        )
    except MarkupError as error:
        report(book.course.root, error.problems)
        return ""


def visit_rubric(self: HTML5Translator, node: nodes.Element) -> None:
    """Draw a performance task: what to do and to hand in, and the rubric that judges it."""
    book, anchor = book_of(self.config), node["ids"][0]
    task = next(task for task in book.course.tasks if task.id == node["task"])
    context = make_context(book, task.at, term_addresses(self), f"{anchor}-")
    try:
        self.body.append(self.builder.templates.render("task.html", _task_values(book, task, anchor, context)))
    except MarkupError as error:
        report(book.course.root, error.problems)
    raise nodes.SkipNode


def _task_values(book: Book, task: PerformanceTask, anchor: str, context: Context) -> dict[str, str]:
    """Return what the template of a task asks for; MarkupError where a text of it cannot be rendered."""
    shares = [f"{objective} {share}\u00a0%" for objective, share in task.objectives.items()]
    return {
        "anchor": anchor,
        "label": book.words("book.task", id=task.id),
        "title": task.title,
        "facts": " · ".join([*shares, duration(book, task.minutes)]),
        "prompt": render(task.prompt, context.within("prompt")),
        "hand_in": book.words("book.hand-in"),
        "output": render_inline(task.output, context.within("output")),
        "rubric": rubric_html(task, book.words, context),
    }


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Draw a formula in running text."""
    self.body.append(_formula(node, display=False))
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """Draw a formula on lines of its own; inside a paragraph, where no block may stand, as a line of it."""
    anchor = f' id="{node["ids"][0]}"' if node["ids"] else ""
    drawing = BLOCK.sub("", _formula(node, display=True)).strip()
    tag = "span" if isinstance(node.parent, nodes.TextElement) else "div"
    self.body.append(f'<{tag} class="math"{anchor}>{drawing}</{tag}>\n')
    raise nodes.SkipNode


def _formula(node: nodes.Element, display: bool) -> str:
    latex = node.astext()
    try:
        return formula(latex, display)
    except MathsError as error:
        message = f"the formula '{latex}' cannot be read ({error}); correct its LaTeX"
        logger.warning(message, location=node, type="coursepack", subtype="maths")
        return ""
