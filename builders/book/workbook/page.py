"""A document on its way to paper: its nodes become HTML, and what the book must know of them is noted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util import logging

from builders.book.context import Book
from builders.book.nodes import query_result
from builders.book.workbook.addresses import Addresses, join_id
from builders.book.workbook.records import (
    BackAnswer,
    Caption,
    Extract,
    Hint,
    IndexEntry,
    Note,
    Solution,
    Space,
    TermUse,
)
from builders.course import Place, Problem
from builders.course.problem import relative

if TYPE_CHECKING:
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)
Write = Callable[["Page", Any], str]


@dataclass
class Found:
    """What was noted while a document was written."""

    order: list[str] = field(default_factory=list)
    uses: list[TermUse] = field(default_factory=list)
    index: list[IndexEntry] = field(default_factory=list)
    hints: list[Hint] = field(default_factory=list)
    answers: list[BackAnswer] = field(default_factory=list)
    spaces: list[Space] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    extracts: list[Extract] = field(default_factory=list)
    captions: list[Caption] = field(default_factory=list)
    solutions: dict[str, Solution] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


LED = (
    nodes.literal_block,
    nodes.table,
    nodes.bullet_list,
    nodes.enumerated_list,
    nodes.block_quote,
    nodes.math_block,
    query_result,
)


def is_led(node: nodes.Element) -> bool:
    """Whether a paragraph leads to a block: the block begins on the page where the paragraph ends."""
    if not isinstance(node, LED) or node.parent is None:
        return False
    place = node.parent.index(node)
    return place > 0 and isinstance(node.parent.children[place - 1], nodes.paragraph)


class Page:
    """Writes one document. ``level`` is that of the next heading; ``aside`` is true in what is not in the flow."""

    def __init__(
        self,
        env: BuildEnvironment,
        book: Book,
        docname: str,
        document: nodes.document,
        addresses: Addresses,
        writers: dict[type[nodes.Node], Write],
    ) -> None:
        self.env = env
        self.book = book
        self.docname = docname
        self.document = document
        self.addresses = addresses
        self.prefix = addresses.prefixes[docname]
        self.found = Found()
        self.level = 1
        self.aside = False
        self.tight = False
        self._writers = writers
        self._links = 0
        self._terms: set[str] = set()

    def write(self, node: nodes.Node) -> str:
        """Return a node as HTML; one that has no printed form is reported."""
        for kind in type(node).__mro__:
            if kind in self._writers:
                return self._writers[kind](self, node)
        self.warn(f"'{type(node).__name__}' has no printed form; write it in another way", node, "print")
        return ""

    def inside(self, node: nodes.Node) -> str:
        """Return the children of a node as HTML."""
        return "".join(self.write(child) for child in node.children)

    def word(self, key: str, **values: Any) -> str:
        """Return a text of the catalogue as HTML; keys are ``book.…`` or ``workbook.…``."""
        return escape(self.book.words(key, **values), quote=False)

    def name(self, anchor: str) -> str:
        """Return the id in the book of an id of this document."""
        return join_id(self.prefix, anchor)

    def id_of(self, node: nodes.Element) -> str:
        """Return the book's id of a node, the document's own where it has none; note its place."""
        name = self.name(node["ids"][0]) if node["ids"] else self.prefix
        self.found.places[name] = self.place(node)
        if not self.aside and name not in self.found.order:
            self.found.order.append(name)
        return name

    def tag(self, name: str, node: nodes.Element, *classes: str, **attributes: str) -> str:
        """Return the opening tag of a node with its ids, the second and later ones on empty spans."""
        names = [self.name(anchor) for anchor in node["ids"]]
        given = " ".join((*classes, "led") if is_led(node) else classes)
        shown = {"id": self.id_of(node) if names else "", "class": given, **attributes}
        text = "".join(f' {key.replace("_", "-")}="{escape(value)}"' for key, value in shown.items() if value)
        return f"<{name}{text}>" + "".join(f'<span id="{other}"></span>' for other in names[1:])

    def link(self, target: str, html: str) -> str:
        """Return a link inside the book, which prints the page it leads to."""
        self._links += 1
        name = join_id(self.prefix, "aside" if self.aside else "", f"ref-{self._links}")
        return f'<a class="ref" id="{name}" href="#{target}">{html}</a>'

    def use_term(self, target: str, html: str) -> str:
        """Return a glossary term: marked where the document uses it first, and noted for the index."""
        first = target not in self._terms
        if self.aside:
            return f'<a class="term" href="#{target}">{html}</a>'
        self._terms.add(target)
        name = self.new_id("use")
        self.found.uses.append(TermUse(target, name))
        return f'<a class="term{" term-first" if first else ""}" id="{name}" href="#{target}">{html}</a>'

    def new_id(self, kind: str) -> str:
        """Return an id for something that has none."""
        self._links += 1
        return join_id(self.prefix, f"{kind}-{self._links}")

    def place(self, node: nodes.Node) -> Place:
        """Return the file and line of a node."""
        holder: nodes.Node | None = node
        while holder is not None and not holder.line:
            holder = holder.parent
        line = holder.line if holder is not None and holder.line else 1
        path = str(self.env.doc2path(self.docname))
        return Place(relative(path, str(self.book.course.root)), line)

    def warn(self, message: str, node: nodes.Node, rule: str) -> None:
        """Report what an author must mend."""
        place = self.place(node)
        self.report([Problem(place, rule, message)])

    def report(self, problems: Sequence[Problem]) -> None:
        """Pass problems on to Sphinx, each with its own place."""
        root = Path(self.book.course.root)
        for problem in problems:
            location = f"{root / problem.place.path}:{problem.place.line}"
            logger.warning(problem.message, location=location, type="coursepack", subtype=problem.rule)

    @contextmanager
    def deeper(self) -> Iterator[int]:
        """Give the level of a heading; what is written inside the block is one level below."""
        self.level += 1
        try:
            yield min(self.level - 1, 6)
        finally:
            self.level -= 1

    @contextmanager
    def apart(self) -> Iterator[None]:
        """What is written inside the block is not in the flow: no footnotes, nothing for the index."""
        before, self.aside = self.aside, True
        try:
            yield
        finally:
            self.aside = before
