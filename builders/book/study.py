"""Pages for studying that no author writes: progress, the review of each module, and review over time."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from builders.book.console import parcel
from builders.book.context import Book, book_of, docname_of
from builders.book.records import make_context, practice_html, term_links
from builders.course import Course, Item, Lesson, Module, Pool, write_atomic
from builders.course.objectives import Definition, GlossaryTerm
from builders.markup import MarkupError, render_inline

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PROGRESS = "progress"
REVIEW = "review"
SCRIPTS = {PROGRESS: "overview.js", REVIEW: "review.js"}
"""Pages with a script of their own."""
TERM = re.compile(r'href="[^"]*#term-([\w-]+)"')
TAG = re.compile(r"<[^>]*>")
READING = ("read-on", "not-kept", "copy", "copy-this", "copied")
"""The words that scripts say on a lesson."""
Page = tuple[str, dict[str, Any], str]


def review_page(module: Module) -> str:
    """Return the name of the page that reviews a module."""
    return f"{REVIEW}-{module.id.lower()}"


def items_of(course: Course, module: Module) -> list[tuple[Lesson, str, Item]]:
    """Return the practice items of a module in the order of its lessons, with lesson and number in it."""
    known = {item.id: item for item in course.pool(Pool.PRACTICE)}
    return [
        (lesson, f"{number_of(lesson)}.{index}", known[name])
        for lesson in module.lessons
        for index, (name, _) in enumerate(lesson.practice, start=1)
        if name in known
    ]


def number_of(lesson: Lesson) -> str:
    """Return the number of a lesson as its page shows it: L05.2 is 5.2."""
    return ".".join(str(int(part)) for part in lesson.id[1:].split("."))


def study_pages(app: Sphinx) -> Iterator[Page]:
    """Yield the pages of a site that come from records alone, and write what review over time loads."""
    book = book_of(app.config)
    rows = {"lessons": list(lesson_rows(app, book)), "objectives": list(objective_rows(app, book))}
    yield PROGRESS, {"title": book.words("book.progress"), **rows}, "progress.html"
    reviewed = [module for module in book.course.modules if items_of(book.course, module)]
    for module in reviewed:
        entries = list(review_entries(app, book, module))
        title = book.words("book.review-of", module=module.title)
        yield review_page(module), {"title": title, "entries": entries}, "review-module.html"
        content = {entry["item"]: entry["html"] for entry in entries}
        path = Path(app.outdir) / "_static" / REVIEW / f"{module.id.lower()}.js"
        write_atomic(path, parcel(f"{REVIEW}/{module.id.lower()}", content))
    if reviewed:
        plan = [plan_of(book, module) for module in reviewed]
        pages = [(review_page(module), module.title) for module in reviewed]
        context = {"title": book.words("book.review"), "plan": as_script(plan), "modules": pages}
        yield REVIEW, context, "review.html"


def as_script(data: Any) -> str:
    """Return data as JSON that may stand in a script element."""
    return json.dumps(data, sort_keys=True).replace("<", "\\u003c")


def plan_of(book: Book, module: Module) -> dict[str, Any]:
    """Return what review over time must know of a module: its lessons and its items in their order."""
    items = [item.id for _, _, item in items_of(book.course, module)]
    return {"module": module.id.lower(), "lessons": [lesson.id for lesson in module.lessons], "items": items}


def review_entries(app: Sphinx, book: Book, module: Module) -> Iterator[dict[str, str]]:
    """Yield each practice item of a module with its HTML and a link to its lesson."""
    terms = term_links(app.builder, REVIEW)
    for lesson, number, item in items_of(book.course, module):
        context = make_context(book, item.at, terms, f"practice-{item.id.lower()}-")
        yield {
            "item": item.id,
            "html": practice_html(book, item, number, context, 2),
            "href": app.builder.get_relative_uri(REVIEW, docname_of(lesson.path)),
            "lesson": lesson.title,
        }


def lesson_rows(app: Sphinx, book: Book) -> Iterator[dict[str, Any]]:
    """Yield what the progress page says of each lesson: where it is, its exercises, its questions."""
    for lesson in book.course.lessons:
        tasks = [
            f"{lab.id}/{task.id}"
            for lab in book.course.labs
            if lab.lesson == lesson.id and book.consoles.lab(lab)
            for task in lab.tasks
        ]
        yield {
            "id": lesson.id,
            "title": f"{number_of(lesson)} {lesson.title}",
            "href": app.builder.get_relative_uri(PROGRESS, docname_of(lesson.path)),
            "exercises": json.dumps([exercise.id for exercise in lesson.exercises]),
            "questions": json.dumps([name for name, _ in lesson.practice] + tasks),
        }


def objective_rows(app: Sphinx, book: Book) -> Iterator[dict[str, str]]:
    """Yield each objective with a link to the page that lists objectives, where there is one."""
    labels = app.env.domains.standard_domain.labels
    for objective in book.course.spine.objectives:
        docname, anchor, _ = labels.get(f"objective-{objective.id.lower()}", ("", "", ""))
        href = f"{app.builder.get_relative_uri(PROGRESS, docname)}#{anchor}" if docname else ""
        yield {"id": objective.id, "text": objective.text, "href": href}


def study_data(book: Book, lesson: Lesson | None, terms: Mapping[str, str]) -> str:
    """Return what the scripts of every page need: whose progress it is, their words, the terms of the page."""
    prefix = "book.study-"
    words = {key.removeprefix(prefix): text for key, text in book.words.entries.items() if key.startswith(prefix)}
    name = lesson.id if lesson else ""
    words = {key: text for key, text in words.items() if key in READING} if lesson else words
    return as_script({"course": book.course.about.slug, "lesson": name, "words": words, "terms": terms})


def terms_in(book: Book, html: str) -> dict[str, str]:
    """Return the glossary terms that a page links to, by the name in their address, with definitions as plain text."""
    linked = set(TERM.findall(html))
    records: tuple[Definition | GlossaryTerm, ...] = (*book.course.spine.terms, *book.course.glossary)
    entries = {nodes.make_id(entry.id): entry for entry in records}
    return {name: plain(book, entries[name]) for name in sorted(linked & set(entries))}


def plain(book: Book, entry: Definition | GlossaryTerm) -> str:
    """Return the definition of a term without its markup; what is wrong in it is reported with the glossary."""
    try:
        html = render_inline(entry.definition, make_context(book, entry.at, None))
    except MarkupError:
        return entry.definition
    return " ".join(unescape(TAG.sub("", html)).split())
