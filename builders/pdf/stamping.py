"""Words printed on finished pages: page numbers, running heads, and whatever is known only when all pages are.

A `Stamp` fills a `Slot`. Where the slot is marked content, its words are put there and so are read aloud in their
place; those of margins are artifacts. All stamps of a document share one subset of each font.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from itertools import groupby
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from builders.course import digest
from builders.pdf.fonts import read_faces, read_font
from builders.pdf.records import Face, Slot

FALLBACK = Face("DejaVu Sans")
"""Has the characters that a face lacks."""

POINTS_PER_PIXEL = 0.75
ELLIPSIS = "…"


class Align(StrEnum):
    """Where in its slot a stamp stands."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True)
class Stamp:
    """Words for a slot."""

    slot: Slot
    text: str
    align: Align = Align.LEFT

    @property
    def width(self) -> float:
        """How wide the words are, in points."""
        return text_width(self.text, self.slot.face, self.slot.size)

    @property
    def left(self) -> float:
        """Where the words begin, in points from the left edge of the sheet."""
        spare = self.slot.width - self.width
        return self.slot.x + spare * {Align.LEFT: 0, Align.CENTER: 0.5, Align.RIGHT: 1}[self.align]

    @property
    def runs(self) -> Iterator[tuple[Face, str]]:
        """The words, cut where the font changes."""
        for face, letters in groupby(self.text, key=lambda letter: face_for(letter, self.slot.face)):
            yield face, "".join(letters)


@cache
def open_face(face: Face) -> Any:
    """Return a face as fontTools reads it."""
    return import_module("fontTools.ttLib").TTFont(io.BytesIO(face_data(face)), lazy=True)


def face_data(face: Face) -> bytes:
    """Return the file of a face; a weight or style that is not there becomes the plain one."""
    faces = read_faces()
    return read_font(faces.get(face) or faces.get(Face(face.family)) or faces[FALLBACK])


@cache
def glyphs_of(face: Face) -> dict[int, str]:
    """Return the glyphs of a face by character."""
    return dict(open_face(face).getBestCmap())


@cache
def face_for(letter: str, face: Face) -> Face:
    """Return the face that shows a character."""
    return face if ord(letter) in glyphs_of(face) else FALLBACK


@cache
def letter_width(letter: str, face: Face) -> float:
    """Return the width of a character as a share of the font size."""
    shown = face_for(letter, face)
    font = open_face(shown)
    return float(font["hmtx"][glyphs_of(shown).get(ord(letter), ".notdef")][0] / font["head"].unitsPerEm)


def text_width(text: str, face: Face, size: float) -> float:
    """Return the width of words in points."""
    return size * sum(letter_width(letter, face) for letter in text)


def shorten(text: str, face: Face, size: float, width: float) -> str:
    """Return a text that is no wider than ``width`` points: cut after a word, and ended with an ellipsis."""
    words = text.split()
    while len(words) > 1 and text_width(text, face, size) > width:
        words.pop()
        text = " ".join(words).rstrip(" ,;:–-") + ELLIPSIS
    return text


class Inks:
    """The fonts of the stamps of one document: a resource name for each face, embedded when all words are known."""

    def __init__(self, pdf: pikepdf.Pdf, stamps: Sequence[Stamp]) -> None:
        letters: dict[Face, set[str]] = {}
        for stamp in stamps:
            for face, text in stamp.runs:
                letters.setdefault(face, set()).update(text)
        order = sorted(letters, key=lambda face: (face.family, face.weight, face.style))
        self._names = {face: f"Stamp{number}" for number, face in enumerate(order)}
        self._fonts = {self._names[face]: embed(pdf, face, "".join(sorted(letters[face]))) for face in order}

    def add_to(self, page: Any) -> None:
        """Let a page use the fonts."""
        resources = page.get("/Resources")
        if resources is None:
            resources = page["/Resources"] = Dictionary()
        fonts = resources.get("/Font")
        if fonts is None:
            fonts = resources["/Font"] = Dictionary()
        for name, font in self._fonts.items():
            fonts[f"/{name}"] = font

    def write(self, stamp: Stamp, x: float, y: float, *, size: float, down: bool) -> bytes:
        """Return the operators that show a stamp; ``down`` where the page counts from the top."""
        shown = [b"0 0 0 rg BT", f"1 0 0 {-1 if down else 1} {x:.3f} {y:.3f} Tm".encode()]
        for face, text in stamp.runs:
            glyphs = "".join(f"{glyph_number(letter, face):04x}" for letter in text)
            shown.append(f"/{self._names[face]} {size:.3f} Tf <{glyphs}> Tj".encode())
        return b"\n".join([*shown, b"ET"])


def glyph_number(letter: str, face: Face) -> int:
    """Return the number of the glyph of a character, 0 where the face has none."""
    name = glyphs_of(face).get(ord(letter))
    return int(open_face(face).getGlyphID(name)) if name else 0


