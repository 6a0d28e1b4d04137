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

    inspect(pdf.data)          what the tags lack, as findings (PDF/UA-1)
    page_texts(pdf.data)       the text of each page
    encrypt(pdf.data, "…")     opens only with the password

``templates/print/base.css`` is always applied first; its comment lists the classes a template may use.
"""

from builders.pdf.accessibility import inspect
from builders.pdf.documents import encrypt, page_texts
from builders.pdf.findings import Finding
from builders.pdf.records import Format, Heading, Meta, Paper, Pdf, Spot
from builders.pdf.rendering import render
from builders.pdf.system import FontsMissing, PangoMissing, SetupMissing

__all__ = [
    "Finding",
    "FontsMissing",
    "Format",
    "Heading",
    "Meta",
    "PangoMissing",
    "Paper",
    "Pdf",
    "SetupMissing",
    "Spot",
    "encrypt",
    "inspect",
    "page_texts",
    "render",
]
