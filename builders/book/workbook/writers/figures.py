"""Figures and images; captions with their numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from docutils import nodes

from builders.book import nodes as course
from builders.book.workbook.page import Page, Write
from builders.book.workbook.records import Caption, CaptionKind
from builders.book.workbook.writers.blocks import block
from builders.markup.context import Context
from builders.markup.images import ImageError, image
from builders.markup.svg import inline_svg

WORDS = 12.0
"""Pixels (9 points): how large the smallest words of a drawing are printed."""

LISTED = {kind.value for kind in CaptionKind}

WORKED_ON = (course.exercise_box, course.activity_box)
"""Where learners draw on a drawing: there it has its full size."""

WIDTH = re.compile(r'<svg[^>]*?\bviewBox="[\d.-]+[ ,]+[\d.-]+[ ,]+([\d.]+)')
FONT = re.compile(r'font-size[=:]\s*"?([\d.]+)')


def write_figure(page: Page, node: nodes.figure) -> str:
    """Write a figure; it stays on one page."""
    return f"{page.tag('figure', node)}{page.inside(node)}</figure>\n"


def write_caption(page: Page, node: nodes.caption) -> str:
    """Write the caption of a figure or listing."""
    if isinstance(node.parent, nodes.figure):
        return f"<figcaption>{numbered(page, node.parent, node, 'figure')}</figcaption>\n"
    return f'<p class="caption">{numbered(page, node.parent, node, "code-block")}</p>\n'


def numbered(page: Page, owner: nodes.Element, caption: nodes.Element, kind: str) -> str:
    """Return a caption behind its number, as Sphinx's cross-references name it."""
    number = number_of(page, owner, kind)
    if number and kind in LISTED and not page.aside:
        page.found.captions.append(Caption(CaptionKind(kind), page.name(owner["ids"][0]), number, caption.astext()))
    label = page.book.words(f"book.{kind}") % number if number else ""
    shown = f'<span class="caption-number">{escape(label)}</span> ' if label else ""
    return shown + page.inside(caption)


def number_of(page: Page, owner: nodes.Element, kind: str) -> str:
    """Return the number of a figure, table or listing; empty where it has none."""
    numbers = page.env.toc_fignumbers.get(page.docname, {}).get(kind, {})
    found = [numbers[anchor] for anchor in owner["ids"] if anchor in numbers]
    return ".".join(str(part) for part in found[0]) if found else ""


def write_image(page: Page, node: nodes.image) -> str:
    """Write an image into the page: a drawing as it is, a photograph as data."""
    path = Path(page.env.srcdir) / node["uri"]
    context = Context(page.book.course.root, path.parent)
    try:
        html = image(path.name, node.get("alt", ""), context, page.new_id("drawing"))
    except ImageError as error:
        page.warn(str(error), node, "image")
        return ""
    if path.suffix.lower() != ".svg":
        return html
    return f'<div class="drawing-frame"{frame_style(node, path.read_text(encoding="utf-8"))}>{html}</div>'


def write_drawing(page: Page, node: course.drawing) -> str:
    """Write a drawing that was made while the page was read."""
    html = inline_svg(node["svg"], node["alt"], page.new_id("drawing"))
    return f'<div class="drawing-frame"{frame_style(node, node["svg"])}>{html}</div>'


def frame_style(node: nodes.Element, source: str) -> str:
    """Return how wide a drawing is printed: as its author says, as it is where learners draw on it, else smaller.

    The smallest words of a drawing are then as large as those of a table.
    """
    if node.get("width"):
        return f' style="width:{escape(node["width"])}"'
    size, words = WIDTH.search(source), [float(found) for found in FONT.findall(source)]
    if size is None or not words or is_worked_on(node):
        return ""
    width = float(size[1]) * min(1, WORDS / min(words))
    return f' style="width:{width:.0f}px"'


def is_worked_on(node: nodes.Element) -> bool:
    """Whether learners draw on a drawing: it stands in an exercise or activity, and in no answer."""
    kinds = [type(holder) for holder in holders(node)]
    return course.answer_box not in kinds and any(kind in kinds for kind in WORKED_ON)


def holders(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield what a node stands in, the nearest first."""
    while node.parent is not None:
        node = node.parent
        yield node


WRITERS: dict[type[nodes.Node], Write] = {
    nodes.figure: write_figure,
    nodes.caption: write_caption,
    nodes.legend: block("div", "legend"),
    nodes.image: write_image,
    course.drawing: write_drawing,
}
