"""What every book is checked for before it is written: nothing is lost, nothing is cut, every page number is right.

The finished PDF is read back by a program that did not make it. A check is a generator of findings.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from builders.book.context import INSTRUCTOR, STUDENT
from builders.book.workbook.answers import end_id
from builders.book.workbook.book import Printed
from builders.book.workbook.printing import FRONT, MM_PER_POINT
from builders.book.workbook.records import Chapter, Manuscript, Solution
from builders.book.workbook.references import find_references
from builders.book.workbook.setting import Setting, term_anchor
from builders.book.workbook.spaces import slot
from builders.book.workbook.words import words_of
from builders.course import Place, Problem, Severity
from builders.pdf import (
    Drawing,
    Finding,
    Inspected,
    JoinedPage,
    PageLink,
    inspect_joined,
    page_texts,
    read_drawings,
    read_links,
)

SLACK = 1.5
"""Millimetres that an answer may reach below its room: the space under the last line is empty."""

NUMBER = re.compile(r"\d+[a-z]?|\b[ivx]+\b")
"""What a page may be called."""

ANCHORS = re.compile(r'<div class="anchor" id="[^"]*"></div>')
"""What stands in every chapter, and shows nothing."""

BLOCK_END = re.compile(r"</p>")
"""Where a page may end inside an answer."""

HYPHENS = re.compile("[\u00ad\u200b\u2010\ufffe-]")
"""What stands where a line may end, as text read from a PDF has it."""


@dataclass(frozen=True)
class Proof:
    """A finished book, and what was read back from it.

    ``texts`` are the words on each of its pages without any spaces, ``links`` all links inside it, ``drawings`` what
    is drawn on each page, ``inspected`` what its tags say.
    """

    book: Printed
    manuscripts: Mapping[str, Manuscript]
    setting: Setting
    texts: tuple[str, ...]
    links: tuple[PageLink, ...]
    drawings: tuple[Drawing, ...]
    inspected: Inspected

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters in the flow."""
        return self.manuscripts[STUDENT].chapters

    @cached_property
    def places(self) -> dict[int, int]:
        """Where in the book (from 0) the page is that bears a number."""
        order = enumerate(self.book.order)
        body = (place for place, page in order if page.label.style == "D")
        return dict(enumerate(body, start=1))

    @cached_property
    def part_places(self) -> dict[tuple[str, int], int]:
        """Where in the book (from 0) a page (from 0) of a part is."""
        return {(page.part, page.page): place for place, page in enumerate(self.book.order) if page.part}

    def text_at(self, number: int, pages: int = 1) -> str:
        """Return the words of the page that bears a number, and of as many after it."""
        return "".join(self.texts[self.places[n]] for n in range(number, number + pages) if n in self.places)


def make_proof(book: Printed, manuscripts: Mapping[str, Manuscript], setting: Setting) -> Proof:
    """Read a finished book back."""
    texts = tuple(squeeze(text) for text in page_texts(book.data))
    links, drawings = tuple(read_links(book.data)), tuple(read_drawings(book.data))
    return Proof(book, manuscripts, setting, texts, links, drawings, inspect_joined(book.data))


def find_problems(book: Printed, manuscripts: Mapping[str, Manuscript], setting: Setting) -> list[Problem]:
    """Return everything that is wrong with a book; each names the file its author must mend."""
    proof = make_proof(book, manuscripts, setting)
    laid_out = [
        in_book(finding, part, proof)
        for part, pdf in book.parts.items()
        for finding in pdf.findings
        if not (is_end(finding, proof) or is_loose(finding, setting))
    ]
    found = [*laid_out, *proof.inspected.findings, *(finding for check in CHECKS for finding in check(proof))]
    places = {name: place for chapter in proof.chapters for name, place in chapter.places.items()}
    places |= {chapter.id: chapter.place for chapter in proof.chapters}
    return sorted({to_problem(finding, places, setting) for finding in found})


def is_end(finding: Finding, proof: Proof) -> bool:
    """Whether it is the heading of a chapter below which the source has nothing, as that of a planned lesson."""
    bare = (chapter.id for chapter in proof.chapters if not ANCHORS.sub("", chapter.html).strip())
    return finding.rule == "pdf-stranded" and finding.element in bare


def is_loose(finding: Finding, setting: Setting) -> bool:
    """Whether a heading ends a page of large print: authors set their text for the pages of the standard edition."""
    return finding.rule == "pdf-stranded" and setting.edition.large


def in_book(finding: Finding, part: str, proof: Proof) -> Finding:
    """Return a finding of a part with the page of the book, and with the chapter of that page where no id says more."""
    place = proof.part_places.get((part, finding.page - 1)) if finding.page else None
    return replace(finding, page=0) if place is None else on_page(finding, place, proof)


