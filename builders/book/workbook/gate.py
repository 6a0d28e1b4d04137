"""What every book is checked for before it is written: nothing is lost, nothing is cut, every page number is right.

The finished PDF is read back by a program that did not make it. A check is a generator of findings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from string import ascii_lowercase

from builders.book.context import INSTRUCTOR, STUDENT
from builders.book.workbook.answers import end_id
from builders.book.workbook.assembly import Setting, read_links
from builders.book.workbook.book import Printed
from builders.book.workbook.joining import Label, PageRun
from builders.book.workbook.printing import BODY, FRONT, MM_PER_POINT
from builders.book.workbook.records import Chapter, Manuscript, Solution
from builders.book.workbook.spaces import slot
from builders.book.workbook.words import words_of
from builders.course import Place, Problem, Severity
from builders.pdf import Finding, Pdf, inspect, page_texts

SLACK = 1.5
"""Millimetres that an answer may reach below its room: the space under the last line is empty."""


@dataclass(frozen=True)
class Proof:
    """A finished book, and the words on each of its pages without any spaces."""

    book: Printed
    manuscripts: Mapping[str, Manuscript]
    setting: Setting
    texts: tuple[str, ...]

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters in the flow."""
        return self.manuscripts[STUDENT].chapters

    def place_of(self, part: str, page: int) -> int:
        """Return where in the book a page of a part is; both counted from 0."""
        return place_in(self.book.runs, part, page)

    def text_at(self, part: str, page: int, pages: int = 1) -> str:
        """Return the words of a page of a part (from 1), and of as many after it."""
        first = self.place_of(part, page - 1)
        return "".join(self.texts[first : first + pages])


def place_in(runs: tuple[PageRun, ...], part: str, page: int) -> int:
    """Return where in the book a page of a part is; both counted from 0."""
    before = 0
    for run in runs:
        if run.part == part and run.first <= page < run.first + run.count:
            return before + page - run.first
        before += run.count
    raise LookupError(f"page {page} of {part} is in no run")


def make_proof(book: Printed, manuscripts: Mapping[str, Manuscript], setting: Setting) -> Proof:
    """Read a finished book back; a page that says that it is blank has no words."""
    blank, edition = squeeze(setting.word("blank")), squeeze(setting.word("instructor"))
    texts = (squeeze(text) for text in page_texts(book.data))
    words = ("" if text.replace(edition, "") == blank else text for text in texts)
    return Proof(book, manuscripts, setting, tuple(words))


def find_problems(book: Printed, manuscripts: Mapping[str, Manuscript], setting: Setting) -> list[Problem]:
    """Return everything that is wrong with a book; each names the file its author must mend."""
    proof = make_proof(book, manuscripts, setting)
    laid_out = [in_chapter(finding, part, proof) for part, pdf in book.parts.items() for finding in pdf.findings]
    found = [*laid_out, *inspect(book.data), *(finding for check in CHECKS for finding in check(proof))]
    places = {name: place for chapter in proof.chapters for name, place in chapter.places.items()}
    places |= {chapter.id: chapter.place for chapter in proof.chapters}
    return sorted({to_problem(finding, places, setting) for finding in found})


def in_chapter(finding: Finding, part: str, proof: Proof) -> Finding:
    """Return a finding of a page with the chapter of that page, where no id says more."""
    if finding.element or not finding.page or part != BODY:
        return finding
    anchors = proof.book.parts[BODY].anchors
    begun = [chapter for chapter in proof.chapters if anchors[chapter.id].page <= finding.page]
    inside = [chapter for chapter in begun if anchors[chapter.end].page >= finding.page]
    return replace(finding, element=inside[-1].id) if inside else finding


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
    anchors = proof.book.parts[BODY].anchors
    for chapter in proof.chapters:
        for mark in chapter.marks:
            spot = anchors.get(mark.id)
            if spot is None or squeeze(mark.words) not in proof.text_at(BODY, spot.page, 2):
                message = f"“{mark.words}” is not in the book; write it without special markup"
                yield Finding("wb-lost", message, spot.page if spot else 0, mark.id)


