"""Words in a line: emphasis, code, links, terms, formulas."""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx_design.shared import PassthroughTextElement

from builders.book.nodes import fact_value, null_value
from builders.book.workbook.addresses import SCHEME
from builders.book.workbook.page import Page, Write
from builders.book.workbook.records import IndexEntry
from builders.markup.maths import MathsError, formula

WEB = ("http://", "https://", "mailto:")
ICONS = ("<svg", "<i ", '<span class="sd-', "<!--")
"""How the icons of sphinx-design begin, and comments."""


def write_text(page: Page, node: nodes.Text) -> str:
    """Write words."""
    return escape(node.astext(), quote=False)


def element(name: str, *classes: str) -> Write:
    """Return a writer that puts the children into an element."""

    def write(page: Page, node: Any) -> str:
        return f"{page.tag(name, node, *classes)}{page.inside(node)}</{name}>"

    return write


def write_inside(page: Page, node: nodes.Element) -> str:
    """Write only the children, with the ids of the node."""
    return (page.tag("span", node) + "</span>" if node["ids"] else "") + page.inside(node)


def write_nothing(page: Page, node: nodes.Node) -> str:
    """Leave a node out: it has no place on paper."""
    return ""


def write_code(page: Page, node: nodes.literal) -> str:
    """Write a word of code."""
    return f"<code>{escape(node.astext(), quote=False)}</code>"


def write_reference(page: Page, node: nodes.reference) -> str:
    """Write a link: to another place of the book with its page, to the web with its address as a footnote."""
    html, words, address = page.inside(node), node.astext(), node.get("refuri", "")
    if "refid" in node:
        return page.link(page.name(node["refid"]), html)
    if address.startswith(SCHEME):
        return _write_inner(page, address, html)
    if address.startswith(WEB):
        return _write_web(page, address, html, words)
    page.warn(
        f"the link to '{address}' leads to nothing in the book; name a page, a label or a web address", node, "print"
    )
    return html


def _write_inner(page: Page, address: str, html: str) -> str:
    target = page.addresses.find(address)
    if target is None and page.addresses.is_on_site(address):
        return f'{html} <span class="elsewhere">({escape(page.book.words("workbook.on-site"))})</span>'
    if target is None:
        return html  # a page of the site that the book does not hold: its name remains
    if target.startswith("term-"):
        return page.use_term(target, html)
    return page.link(target, html)


def _write_web(page: Page, address: str, html: str, words: str) -> str:
    shown = address.removeprefix("mailto:")
    link = f'<a href="{escape(address)}">{html}</a>'
    if words.strip().rstrip("/") == shown.rstrip("/"):
        return link
    if page.aside or page.tight:
        return f"{link} ({escape(shown)})"
    return f'{link}<span class="footnote">{escape(shown)}</span>'


def write_target(page: Page, node: nodes.target) -> str:
    """Write a place that links lead to."""
    return (page.tag("span", node) + "</span>" if node["ids"] else "") + page.inside(node)


def write_raw(page: Page, node: nodes.raw) -> str:
    """Leave icons out, keep a line break, and report other raw HTML: it is made for screens."""
    text = node.astext().strip()
    if re.fullmatch(r"<br\s*/?>", text):
        return "<br>"
    if text and not text.startswith(ICONS):
        page.warn("raw HTML is not printed; write it in MyST", node, "print")
    return ""


def write_math(page: Page, node: nodes.math) -> str:
    """Write a formula in a line."""
    return draw_formula(page, node, display=False)


def draw_formula(page: Page, node: Any, display: bool) -> str:
    """Return a formula as a drawing; LaTeX that cannot be read is reported."""
    try:
        return formula(node.astext(), display)
    except MathsError as error:
        page.warn(f"the formula '{node.astext()}' cannot be read ({error}); correct its LaTeX", node, "maths")
        return ""


def write_index(page: Page, node: addnodes.index) -> str:
    """Note where the index leads."""
    if page.aside:
        return ""
    name = page.new_id("indexed")
    for kind, value, _, _, _ in node["entries"]:
        page.found.index += [IndexEntry(path, name, see) for path, see in index_paths(kind, value)]
    if isinstance(node.parent, nodes.TextElement):
        return f'<span id="{name}"></span>'
    return f'<div class="anchor" id="{name}"></div>'


def index_paths(kind: str, value: str) -> list[tuple[tuple[str, ...], str]]:
    """Return the entries of an ``{index}`` role or directive: their path, and where "see" sends."""
    parts = tuple(part.strip() for part in value.split(";"))
    if kind in ("see", "seealso"):
        return [((parts[0],), parts[-1])]
    if kind == "pair":
        return [(parts, ""), (parts[::-1], "")]
    if kind == "triple":
        return [((parts[n], f"{parts[(n + 1) % 3]} {parts[(n + 2) % 3]}"), "") for n in range(3)]
    return [(parts, "")]


def write_footnote_call(page: Page, node: nodes.footnote_reference) -> str:
    """Write a footnote of the author's where it is called; print puts it to the foot of the page."""
    notes = (note for note in page.document.findall(nodes.footnote) if node["refid"] in note["ids"])
    words = " ".join(page.inside(block) for note in notes for block in note.findall(nodes.paragraph))
    return f" ({words})" if page.aside or page.tight else f'<span class="footnote">{words}</span>'


WRITERS: dict[type[nodes.Node], Write] = {
    nodes.Text: write_text,
    nodes.emphasis: element("em"),
    nodes.strong: element("strong"),
    nodes.title_reference: element("cite"),
    nodes.subscript: element("sub"),
    nodes.superscript: element("sup"),
    nodes.abbreviation: element("abbr"),
    nodes.inline: write_inside,
    nodes.generated: write_inside,
    nodes.literal: write_code,
    nodes.reference: write_reference,
    nodes.target: write_target,
    nodes.math: write_math,
    nodes.raw: write_raw,
    nodes.comment: write_nothing,
    nodes.substitution_definition: write_nothing,
    nodes.system_message: write_nothing,
    nodes.problematic: write_inside,
    nodes.footnote_reference: write_footnote_call,
    nodes.footnote: write_nothing,
    PassthroughTextElement: write_inside,
    addnodes.download_reference: write_inside,
    addnodes.number_reference: write_reference,
    addnodes.index: write_index,
    fact_value: write_inside,
    null_value: element("span", "null"),
}
