"""A whole book from its manuscript: parts laid out side by side, then joined and stamped with what depends on the rest.

The parts of the body need nothing of each other: they leave room for the pages they name. When all are laid out, it is
known where each lies; then index and front matter follow with literal numbers. In the instructor edition answers are
laid over the room to write, and leaves are put between the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial

from builders.book.context import INSTRUCTOR, STUDENT
from builders.book.workbook.answers import Placing, place_answers, pointer
from builders.book.workbook.assembly import BodyPart, body_parts, front_html
from builders.book.workbook.choosing import choose
from builders.book.workbook.editions import Part, Printer
from builders.book.workbook.fields import fill_in
from builders.book.workbook.furniture import blank_stamps, is_left, page_stamps, shift_of
from builders.book.workbook.indexing import index_entries, index_html
from builders.book.workbook.leaves import (
    Leaf,
    LeafPages,
    fill_up,
    leaf_labels,
    leaf_pages,
    leaves_html,
    leaves_style,
    plan_leaves,
)
from builders.book.workbook.numbering import Group, page_label, page_labels
from builders.book.workbook.paging import margin_stamps
from builders.book.workbook.printing import FRONT, INDEX, LEAVES, body_document, fixed_document, measure_blocks, meta
from builders.book.workbook.records import Manuscript, Space
from builders.book.workbook.setting import Setting
from builders.book.workbook.spaces import fill_slots
from builders.pdf import JoinedPage, Label, OutlineEntry, Pdf, Press, Spot, Stamp, join_parts

Manuscripts = Mapping[str, Manuscript]
"""The manuscripts of the whole course, by audience."""

SHORT_BOOK = 250_000
"""Characters of HTML: a book of fewer has less than a hundred pages, as a rule."""

LOOSE_ROOM = "0000"
"""Keeps room for a number such as 5-12."""

OUTLINE_LEVELS = 4
"""How deep the outline goes: module, lesson, section, exercise."""

Done = Callable[[int, int], None]
"""Is told how many parts are laid out, of how many."""


@dataclass(frozen=True)
class Printed:
    """A finished book.

    ``parts``, ``html``  what it was joined from, and the sources of it
    ``order``            its pages
    ``room``             what kept room for the number of a page
    ``anchors``          where each id of body and index is: the number that the page bears, points on it
    ``leaves``, ``fillings``, ``plain``  of the instructor edition: its leaves, what is laid over which room, and where
                         each id stands in the student edition
    """

    data: bytes
    parts: Mapping[str, Pdf]
    html: Mapping[str, str]
    order: tuple[JoinedPage, ...]
    room: str
    anchors: Mapping[str, Spot]
    leaves: tuple[Leaf, ...] = ()
    fillings: Mapping[str, str] = field(default_factory=dict)
    plain: Mapping[str, Spot] = field(default_factory=dict)


@dataclass
class Sheets:
    """The parts laid out so far, and where they lie: ``first`` is the number of the first page of each in the body.

    ``room`` is what keeps room for a page number, ``groups`` are the pages of loose leaves that are counted together,
    ``standard`` is where each id is in the edition whose page numbers stand in the margins.
    """

    setting: Setting
    press: Press
    done: Done
    room: str = "000"
    body: list[BodyPart] = field(default_factory=list)
    parts: dict[str, Pdf] = field(default_factory=dict)
    html: dict[str, str] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    anchors: dict[str, Spot] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    standard: Mapping[str, Spot] = field(default_factory=dict)

    @property
    def labels(self) -> dict[str, str]:
        """What the page is called that holds each id."""
        return page_labels(self.pages, self.groups)

    @property
    def pages(self) -> dict[str, int]:
        """The number of the page that holds each id."""
        return {name: spot.page for name, spot in self.anchors.items()}

    @property
    def last(self) -> int:
        """The number of the last page so far."""
        return max((first + self.parts[name].pages - 1 for name, first in self.first.items()), default=0)

    def add_body(self, parts: Sequence[BodyPart]) -> None:
        """Lay out parts of the body, and put them in their places, one after the other."""
        documents = [body_document(part.html, self.setting, self.room) for part in parts]
        for part, pdf in zip(parts, self.press.render_all(documents, self.done), strict=True):
            begins = self.begins_group(part)
            start = self.last + 1
            self.first[part.name] = start + 1 if (part.right or begins) and is_left(start) else start
            self.groups += [Group(self.group_of(part), self.first[part.name])] if begins else []
            self.body.append(part)
            self.parts[part.name], self.html[part.name] = pdf, part.html
            for name, spot in pdf.anchors.items():
                self.anchors[name] = replace(spot, page=spot.page + self.first[part.name] - 1)

    def begins_group(self, part: BodyPart) -> bool:
        """Whether the pages of loose leaves are counted anew from a part on, which then opens on the right."""
        name = self.group_of(part)
        return self.setting.edition.loose_leaf and (not self.groups or self.groups[-1].name != name)

    def group_of(self, part: BodyPart) -> str:
        """Return how the pages of a part are called in loose leaves, before their number."""
        return part.group or self.setting.word(f"loose-{part.name}")

    def add(self, part: str, html: str, *styles: str) -> Pdf:
        """Lay out a part that bears its page numbers itself."""
        document = fixed_document(html, part, self.setting, *styles)
        (self.parts[part],) = self.press.render_all([document], self.done)
        self.html[part] = html
        return self.parts[part]


def no_progress(ready: int, count: int) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Job:
    """A book to make: the manuscripts of the whole course by audience, what is printed of them, what lays it out."""

    manuscripts: Manuscripts
    setting: Setting
    press: Press = field(default_factory=Press)
    done: Done = no_progress

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

    @property
    def sheets(self) -> Sheets:
        """Nothing laid out yet."""
        return Sheets(self.setting, self.press, self.done)

    def standard(self) -> Job:
        """Return the job of the student edition that this one follows."""
        return replace(self, setting=replace(self.setting, edition=self.setting.edition.standard))


def print_body(job: Job) -> Sheets:
    """Lay out what has arabic numbers, without the index."""
    return lay_out_body(body_parts(job.student, job.setting), job)


def lay_out_body(parts: Sequence[BodyPart], job: Job) -> Sheets:
    """Lay out parts of the body with room for numbers of two figures, where these are enough for a book so long."""
    if job.setting.edition.loose_leaf:
        longest = max(len(part.group) for part in parts)
        sheets = replace(job.sheets, room=LOOSE_ROOM + "0" * max(0, longest - 1))
        sheets.add_body(parts)
        return sheets
    short = sum(len(part.html) for part in parts) < SHORT_BOOK
    sheets = replace(job.sheets, room="00" if short else "000")
    sheets.add_body(parts)
    if sheets.last < 10 ** len(sheets.room):
        return sheets
    sheets = job.sheets
    sheets.add_body(parts)
    return sheets


def print_rest(manuscript: Manuscript, sheets: Sheets) -> None:
    """Lay out index and front matter, whose page numbers are known now."""
    parts = sheets.setting.edition.parts
    entries = index_entries(manuscript, sheets.setting)
    if entries and Part.INDEX in parts:
        sheets.add_body([BodyPart(INDEX, index_html(entries, sheets.pages, sheets.groups, sheets.setting))])
    if Part.COVER in parts:
        sheets.add(FRONT, front_html(manuscript, sheets.labels, sheets.setting))


def print_plain(job: Job) -> Printed:
    """Return a book for learners."""
    sheets = print_body(job)
    print_rest(job.student, sheets)
    return finish(sheets)


def print_solutions(job: Job) -> Printed:
    """Return the answers alone, each with the page of the student edition on which its exercise stands."""
    pages = print_body(job.standard()).labels
    known = (extract.id for chapter in job.instructor.chapters for extract in chapter.extracts)
    places = {f"<!--page {name}-->": job.setting.word("in-workbook", page=pages[name]) for name in known}
    parts = body_parts(job.instructor, job.setting)
    return finish(lay_out_body([replace(part, html=fill_slots(part.html, places)) for part in parts], job))


def print_answered(job: Job) -> Printed:
    """Return the book with answers in the room to write, and leaves with what does not fit and the notes.

    Its flow is that of the student edition, which is laid out first: then it is known which page an answer or a note
    belongs to, and how much of a room is on it.
    """
    student, instructor, setting = job.student, job.instructor, job.setting
    plain = print_body(job.standard())
    placing = place_all(student, instructor, plain)
    sheets = replace(job.sheets, room=plain.room)
    leaves = print_leaves(
        plan_leaves(student, instructor, placing.elsewhere, plain.pages, plain.groups), plain.labels, sheets
    )
    labels = leaf_labels(leaves, sheets.parts[LEAVES]) if leaves else {}
    fillings = {**placing.fillings, **pointers(placing.elsewhere, labels, plain.labels, setting)}
    sheets.add_body([replace(part, html=fill_slots(part.html, fillings)) for part in plain.body])
    print_rest(student, sheets)
    return finish(sheets, leaves, fillings, plain.anchors)


def place_all(student: Manuscript, instructor: Manuscript, plain: Sheets) -> Placing:
    """Return what of the answers fits where."""
    solutions = {part: one for chapter in instructor.chapters for part, one in chapter.solutions.items()}
    measure = partial(measure_blocks, setting=plain.setting, press=plain.press, room=plain.room)
    pieces = [
        partial(place_answers, chapter.spaces, solutions, plain.anchors, plain.setting, measure)
        for chapter in student.chapters
    ]
    placings = plain.press.side_by_side(pieces)
    fillings = {slot: html for placing in placings for slot, html in placing.fillings.items()}
    return Placing(fillings, tuple(space for placing in placings for space in placing.elsewhere))


def print_leaves(leaves: list[Leaf], pages: Mapping[str, str], sheets: Sheets) -> list[Leaf]:
    """Lay out the leaves; one with an odd number of pages gets an empty side for notes."""
    if not leaves:
        return []
    style = leaves_style(leaves)
    leaves = fill_up(leaves, sheets.add(LEAVES, leaves_html(leaves, pages, sheets.setting), style))
    if any(leaf.filler for leaf in leaves):
        sheets.add(LEAVES, leaves_html(leaves, pages, sheets.setting), style)
    return leaves


def pointers(
    spaces: Sequence[Space], labels: Mapping[str, str], pages: Mapping[str, str], setting: Setting
) -> dict[str, str]:
    """Return what stands in rooms whose answer stands elsewhere: its page, at the back or on a leaf."""
    found = {}
    for space in spaces:
        leaf = labels.get(f"leaf--{space.id}")
        page = leaf or pages[space.answer]
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
    order = tuple(page_order(sheets, leaf_pages(leaves, sheets.parts[LEAVES]) if leaves else {}))
    names = [name for name in (FRONT, *(part.name for part in sheets.body), LEAVES) if name in sheets.parts]
    data = join_parts(
        {name: sheets.parts[name].data for name in names},
        order,
        list(outline(sheets, order)),
        meta(sheets.setting),
        lambda words, label: f"{words} {sheets.setting.word('page-ref', page=label)}",
    )
    return Printed(
        data,
        sheets.parts,
        sheets.html,
        order,
        sheets.room,
        sheets.anchors,
        tuple(leaves),
        fillings or {},
        dict(plain or {}),
    )


def page_order(sheets: Sheets, leaves: LeafPages) -> Iterator[JoinedPage]:
    """Yield the pages of the book: front matter in roman numbers, the body with its leaves, the index."""
    yield from front_order(sheets)
    labels, margins = sheets.labels, margin_stamps(sheets.standard, sheets.anchors)
    number = 0
    for part, pdf in ((part, sheets.parts[part.name]) for part in sheets.body):
        first = sheets.first[part.name]
        stamps = page_stamps(part, pdf, first, labels, sheets.groups, sheets.setting)
        if first > number + 1:
            yield blank_page(page_label(first - 1, sheets.groups), shift_of(first - 1), sheets)
        for page in range(pdf.pages):
            number = first + page
            label = page_label(number, sheets.groups)
            yield JoinedPage(part.name, page, label, shift_of(number), (*margins.get(number, ()), *stamps[page]))
            start, size = leaves.get(number, (0, 0))
            yield from (JoinedPage(LEAVES, start + n, Label("a", n + 1, label.text)) for n in range(size))


def front_order(sheets: Sheets) -> Iterator[JoinedPage]:
    """Yield the front matter, with a blank page where page 1 would not be a right-hand one."""
    if FRONT not in sheets.parts:
        return
    front = sheets.parts[FRONT]
    yield from (JoinedPage(FRONT, page, Label("r", page + 1)) for page in range(front.pages))
    if front.pages % 2:
        yield blank_page(Label("r", front.pages + 1), shift_of(front.pages + 1), sheets)


def blank_page(label: Label, shift: float, sheets: Sheets) -> JoinedPage:
    """Return a page that says that it is blank."""
    stamps: tuple[Stamp, ...] = blank_stamps(sheets.parts[sheets.body[0].name].slots, sheets.setting)
    return JoinedPage("", 0, label, shift, stamps)


def outline(sheets: Sheets, order: Sequence[JoinedPage]) -> Iterator[OutlineEntry]:
    """Yield the outline of the book in the order of its pages; a leaf stands below the lesson it belongs to."""
    for page in order:
        for heading in sheets.parts[page.part].headings if page.part else ():
            level = heading.level + 1 if page.part == LEAVES else heading.level
            if heading.spot.page - 1 == page.page and level <= OUTLINE_LEVELS:
                yield OutlineEntry(level, heading.text, page.part, page.page, heading.spot.y)


def print_fillable(job: Job) -> Printed:
    """Return the student edition with fields over the room to write; its pages are the same."""
    plain = print_body(job.standard())
    spaces = [space for chapter in job.student.chapters for space in chapter.spaces]
    sheets = replace(job.sheets, room=plain.room)
    sheets.add_body([replace(part, html=fill_in(part.html, spaces, plain.anchors, job.setting)) for part in plain.body])
    print_rest(job.student, sheets)
    return finish(sheets, plain=plain.anchors)


def print_paged(job: Job) -> Printed:
    """Return a book whose margins name the pages of the standard edition."""
    standard = print_body(job.standard()).anchors
    sheets = print_body(job)
    print_rest(job.student, sheets)
    return finish(replace(sheets, standard=standard))


def print_book(job: Job) -> Printed:
    """Return the book of an edition."""
    return PRINTERS[job.setting.edition.printer](job)


PRINTERS: Mapping[Printer, Callable[[Job], Printed]] = {
    Printer.PLAIN: print_plain,
    Printer.ANSWERED: print_answered,
    Printer.SOLVED: print_solutions,
    Printer.PAGED: print_paged,
    Printer.FILLABLE: print_fillable,
}
"""How each kind of edition comes about."""