def on_page(finding: Finding, place: int, proof: Proof) -> Finding:
    """Return a finding with a page of the book (from 0), and the chapter of that page where no id says more."""
    page = proof.book.order[place]
    number = page.label.number if page.label.style == "D" else 0
    return replace(finding, page=place + 1, element=finding.element or chapter_on(number, proof))


def chapter_on(number: int, proof: Proof) -> str:
    """Return the id of the chapter on the page with a number, the last that begins on it; empty for none."""
    anchors = proof.book.anchors
    begun = [chapter for chapter in proof.chapters if anchors[chapter.id].page <= number]
    inside = [chapter.id for chapter in begun if anchors[chapter.end].page >= number]
    return inside[-1] if inside else ""


def to_problem(finding: Finding, places: Mapping[str, Place], setting: Setting) -> Problem:
    """Return a finding as a problem of the file it comes from; a book with any is not written."""
    name = finding.element
    while name and name not in places:
        name = name.rpartition("--")[0]
    place = places.get(name, setting.course.about.at)
    problem = replace(finding, severity=Severity.ERROR).problem(place)
    return replace(problem, message=f"workbook, {setting.edition.key}, {setting.paper}: {problem.message}")


def squeeze(text: str) -> str:
    """Return a text without spaces, hyphens at the ends of lines and differences of form, to be found again."""
    plain = unicodedata.normalize("NFKC", text.replace("\u00ad", "").replace("\ufffe", ""))
    return re.sub(r"[\s\u200b\u2010-]+", "", plain)


def check_marks(proof: Proof) -> Iterator[Finding]:
    """wb-lost: a heading, exercise or caption of the source is not on the page where it should be."""
    for chapter in proof.chapters:
        for mark in chapter.marks:
            spot = proof.book.anchors.get(mark.id)
            if spot is None or squeeze(mark.words) not in proof.text_at(spot.page, 2):
                message = f"“{mark.words}” is not in the book; write it without special markup"
                yield Finding("wb-lost", message, spot.page if spot else 0, mark.id)


def check_pictures(proof: Proof) -> Iterator[Finding]:
    """wb-picture: a picture of the source is not in the book, or a screen reader says something else of it."""
    told = Counter(figure.words for figure in proof.inspected.figures)
    for chapter in proof.manuscripts[INSTRUCTOR if proof.setting.instructor else STUDENT].chapters:
        for picture in chapter.pictures:
            told[picture.words] -= 1
            if told[picture.words] < 0:
                message = f"the picture “{picture.words[:60]}” is not in the book, or not with these words"
                yield Finding("wb-picture", message, element=picture.id)


def check_page_numbers(proof: Proof) -> Iterator[Finding]:
    """wb-page: a printed page number is not that of the page which holds the target."""
    terms = {term_anchor(entry) for entry in proof.setting.glossary}
    for link in whole_links(proof.links):
        if not NUMBER.search(link.words) or (link.name in terms and squeeze(link.words) == squeeze(link.shown)):
            continue  # it prints no page, as a term of the glossary, which may have a figure in it: p95
        label = proof.book.order[link.target].label.text
        if not (names_page(link.words, label) and names_page(link.shown, label)):
            yield Finding("wb-page", f"“{link.words}” does not print page {label}: {link.shown!r}", link.page + 1)


def whole_links(links: Sequence[PageLink]) -> Iterator[PageLink]:
    """Yield links with all that they print: one that goes over the page prints its number on the next."""
    printed = {(link.page, link.name, link.words): link.shown for link in links}
    for link in links:
        rest = printed.get((link.page + 1, link.name, link.words), "")
        is_begun = bool(rest) and not NUMBER.search(link.shown)
        yield replace(link, shown=f"{link.shown} {rest}") if is_begun else link


def names_page(words: str, label: str) -> bool:
    """Whether the first or the last number in words is that of a page; letters may stand before it.

    Hyphens do not count, since they come and go at the ends of lines. Spaces do: “Question 4 197” names page 197.
    """
    found, wanted = (NUMBER.findall(HYPHENS.sub("", unicodedata.normalize("NFKC", one))) for one in (words, label))
    return squeeze(label) in squeeze(words) and wanted[-1] in (found[:1] + found[-1:])


def check_references(proof: Proof) -> Iterator[Finding]:
    """wb-page: a reference of the source is not printed with its page, or leads elsewhere."""
    printed = {(link.page, link.name) for link in proof.links}
    for part, html in proof.book.html.items():
        for name, target in find_references(html):
            place = proof.part_places[part, proof.book.parts[part].anchors[name].page - 1]
            if (place, target) not in printed and (place + 1, target) not in printed:
                yield Finding("wb-page", f"the link to {target} is not in the book", place + 1, name)


