"""The Sphinx builder ``workbook``: doctrees in, a `Manuscript` out. Laying out is no business of Sphinx's."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.builders import Builder
from sphinx.util import logging

from builders.book import nodes as course
from builders.book.context import Book, book_of, docname_of
from builders.book.workbook.addresses import ABOUT, GLOSSARY, SCHEME, Addresses, join_id
from builders.book.workbook.keeping import Keeper, open_keeper, shared_key
from builders.book.workbook.marks import read_marks, read_pictures
from builders.book.workbook.mentions import mark_mentions, term_names
from builders.book.workbook.page import Page
from builders.book.workbook.records import Chapter, ChapterKind, Manuscript
from builders.book.workbook.writers.figures import holders
from builders.book.workbook.writing import WRITERS
from builders.course import digest
from builders.course.lessons import Audience

logger = logging.getLogger(__name__)

FILE = "manuscript.pickle"

SITE_ONLY = "site-only"
"""The class of what is read on the site and not printed."""


class WorkbookBuilder(Builder):
    """Writes the chapters of the book as one pickled `Manuscript`."""

    name = "workbook"
    format = "workbook"
    supported_image_types = ["image/svg+xml", "image/png", "image/jpeg"]
    allow_parallel = False

    def get_outdated_docs(self) -> str:
        """Say that the book is always written as a whole."""
        return "all documents"

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """Return the address of a document; `Addresses` turns it into an id of the book."""
        return SCHEME + docname

    def get_relative_uri(self, from_: str, to: str, typ: str | None = None) -> str:
        """Return the address of a document: in a book it is the same from everywhere."""
        return self.get_target_uri(to, typ)

    def write_documents(self, docnames: Set[str]) -> None:
        """Write the modules and lessons in reading order, and what they link to as appendices."""
        keeper = open_keeper(self.env)
        plan = Plan(self, keeper)
        chapters = tuple(keep_chapter(self, docname, kind, plan) for docname, kind in plan.kinds.items())
        keeper.save()
        (Path(self.outdir) / FILE).write_bytes(pickle.dumps(Manuscript(chapters)))

    def doctree(self, docname: str) -> nodes.document:
        """Return a document with its references resolved."""
        doctree = self.env.get_doctree(docname)
        self.env.apply_post_transforms(doctree, docname)
        leave_to_site(doctree)
        return doctree

    def finish(self) -> None:
        """Leave nothing to do."""


@dataclass(frozen=True)
class Outlook:
    """What a document says about the others: those it links to, and the chapter of the book that stands for it.

    ``left_out`` is true for a page that is no part of the book, ``on_site`` for one that says so by itself.
    """

    links: tuple[str, ...]
    instead: str | None
    left_out: bool
    on_site: bool


class Plan:
    """Which documents the book holds, in order, and the ids they begin with.

    ``key`` is the digest of all that a chapter may take from elsewhere.
    """

    def __init__(self, builder: WorkbookBuilder, keeper: Keeper) -> None:
        self._builder = builder
        book = book_of(builder.config)
        self.book: Book = book
        self.keeper = keeper
        self.terms = term_names(book.course)
        self.key = shared_key(builder.env, book)
        self.kinds: dict[str, ChapterKind] = {}
        self._doctrees: dict[str, nodes.document] = {}
        for module in book.course.modules:
            self.kinds[docname_of(module.path)] = ChapterKind.MODULE
            self.kinds |= dict.fromkeys((docname_of(lesson.path) for lesson in module.lessons), ChapterKind.LESSON)
        self.instead: dict[str, str] = {builder.config.root_doc: ABOUT}
        self._on_site: set[str] = set()
        self._add_appendices()
        prefixes = {docname: self._prefix(docname) for docname in self.kinds}
        self.addresses = Addresses(prefixes, self.instead, tuple(sorted(self._on_site)))
        self.key = digest(self.key, repr(self.addresses), repr(sorted(self.terms.items())))

    def doctree(self, docname: str) -> nodes.document:
        """Return a document with its references resolved; that is done once."""
        if docname not in self._doctrees:
            self._doctrees[docname] = self._builder.doctree(docname)
        return self._doctrees[docname]

    def outlook(self, docname: str) -> Outlook:
        """Return what a document says about the others."""
        key = digest(self.key, self.keeper.own_key(docname))
        known = self.keeper.get(docname, "outlook", key)
        if isinstance(known, Outlook):
            return known
        doctree = self.doctree(docname)
        found = Outlook(
            tuple(linked_documents(doctree)),
            made_from_records(doctree),
            is_coverage(doctree),
            self._is_on_site(docname),
        )
        self.keeper.put(docname, "outlook", key, found)
        return found

    def _is_on_site(self, docname: str) -> bool:
        wanted = str(self._builder.env.metadata[docname].get("print", True)).casefold()
        if wanted not in ("true", "false"):
            location = f"{self._builder.env.doc2path(docname)}:1"
            message = f"'print: {wanted}' in the front matter; write 'print: false', or leave it out"
            logger.warning(message, location=location, type="coursepack", subtype="print")
        return wanted == "false"

    def _prefix(self, docname: str) -> str:
        part = self.book.lesson(docname) or self.book.module(docname)
        return join_id((part.id if part else docname).replace(".", "-").lower())

    def _add_appendices(self) -> None:
        """Follow the links of the chapters: a page that is none of them becomes an appendix."""
        waiting = list(self.kinds)
        while waiting:
            for linked in self.outlook(waiting.pop(0)).links:
                seen = linked in self.kinds or linked in self.instead or linked in self._on_site
                if not seen and linked in self._builder.env.all_docs:
                    self._add(linked, waiting)
        appendices = [docname for docname, kind in self.kinds.items() if kind is ChapterKind.APPENDIX]
        for docname in in_reading_order(appendices, self._builder.config.root_doc, self._builder.env.toctree_includes):
            self.kinds[docname] = self.kinds.pop(docname)

    def _add(self, docname: str, waiting: list[str]) -> None:
        outlook = self.outlook(docname)
        if outlook.instead is not None:
            self.instead[docname] = outlook.instead
        elif outlook.on_site:
            self._on_site.add(docname)
        elif not outlook.left_out:
            self.kinds[docname] = ChapterKind.APPENDIX
            waiting.append(docname)


def in_reading_order(docnames: Sequence[str], root: str, children: Mapping[str, Sequence[str]]) -> list[str]:
    """Return documents in the order of the table of contents of the site, and then what it does not hold."""
    places: dict[str, int] = {}

    def walk(docname: str) -> None:
        if docname not in places:
            places[docname] = len(places)
            for child in children.get(docname, ()):
                walk(child)

    walk(root)
    return sorted(docnames, key=lambda docname: places.get(docname, len(places)))


def leave_to_site(doctree: nodes.document) -> None:
    """Remove the sections and blocks that their author left to the site."""
    for node in list(doctree.findall(nodes.Element)):
        if SITE_ONLY in node.get("classes", ()) and node.parent is not None:
            node.parent.remove(node)


def linked_documents(doctree: nodes.document) -> Iterator[str]:
    """Yield the documents that a document links to, those that only its instructor parts name left out."""
    for reference in doctree.findall(nodes.reference):
        address = reference.get("refuri", "")
        if address.startswith(SCHEME) and not any(is_for_instructor(holder) for holder in holders(reference)):
            yield address.removeprefix(SCHEME).partition("#")[0]


def is_for_instructor(node: nodes.Element) -> bool:
    """Whether a part stands in the instructor edition only."""
    if isinstance(node, course.answer_box):
        return bool(node["audience"] == Audience.INSTRUCTOR)
    return isinstance(node, course.instructor_note)


def made_from_records(doctree: nodes.document) -> str | None:
    """Return the chapter that the book makes by itself in place of a page of the site."""
    if next(iter(doctree.findall(addnodes.glossary)), None) is not None:
        return GLOSSARY
    if next(iter(doctree.findall(course.bloom_group)), None) is not None:
        return ABOUT
    return None


def is_coverage(doctree: nodes.document) -> bool:
    """Whether a page shows the coverage of the course, which is no part of the book."""
    return any("coverage-objectives" in table["ids"] for table in doctree.findall(nodes.table))


def keep_chapter(builder: WorkbookBuilder, docname: str, kind: ChapterKind, plan: Plan) -> Chapter:
    """Return a document as a chapter: the one that is kept, where it would be written alike."""
    key = digest(plan.key, kind, plan.keeper.own_key(docname))
    known = plan.keeper.get(docname, "chapter", key)
    if isinstance(known, Chapter):
        return known
    chapter = write_chapter(builder, docname, kind, plan)
    plan.keeper.put(docname, "chapter", key, chapter)
    return chapter


def write_chapter(builder: WorkbookBuilder, docname: str, kind: ChapterKind, plan: Plan) -> Chapter:
    """Return a document as a chapter."""
    doctree = plan.doctree(docname)
    if kind is ChapterKind.LESSON:
        mark_mentions(doctree, plan.terms)
    page = Page(builder.env, plan.book, docname, doctree, plan.addresses, WRITERS)
    page.level = 2 if kind is ChapterKind.MODULE else 3
    section = next(iter(doctree.findall(nodes.section)))
    for name in section["ids"]:
        page.found.places[page.name(name)] = page.place(section)
    page.found.order.append(page.prefix)
    title = next(iter(section.findall(nodes.title)))
    html = anchors(page, section) + "".join(page.write(child) for child in section.children if child is not title)
    part = plan.book.lesson(docname) or plan.book.module(docname)
    number = ".".join(str(part) for part in plan.book.number_of(docname))
    found = page.found
    return Chapter(
        docname,
        kind,
        page.prefix,
        number,
        page.inside(title),
        html,
        part.fields.minutes if part else None,
        page.place(section),
        tuple(found.hints),
        tuple(found.answers),
        tuple(found.spaces),
        read_marks(doctree, page.name, plan.book.words),
        tuple(found.order),
        tuple(found.uses),
        tuple(found.index),
        dict(found.places),
        dict(found.solutions),
        tuple(found.notes),
        tuple(found.extracts),
        tuple(found.captions),
        read_pictures(doctree, page.name, plan.book.course),
    )


def anchors(page: Page, section: nodes.section) -> str:
    """Return the ids of a document's title, which links name; its heading is printed by the book."""
    return "".join(f'<div class="anchor" id="{page.name(anchor)}"></div>' for anchor in section["ids"])