def check_page_numbers(proof: Proof) -> Iterator[Finding]:
    """wb-page: a printed page number is not that of the page which holds the target."""
    for part, html in proof.book.html.items():
        words = link_words(html)
        anchors = proof.book.parts[part].anchors
        for name, target in read_links(html):
            page = str(proof.book.pages.get(target, ""))
            shown = words[name] + (page if "toc" in name else proof.setting.word("page-ref", page=page))
            if not page or squeeze(shown) not in proof.text_at(part, anchors[name].page, 2):
                yield Finding("wb-page", f"“{words[name]}” does not print page {page}", anchors[name].page, name)


def link_words(html: str) -> dict[str, str]:
    """Return the words of every link that has an id."""
    pattern = re.compile(r'<a class="[^"]*" id="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
    return {name: words_of(inner) for name, inner in pattern.findall(html)}


def check_folios(proof: Proof) -> Iterator[Finding]:
    """wb-folio: a page does not bear the number by which the file and its page references call it."""
    place = 0
    for run in proof.book.runs:
        for number in range(run.count):
            text, label = proof.texts[place], page_label(run.label, number)
            if text and not is_cover(run, number) and not (text.endswith(label) or text.startswith(label)):
                yield Finding(
                    "wb-folio",
                    f"the page should bear the number {label}; it begins {text[:9]!r}, ends {text[-9:]!r}",
                    place + 1,
                )
            place += 1


def is_cover(run: PageRun, number: int) -> bool:
    """Whether a page is the cover, which bears no number."""
    return run.part == FRONT and number == 0


def page_label(label: Label, number: int) -> str:
    """Return what a page of a run is called; ``number`` counts from 0."""
    value = label.start + number
    written = {"D": str(value), "a": ascii_lowercase[(value - 1) % 26], "r": roman(value)}[label.style]
    return label.prefix + written


def roman(number: int) -> str:
    """Return a number in small roman numerals."""
    values = (10, 9, 5, 4, 1), ("x", "ix", "v", "iv", "i")
    text = ""
    for value, letters in zip(*values, strict=True):
        text += letters * (number // value)
        number %= value
    return text


def check_same_pages(proof: Proof) -> Iterator[Finding]:
    """wb-pages: something stands on another page than in the student edition."""
    anchors = proof.book.parts[BODY].anchors
    moved = [name for name, spot in proof.book.plain.items() if anchors[name].page != spot.page]
    for name in moved[:3]:
        there, here = proof.book.plain[name].page, anchors[name].page
        yield Finding("wb-pages", f"it is on page {here}, and in the student edition on {there}", here, name)


def check_ink(proof: Proof) -> Iterator[Finding]:
    """wb-blank: a page is blank, and neither a module nor page 1 needs it to open on a right-hand page."""
    openings = {proof.place_of(BODY, 0)}
    anchors = proof.book.parts[BODY].anchors
    openings |= {
        proof.place_of(BODY, anchors[module.id].page - 1) for module, _ in proof.manuscripts[STUDENT].modules()
    }
    for place, text in enumerate(proof.texts):
        if not text and place + 1 not in openings:
            yield Finding("wb-blank", "the page is blank; remove the page break before it", place + 1)


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
    yield from check_rooms(proof.book.parts[BODY], proof)


def is_printed(solution: Solution, text: str) -> bool:
    """Whether an answer is in the book: as it begins, or in the cells of the table to fill in."""
    cells = (cell for table in solution.tables for row in table.cells for cell in row)
    return ends_in(solution.html, text) or (solution.is_table and all(ends_in(cell, text) for cell in cells))


def ends_in(html: str, text: str) -> bool:
    """Whether a text holds the first and the last words of HTML, as many as stand on half a line."""
    words = squeeze(words_of(html))
    return words[:30] in text and words[-30:] in text


def check_rooms(body: Pdf, proof: Proof) -> Iterator[Finding]:
    """Report answers that end on another page, or below their room."""
    for space in (space for chapter in proof.chapters for space in chapter.spaces):
        start, end = body.anchors[space.id], body.anchors.get(end_id(slot(space.part)))
        if end is not None:
            depth = (end.y - start.y) * MM_PER_POINT if end.page == start.page else float("inf")
            if depth > space.millimetres + SLACK:
                yield Finding("wb-answer", f"the answer to {space.part} is larger than its room", start.page, space.id)


CHECKS: tuple[Callable[[Proof], Iterator[Finding]], ...] = (
    check_marks,
    check_page_numbers,
    check_folios,
    check_same_pages,
    check_ink,
    check_answers,
)
