"""What WeasyPrint's tags get wrong, mended with the HTML at hand.

Measured with WeasyPrint 70.0. Each step is one defect; its docstring says what comes out without it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from builders.pdf.system import weasyprint
from builders.pdf.tagtree import Annotation, Boxes, Kid, Node, TagTree

POINTS_PER_PIXEL = 0.75
CODE = ("code", "kbd", "samp", "tt")
MAY_BE_EMPTY = ("TD", "TH", "TR", "Document")
HEADER_SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}


def mend_tags(document: Any, pdf: Any, boxes: Boxes) -> None:
    """Mend the structure tree of a PDF that is about to be written."""
    tree = TagTree(pdf, boxes)
    for step in STEPS:
        step(tree.root)
    place_figures(tree.root, [page.height for page in document.pages])
    tree.write()


def hide(root: Node) -> None:
    """Leader dots, ``aria-hidden`` elements and decorative pictures are read aloud."""
    for node in root.walk():
        node.kids = [kid for kid in node.kids if not (isinstance(kid, Node) and _is_hidden(kid))]


def _is_hidden(node: Node) -> bool:
    if node.box is not None and node.box.is_leader:
        return True
    decorative = node.tag == "Figure" and node.attributes.get("role") in ("presentation", "none")
    return decorative or node.attributes.get("aria-hidden") == "true"


def place_footnotes(root: Node) -> None:
    """A footnote is a nameless group between two pages; it is a Note, and read where it is called."""
    calls: dict[int, tuple[Node, Node]] = {}
    for node in root.walk():
        for kid in node.nodes:
            if kid.html.endswith("::footnote-call"):
                kid.tag = "Reference"
                calls[id(kid.box.element)] = (node, kid)
    for area in [kid for kid in root.nodes if type(kid.box).__name__ == "FootnoteAreaBox"]:
        root.kids.remove(area)
        for note in area.nodes:
            place = calls.get(id(note.box.element))
            if place is not None:
                parent, before = place
                parent.kids.insert(parent.kids.index(before) + 1, _name_note(note))
                # The rest of a note that runs over the page comes after its beginning.
                calls[id(note.box.element)] = (parent, note)


def _name_note(note: Node) -> Node:
    note.tag = "Note"
    note.entries["ID"] = weasyprint().pdf.pydyf.String(f"note-{note.source.number}")
    for kid in note.nodes:
        if kid.html.endswith("::footnote-marker"):
            kid.tag = "Lbl"
    return note


def join_parts(node: Node) -> None:
    """What runs over a page or a line (table, list, paragraph, link) becomes two; a table's head is read again."""
    kids, node.kids = node.kids, []
    parts: dict[tuple[int, str, str], tuple[Node, int]] = {}
    for kid in kids:
        if not isinstance(kid, Node) or kid.box is None or kid.box.element is None:
            node.kids.append(kid)
            continue
        key = (id(kid.box.element), kid.html, kid.tag)
        earlier, last_page = parts.get(key, (None, 0))
        if earlier is None or not _continues(earlier, last_page, kid, node):
            parts[key] = (kid, kid.page)
            node.kids.append(kid)
            continue
        parts[key] = (earlier, kid.page)
        if kid.tag not in ("THead", "TFoot"):
            earlier.kids += kid.kids
    for child in node.nodes:
        join_parts(child)


def _continues(earlier: Node, last_page: int, kid: Node, parent: Node) -> bool:
    """Whether a box is the rest of an earlier one of the same element.

    An element has one box a page, or a line; the anonymous boxes inside it are several, and only neighbours among
    them are parts of one.
    """
    anonymous = parent.box is not None and parent.box.element is kid.box.element
    adjacent = parent.kids[-1] is earlier
    return adjacent or (kid.page > last_page and not anonymous)


def unwrap_anonymous(root: Node) -> None:
    """A paragraph with a block in it is a paragraph of paragraphs, a cell a cell of groups."""
    for node in root.walk():
        anonymous = [kid for kid in node.nodes if _is_anonymous(kid, node)]
        unwrap(node, anonymous.__contains__)


def _is_anonymous(kid: Node, parent: Node) -> bool:
    if kid.box is None or parent.box is None or kid.tag not in (parent.tag, "NonStruct"):
        return False
    return kid.box.element is parent.box.element and kid.html == parent.html


def unwrap(node: Node, which: Callable[[Node], bool]) -> None:
    """Put the contents of some kids in their place."""
    kids: list[Kid] = []
    for kid in node.kids:
        kids += kid.kids if isinstance(kid, Node) and which(kid) else [kid]
    node.kids = kids


def complete_lists(root: Node) -> None:
    """An item that holds a paragraph, a block or a nested list has no LBody, and nested lists stand beside items."""
    for node in root.walk():
        if node.tag == "L":
            node.kids = [*(_define(node) if node.html == "dl" else _nest_lists(node))]
    for node in root.walk():
        if node.tag == "LI":
            _complete_item(node)


def _nest_lists(node: Node) -> list[Node]:
    items: list[Node] = []
    for kid in node.nodes:
        (items[-1].kids if kid.tag == "L" and items else items).append(kid)
    return items


