"""What the search of the site looks through: the passages of its pages, each with the place where it begins.

What would give an answer away is left out: hints, answers, and the options of questions with their feedback.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

from builders.book.console import parcel

FILE = "search-passages.js"
"""The script that hands the passages to a page that searches, in the folder of static files."""
BLOCKS = frozenset("p li dt dd td th tr pre div section figcaption caption summary table ul ol dl br".split())
VOID = frozenset("area base br col embed hr img input link meta source track use wbr".split())
SKIPPED = frozenset("script style svg template select textarea label fieldset button math".split())
SKIPPED_CLASSES = frozenset(
    "headerlink box-facts hint answer practice-answer practice-feedback practice-actions item-points space letters "
    "toctree-wrapper more-rows".split()
)
BEGINNING = frozenset(("box", "practice-item"))
"""Classes of what is a passage of its own where it has an id; so are sections and the terms of a glossary."""
HEADINGS = frozenset(("box-head", "item-head"))


@dataclass
class Passage:
    """A part of a page: the id where it begins (empty for the page itself), its heading and its words."""

    anchor: str
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def as_data(self) -> list[str]:
        """Return anchor, heading and text, with single spaces."""
        return [self.anchor, tidy(self.heading), tidy(self.text)]


@dataclass
class _Open:
    """An element that is being read: whose passage its words belong to, and how."""

    tag: str
    passage: Passage
    skipped: bool = False
    heading: bool = False


class _Reader(HTMLParser):
    """Collects the passages of a page in the order in which they begin."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.passages = [Passage("")]
        self.open = [_Open("", self.passages[0])]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self._add(" ")
        if tag in VOID:
            return
        around, values = self.open[-1], dict(attrs)
        classes = set((values.get("class") or "").split())
        passage = self._begin(tag, classes, values.get("id") or "") or around.passage
        if tag == "dt":
            around.passage = passage  # what is said of a term stands after it, not in it
        skipped = around.skipped or tag in SKIPPED or bool(classes & SKIPPED_CLASSES)
        heading = around.heading or tag in ("h1", "h2", "h3", "h4", "dt") or bool(classes & HEADINGS)
        self.open.append(_Open(tag, passage, skipped, heading))

    def _begin(self, tag: str, classes: set[str], anchor: str) -> Passage | None:
        if not anchor or not (tag in ("section", "dt") or classes & BEGINNING):
            return None
        first = tag == "section" and len(self.passages) == 1
        self.passages.append(Passage("" if first else anchor))
        return self.passages[-1]

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while len(self.open) > 1 and self.open.pop().tag != tag:
            pass
        if tag in BLOCKS:
            self._add(" ")

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        place = self.open[-1]
        if not place.skipped:
            (place.passage.heading if place.heading else place.passage.text).append(text)


def tidy(words: list[str]) -> str:
    """Return words joined, with single spaces."""
    return " ".join("".join(words).split())


def passages(html: str) -> Iterator[Passage]:
    """Yield the passages of a page's HTML that say something."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    yield from (found for found in reader.passages if tidy(found.heading) or tidy(found.text))


@dataclass
class SearchIndex:
    """The pages of a site that are searched, by address, collected while they are written."""

    pages: dict[str, list[list[str]]] = field(default_factory=dict)

    def add(self, address: str, html: str) -> None:
        """Enter a page."""
        self.pages[address] = [found.as_data() for found in passages(html)]

    def as_script(self) -> str:
        """Return the script that hands over all pages, sorted by address."""
        return parcel("search", sorted(self.pages.items()))
