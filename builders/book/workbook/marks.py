"""What the pages must show, read from the doctree alone: a writer that loses a part cannot lose its mark."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docutils import nodes

from builders.book import nodes as course
from builders.book.workbook.records import Mark
from builders.course import Words

BOXES: dict[type[nodes.Element], str] = {
    course.exercise_box: "book.exercise",
    course.worked_example: "book.worked-example",
    course.activity_box: "book.activity",
    course.practice_item: "items.practice",
}
"""Numbered parts, and the word each is called by."""

HIDDEN = (course.instructor_note, course.answer_box, course.hint_box)
"""What does not stand in the flow."""


def read_marks(doctree: nodes.document, name: Callable[[str], str], words: Words) -> tuple[Mark, ...]:
    """Return the headings, numbered parts and captions of a document; ``name`` makes an id one of the book."""
    found = []
    for node in shown(doctree):
        mark = read_mark(node, words)
        if mark:
            found.append(Mark(name(mark.id), mark.words))
    return tuple(found)


def shown(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield the elements of the flow."""
    for child in node.children:
        if isinstance(child, nodes.Element) and not isinstance(child, HIDDEN):
            yield child
            yield from shown(child)


def read_mark(node: nodes.Element, words: Words) -> Mark | None:
    """Return the mark of a heading, numbered part or caption, None for anything else."""
    if isinstance(node, nodes.title | nodes.caption) and node.parent["ids"]:
        return Mark(node.parent["ids"][0], node.astext())
    word = BOXES.get(type(node))
    if word is None:
        return None
    number = {"items.practice": "label"}.get(word, "number")
    label = words(word, **{number: node["number"]})
    return Mark(node["ids"][0], f"{label} {node.get('title') or ''}".strip())
