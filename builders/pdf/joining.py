"""Parts laid out apart become one PDF: pages in order, links across parts, one outline, one structure tree, stamps.

A link to another part has the address ``xref:ID``, or ``page:ID`` where it prints the page it leads to; ids are unique
in the book. Nothing is laid out again: what depends on the place of a page is stamped on it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_lowercase
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

from builders.pdf.documents import read_names
from builders.pdf.records import Meta
from builders.pdf.stamping import Inks, Stamp, stamp_page

XREF = "xref:"
PAGED = "page:"


@dataclass(frozen=True)
class Label:
    """How a page is called: a number in one of PDF's styles (r, D, a), after a prefix."""

    style: str
    number: int = 1
    prefix: str = ""

    @property
    def text(self) -> str:
        """What the page is called."""
        return self.prefix + WRITTEN[self.style](self.number)


def roman(number: int) -> str:
    """Return a number in small roman numerals."""
    values = (10, 9, 5, 4, 1), ("x", "ix", "v", "iv", "i")
    text = ""
    for value, letters in zip(*values, strict=True):
        text += letters * (number // value)
        number %= value
    return text


def letter(number: int) -> str:
    """Return a number as a small letter."""
    return ascii_lowercase[(number - 1) % 26]


WRITTEN: Mapping[str, Callable[[int], str]] = {"D": str, "a": letter, "r": roman}
"""How PDF's styles of page labels write a number."""


@dataclass(frozen=True)
class JoinedPage:
    """A page of the joined document: which page (from 0) of which part, how it is called, and what is stamped on it.

    ``part`` is empty for a blank page. ``shift`` moves everything on the page to the right, in points.
    """

    part: str
    page: int
    label: Label
    shift: float = 0
    stamps: tuple[Stamp, ...] = ()


@dataclass(frozen=True)
class OutlineEntry:
    """An entry of the outline: level from 1, its words, part, page (from 0) and height on it in points."""

    level: int
    words: str
    part: str
    page: int
    top: float


@dataclass
class _Joint:
    """A join under way: the new document, the documents of the parts, where each of their pages went."""

    pdf: pikepdf.Pdf
    sources: Mapping[str, pikepdf.Pdf]
    places: dict[tuple[str, int], int] = field(default_factory=dict)
    pages: dict[str, list[int]] = field(default_factory=dict)
    names: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


LinkWords = Callable[[str, str], str]
"""From the words of a link that prints a page, and how that page is called: what the link is called."""


def join_parts(
    parts: Mapping[str, bytes],
    pages: Sequence[JoinedPage],
    outline: Sequence[OutlineEntry],
    meta: Meta,
    link_words: LinkWords = lambda words, label: f"{words} {label}",
) -> bytes:
    """Return one PDF made of these pages; ``meta`` is what it says of itself.

    :raises KeyError: where a link leads to an id that no part has.
    """
    sources = {name: pikepdf.open(io.BytesIO(data)) for name, data in parts.items()}
    joint = _Joint(pikepdf.Pdf.new(), sources)
    add_pages(joint, pages)
    add_names(joint, pages)
    mend_links(joint, link_words)
    join_tags(joint)
    join_fields(joint)
    add_outline(joint, outline)
    add_labels(joint, pages)
    copy_catalog(joint, meta)
    add_stamps(joint, pages)
    out = io.BytesIO()
    joint.pdf.remove_unreferenced_resources()
    joint.pdf.save(
        out,
        deterministic_id=True,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return out.getvalue()


def add_pages(joint: _Joint, pages: Sequence[JoinedPage]) -> None:
    """Copy the pages in order, each with its shift: the corner from which its sheet is measured moves."""
    size = next(iter(joint.sources.values())).pages[0].mediabox
    for place, page in enumerate(pages):
        if page.part:
            joint.places[page.part, page.page] = place
            joint.pages.setdefault(page.part, []).append(place)
            joint.pdf.pages.append(joint.sources[page.part].pages[page.page])
        else:
            joint.pdf.add_blank_page(page_size=(float(size[2]), float(size[3])))
        if page.shift:
            shift_boxes(joint.pdf.pages[place].obj, page.shift)


def shift_boxes(page: Any, shift: float) -> None:
    """Move the sheet to the left under what is on it."""
    for name in ("/MediaBox", "/TrimBox", "/BleedBox", "/CropBox"):
        if name in page:
            left, bottom, right, top = (float(value) for value in page[name])
            page[name] = Array([round(left - shift, 4), bottom, round(right - shift, 4), top])


def add_stamps(joint: _Joint, pages: Sequence[JoinedPage]) -> None:
    """Print on the pages what was not known when they were laid out."""
    inks = Inks(joint.pdf, [stamp for page in pages for stamp in page.stamps])
    for place, page in enumerate(pages):
        if page.stamps:
            target = joint.pdf.pages[place]
            content = b"".join(part.read_bytes() for part in as_list(target.obj.Contents)) if page.part else b""
            height = float(target.mediabox[3])
            target.obj.Contents = joint.pdf.make_stream(stamp_page(content, page.stamps, inks, height))
            inks.add_to(target.obj)


def add_names(joint: _Joint, pages: Sequence[JoinedPage]) -> None:
    """Make one list of destinations, and note how their pages are called."""
    found = joint.names
    for part, source in joint.sources.items():
        numbers = {page.obj.objgen: number for number, page in enumerate(source.pages)}
        for name, target in read_names(source).items():
            place = joint.places.get((part, numbers[target[0].objgen]))
            if place is not None:
                found.setdefault(name, Array([joint.pdf.pages[place].obj, *target[1:]]))
                joint.labels.setdefault(name, pages[place].label.text)
    pairs = [item for name in sorted(found) for item in (String(name), found[name])]
    names = joint.pdf.make_indirect(Dictionary(Names=Array(pairs)))
    joint.pdf.Root.Names = Dictionary(Dests=names)


def mend_links(joint: _Joint, link_words: LinkWords) -> None:
    """Let the links between parts lead to their destinations."""
    for page in joint.pdf.pages:
        for annotation in page.obj.get("/Annots", Array()):
            mend_link(annotation, joint.labels, link_words)


def mend_link(annotation: Any, labels: Mapping[str, str], link_words: LinkWords) -> None:
    """Turn a link to another part into one to its destination; one that prints a page is called by it too."""
    address = str(annotation.get("/A", Dictionary()).get("/URI", ""))
    scheme, name = address[: len(XREF)], address[len(XREF) :]
    if scheme not in (XREF, PAGED):
        return
    label = labels[name]
    del annotation["/A"]
    annotation.Dest = String(name)
    if scheme == PAGED:
        annotation.Contents = String(link_words(str(annotation.get("/Contents", "")), label))


def join_tags(joint: _Joint) -> None:
    """Put the structure trees under one document, in the order of the parts, each content with a new number."""
    pdf = joint.pdf
    document = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document))
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot, K=Array([document])))
    document.P = root
    kids, numbers, ids, used = [], [], [], 0
    for part in joint.sources:
        tree = pdf.copy_foreign(joint.sources[part].Root.StructTreeRoot)
        keys = _renumber(joint, part, used)
        for key, value in keys_of(tree):
            if key in keys:
                numbers += [key + used, value]
        kids += [_adopt(element, document) for element in as_list(tree.K)]
        ids += _rename_ids(tree, part)
        used += max(keys, default=-1) + 1
    for page in joint.pdf.pages:
        if "/StructParents" not in page.obj:
            page.obj.StructParents = used
            numbers += [used, pdf.make_indirect(Array())]
            used += 1
    document.K = Array(kids)
    root.ParentTree = pdf.make_indirect(Dictionary(Nums=Array(numbers)))
    root.ParentTreeNextKey = used
    if ids:
        pairs = [item for pair in sorted(ids, key=lambda pair: str(pair[0])) for item in pair]
        root.IDTree = pdf.make_indirect(Dictionary(Names=Array(pairs)))
    pdf.Root.StructTreeRoot = root


