"""Whether a finished PDF can be read aloud: the structural checks of PDF/UA-1 (ISO 14289-1).

These are checks of the Matterhorn protocol that a program can make on the tags, the content and the dictionaries of a
file. They run in every build and read any PDF, whoever made it; in the tests another program judges the files too.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from builders.pdf.findings import Finding

STANDARD_TAGS = frozenset(
    """Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private H H1 H2 H3 H4 H5 H6 P L LI Lbl
    LBody Table TR TH TD THead TBody TFoot Span Quote Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT
    WP Figure Formula Form""".split()
)
"""The standard structure types of ISO 32000-1, 14.8.4."""

PARENTS = {
    "LI": ("L",),
    "LBody": ("LI",),
    "TR": ("Table", "THead", "TBody", "TFoot"),
    "TH": ("TR",),
    "TD": ("TR",),
    "THead": ("Table",),
    "TBody": ("Table",),
    "TFoot": ("Table",),
    "TOCI": ("TOC",),
}
"""Tags that mean nothing outside the tags named."""

ITEMS = ("Lbl", "LBody")

NAME = rb"/[^\s<>\[\]()/%]+"
STRINGS = re.compile(rb"%[^\r\n]*|\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)|(?<!<)<[0-9A-Fa-f\s]*>(?!>)", re.DOTALL)
"""Comments and strings of a content stream, whose letters are no operators."""

IMAGES = re.compile(rb"(?<!\S)BI\s.*?\sID\s.*?\sEI(?!\S)", re.DOTALL)
MARKS = re.compile(rb"(" + NAME + rb")\s*(?:(<<.*?>>|" + NAME + rb")\s*BDC|\sBMC)(?!\w)|(?<!\S)EMC(?!\w)", re.DOTALL)
"""What begins and ends marked content: its tag, and its properties."""

NUMBER = re.compile(rb"/MCID\s+(\d+)")
PAINT = re.compile(rb"(?<![^\s\[\]<>()])(?:Tj|TJ|'|\"|Do|[fBb]\*?|[FSs]|sh)(?![^\s\[\]<>()/%])")
"""The operators that leave ink on the page."""


@dataclass(frozen=True)
class Tag:
    """One element of the structure tree."""

    element: Any
    name: str
    parent: Tag | None

    @cached_property
    def page(self) -> Any:
        """The page the element says its content is on."""
        return self.element.get("/Pg", self.parent.page if self.parent else None)

    @cached_property
    def kids(self) -> list[Any]:
        """What is directly below, as it is in the file."""
        kids = self.element.get("/K", Array())
        return list(kids) if isinstance(kids, Array) else [kids]

    def inside(self, name: str) -> bool:
        """Whether a tag of this name is above."""
        return self.parent is not None and (self.parent.name == name or self.parent.inside(name))

    def attribute(self, key: str) -> Any:
        """Return an attribute of any owner, None if there is none."""
        entry = self.element.get("/A", Array())
        for attributes in entry if isinstance(entry, Array) else [entry]:
            if isinstance(attributes, Dictionary) and key in attributes:
                return attributes[key]
        return None


@dataclass(frozen=True)
class Run:
    """Content of a page between the operators that mark it: its number, or None for an artifact."""

    page: int
    number: int | None


class Tagged:
    """A PDF with its tags and marked content, read when first asked for."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.root: Any = pdf.Root
        self.page_numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}

    @cached_property
    def roles(self) -> dict[str, str]:
        """The role map: a tag of the file → what it stands for."""
        tree = self.root.get("/StructTreeRoot", Dictionary())
        return {str(key)[1:]: str(value)[1:] for key, value in tree.get("/RoleMap", Dictionary()).items()}

    @cached_property
    def tags(self) -> list[Tag]:
        """Every tag in reading order, its name mapped to a standard one where the role map does so."""
        tree = self.root.get("/StructTreeRoot", Dictionary())
        top = Tag(tree, "", None)
        return [tag for kid in top.kids for tag in self._descend(kid, top)]

    def _descend(self, element: Any, parent: Tag) -> Iterator[Tag]:
        if not isinstance(element, Dictionary) or "/S" not in element:
            return
        name = str(element.S)[1:]
        tag = Tag(element, self.roles.get(name, name), parent)
        yield tag
        for kid in tag.kids:
            yield from self._descend(kid, tag)

    @cached_property
    def tagged_runs(self) -> dict[tuple[int, int], Tag]:
        """The tag of every run of content, by page number and its number on the page."""
        runs: dict[tuple[int, int], Tag] = {}
        for tag in self.tags:
            for kid in tag.kids:
                if isinstance(kid, int):
                    runs[self.number_of(tag.page), kid] = tag
                elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
                    runs[self.number_of(kid.get("/Pg", tag.page)), int(kid.MCID)] = tag
        return runs

    @cached_property
    def tagged_annotations(self) -> dict[tuple[int, int], Tag]:
        """The tag of every annotation, by the object number of the annotation."""
        return {
            kid.Obj.objgen: tag
            for tag in self.tags
            for kid in tag.kids
            if isinstance(kid, Dictionary) and kid.get("/Type") == Name.OBJR
        }

    @cached_property
    def parent_tree(self) -> dict[int, Any]:
        """The parent tree: a page's or annotation's key → the tags of its content."""
        tree = self.root.get("/StructTreeRoot", Dictionary()).get("/ParentTree", Dictionary())
        return dict(self._numbers(tree))

    def _numbers(self, node: Any) -> Iterator[tuple[int, Any]]:
        numbers = list(node.get("/Nums", Array()))
        yield from ((int(key), value) for key, value in zip(numbers[::2], numbers[1::2], strict=True))
        for kid in node.get("/Kids", Array()):
            yield from self._numbers(kid)

    def number_of(self, page: Any) -> int:
        """The number of a page, 0 for one that is not in the document."""
        return self.page_numbers.get(page.objgen, 0) if page is not None else 0


