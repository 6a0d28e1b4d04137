"""What all directives share: the book, warnings with a remedy, titles, numbers and ids."""

from __future__ import annotations

from typing import ClassVar, TypeVar, cast

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import OptionSpec

from builders.book.context import Book, book_of
from builders.book.nodes import box_title, course_node

logger = logging.getLogger(__name__)
Part = TypeVar("Part", bound=course_node)


class BookDirective(SphinxDirective):
    """A directive of a course. Its argument, where it has one, is a title or a list of ids."""

    has_content = True
    optional_arguments = 1
    final_argument_whitespace = True

    @property
    def book(self) -> Book:
        """The course and the edition that is being built."""
        return book_of(self.config)

    @property
    def argument(self) -> str:
        """The argument, or an empty text."""
        return self.arguments[0].strip() if self.arguments else ""

    def warn(self, message: str, rule: str, line: int | None = None) -> None:
        """Report a mistake of the author; ``message`` says what is wrong and, after a semicolon, what to do."""
        location = (self.env.docname, line or self.lineno)
        logger.warning(message, location=location, type="coursepack", subtype=rule)

    def part(self, node: Part) -> Part:
        """Fill a node with the parsed content of the directive."""
        self.set_source_info(node)
        node.extend(self.parse_content_to_nodes())
        return node

    def title(self, node: course_node) -> None:
        """Put the argument, with its inline markup, first into the node."""
        node["title"] = None
        if self.argument:
            inline, messages = self.parse_inline(self.argument, lineno=self.lineno)
            node.insert(0, [box_title("", "", *inline), *messages])
            node["title"] = box_title("", "", *inline).astext()

    def count(self, kind: str) -> int:
        """Return how many of this kind the document holds so far, this one included."""
        counts = cast(dict[str, int], self.env.temp_data.setdefault("coursepack_counts", {}))
        counts[kind] = counts.get(kind, 0) + 1
        return counts[kind]

    def number(self, kind: str) -> str:
        """Return the next number of this kind in the document: "5.2.1" in lesson L05.2, "1" on other pages."""
        return ".".join(str(part) for part in (*self.book.number_of(self.env.docname), self.count(kind)))

    def anchor(self, node: course_node, name: str) -> None:
        """Give a node an id that links can lead to."""
        node["ids"].append(nodes.make_id(name))
        self.state.document.set_id(node)

    def label(self, node: course_node, kind: str) -> None:
        """Number a node, give it an id, and make ``{ref}`` with its id say "Exercise 5.2.1"."""
        number, name = self.number(kind), self.options.get("id")
        node["number"], node["part"] = number, name
        standard = self.env.domains.standard_domain
        known = standard.labels.get((name or "").lower())
        if known:
            self.warn(f"the id '{name}' is used in '{known[0]}' already; give each part its own id", "id")
        if known or not name:
            self.anchor(node, f"{kind}-{number}")
            return
        self.anchor(node, name)
        title = self.book.words(f"book.{kind}", number=number)
        standard.note_hyperlink_target(name.lower(), self.env.docname, node["ids"][0], title)


class BoxDirective(BookDirective):
    """A box with an optional title and content."""

    kind: ClassVar[str]
    node: ClassVar[type[course_node]]

    def run(self) -> list[nodes.Node]:
        """Return the box."""
        node = self.node()
        self.anchor(node, f"{self.kind}-{self.count(self.kind)}")
        self.part(node)
        self.title(node)
        return [node]


class NumberedDirective(BookDirective):
    """A box with a title, a number and an id that links can name."""

    kind: ClassVar[str]
    node: ClassVar[type[course_node]]
    option_spec: ClassVar[OptionSpec] = {"id": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return the numbered box."""
        node = self.node()
        self.label(node, self.kind)
        self.part(node)
        self.title(node)
        return [node]


def minutes(text: str | None) -> float:
    """Read an option in minutes; a ValueError says what is allowed."""
    return positive(text, "write a number of minutes, such as 15")


def points(text: str | None) -> float:
    """Read an option in points; a ValueError says what is allowed."""
    return positive(text, "write a number of points, such as 2 or 1.5")


def positive(text: str | None, advice: str) -> float:
    """Read a number above 0; a ValueError gives the advice."""
    try:
        number = float(text or "")
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError(advice)
    return number
