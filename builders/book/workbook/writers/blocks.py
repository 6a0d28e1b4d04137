"""Sections, paragraphs, lists, quotations, listings, admonitions, and the unfolded parts of sphinx-design."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes

from builders.book.workbook.page import Page, Write
from builders.book.workbook.writers.inline import draw_formula, element, write_nothing
from builders.markup.code import highlight

WHOLE_LINES = 16
"""A listing of fewer lines stays on one page."""

LETTER = re.compile(r"(?:<strong>)?\(([a-z])\)(?:</strong>)?(?= )")
"""The letter of a part of a question or an answer, at the start of its paragraph."""

DENSE = "dense"
"""What an author calls a long listing that is looked things up in: it is printed small."""


def write_section(page: Page, node: nodes.section) -> str:
    """Write a section; its id is on its heading, since the section may begin at the foot of the page before."""
    with page.deeper() as level:
        return "".join(
            write_heading(page, child, node, level) if isinstance(child, nodes.title) else page.write(child)
            for child in node.children
        )


def write_heading(page: Page, title: nodes.title, section: nodes.Element, level: int) -> str:
    """Write a heading with the ids of its section."""
    name = page.id_of(section)
    others = "".join(f'<span id="{page.name(anchor)}"></span>' for anchor in section["ids"][1:])
    return f'<h{level} id="{name}">{others}{page.inside(title)}</h{level}>\n'


def write_paragraph(page: Page, node: nodes.paragraph) -> str:
    """Write a paragraph, without its tag where it is all that a list item or cell holds.

    One part of a question, ``(a) …``, hangs from its letter; a paragraph that holds the next part too does not.
    """
    if is_alone(node):
        return page.inside(node)
    html = page.inside(node)
    letter = LETTER.match(html)
    if letter is None or f"({chr(ord(letter[1]) + 1)})" in html:
        return f"{page.tag('p', node)}{html}</p>\n"
    mark = f'<span class="letter-mark">{letter[0]}</span>'
    return f"{page.tag('p', node, 'lettered')}{mark}{html[letter.end() :]}</p>\n"


def is_alone(node: nodes.Element) -> bool:
    """Whether a paragraph is the only block of a list item, definition or cell."""
    parent = node.parent
    return isinstance(parent, nodes.list_item | nodes.entry) and len(parent.children) == 1 and not node["ids"]


def block(name: str, *classes: str) -> Write:
    """Return a writer that puts the children into an element on lines of its own."""
    write_element = element(name, *classes)
    return lambda page, node: write_element(page, node) + "\n"


def write_inside(page: Page, node: nodes.Element) -> str:
    """Write only the children."""
    return page.inside(node)


def write_numbered(page: Page, node: nodes.enumerated_list) -> str:
    """Write a numbered list with the numbers its author gave."""
    kinds = {"loweralpha": "a", "upperalpha": "A", "lowerroman": "i", "upperroman": "I"}
    more = {"type": kinds.get(node.get("enumtype", ""), ""), "start": str(node.get("start", ""))}
    return f"{page.tag('ol', node, **more)}{page.inside(node)}</ol>\n"


def write_listing(page: Page, node: nodes.literal_block) -> str:
    """Write code: greyscale-safe, its long lines wrapped with a mark."""
    language = node.get("language", "")
    code = highlight(node.astext(), "" if language in ("none", "default") else language)
    classes = ["listing"] if node.astext().count("\n") < WHOLE_LINES else ["listing", "listing-long"]
    classes += [DENSE] if DENSE in node["classes"] else []
    return f"{page.tag('div', node, *classes)}{code}</div>\n"


def write_formula(page: Page, node: nodes.math_block) -> str:
    """Write a formula on lines of its own."""
    return f"{page.tag('div', node, 'display-math')}{draw_formula(page, node, display=True)}</div>\n"


def write_admonition(page: Page, node: nodes.Element) -> str:
    """Write a note or warning: a box with its kind, or its own title, as the label."""
    title = next((child for child in node.children if isinstance(child, nodes.title)), None)
    label = page.inside(title) if title is not None else page.word(f"workbook.{node.tagname}")
    body = "".join(page.write(child) for child in node.children if child is not title)
    return f'{page.tag("div", node, "box note")}<p class="box-label">{label}</p>\n{body}</div>\n'


def write_line_block(page: Page, node: nodes.line_block) -> str:
    """Write lines that keep their breaks."""
    return f"{page.tag('p', node, 'lines')}{'<br>'.join(page.write(line) for line in node.children)}</p>\n"


def write_container(page: Page, node: nodes.container) -> str:
    """Write a group: a listing with its caption, or a part of sphinx-design, unfolded."""
    component = node.get("design_component", "")
    if component in ("tab-item", "dropdown", "card"):
        return f"{page.tag('div', node, 'unfolded')}{page.inside(node)}</div>\n"
    if node.get("literal_block"):
        return f"{page.tag('div', node, 'captioned-listing')}{page.inside(node)}</div>\n"
    return (page.tag("div", node, "anchor") + "</div>" if node["ids"] else "") + page.inside(node)


def write_label(page: Page, node: Any) -> str:
    """Write the title of a tab, dropdown or card, or a heading outside the outline."""
    return f"{page.tag('p', node, 'unfolded-label')}{page.inside(node)}</p>\n"


def write_definition(page: Page, node: nodes.definition) -> str:
    """Write a definition."""
    return f"{page.tag('dd', node)}{page.inside(node)}</dd>\n"


ADMONITIONS = (
    nodes.note,
    nodes.tip,
    nodes.hint,
    nodes.important,
    nodes.warning,
    nodes.caution,
    nodes.attention,
    nodes.danger,
    nodes.error,
    nodes.admonition,
    addnodes.seealso,
)

WRITERS: dict[type[nodes.Node], Write] = {
    nodes.section: write_section,
    nodes.paragraph: write_paragraph,
    nodes.compound: write_inside,
    nodes.container: write_container,
    nodes.rubric: write_label,
    nodes.bullet_list: block("ul"),
    nodes.enumerated_list: write_numbered,
    nodes.list_item: block("li"),
    nodes.definition_list: block("dl"),
    nodes.definition_list_item: write_inside,
    nodes.term: block("dt"),
    nodes.definition: write_definition,
    nodes.field_list: block("dl"),
    nodes.field: write_inside,
    nodes.field_name: block("dt"),
    nodes.field_body: write_definition,
    nodes.block_quote: block("blockquote"),
    nodes.attribution: block("p", "attribution"),
    nodes.literal_block: write_listing,
    nodes.doctest_block: write_listing,
    nodes.math_block: write_formula,
    nodes.line_block: write_line_block,
    nodes.line: write_inside,
    nodes.transition: lambda page, node: "<hr>\n",
    nodes.topic: write_admonition,
    nodes.sidebar: write_admonition,
    **dict.fromkeys(ADMONITIONS, write_admonition),
    addnodes.toctree: write_nothing,
    addnodes.tabular_col_spec: write_nothing,
    nodes.meta: write_nothing,
}
