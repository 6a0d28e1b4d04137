"""Parts laid out apart become one PDF: pages in order, links across parts, one outline, one structure tree.

A link to another part has the address ``xref:ID``; ids are unique in the book. Nothing is laid out again.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, OutlineItem, String

XREF = "xref:"


@dataclass(frozen=True)
class Label:
    """How a run of pages is called: ``style`` is one of PDF's (r, D, a), counted from ``start`` after ``prefix``."""

    style: str
    start: int = 1
    prefix: str = ""


@dataclass(frozen=True)
class PageRun:
    """Pages of one part that stand together: part, first page (from 0), how many, and how they are called."""

    part: str
    first: int
    count: int
    label: Label


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


def join_parts(
    parts: Mapping[str, bytes], runs: Sequence[PageRun], outline: Sequence[OutlineEntry], main: str
) -> bytes:
    """Return one PDF made of the runs of pages; title, language and metadata are those of the part ``main``.

    :raises KeyError: where a link leads to an id that no part has.
    """
    sources = {name: pikepdf.open(io.BytesIO(data)) for name, data in parts.items()}
    joint = _Joint(pikepdf.Pdf.new(), sources)
    add_pages(joint, runs)
    add_names(joint)
    join_tags(joint)
    add_outline(joint, outline)
    add_labels(joint, runs)
    copy_catalog(joint, main)
    out = io.BytesIO()
    joint.pdf.remove_unreferenced_resources()
    joint.pdf.save(
        out,
        deterministic_id=True,
        compress_streams=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
    )
    return out.getvalue()


def add_pages(joint: _Joint, runs: Sequence[PageRun]) -> None:
    """Copy the pages in order."""
    for run in runs:
        for page in range(run.first, run.first + run.count):
            joint.places[run.part, page] = len(joint.pdf.pages)
            joint.pages.setdefault(run.part, []).append(len(joint.pdf.pages))
            joint.pdf.pages.append(joint.sources[run.part].pages[page])


def read_names(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Return the named destinations of a document."""
    tree = pdf.Root.get("/Names", Dictionary()).get("/Dests", Dictionary())
    return dict(_walk_names(tree))


def _walk_names(node: Any) -> Iterator[tuple[str, Any]]:
    names = list(node.get("/Names", Array()))
    yield from ((str(key), value) for key, value in zip(names[::2], names[1::2], strict=True))
    for kid in node.get("/Kids", Array()):
        yield from _walk_names(kid)


def add_names(joint: _Joint) -> None:
    """Make one list of destinations, and let the links between parts lead to them."""
    found: dict[str, Any] = {}
    for part, source in joint.sources.items():
        numbers = {page.obj.objgen: number for number, page in enumerate(source.pages)}
        for name, target in read_names(source).items():
            place = joint.places.get((part, numbers[target[0].objgen]))
            if place is not None:
                found.setdefault(name, Array([joint.pdf.pages[place].obj, *target[1:]]))
    pairs = [item for name in sorted(found) for item in (String(name), found[name])]
    names = joint.pdf.make_indirect(Dictionary(Names=Array(pairs)))
    joint.pdf.Root.Names = Dictionary(Dests=names)
    for page in joint.pdf.pages:
        for annotation in page.obj.get("/Annots", Array()):
            mend_link(annotation, found)


def mend_link(annotation: Any, names: Mapping[str, Any]) -> None:
    """Turn a link to another part into one to its destination."""
    action = annotation.get("/A")
    if action is not None and str(action.get("/URI", "")).startswith(XREF):
        name = str(action.URI).removeprefix(XREF)
        if name not in names:
            raise KeyError(name)
        del annotation["/A"]
        annotation.Dest = String(name)


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


def add_labels(joint: _Joint, runs: Sequence[PageRun]) -> None:
    """Write how the pages are called."""
    numbers: list[Any] = []
    place = 0
    for run in runs:
        label = Dictionary(S=Name(f"/{run.label.style}"), St=run.label.start)
        if run.label.prefix:
            label.P = String(run.label.prefix)
        numbers += [place, label]
        place += run.count
    joint.pdf.Root.PageLabels = Dictionary(Nums=Array(numbers))


def copy_catalog(joint: _Joint, main: str) -> None:
    """Copy what a document says of itself: metadata, language, that it is tagged and shows its title."""
    source, pdf = joint.sources[main], joint.pdf
    for key in ("/Metadata", "/MarkInfo", "/Lang", "/ViewerPreferences", "/OutputIntents"):
        if key in source.Root:
            pdf.Root[key] = pdf.copy_foreign(source.make_indirect(source.Root[key]))
    pdf.Root.PageMode = Name.UseOutlines
    for name, value in source.docinfo.items():
        pdf.docinfo[name] = String(str(value))