def check_folios(proof: Proof) -> Iterator[Finding]:
    """wb-folio: a page does not bear the number by which the file and its page references call it."""
    for place, (page, text) in enumerate(zip(proof.book.order, proof.texts, strict=True)):
        label = page.label.text
        if (
            page.part
            and not is_cover(page)
            and not text.endswith(squeeze(label))
            and not text.startswith(squeeze(label))
        ):
            message = f"the page should bear the number {label}; it begins {text[:9]!r}, ends {text[-9:]!r}"
            yield Finding("wb-folio", message, place + 1)


def is_cover(page: JoinedPage) -> bool:
    """Whether a page is the cover, which bears no number."""
    return page.part == FRONT and page.page == 0


def check_same_pages(proof: Proof) -> Iterator[Finding]:
    """wb-pages: something stands on another page than in the student edition."""
    anchors = proof.book.anchors
    moved = [name for name, spot in proof.book.plain.items() if anchors[name].page != spot.page]
    for name in moved[:3]:
        there, here = proof.book.plain[name].page, anchors[name].page
        yield Finding("wb-pages", f"it is on page {here}, and in the student edition on {there}", here, name)


def check_ink(proof: Proof) -> Iterator[Finding]:
    """wb-blank: a page is blank, and neither a module nor page 1 needs it to open on a right-hand page."""
    order = proof.book.order
    for place in (place for place, drawing in enumerate(proof.drawings) if not drawing.shapes):
        page = order[place]
        stamped = squeeze("".join(stamp.text for stamp in page.stamps if stamp.slot.run is None))
        needed = not page.part and place + 1 < len(order) and place % 2
        if not needed and len(proof.texts[place]) <= len(stamped):
            yield Finding("wb-blank", "the page is blank; remove the page break before it", place + 1)


def check_edges(proof: Proof) -> Iterator[Finding]:
    """wb-cut: a word, line, box or picture is not wholly on the sheet."""
    for place, drawing in enumerate(proof.drawings):
        for thing in drawing.beyond:
            reach = f"{thing.points * MM_PER_POINT:.1f} mm over the {thing.edge} edge of the sheet"
            yield on_page(Finding("wb-cut", f"{thing.what} reaches {reach}; move it in"), place, proof)


def check_answers(proof: Proof) -> Iterator[Finding]:
    """wb-answer: an answer or note of the instructor edition is missing, or reaches out of its room."""
    if not proof.setting.instructor:
        return
    whole = "".join(proof.texts)
    for chapter in proof.manuscripts[INSTRUCTOR].chapters:
        for part, solution in chapter.solutions.items():
            if not is_printed(solution, whole):
                yield Finding("wb-answer", f"the answer to {part} is not in the book", element=chapter.id)
        for note in chapter.notes:
            if not ends_in(note.html, whole):
                yield Finding("wb-answer", f"the note “{note.title}” is not in the book", element=chapter.id)
    yield from check_rooms(proof)


def is_printed(solution: Solution, text: str) -> bool:
    """Whether an answer is in the book: as it begins, or in the cells of the table to fill in."""
    cells = (cell for table in solution.tables for row in table.cells for cell in row)
    return ends_in(solution.html, text) or (solution.is_table and all(ends_in(cell, text) for cell in cells))


def ends_in(html: str, text: str) -> bool:
    """Whether a text holds the first words of the first block of HTML, and the last of the last one.

    As many count as stand on half a line; between two blocks a page may end.
    """
    blocks = [words for block in BLOCK_END.split(html) if (words := squeeze(words_of(block)))]
    return not blocks or (blocks[0][:30] in text and blocks[-1][-30:] in text)


def check_rooms(proof: Proof) -> Iterator[Finding]:
    """Report answers that end on another page, or below their room."""
    anchors = proof.book.anchors
    for space in (space for chapter in proof.chapters for space in chapter.spaces):
        start, end = anchors[space.id], anchors.get(end_id(slot(space.part)))
        if end is not None:
            depth = (end.y - start.y) * MM_PER_POINT if end.page == start.page else float("inf")
            if depth > space.millimetres + SLACK:
                yield Finding("wb-answer", f"the answer to {space.part} is larger than its room", start.page, space.id)


CHECKS: tuple[Callable[[Proof], Iterator[Finding]], ...] = (
    check_marks,
    check_pictures,
    check_page_numbers,
    check_references,
    check_folios,
    check_same_pages,
    check_ink,
    check_edges,
    check_answers,
)
