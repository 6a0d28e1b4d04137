"""HTML made fit for print, before layout: names of pictures, places of ids, lines of code."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from pygments.token import STANDARD_TYPES

from builders.pdf.findings import Finding

SVG = "{http://www.w3.org/2000/svg}"
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
LONG_LINE = 60
"""Characters of code that always fit on a line in the narrowest layout; longer ones get a mark where they wrap."""
PLAIN_TOKENS = frozenset(
    name for token, name in STANDARD_TYPES.items() if name and token[0] not in ("Keyword", "Comment")
)
"""The Pygments classes that print does not show: all but keywords and comments."""


def mend_html(root: Element) -> list[Finding]:
    """Change a parsed document in place, and return what only its author can mend."""
    move_section_ids(root)
    split_code(root)
    return list(name_pictures(root))


def move_section_ids(root: Element) -> None:
    """Put the id of a section on its heading: the section may begin at the foot of the page before."""
    for section in root.iter("section"):
        heading = next((child for child in section if child.tag in HEADINGS), None)
        name = section.get("id")
        if name is None or heading is None:
            continue
        del section.attrib["id"]
        if "id" in heading.attrib:
            heading.insert(0, Element("span", id=name))
            heading[0].tail, heading.text = heading.text, None
        else:
            heading.set("id", name)


def name_pictures(root: Element) -> Iterator[Finding]:
    """Give every picture its words where PDF looks for them, and report pictures that have none.

    A picture with ``alt=""``, ``role="presentation"`` or ``aria-hidden="true"`` is decoration.
    """
    for element, nearest in with_nearest_id(root):
        if element.tag == "img":
            words = element.get("alt")
            element.set("alt", words or " ")
        elif element.tag == f"{SVG}svg":
            words = _drawing_words(element)
            _title_drawing(element, words or " ")
        else:
            continue
        if words == "" or _is_decoration(element):
            element.set("role", "presentation")
        elif words is None:
            name = element.get("src", "a drawing")[:80]
            yield Finding(
                "pdf-alt", f'{name} has no text alternative; add alt, or alt="" for decoration', element=nearest
            )


def _is_decoration(element: Element) -> bool:
    return element.get("role") in ("presentation", "none") or element.get("aria-hidden") == "true"


def _drawing_words(svg: Element) -> str | None:
    title = svg.find(f"{SVG}title")
    words = svg.get("aria-label") or (title.text if title is not None else None)
    return words.strip() if words else None


def _title_drawing(svg: Element, words: str) -> None:
    title = svg.find(f"{SVG}title")
    if title is None:
        title = Element(f"{SVG}title")
        svg.insert(0, title)
    title.text = words


def with_nearest_id(root: Element, nearest: str = "") -> Iterator[tuple[Element, str]]:
    """Every element with its own id or the nearest one above it."""
    nearest = root.get("id", nearest)
    yield root, nearest
    for child in root:
        yield from with_nearest_id(child, nearest)


def split_code(root: Element) -> None:
    """Make each line of a code block an element, so that its continuation can hang and be marked.

    Pygments tokens that print does not style are unwrapped: they cost a fifth of the layout time.
    """
    for block in root.iter("pre"):
        lines = CodeLines(block).lines
        for child in list(block):
            block.remove(child)
        block.text = None
        block.extend(lines)


class CodeLines:
    """The lines of a ``<pre>`` as ``<span class="code-line">``; ``lines`` is the result."""

    def __init__(self, block: Element) -> None:
        self.lines: list[Element] = []
        self._open: list[Element] = []
        self._break()
        self._copy_inside(block)
        if len(self.lines) > 1 and not "".join(self.lines[-1].itertext()):
            self.lines.pop()
        for line in self.lines:
            if len("".join(line.itertext())) > LONG_LINE:
                line.set("class", "code-line code-long")

    def _break(self) -> None:
        """Begin a line, inside copies of the elements that are open."""
        line = Element("span", {"class": "code-line"})
        self.lines.append(line)
        self._open = [line, *self._reopened(line)]

    def _reopened(self, line: Element) -> Iterator[Element]:
        parent = line
        for element in self._open[1:]:
            attributes = {name: value for name, value in element.attrib.items() if name != "id"}
            parent = SubElement(parent, element.tag, attributes)
            yield parent

    def _copy_inside(self, source: Element) -> None:
        self._write(source.text or "")
        for child in source:
            if self._shows(child):
                self._open.append(SubElement(self._open[-1], child.tag, copy.copy(child.attrib)))
                self._copy_inside(child)
                self._open.pop()
            else:
                self._copy_inside(child)
            self._write(child.tail or "")

    def _shows(self, element: Element) -> bool:
        if element.tag == "code":
            return False
        return element.tag != "span" or "id" in element.attrib or element.get("class") not in PLAIN_TOKENS

    def _write(self, text: str) -> None:
        first, *rest = text.split("\n")
        self._append(first)
        for part in rest:
            self._break()
            self._append(part)

    def _append(self, text: str) -> None:
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text
