"""A whole book from its manuscript: parts laid out in the order in which their page numbers become known, then joined.

The body comes first: it needs no other page numbers. Then index and front matter are laid out with literal numbers.
In the instructor edition answers are laid over the room to write, and leaves are put between the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from builders.book.context import INSTRUCTOR, STUDENT
from builders.book.workbook.answers import place_answers, pointer
from builders.book.workbook.assembly import Setting, body_parts, front_html, numbered
from builders.book.workbook.choosing import choose
from builders.book.workbook.editions import Part, Printer
from builders.book.workbook.indexing import index_entries, index_html
from builders.book.workbook.joining import Label, OutlineEntry, PageRun, join_parts
from builders.book.workbook.leaves import (
    Leaf,
    LeafPages,
    fill_up,
    leaf_labels,
    leaf_pages,
    leaf_runs,
    leaves_html,
    leaves_style,
    plan_leaves,
)
from builders.book.workbook.printing import BODY, FRONT, INDEX, LEAVES, LayOut, print_part, start_style
from builders.book.workbook.records import Manuscript, Space
from builders.book.workbook.spaces import fill_slots
from builders.pdf import Pdf, Spot

Manuscripts = Mapping[str, Manuscript]
"""The manuscripts of the whole course, by audience."""

OUTLINE_LEVELS = 4
"""How deep the outline goes: module, lesson, section, exercise."""


@dataclass(frozen=True)
class Printed:
    """A finished book.

    ``parts``, ``html``  what it was joined from, and their sources
    ``runs``             its pages in order
    ``pages``            the page number of each id of body and index
    ``leaves``, ``fillings``, ``plain``  of the instructor edition: its leaves, what is laid over which room, and where
                         each id stands in the student edition
    """

    data: bytes
    parts: Mapping[str, Pdf]
    html: Mapping[str, str]
    runs: tuple[PageRun, ...]
    pages: Mapping[str, int]
    leaves: tuple[Leaf, ...] = ()
    fillings: Mapping[str, str] = field(default_factory=dict)
    plain: Mapping[str, Spot] = field(default_factory=dict)


@dataclass
class Sheets:
    """The parts laid out so far, and where everything in them is."""

    setting: Setting
    lay_out: LayOut = print_part
    parts: dict[str, Pdf] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)

    def add(self, part: str, html: str, first: int, *styles: str) -> Pdf:
        """Lay out a part whose first page has the number ``first``."""
        pdf = self.lay_out(html, part, self.setting, *styles)
        self.parts[part], self.html[part] = pdf, html
        if part in (BODY, INDEX):
            self.pages |= {name: spot.page + first - 1 for name, spot in pdf.anchors.items()}
        return pdf


def print_body(manuscript: Manuscript, setting: Setting, lay_out: LayOut) -> Sheets:
    """Lay out what has arabic numbers, without the index."""
    sheets = Sheets(setting, lay_out)
    sheets.add(BODY, "".join(part.html for part in body_parts(manuscript, setting)), 1)
    return sheets


def print_rest(manuscript: Manuscript, sheets: Sheets) -> None:
    """Lay out index and front matter, whose page numbers are known now."""
    setting = sheets.setting
    parts = setting.edition.parts
    entries = index_entries(manuscript, setting)
    if entries and Part.INDEX in parts:
        first = sheets.parts[BODY].pages + 1
        sheets.add(INDEX, index_html(entries, sheets.pages, setting), first, start_style(first))
    if Part.COVER not in parts:
        return
    front = sheets.add(FRONT, front_html(manuscript, sheets.pages, setting), 1)
    if front.pages % 2:  # page 1 is a right-hand page
        sheets.add(FRONT, front_html(manuscript, sheets.pages, setting, blank=True), 1)


@dataclass(frozen=True)
class Job:
    """A book to make: the manuscripts of the whole course by audience, what is printed of them, how it is laid out."""

    manuscripts: Manuscripts
    setting: Setting
    lay_out: LayOut = print_part

    @cached_property
    def chosen(self) -> Manuscripts:
        """What the edition prints of each manuscript."""
        edition, words = self.setting.edition, self.setting.words
        return {audience: choose(one, edition, words) for audience, one in self.manuscripts.items()}

    @property
    def student(self) -> Manuscript:
        """What the edition prints of the manuscript for learners."""
        return self.chosen[STUDENT]

    @property
    def instructor(self) -> Manuscript:
        """What the edition prints of the manuscript for instructors."""
        return self.chosen[INSTRUCTOR]

    def standard(self) -> Job:
        """Return the job of the student edition that this one follows."""
        return replace(self, setting=replace(self.setting, edition=self.setting.edition.standard))


def print_plain(job: Job) -> Printed:
    """Return a book for learners."""
    sheets = print_body(job.student, job.setting, job.lay_out)
    print_rest(job.student, sheets)
    return finish(sheets)


def print_solutions(job: Job) -> Printed:
    """Return the answers alone, each with the page of the student edition on which its exercise stands."""
    standard = job.standard()
    pages = print_body(standard.student, standard.setting, job.lay_out).pages
    sheets = Sheets(job.setting, job.lay_out)
    html = "".join(part.html for part in body_parts(job.instructor, job.setting))
    known = (extract.id for chapter in job.instructor.chapters for extract in chapter.extracts)
    places = {f"<!--page {name}-->": job.setting.word("in-workbook", page=pages[name]) for name in known}
    sheets.add(BODY, fill_slots(html, places), 1)
    return finish(sheets)


def print_answered(job: Job) -> Printed:
    """Return the book with answers in the room to write, and leaves with what does not fit and the notes.

    Its flow is that of the student edition, which is laid out first: then it is known which page an answer or a note
    belongs to, and how much of a room is on it.
    """
    student, instructor, setting = job.student, job.instructor, job.setting
    plain = print_body(student, job.standard().setting, job.lay_out)
    solutions = {part: one for chapter in instructor.chapters for part, one in chapter.solutions.items()}
    spaces = [space for chapter in student.chapters for space in chapter.spaces]
    placing = place_answers(spaces, solutions, plain.parts[BODY].anchors, plain.pages, setting)
    sheets = replace(plain, setting=setting)
    leaves = print_leaves(plan_leaves(student, instructor, placing.elsewhere, plain.pages), sheets)
    labels = leaf_labels(leaves, sheets.parts[LEAVES]) if leaves else {}
    fillings = {**placing.fillings, **pointers(placing.elsewhere, labels, plain.pages, setting)}
    before = dict(plain.parts[BODY].anchors)
    sheets.add(BODY, numbered(fill_slots(plain.html[BODY], fillings), plain.pages), 1)
    print_rest(student, sheets)
    return finish(sheets, leaves, fillings, before)


def print_leaves(leaves: list[Leaf], sheets: Sheets) -> list[Leaf]:
    """Lay out the leaves; one with an odd number of pages gets an empty side for notes."""
    if not leaves:
        return []
    style = leaves_style(leaves)
    leaves = fill_up(leaves, sheets.add(LEAVES, leaves_html(leaves, sheets.pages, sheets.setting), 1, style))
    if any(leaf.filler for leaf in leaves):
        sheets.add(LEAVES, leaves_html(leaves, sheets.pages, sheets.setting), 1, style)
    return leaves


def pointers(
    spaces: Sequence[Space], labels: Mapping[str, str], pages: Mapping[str, int], setting: Setting
) -> dict[str, str]:
    """Return what stands in rooms whose answer stands elsewhere: its page, at the back or on a leaf."""
    found = {}
    for space in spaces:
        leaf = labels.get(f"leaf--{space.id}")
        page = leaf or str(pages[space.answer])
        mark, text = pointer(space, setting.word("answer-on", page=page))
        found[mark] = text
    return found


def finish(
    sheets: Sheets,
    leaves: Sequence[Leaf] = (),
    fillings: Mapping[str, str] | None = None,
    plain: Mapping[str, Spot] | None = None,
) -> Printed:
    """Join the parts."""
    runs = tuple(page_runs(sheets, leaf_pages(leaves, sheets.parts[LEAVES]) if leaves else {}))
    order = [part for part in (FRONT, BODY, INDEX, LEAVES) if part in sheets.parts]
    data = join_parts({part: sheets.parts[part].data for part in order}, runs, outline(sheets, runs), BODY)
    return Printed(data, sheets.parts, sheets.html, runs, sheets.pages, tuple(leaves), fillings or {}, plain or {})


def page_runs(sheets: Sheets, leaves: LeafPages) -> Iterator[PageRun]:
    """Yield the pages of the book in order: front matter in roman numbers, body with its leaves, index."""
    parts = sheets.parts
    if FRONT in parts:
        yield PageRun(FRONT, 0, parts[FRONT].pages, Label("r"))
    yield from leaf_runs(BODY, parts[BODY].pages, leaves)
    if INDEX in parts:
        yield PageRun(INDEX, 0, parts[INDEX].pages, Label("D", parts[BODY].pages + 1))


def outline(sheets: Sheets, runs: Sequence[PageRun]) -> list[OutlineEntry]:
    """Return the outline of the book in the order of its pages; a leaf stands below the lesson it belongs to."""
    entries = []
    for run in runs:
        for heading in sheets.parts[run.part].headings:
            inside = run.first <= heading.spot.page - 1 < run.first + run.count
            level = heading.level + 1 if run.part == LEAVES else heading.level
            if inside and level <= OUTLINE_LEVELS:
                entries.append(OutlineEntry(level, heading.text, run.part, heading.spot.page - 1, heading.spot.y))
    return entries


def print_book(job: Job) -> Printed:
    """Return the book of an edition."""
    return PRINTERS[job.setting.edition.printer](job)


PRINTERS: Mapping[Printer, Callable[[Job], Printed]] = {
    Printer.PLAIN: print_plain,
    Printer.ANSWERED: print_answered,
    Printer.SOLVED: print_solutions,
    Printer.PAGED: print_plain,
    Printer.FILLABLE: print_plain,
}
"""How each kind of edition comes about."""
