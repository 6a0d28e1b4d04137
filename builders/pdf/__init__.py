"""HTML to PDF: tagged, reproducible, in our own fonts, with everything that went wrong as values.

    from builders.pdf import Format, Meta, Paper, render

    meta = Meta(title="Quiz 5, form A", language="en", author="…", subject="…", released=course.released)
    pdf = render(html, meta=meta, base_url=course_folder, css=[PAPER_CSS], layout=Format(Paper.LETTER))
    pdf.data          bytes, the same for the same input
    pdf.pages         number of pages
    pdf.findings      missing glyphs, overflowing tables, lost images, renderer warnings;
                      finding.problem(place) makes a Problem of the file the HTML came from
    pdf.anchors       id of the HTML → Spot(page, x, y)
    pdf.headings      the outline
    pdf.areas         data-area of the HTML → Area(page, x, y, width, height) in mm; measure() gives only these

    inspect(pdf.data)          what the tags lack, as findings (PDF/UA-1)
    page_texts(pdf.data)       the text of each page
    Press(cache).render_all(…) many documents side by side, those that did not change from the cache
    join_parts(…)              parts laid out apart as one PDF, with stamps in the slots that were kept free
    Lock("…").put_on(pdf.data) opens only with the password

``templates/print/base.css`` is always applied first; its comment lists the classes a template may use.
"""

from builders.pdf.accessibility import Figure, Inspected, inspect, inspect_joined
from builders.pdf.documents import (
    Beyond,
    Drawing,
    Lock,
    PageLink,
    encrypt,
    is_locked,
    page_count,
    page_texts,
    read_drawings,
    read_links,
)
from builders.pdf.findings import Finding
from builders.pdf.joining import JoinedPage, Label, OutlineEntry, join_parts
from builders.pdf.press import Document, Press, beside, print_document
from builders.pdf.records import Area, Areas, Face, Format, Heading, Measured, Meta, Paper, Pdf, Slot, Spot
from builders.pdf.rendering import measure, render
from builders.pdf.stamping import Align, Stamp, shorten, text_width
from builders.pdf.system import FontsMissing, PangoMissing, SetupMissing

__all__ = [
    "Align",
    "Area",
    "Areas",
    "Beyond",
    "Document",
    "Drawing",
    "Face",
    "Figure",
    "Finding",
    "FontsMissing",
    "Format",
    "Heading",
    "Inspected",
    "JoinedPage",
    "Label",
    "Lock",
    "Measured",
    "Meta",
    "OutlineEntry",
    "PageLink",
    "PangoMissing",
    "Paper",
    "Pdf",
    "Press",
    "SetupMissing",
    "Slot",
    "Spot",
    "Stamp",
    "beside",
    "encrypt",
    "inspect",
    "inspect_joined",
    "is_locked",
    "join_parts",
    "measure",
    "page_count",
    "page_texts",
    "print_document",
    "read_drawings",
    "read_links",
    "render",
    "shorten",
    "text_width",
]
