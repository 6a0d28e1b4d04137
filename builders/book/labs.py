"""Labs on the site: below the title of each task what it asks, as the place of its editor."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from builders.book.context import Book, book_of
from builders.book.nodes import activity_box, writing_space
from builders.book.records import make_context, report
from builders.course import Lab, LabTask
from builders.course.labs import AnswerKind, AnswersTask, SqlTask
from builders.markup import MarkupError, render

STAR = re.compile(r"(`[^`]*`)|\(\*\)")


class LabTasks(SphinxPostTransform):
    """Adds the prompt to each task of a lab that can be checked on the page; its room to write gives way."""

    default_priority = 530
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        """Add the prompts."""
        book = book_of(self.config)
        for box in self.document.findall(activity_box):
            lab = book.course.labs_by_id.get(box.get("lab", ""))
            if lab and book.consoles.lab(lab):
                for item in box.findall(nodes.list_item):
                    self._add(book, lab, item)

    def _add(self, book: Book, lab: Lab, item: nodes.list_item) -> None:
        task = next((task for task in lab.tasks if task.id == item.get("task")), None)
        if task is None:
            return
        for room in list(item.findall(writing_space)):
            room.parent.remove(room)
        item += nodes.raw("", task_html(book, lab, task), format="html")


def task_html(book: Book, lab: Lab, task: LabTask) -> str:
    """Return what a task asks; nothing but a warning where its text cannot be rendered."""
    context = make_context(book, lab.at, None, f"{lab.id.lower()}-{task.id}-")
    dataset = f' data-dataset="{escape(lab.dataset)}"' if lab.dataset and isinstance(task, SqlTask) else ""
    asked = "".join(f'<p class="lab-asked">{escape(line)}</p>' for line in asked_for(book, task))
    try:
        prompt = render(paragraphs(task.prompt), context)
    except MarkupError as error:
        report(book.course.root, error.problems)
        return ""
    names = f'data-lab="{escape(lab.id)}" data-task="{escape(task.id)}" data-title="{escape(task.title)}"'
    return f'<div class="lab-task" {names}{dataset}>\n{prompt}{asked}</div>\n'


def paragraphs(text: str) -> str:
    """Return a prompt as the file that a learner starts with shows it: each line a paragraph, ``COUNT(*)`` itself."""
    return text if "```" in text else STAR.sub(lambda found: found[1] or r"(\*)", re.sub(r"\n+", "\n\n", text))


def asked_for(book: Book, task: LabTask) -> list[str]:
    """Return what the answer must look like, in the words of the file that a learner starts with."""
    words = book.words
    if isinstance(task, SqlTask):
        columns = words("labs.columns", columns=", ".join(task.columns))
        return [f"{columns}; {words('labs.ordered')}" if task.ordered else columns]
    if isinstance(task, AnswersTask) and task.choices:
        key = "labs.choices-list" if task.answer is AnswerKind.LIST else "labs.choices"
        return [words(key, choices=", ".join(task.choices))]
    if isinstance(task, AnswersTask) and task.answer is not AnswerKind.TEXT:
        return [words(f"labs.kind-{task.answer}")]
    return []
