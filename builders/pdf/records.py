"""What a caller says about a PDF, and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from builders.pdf.findings import Finding


class Paper(StrEnum):
    """The sheet a document is laid out for."""

    A4 = "a4"
    LETTER = "letter"


@dataclass(frozen=True)
class Format:
    """How the pages are set up; the values are attributes of ``<html>`` that ``base.css`` reads.

    ``binding`` mirrors the margins for duplex printing, 25 mm at the spine. ``large`` is the large-print edition:
    18 pt sans, bold in place of italics. ``fillable`` makes fields of a form's inputs.
    """

    paper: Paper = Paper.A4
    binding: bool = False
    large: bool = False
    fillable: bool = False

    def attributes(self) -> dict[str, str]:
        """Return the attributes that the stylesheet selects by."""
        return {
            "data-paper": self.paper.value,
            "data-margins": "mirrored" if self.binding else "plain",
            "data-print": "large" if self.large else "standard",
        }


@dataclass(frozen=True)
class Meta:
    """What a PDF says of itself. ``released`` is the date of the course release, so a rebuild changes no byte."""

    title: str
    language: str
    author: str
    subject: str
    released: date
    keywords: tuple[str, ...] = ()
    creator: str = "Coursepack"


@dataclass(frozen=True)
class Spot:
    """A point of a document: page from 1, points (1/72 inch) from the left and from the top of the sheet."""

    page: int
    x: float
    y: float


@dataclass(frozen=True)
class Area:
    """A rectangle on a page (from 1): millimetres from the left and top of the sheet, and its size."""

    page: int
    x: float
    y: float
    width: float
    height: float


Areas = Mapping[str, tuple[Area, ...]]
"""By name, where an element is: one area for each page that it is on."""


@dataclass(frozen=True)
class Heading:
    """An entry of the outline: level from 1, its words and its place."""

    level: int
    text: str
    spot: Spot


@dataclass(frozen=True)
class Face:
    """A font as style sheets ask for it: family, weight (400 or 600), ``normal`` or ``italic``."""

    family: str
    weight: int = 400
    style: str = "normal"


@dataclass(frozen=True)
class Slot:
    """A place kept free on a page (from 1), in points: left edge, baseline from the top of the sheet, width.

    ``name`` is the ``data-slot`` of its element, or that of its margin box (``@top-center``), which is as wide as the
    text. ``text`` are the words that keep it free, ``run`` the number of its marked content: none in margins. What is
    printed ``begins`` at the left edge where its element has ``data-begins``.
    """

    page: int
    name: str
    text: str
    x: float
    y: float
    width: float
    face: Face
    size: float
    run: int | None = None
    begins: bool = False


@dataclass(frozen=True)
class Pdf:
    """A finished document.

    ``anchors`` gives the place of every id of the HTML, ``areas`` that of every element with ``data-area``, and
    ``slots`` the places that were kept free, in the order of the pages.
    """

    data: bytes
    pages: int
    findings: tuple[Finding, ...] = ()
    anchors: Mapping[str, Spot] = field(default_factory=dict)
    headings: tuple[Heading, ...] = ()
    areas: Areas = field(default_factory=dict)
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True)
class Measured:
    """A document that was laid out and not written: its pages, and where elements with ``data-area`` are.

    ``room`` is the height of the first page without its margins, in millimetres.
    """

    pages: int
    areas: Areas
    room: float