def as_list(entry: Any) -> list[Any]:
    """Return an entry that is an array or a single object as a list."""
    return list(entry) if isinstance(entry, Array) else [entry]


def keys_of(tree: Any) -> Iterator[tuple[int, Any]]:
    """Yield the entries of a parent tree."""
    numbers = list(tree.ParentTree.Nums)
    yield from ((int(key), value) for key, value in zip(numbers[::2], numbers[1::2], strict=True))


def _renumber(joint: _Joint, part: str, used: int) -> set[int]:
    """Raise the numbers by which the pages and links of a part find their tags; return the old ones."""
    found: set[int] = set()
    for place in joint.pages.get(part, []):
        page = joint.pdf.pages[place].obj
        holders = [(page, "/StructParents"), *((one, "/StructParent") for one in page.get("/Annots", Array()))]
        for holder, key in holders:
            if key in holder:
                found.add(int(holder[key]))
                holder[key] = int(holder[key]) + used
    return found


def _adopt(element: Any, document: Any) -> Any:
    """Make the document element of a part a part of the whole."""
    element.P = document
    element.S = Name.Part
    return element


def _rename_ids(tree: Any, part: str) -> list[tuple[Any, Any]]:
    """Give the ids of notes the name of their part, so that no two are the same."""
    pairs = list(tree.get("/IDTree", Dictionary()).get("/Names", Array()))
    found = []
    for name, element in zip(pairs[::2], pairs[1::2], strict=True):
        element.ID = String(f"{part}-{name}")
        found.append((element.ID, element))
    return found


