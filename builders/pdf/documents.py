"""Small work on finished PDFs."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from secrets import token_urlsafe
from typing import Any

import pikepdf

from builders.pdf.forms import mend_fields

WORDS = "a word"
KINDS: Mapping[int, str] = {1: WORDS, 2: "a line or box", 3: "a picture"}
"""What PDFium calls the things on a page; the others (4 and 5) are parts of drawings."""

EDGES = ("left", "lower", "right", "upper")
INK = 0.5
"""Points that half the width of a line, or a letter, may reach over the edge of the sheet."""


def tidy(data: bytes) -> bytes:
    """Return the PDF with its fields mended, without objects that nothing refers to; a hash identifies it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        mend_fields(pdf)
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def encrypt(data: bytes, password: str, owner: str | None = None) -> bytes:
    """Return the PDF so that it opens only with the password (AES with 256 bits).

    With the password it may be read, also by a screen reader, printed, filled in and annotated. With the ``owner``
    password everything else is allowed too; without one, nobody knows it. The key is random: this is the one output
    whose bytes differ from run to run, while its pages, texts and tags do not.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        allow = pikepdf.Permissions(accessibility=True, extract=False, modify_assembly=False, modify_other=False)
        secret = owner or token_urlsafe(32)
        pdf.save(out, encryption=pikepdf.Encryption(owner=secret, user=password, R=6, allow=allow))
    return out.getvalue()


@dataclass(frozen=True)
class Lock:
    """A password that opens a document, and perhaps one that allows everything. Neither is ever shown."""

    password: str = field(repr=False)
    owner: str | None = field(default=None, repr=False)

    def put_on(self, data: bytes) -> bytes:
        """Return a PDF that opens only with the password."""
        return encrypt(data, self.password, self.owner)


def is_locked(data: bytes) -> bool:
    """Whether a PDF opens only with a password."""
    try:
        pikepdf.open(io.BytesIO(data)).close()
    except pikepdf.PasswordError:
        return True
    return False


def page_count(data: bytes) -> int:
    """Return the number of pages."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def page_texts(data: bytes) -> list[str]:
    """Return the text of each page."""
    document = import_module("pypdfium2").PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


@dataclass(frozen=True)
class PageLink:
    """A link inside a document: the page (from 0) it is on and the one it leads to, and the name of its destination.

    ``words`` are what it is called, ``shown`` what is printed where it can be clicked; a link that goes on on the next
    line is one.
    """

    page: int
    target: int
    name: str
    words: str
    shown: str


def read_links(data: bytes) -> Iterator[PageLink]:
    """Yield the links inside a document."""
    document = import_module("pypdfium2").PdfDocument(data)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        names = {name: numbers[target[0].objgen] for name, target in read_names(pdf).items()}
        tags = tags_of_links(pdf)
        for number, page in enumerate(pdf.pages):
            parts: dict[tuple[str, str, object], list[tuple[float, ...]]] = {}
            for link in page.obj.get("/Annots", pikepdf.Array()):
                name = str(link.get("/Dest", ""))
                if name in names:
                    corners = tuple(float(value) for value in link.Rect)
                    tag = tags.get(int(link.get("/StructParent", -1)))
                    parts.setdefault((name, str(link.get("/Contents", "")), tag), []).append(corners)
            if parts:
                text = document[number].get_textpage()
                for (name, words, _), places in parts.items():
                    yield PageLink(number, names[name], name, words, "".join(_text_in(text, one) for one in places))
    document.close()


def tags_of_links(pdf: pikepdf.Pdf) -> dict[int, object]:
    """Return which tag each annotation belongs to: a link that goes on on the next line has one tag and two parts."""
    tree: Any = pdf.Root.get("/StructTreeRoot", pikepdf.Dictionary()).get("/ParentTree", pikepdf.Dictionary())
    numbers = tree.get("/Nums", pikepdf.Array())
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return {int(key): tag.objgen for key, tag in pairs if isinstance(tag, pikepdf.Dictionary)}


def _text_in(text: Any, corners: tuple[float, ...]) -> str:
    left, right = sorted(corners[::2])
    bottom, top = sorted(corners[1::2])
    return str(text.get_text_bounded(left, bottom, right, top))


@dataclass(frozen=True)
class Beyond:
    """Something that is drawn and not wholly on the sheet: what it is, the edge it crosses, and how far, in points."""

    what: str
    edge: str
    points: float


@dataclass(frozen=True)
class Drawing:
    """What is drawn on a page: how many things that are no words, and what of all lies outside the sheet."""

    shapes: int
    beyond: tuple[Beyond, ...]


def read_drawings(data: bytes) -> list[Drawing]:
    """Return what is drawn on each page: words, lines, boxes, backgrounds, pictures."""
    document = import_module("pypdfium2").PdfDocument(data)
    try:
        return [_read_drawing(page) for page in document]
    finally:
        document.close()


def _read_drawing(page: Any) -> Drawing:
    sheet, shapes, beyond = page.get_trimbox(), 0, []
    for thing in page.get_objects(max_depth=1):
        what = KINDS.get(thing.type, "a drawing")
        shapes += what != WORDS
        beyond += _beyond(what, thing.get_bounds(), sheet)
    return Drawing(shapes, tuple(beyond))


def _beyond(what: str, bounds: Sequence[float], sheet: Sequence[float]) -> list[Beyond]:
    reach = (sheet[0] - bounds[0], sheet[1] - bounds[1], bounds[2] - sheet[2], bounds[3] - sheet[3])
    farthest = max(reach)
    if farthest <= INK:
        return []
    return [Beyond(what, EDGES[reach.index(farthest)], farthest)]


def read_names(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Return the named destinations of a document."""
    tree = pdf.Root.get("/Names", pikepdf.Dictionary()).get("/Dests", pikepdf.Dictionary())
    return dict(_walk_names(tree))


def _walk_names(node: Any) -> Iterator[tuple[str, Any]]:
    names = list(node.get("/Names", pikepdf.Array()))
    yield from ((str(key), value) for key, value in zip(names[::2], names[1::2], strict=True))
    for kid in node.get("/Kids", pikepdf.Array()):
        yield from _walk_names(kid)