def embed(pdf: pikepdf.Pdf, face: Face, letters: str) -> Any:
    """Return a font of the document that shows these characters."""
    name = Name("/" + subset_name(open_face(face), letters))
    numbers = sorted({(glyph_number(letter, face), letter) for letter in letters})
    widths = [item for number, letter in numbers for item in (number, [round(letter_width(letter, face) * 1000)])]
    descendant = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=name,
        CIDSystemInfo=Dictionary(Registry=b"Adobe", Ordering=b"Identity", Supplement=0),
        CIDToGIDMap=Name.Identity,
        W=Array([Array(item) if isinstance(item, list) else item for item in widths]),
        FontDescriptor=describe_font(pdf, face, name, subset(face, letters)),
    )
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=name,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=pdf.make_indirect(Stream(pdf, to_unicode(numbers))),
        )
    )


def describe_font(pdf: pikepdf.Pdf, face: Face, name: Name, file: bytes, flags: int = 4) -> Any:
    """Return what a PDF says of a font that it embeds; ``flags`` 4 for glyph numbers, 32 for codes of letters."""
    font = open_face(face)
    scale = 1000 / font["head"].unitsPerEm
    head, hhea = font["head"], font["hhea"]
    return pdf.make_indirect(
        Dictionary(
            Type=Name.FontDescriptor,
            FontName=name,
            Flags=flags,
            FontBBox=Array([round(value * scale) for value in (head.xMin, head.yMin, head.xMax, head.yMax)]),
            ItalicAngle=round(font["post"].italicAngle),
            Ascent=round(hhea.ascent * scale),
            Descent=round(hhea.descent * scale),
            CapHeight=round(getattr(font["OS/2"], "sCapHeight", 700) * scale),
            StemV=80,
            FontFile2=pdf.make_indirect(Stream(pdf, file)),
        )
    )


def subset_name(font: Any, letters: str) -> str:
    """Return the name of a subset: six letters that tell it from others, and the name of its font."""
    number = int(digest(letters), 16)
    mark = "".join(chr(ord("A") + number // 26**place % 26) for place in range(6))
    return f"{mark}+{font['name'].getDebugName(6)}"


SHAPING = ("GSUB", "GPOS", "GDEF", "DSIG")
"""The tables of a font that stamps do without: they are large, and slow to read."""


@cache
def subset(face: Face, letters: str) -> bytes:
    """Return the font file with these characters only; glyphs keep their numbers."""
    module = import_module("fontTools.subset")
    options = module.Options(retain_gids=True, hinting=False, layout_features=[], notdef_outline=True, name_IDs=[6])
    whole = import_module("fontTools.ttLib").TTFont(io.BytesIO(face_data(face)), recalcTimestamp=False)
    for tag in SHAPING:
        if tag in whole:
            del whole[tag]
    subsetter = module.Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(whole)
    out = io.BytesIO()
    whole.save(out)
    return out.getvalue()


def to_unicode(numbers: Sequence[tuple[int, str]]) -> bytes:
    """Return the table by which the glyphs of a font are read as text."""
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Stamps def /CMapType 2 def"
    lines = [head, "1 begincodespacerange <0000> <ffff> endcodespacerange"]
    for start in range(0, len(numbers), 100):
        block = numbers[start : start + 100]
        lines.append(f"{len(block)} beginbfchar")
        lines += [f"<{number:04x}> <{letter.encode('utf-16-be').hex()}>" for number, letter in block]
        lines.append("endbfchar")
    return "\n".join([*lines, "endcmap CMapName currentdict /CMap defineresource pop end end"]).encode()


def stamp_page(content: bytes, stamps: Sequence[Stamp], inks: Inks, height: float) -> bytes:
    """Return the content of a page with its stamps; ``height`` is that of the sheet in points.

    :raises ValueError: where a stamp's run of marked content is not on the page.
    """
    outside = []
    for stamp in stamps:
        if stamp.slot.run is None:
            shown = inks.write(stamp, stamp.left, height - stamp.slot.y, size=stamp.slot.size, down=False)
            outside.append(b"/Artifact BMC\n" + shown + b"\nEMC")
        else:
            content = fill_run(content, stamp, inks)
    return b"\n".join([b"q", content, b"Q", *outside])


def fill_run(content: bytes, stamp: Stamp, inks: Inks) -> bytes:
    """Return the content of a page with the words of a stamp in its empty run of marked content."""
    opening = f"<</MCID {stamp.slot.run}>>\nBDC\n".encode()
    if content.count(opening + b"EMC") != 1:
        raise ValueError(f"slot {stamp.slot.name} of page {stamp.slot.page} is not empty marked content")
    x, y, size = (value / POINTS_PER_PIXEL for value in (stamp.left, stamp.slot.y, stamp.slot.size))
    return content.replace(opening, opening + inks.write(stamp, x, y, size=size, down=True) + b"\n")
