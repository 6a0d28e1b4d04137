"""The structure tree of a PDF that WeasyPrint is about to write: read it, and write it back changed.

WeasyPrint builds the tree while it still knows which box, and so which HTML element, each tag stands for, and then
forgets it. ``remember_boxes`` keeps that, so that the tree can be mended with the HTML at hand instead of by guesses
about the finished file. Content left out of the written tree becomes an artifact: it is printed, but not read aloud.
Links left out are gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from builders.pdf.system import weasyprint


@dataclass(frozen=True)
class Mark:
    """A run of marked content: page from 0, and its number on that page."""

    page: int
    number: int


@dataclass(frozen=True)
class Annotation:
    """A link or form field: the dictionary of the annotation and the object that refers to it."""

    target: Any
    reference: bytes


Kid: TypeAlias = "Node | Mark | Annotation"


@dataclass(eq=False)
class Node:
    """A tag. ``box`` is the laid-out box it stands for, None where the tag was added by us."""

    tag: str
    page: int
    kids: list[Kid] = field(default_factory=list)
    box: Any = None
    source: Any = None
    entries: dict[str, Any] = field(default_factory=dict)

    @property
    def html(self) -> str:
        """The HTML tag, with its pseudo-element: ``li``, ``li::marker``; empty for a tag added by us."""
        return str(self.box.element_tag or "") if self.box is not None else ""

    @property
    def attributes(self) -> Mapping[str, str]:
        """The attributes of the HTML element; none for pseudo-elements and anonymous boxes."""
        if self.box is None or self.box.element is None or "::" in self.html:
            return {}
        attributes: Mapping[str, str] = self.box.element.attrib
        return attributes

    @property
    def nodes(self) -> list[Node]:
        """The tags directly below."""
        return [kid for kid in self.kids if isinstance(kid, Node)]

    def walk(self) -> Iterator[Node]:
        """This tag and all below it, in reading order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += reversed(node.nodes)


Boxes = dict[int, Any]


@dataclass(frozen=True)
class Drawn:
    """What was written: the box of every tag, by the number of its PDF object, and the number of marked content of
    every box of text, by the ``id`` of the box.
    """

    boxes: Boxes = field(default_factory=dict)
    runs: dict[int, int] = field(default_factory=dict)


@contextmanager
def remember_boxes() -> Iterator[Drawn]:
    """While a document is written, note which box every tag and every run of content stands for.

    WeasyPrint has no hook here, so its private function is wrapped; a release without it fails at once.
    """
    module = weasyprint().pdf.tags
    build, drawn = module._build_box_tree, Drawn()

    def build_and_note(box: Any, *args: Any) -> Iterator[Any]:
        if type(box).__name__ == "PageBox":
            drawn.runs.update((id(text), mark["mcid"]) for text, mark in args[-1].items())
        for element in build(box, *args):
            drawn.boxes.setdefault(element.number, getattr(box, "_box", box))
            yield element

    module._build_box_tree = build_and_note
    try:
        yield drawn
    finally:
        module._build_box_tree = build