def _complete_item(item: Node) -> None:
    unwrap(item, lambda kid: kid.tag == "LBody")
    labels = [kid for kid in item.kids if isinstance(kid, Node) and kid.tag == "Lbl"]
    body = [kid for kid in item.kids if kid not in labels]
    item.kids = [*labels, *([Node("LBody", item.page, body)] if body else [])]


def _define(node: Node) -> list[Node]:
    """Return one item for each term and its definitions."""
    items: list[Node] = []
    for kid in node.nodes:
        if kid.html == "dt":
            unwrap(kid, lambda body: body.tag == "LBody")
            items.append(Node("LI", kid.page, [Node("Lbl", kid.page, kid.kids)]))
        elif kid.html == "dd" and items:
            items[-1].kids += kid.kids
        else:
            items.append(kid)
    return items


def name_contents(root: Node) -> None:
    """A table of contents (``<nav role="doc-toc">``) is a list of links."""
    for nav in [node for node in root.walk() if node.attributes.get("role") == "doc-toc"]:
        for node in nav.walk():
            if node.tag == "LI":
                node.tag = "TOCI"
                unwrap(node, lambda kid: kid.tag == "LBody")
                node.kids = [_refer(kid) for kid in node.kids]
            elif node.tag == "L":
                node.tag = "TOC"


def _refer(kid: Kid) -> Kid:
    return Node("Reference", kid.page, [kid]) if isinstance(kid, Node) and kid.tag == "Link" else kid


def name_code(root: Node) -> None:
    """Code is a nameless group."""
    for node in root.walk():
        if node.html in CODE:
            node.tag = "Code"
        elif node.html == "pre":
            node.tag = "P"
            node.kids = [Node("Code", node.page, node.kids)]


def name_quotes(root: Node) -> None:
    """A quotation inside a line is a nameless group."""
    for node in root.walk():
        if node.html == "q":
            node.tag = "Quote"


def keep_languages(root: Node) -> None:
    """Words in another language are read out in the language of the document."""
    for node in root.walk():
        language = node.attributes.get("lang")
        if language and node.html != "html":
            node.entries["Lang"] = weasyprint().pdf.pydyf.String(language)


def scope_headers(root: Node) -> None:
    """Header cells have no Scope; cells list headers by ids that no IDTree knows."""
    for table in [node for node in root.walk() if node.tag == "Table"]:
        for group in table.nodes:
            for row in [row for row in group.walk() if row.tag == "TR"]:
                _scope_row(row, group.tag == "THead")


def _scope_row(row: Node, in_head: bool) -> None:
    for cell in row.nodes:
        cell.entries.get("A", {}).pop("Headers", None)
        if cell.tag == "TH":
            first_of_row = cell is row.nodes[0] and any(other.tag == "TD" for other in row.nodes)
            default = "/Row" if first_of_row and not in_head else "/Column"
            cell.entries["A"]["Scope"] = HEADER_SCOPES.get(cell.attributes.get("scope", ""), default)


def place_figures(root: Node, heights: list[float]) -> None:
    """The box of a figure is in pixels from the top; a PDF counts points from the bottom of the page."""
    for node in root.walk():
        if node.tag == "Figure":
            x, y = node.box.content_box_x(), node.box.content_box_y()
            bottom = heights[node.page] - y - node.box.height
            corners = (x, bottom, x + node.box.width, bottom + node.box.height)
            node.entries["A"]["BBox"] = weasyprint().pdf.pydyf.Array(value * POINTS_PER_PIXEL for value in corners)


def describe_links(root: Node) -> None:
    """A link is announced by its address, not by its words."""
    for node in root.walk():
        if node.tag == "Link":
            for kid in node.kids:
                if isinstance(kid, Annotation):
                    words = link_words(node.box.element) or str(kid.target["Contents"].string)
                    kid.target["Contents"] = weasyprint().pdf.pydyf.String(words)


def link_words(element: Any) -> str:
    """Return what a link is called: its label, else its words, else the text of its picture."""
    words = element.get("aria-label") or " ".join("".join(_drawn_text(element)).split())
    pictures = [child.get("alt", "") for child in element.iter("img")]
    return str(words or element.get("title") or " ".join(pictures).strip())


def _drawn_text(element: Any) -> Iterator[str]:
    """Yield the words of an element without those of slots, which are not drawn."""
    yield element.text or ""
    for child in element:
        if "data-slot" not in child.attrib:
            yield from _drawn_text(child)
        yield child.tail or ""


def drop_inner_links(root: Node) -> None:
    """Each element inside a link is another link to the same place."""
    for link in [node for node in root.walk() if node.tag == "Link"]:
        for node in [inner for kid in link.nodes for inner in kid.walk() if inner.tag != "Form"]:
            node.tag = "Span" if node.tag == "Link" else node.tag
            node.kids = [kid for kid in node.kids if not isinstance(kid, Annotation)]


def prune(node: Node) -> None:
    """Writing lines and other boxes without words are empty tags."""
    for kid in node.nodes:
        prune(kid)
    node.kids = [kid for kid in node.kids if not isinstance(kid, Node) or kid.kids or kid.tag in MAY_BE_EMPTY]


STEPS: tuple[Callable[[Node], None], ...] = (
    hide,
    place_footnotes,
    join_parts,
    unwrap_anonymous,
    complete_lists,
    name_contents,
    name_code,
    name_quotes,
    keep_languages,
    scope_headers,
    drop_inner_links,
    describe_links,
    prune,
)