def add_outline(joint: _Joint, entries: Sequence[OutlineEntry]) -> None:
    """Write the outline; only its first level is open."""
    with joint.pdf.open_outline() as outline:
        above: list[tuple[int, OutlineItem]] = []
        for entry in entries:
            place = joint.places[entry.part, entry.page]
            height = float(joint.pdf.pages[place].mediabox[3])
            item = OutlineItem(entry.words, place, "XYZ", left=0, top=height - entry.top, zoom=0)
            item.is_closed = True
            above = [(level, one) for level, one in above if level < entry.level]
            (above[-1][1].children if above else outline.root).append(item)
            above.append((entry.level, item))


def add_labels(joint: _Joint, pages: Sequence[JoinedPage]) -> None:
    """Write how the pages are called."""
    numbers: list[Any] = []
    expected = None
    for place, page in enumerate(pages):
        label = page.label
        if label != expected:
            entry = Dictionary(S=Name(f"/{label.style}"), St=label.number)
            if label.prefix:
                entry.P = String(label.prefix)
            numbers += [place, entry]
        expected = replace(label, number=label.number + 1)
    joint.pdf.Root.PageLabels = Dictionary(Nums=Array(numbers))


def join_fields(joint: _Joint) -> None:
    """Put the fields to fill in under one form, with the font that all parts share."""
    fields = []
    for page in joint.pdf.pages:
        for annotation in page.obj.get("/Annots", Array()):
            if annotation.get("/Subtype") == Name.Widget:
                top = annotation
                while "/Parent" in top:
                    top = top.Parent
                fields.append(top)
    if fields:
        once = {one.objgen: one for one in fields}
        source = next(source for source in joint.sources.values() if "/AcroForm" in source.Root)
        form = joint.pdf.make_indirect(Dictionary(Fields=Array(list(once.values())), DA=source.Root.AcroForm.DA))
        form.DR = joint.pdf.copy_foreign(source.make_indirect(source.Root.AcroForm.DR))
        joint.pdf.Root.AcroForm = form


def copy_catalog(joint: _Joint, meta: Meta) -> None:
    """Copy from the first part that it is tagged, in which language and by whom; title and subject are of the whole."""
    source, pdf = next(iter(joint.sources.values())), joint.pdf
    for key in ("/Metadata", "/MarkInfo", "/Lang", "/ViewerPreferences", "/OutputIntents"):
        if key in source.Root:
            pdf.Root[key] = pdf.copy_foreign(source.make_indirect(source.Root[key]))
    pdf.Root.PageMode = Name.UseOutlines
    for name, value in source.docinfo.items():
        pdf.docinfo[name] = String(str(value))
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = meta.title
        metadata["dc:description"] = meta.subject
