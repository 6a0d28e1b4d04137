"""What the pages must show, read from the doctree alone: a writer that loses a part cannot lose its mark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from docutils import nodes

from builders.book import nodes as course
from builders.book.workbook.records import Mark, Picture
from builders.course import Course, Words

BOXES: dict[type[nodes.Element], str] = {
    course.exercise_box: "book.exercise",
    course.worked_example: "book.worked-example",
    course.activity_box: "book.activity",
    course.practice_item: "items.practice",
}
"""Numbered parts, and the word each is called by."""

PICTURE = re.compile(r"!\[(.+?)\]\(", re.DOTALL)
"""A picture in the text of a record."""

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


def read_pictures(doctree: nodes.document, name: Callable[[str], str], records: Course) -> tuple[Picture, ...]:
    """Return the pictures of a document, hints, answers and records included; ``name`` makes an id one of the book."""
    return tuple(
        Picture(name(nearest_id(node)), " ".join(words.split()))
        for node in doctree.findall(nodes.Element)
        for words in picture_words(node, records)
    )


def nearest_id(node: nodes.Element) -> str:
    """Return the id of an element, or the nearest one above it."""
    holder: nodes.Element | None = node
    while holder is not None and not holder["ids"]:
        holder = holder.parent
    return str(holder["ids"][0]) if holder is not None else ""


def picture_words(node: nodes.Element, records: Course) -> list[str]:
    """Return the words of the pictures that an element itself is, or that its record shows."""
    if isinstance(node, nodes.image | course.drawing):
        return [node["alt"]]
    if isinstance(node, course.practice_item):
        return PICTURE.findall(records.items_by_id[node["item"]].stem)
    return []