@dataclass(frozen=True)
class Figure:
    """A picture as screen readers are told of it: its page (from 1, 0 for none), and its words."""

    page: int
    words: str


@dataclass(frozen=True)
class Inspected:
    """What was found in the tags of a document: faults, and its pictures in reading order."""

    findings: tuple[Finding, ...]
    figures: tuple[Figure, ...]


def inspect(data: bytes) -> list[Finding]:
    """Return every way in which a PDF falls short of PDF/UA-1, as far as its structure tells."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tagged = Tagged(pdf)
        return [finding for check in CHECKS for finding in check(tagged)]


def inspect_part(data: bytes) -> list[Finding]:
    """Return what is wrong with the tags and contents of a part of a longer document, which begins at any level."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tagged = Tagged(pdf)
        return [finding for check in CHECKS if check is not check_headings for finding in check(tagged)]


def inspect_joined(data: bytes) -> Inspected:
    """Return what joining may have broken, such as fonts, headings and links, and the pictures of the document."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        tagged = Tagged(pdf)
        findings = tuple(finding for check in JOINED_CHECKS for finding in check(tagged))
        return Inspected(findings, tuple(read_figures(tagged)))


def read_figures(tagged: Tagged) -> Iterator[Figure]:
    """Yield the pictures of a document."""
    for tag in tagged.tags:
        if tag.name == "Figure":
            yield Figure(tagged.number_of(tag.page), " ".join(str(tag.element.get("/Alt", "")).split()))


def check_catalog(tagged: Tagged) -> Iterator[Finding]:
    """ua-catalog: the document must say that it is tagged, in which language, and show its title."""
    root = tagged.root
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        yield Finding("ua-catalog", "MarkInfo does not say that the document is tagged")
    if root.get("/MarkInfo", Dictionary()).get("/Suspects", False):
        yield Finding("ua-catalog", "MarkInfo calls the tags suspect")
    if not str(root.get("/Lang", "")):
        yield Finding("ua-catalog", "the document has no language")
    if not root.get("/ViewerPreferences", Dictionary()).get("/DisplayDocTitle", False):
        yield Finding("ua-catalog", "the window shows the file name; DisplayDocTitle is not set")
    if "/StructTreeRoot" not in root:
        yield Finding("ua-catalog", "the document has no tags")


def check_metadata(tagged: Tagged) -> Iterator[Finding]:
    """ua-metadata: the metadata must claim PDF/UA-1 and hold the title."""
    metadata = tagged.pdf.open_metadata()
    if str(metadata.get("pdfuaid:part", "")) != "1":
        yield Finding("ua-metadata", "the metadata does not say that this is PDF/UA-1")
    if not str(metadata.get("dc:title", "")):
        yield Finding("ua-metadata", "the metadata has no title")


def check_fonts(tagged: Tagged) -> Iterator[Finding]:
    """ua-font: every font must be embedded, and say which characters its glyphs are."""
    for font in tagged.pdf.objects:
        if not isinstance(font, Dictionary):
            continue
        if font.get("/Type") == Name.FontDescriptor and not any(f"/FontFile{n}" in font for n in ("", "2", "3")):
            yield Finding("ua-font", f"the font {font.get('/FontName')} is not embedded")
        if font.get("/Type") == Name.Font and font.get("/Subtype") == Name.Type0 and "/ToUnicode" not in font:
            yield Finding("ua-font", f"the font {font.get('/BaseFont')} does not say which characters it shows")


def check_tag_names(tagged: Tagged) -> Iterator[Finding]:
    """ua-tag: every tag must be a standard one, or mapped to one, and stand where it has a meaning."""
    for tag in tagged.tags:
        if tag.name not in STANDARD_TAGS:
            yield _finding(tagged, "ua-tag", tag, f"the tag {tag.name} is not a standard one")
        parents = PARENTS.get(tag.name)
        if parents and (tag.parent is None or tag.parent.name not in parents):
            yield _finding(tagged, "ua-tag", tag, f"the tag {tag.name} is not in {' or '.join(parents)}")


def check_lists(tagged: Tagged) -> Iterator[Finding]:
    """ua-list: an item must consist of its label and its body."""
    for tag in tagged.tags:
        if tag.parent is None:
            continue
        if tag.parent.name == "LI" and tag.name not in ITEMS:
            yield _finding(tagged, "ua-list", tag, f"a list item holds {tag.name} outside its LBody")
        if tag.parent.name == "L" and tag.name not in ("LI", "L", "Caption"):
            yield _finding(tagged, "ua-list", tag, f"a list holds {tag.name}")


def check_figures(tagged: Tagged) -> Iterator[Finding]:
    """ua-alt: every figure and formula must have a text alternative, and a figure its box on the page."""
    for tag in (tag for tag in tagged.tags if tag.name in ("Figure", "Formula")):
        words = str(tag.element.get("/Alt", tag.element.get("/ActualText", "")))
        if not words.strip():
            yield _finding(tagged, "ua-alt", tag, "a figure has no text alternative")
        if tag.name == "Figure" and not _fits(tag.attribute("/BBox"), tag.page):
            yield _finding(tagged, "ua-alt", tag, "the box of a figure is not on its page")


def _fits(box: Any, page: Any) -> bool:
    if box is None or page is None:
        return False
    left, bottom, right, top = (float(value) for value in box)
    first, low, last, high = (float(value) for value in page.MediaBox)
    return first - 1 <= left < right <= last + 1 and low - 1 <= bottom < top <= high + 1


def check_headers(tagged: Tagged) -> Iterator[Finding]:
    """ua-scope: every header cell must say whether it heads a row or a column."""
    for tag in tagged.tags:
        if tag.name == "TH" and str(tag.attribute("/Scope")) not in ("/Row", "/Column", "/Both"):
            yield _finding(tagged, "ua-scope", tag, "a header cell does not say what it heads")


def check_headings(tagged: Tagged) -> Iterator[Finding]:
    """ua-heading: headings must begin at level 1 and go down one level at a time."""
    above = 0
    for tag in tagged.tags:
        if len(tag.name) == 2 and tag.name[0] == "H" and tag.name[1].isdigit():
            level = int(tag.name[1])
            if level > above + 1:
                yield _finding(tagged, "ua-heading", tag, f"a heading of level {level} follows one of level {above}")
            above = level


def check_notes(tagged: Tagged) -> Iterator[Finding]:
    """ua-note: every note must have an id of its own."""
    seen: set[str] = set()
    for tag in tagged.tags:
        if tag.name == "Note":
            name = str(tag.element.get("/ID", ""))
            if not name or name in seen:
                yield _finding(tagged, "ua-note", tag, "a note has no id of its own")
            seen.add(name)


def check_annotations(tagged: Tagged) -> Iterator[Finding]:
    """ua-link: every link and field must be tagged, described and reached by the tab key in reading order."""
    for number, page in enumerate(tagged.pdf.pages, 1):
        annotations = list(page.obj.get("/Annots", Array()))
        if annotations and page.obj.get("/Tabs") != Name.S:
            yield Finding("ua-link", "the tab key does not follow the reading order", number)
        for annotation in annotations:
            for message in _annotation_faults(tagged, annotation):
                yield Finding("ua-link", message, number)


def _annotation_faults(tagged: Tagged, annotation: Any) -> Iterator[str]:
    kind = str(annotation.get("/Subtype"))[1:]
    words, tag_name = ("/TU", "Form") if kind == "Widget" else ("/Contents", "Link")
    if not str(annotation.get(words, "")).strip():
        yield f"a {kind.lower()} has no description"
    tag = tagged.tagged_annotations.get(annotation.objgen)
    if tag is None or not (tag.name == tag_name or tag.inside(tag_name)):
        yield f"a {kind.lower()} is not in a {tag_name} tag"
    key = annotation.get("/StructParent")
    if key is None or tag is None or tagged.parent_tree.get(int(key), tag).objgen != tag.element.objgen:
        yield f"a {kind.lower()} is not in the parent tree"


def check_content(tagged: Tagged) -> Iterator[Finding]:
    """ua-content: everything painted must be tagged or an artifact, and every tag must know its content."""
    found: set[tuple[int, int]] = set()
    for number, page in enumerate(tagged.pdf.pages, 1):
        for run in read_runs(page, number):
            if isinstance(run, Finding):
                yield run
            elif run.number is not None:
                found.add((number, run.number))
    for number, mark in sorted(found - tagged.tagged_runs.keys()):
        yield Finding("ua-content", f"run {mark} of the page is neither tagged nor an artifact", number)
    for number, mark in sorted(tagged.tagged_runs.keys() - found):
        yield Finding("ua-content", f"run {mark} is tagged and not on the page", number)


def read_runs(page: Any, number: int) -> Iterator[Run | Finding]:
    """Yield the marked runs of a page, and a finding for what is painted or marked wrongly."""
    content = IMAGES.sub(b"Do", STRINGS.sub(b" ", read_content(page.obj)))
    open_tags: list[str] = []
    unmarked, end = 0, 0
    for mark in MARKS.finditer(content):
        unmarked += 0 if open_tags else len(PAINT.findall(content, end, mark.start()))
        end = mark.end()
        if mark[1] is None:
            del open_tags[-1:]
            continue
        tag = mark[1].decode("latin-1")
        if "/Artifact" in [tag, *open_tags] and open_tags:
            yield Finding("ua-content", f"{tag[1:]} is marked inside {open_tags[-1][1:]}", number)
        open_tags.append(tag)
        found = NUMBER.search(mark[2] or b"")
        yield Run(number, int(found[1]) if found else None)
    unmarked += 0 if open_tags else len(PAINT.findall(content, end))
    if unmarked:
        yield Finding("ua-content", f"{unmarked} pieces are painted without a mark", number)


def read_content(page: Any) -> bytes:
    """Return the content of a page, which may be in several pieces."""
    content = page.get("/Contents", Array())
    return b"\n".join(piece.read_bytes() for piece in (content if isinstance(content, Array) else [content]))


def check_parent_tree(tagged: Tagged) -> Iterator[Finding]:
    """ua-parent: the way back from the content of a page to its tags must be there and lead to the same tags."""
    for number, page in enumerate(tagged.pdf.pages, 1):
        key = page.obj.get("/StructParents")
        if key is None or int(key) not in tagged.parent_tree:
            yield Finding("ua-parent", "the page is not in the parent tree", number)
            continue
        parents = list(tagged.parent_tree[int(key)])
        wrong = [
            mark
            for (on_page, mark), tag in tagged.tagged_runs.items()
            if on_page == number and (mark >= len(parents) or parents[mark].objgen != tag.element.objgen)
        ]
        if wrong:
            yield Finding("ua-parent", f"the parent tree does not know the tags of runs {wrong[:5]}", number)


def _finding(tagged: Tagged, rule: str, tag: Tag, message: str) -> Finding:
    return Finding(rule, message, tagged.number_of(tag.page))


CHECKS: tuple[Callable[[Tagged], Iterator[Finding]], ...] = (
    check_catalog,
    check_metadata,
    check_fonts,
    check_tag_names,
    check_lists,
    check_figures,
    check_headers,
    check_headings,
    check_notes,
    check_annotations,
    check_content,
    check_parent_tree,
)
JOINED_CHECKS = (check_catalog, check_metadata, check_fonts, check_headings, check_notes, check_annotations)
"""What is checked of a document whose parts were inspected."""