class TagTree:
    """The tags of one document, between reading and writing."""

    def __init__(self, pdf: Any, boxes: Boxes) -> None:
        self._pdf = pdf
        self._boxes = boxes
        self._references = tuple(pdf.page_references)  # the library makes them anew each time it is asked
        self._pages = {reference: index for index, reference in enumerate(self._references)}
        self._struct_root = self._object(pdf.catalog["StructTreeRoot"])
        self._found: list[Annotation] = []
        self.root = self._read(self._object(self._struct_root["K"][0]))

    def _object(self, reference: bytes) -> Any:
        return self._pdf.objects[int(reference.split()[0])]

    def _read(self, element: Any) -> Node:
        page = self._pages.get(element.get("Pg"), 0)
        node = Node(element["S"].removeprefix("/"), page, box=self._boxes.get(element.number), source=element)
        node.entries = {key: value for key, value in element.items() if key not in ("Type", "S", "P", "K", "Pg", "ID")}
        node.kids = [self._read_kid(kid, page) for kid in element["K"]]
        return node

    def _read_kid(self, kid: Any, page: int) -> Kid:
        if isinstance(kid, int):
            return Mark(page, kid)
        target = self._object(kid)
        if target["Type"] == "/OBJR":
            self._found.append(Annotation(self._object(target["Obj"]), kid))
            return self._found[-1]
        return self._read(target)

    def write(self) -> None:
        """Put the tree back into the PDF, and make artifacts of all content that is not in it."""
        self._marks: list[dict[int, bytes]] = [{} for _ in self._pages]
        self._annotations: list[tuple[Any, bytes]] = []
        self._ids: list[Any] = []
        self._write_node(self.root, self._struct_root.reference)
        self._write_parent_tree()
        self._write_ids()
        dropped = self._dropped_annotations()
        for index, reference in enumerate(self._references):
            page = self._object(reference)
            stream = self._object(page["Contents"])
            stream.stream[:] = list(mark_artifacts(stream.stream, self._marks[index].keys()))
            if "Annots" in page:
                page["Annots"][:] = [link for link in page["Annots"] if link not in dropped]

    def _write_node(self, node: Node, parent: bytes) -> bytes:
        element = node.source if node.source is not None else self._new({})
        page = self._references[node.page]
        element.clear()
        element.update({"Type": "/StructElem", "S": f"/{node.tag}", "P": parent, "Pg": page, **node.entries})
        element["K"] = self._array(self._write_kid(kid, node, element.reference) for kid in node.kids)
        if "ID" in node.entries:
            self._ids += [node.entries["ID"], element.reference]
        return bytes(element.reference)

    def _write_kid(self, kid: Kid, node: Node, parent: bytes) -> Any:
        if isinstance(kid, Node):
            return self._write_node(kid, parent)
        if isinstance(kid, Annotation):
            self._annotations.append((kid.target, parent))
            return kid.reference
        self._marks[kid.page][kid.number] = parent
        if kid.page == node.page:
            return kid.number
        return self._dictionary({"Type": "/MCR", "Pg": self._references[kid.page], "MCID": kid.number})

    def _write_parent_tree(self) -> None:
        numbers = self._array([])
        for page, marks in enumerate(self._marks):
            numbers += [page, self._array(marks.get(n, "null") for n in range(max(marks, default=-1) + 1))]
        for index, (annotation, parent) in enumerate(self._annotations, len(self._pages)):
            annotation["StructParent"] = index
            numbers += [index, parent]
        self._object(self._struct_root["ParentTree"])["Nums"] = numbers
        self._struct_root["ParentTreeNextKey"] = len(self._pages) + len(self._annotations)

    def _write_ids(self) -> None:
        if self._ids:
            pairs = sorted(zip(self._ids[::2], self._ids[1::2], strict=True), key=lambda pair: str(pair[0].string))
            names = self._array(item for pair in pairs for item in pair)
            self._struct_root["IDTree"] = self._new({"Names": names}).reference

    def _dropped_annotations(self) -> set[bytes]:
        kept = {annotation.number for annotation, _ in self._annotations}
        return {found.target.reference for found in self._found if found.target.number not in kept}

    def _new(self, entries: dict[str, Any]) -> Any:
        dictionary = self._dictionary(entries)
        self._pdf.add_object(dictionary)
        return dictionary

    def _dictionary(self, entries: dict[str, Any]) -> Any:
        return weasyprint().pdf.pydyf.Dictionary(entries)

    def _array(self, items: Any) -> Any:
        return weasyprint().pdf.pydyf.Array(list(items))


def mark_artifacts(operations: list[Any], kept: Set[int]) -> Iterator[Any]:
    """Return the operations of a page with every marked run that is not kept made an artifact.

    An artifact inside a run (WeasyPrint draws the line under a link so) is part of the run: PDF/UA forbids one in
    the other.
    """
    open_runs: list[bool] = []
    start = 0
    for position, item in enumerate(operations):
        width = MARKED.get(item, 0) if isinstance(item, bytes) else 0
        if not width:
            continue
        first = position + 1 - width
        yield from operations[start:first]
        start = position + 1
        if item == b"EMC":
            if open_runs.pop():
                yield item
        else:
            inside = bool(open_runs)
            open_runs.append(not inside)
            if not inside:
                yield from _opening(operations[first:start], kept)
    yield from operations[start:]
    assert not open_runs, "marked content is balanced"


MARKED = {b"EMC": 1, b"BMC": 2, b"BDC": 3}
"""The operators that end and begin marked content, and how many items each is, with its operands."""


def _opening(items: list[Any], kept: Set[int]) -> list[Any]:
    if len(items) == 3 and items[1]["MCID"] in kept:
        return items
    return ["/Artifact", b"BMC"]
