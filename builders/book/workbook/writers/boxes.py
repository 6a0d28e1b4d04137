"""The boxes of a lesson: objectives, worked example, activity, key concept, summary; notes for instructors."""

from __future__ import annotations

from html import escape

from docutils import nodes

from builders.book import nodes as course
from builders.book.context import Book
from builders.book.workbook.page import Page, Write
from builders.book.workbook.records import Note
from builders.course import Bloom, Words
from builders.markup.question import plain_number


def write_title(page: Page, node: course.box_title) -> str:
    """Leave the title out here: the box has printed it in its label."""
    return ""


def title_of(page: Page, node: nodes.Element) -> str:
    """Return the title of a box as HTML, empty where it has none."""
    titles = (child for child in node.children if isinstance(child, course.box_title))
    return "".join(page.inside(title) for title in titles)


def bloom_text(book: Book, level: str) -> str:
    """Return a Bloom level as a reader of paper needs it: ``Apply (level 3 of 6)``."""
    return book.words("workbook.bloom", name=book.words(f"book.bloom-{level}"), rank=Bloom(level).rank)


def counted(number: float, words: Words) -> str | int:
    """Return a number as the language writes it; 1 stays a number, for the singular."""
    return 1 if number == 1 else plain_number(number, words)


def count_text(book: Book, word: str, number: float) -> str:
    """Return ``3 points`` or ``20 min``."""
    return book.words(f"book.{word}", n=counted(number, book.words)).replace(" ", "\u00a0")


def facts_line(facts: list[str]) -> str:
    """Return what stands beside the title of a box: HTML texts with dots between them."""
    return f'<span class="facts">{" · ".join(facts)}</span>' if facts else ""


def write_objectives(page: Page, node: course.objectives_box) -> str:
    """Write what the lesson teaches, at which level, and how long it takes."""
    minutes = [escape(count_text(page.book, "minutes", node["minutes"]))] if node.get("minutes") else []
    label = f'<p class="box-label">{page.word("book.objectives")} {facts_line(minutes)}</p>\n'
    return (
        f'{page.tag("div", node, "box objectives")}{label}<ul class="objective-list">{page.inside(node)}</ul></div>\n'
    )


def write_entry(page: Page, node: course.objective_entry) -> str:
    """Write an objective: its id and level, its words, and the parts of it that the lesson teaches."""
    head = f'<strong class="objective-id">{escape(node["objective"])} </strong>'
    level = f'<span class="bloom">{escape(bloom_text(page.book, node["bloom"]))}</span>'
    facets = ""
    if node["facets"]:
        names = page.word("book.in-this-lesson", facets=", ".join(node["facets"]))
        facets = f'<span class="objective-facets">{names}</span>'
    return f"<li>{head}{escape(node['text'])} {level} {facets}</li>\n"


def numbered_box(word: str, kind: str) -> Write:
    """Return a writer of a box with a number and a heading."""

    def write(page: Page, node: course.course_node) -> str:
        label = page.book.words(f"book.{word}", number=node["number"])
        name, title = page.id_of(node), title_of(page, node)
        minutes = [escape(count_text(page.book, "minutes", node["minutes"]))] if node.get("minutes") else []
        with page.deeper() as level:
            said = escape(f"{label} {node.get('title') or ''}".strip())
            head = (
                f'<h{level} class="box-label" id="{name}" data-label="{said}">'
                f'<span class="label-name">{escape(label)}</span> {title} {facts_line(minutes)}</h{level}>\n'
            )
            return f'<div class="box {kind}">{head}{page.inside(node)}</div>\n'

    return write


def labelled_box(word: str, *classes: str) -> Write:
    """Return a writer of a box with a label, and a title where it has one."""

    def write(page: Page, node: course.course_node) -> str:
        name, title = page.book.words(f"book.{word}"), title_of(page, node)
        label = f'<p class="box-label"><span class="label-name">{escape(name)}</span> {title}</p>\n'
        if not title and is_said(node, name):
            label = ""
        return f"{page.tag('div', node, 'box', *classes)}{label}{page.inside(node)}</div>\n"

    return write


def is_said(node: nodes.Element, name: str) -> bool:
    """Whether the heading above a box already says what it is."""
    section = node.parent
    first = section.children[0] if isinstance(section, nodes.section) else None
    return isinstance(first, nodes.title) and section.index(node) == 1 and first.astext() == name


def note_instructor(page: Page, node: course.instructor_note) -> str:
    """Keep a note for a leaf of the instructor edition; nothing stands in the flow."""
    with page.apart():
        label, title = page.word("book.instructor-note"), title_of(page, node)
        html = page.inside(node)
    name = page.new_id("note")
    page.found.notes.append(Note(name, tuple(reversed(page.found.order[-9:])), label, title, html))
    page.found.places[name] = page.place(node)
    return ""


def write_query(page: Page, node: course.query_result) -> str:
    """Write a query with its result; a long query may go over the page."""
    return f"{page.tag('div', node, 'query')}{page.inside(node)}</div>\n"


WRITERS: dict[type[nodes.Node], Write] = {
    course.box_title: write_title,
    course.objectives_box: write_objectives,
    course.objective_entry: write_entry,
    course.worked_example: numbered_box("worked-example", "worked-example"),
    course.activity_box: numbered_box("activity", "activity"),
    course.key_concept: labelled_box("key-concept", "key-concept"),
    course.summary_box: labelled_box("summary", "summary"),
    course.instructor_note: note_instructor,
    course.query_result: write_query,
    course.more_rows: lambda page, node: f'<p class="more-rows">{page.inside(node)}</p>\n',
}
