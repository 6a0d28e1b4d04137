"""HTML to PDF."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from builders.pdf.documents import tidy
from builders.pdf.fetch import Fetcher
from builders.pdf.findings import Finding
from builders.pdf.fonts import FAMILIES
from builders.pdf.forms import without_whole_fonts
from builders.pdf.layout import PIXELS_PER_MM, check_layout, locate_glyphs, read_sheets
from builders.pdf.log import collect_log
from builders.pdf.mend import mend_html
from builders.pdf.records import Area, Areas, Format, Heading, Measured, Meta, Pdf, Spot
from builders.pdf.sheets import TEMPLATES, Styles, read_styles
from builders.pdf.slots import find_slots
from builders.pdf.system import weasyprint
from builders.pdf.tags import mend_tags
from builders.pdf.tagtree import Drawn, remember_boxes

POINTS_PER_PIXEL = 0.75
OPTIONS: dict[str, Any] = {"pdf_variant": "pdf/ua-1"}


def render(html: str, *, meta: Meta, base_url: Path, css: Sequence[str] = (), layout: Format | None = None) -> Pdf:
    """Return the PDF of an HTML document or fragment, with ``base.css`` and then ``css`` (texts) applied.

    Images are looked up in ``base_url`` and its folders only. Faults of the document are in ``findings``.

    :raises SetupMissing: when Pango or the fonts are not installed.
    """
    fetcher, styles = Fetcher(base_url, TEMPLATES), read_styles(css, base_url)
    with collect_log() as log:
        source = weasyprint().HTML(string=html, base_url=f"{base_url.resolve()}/", url_fetcher=fetcher)
        options = OPTIONS | {"pdf_forms": (layout or Format()).fillable}
        describe(source.etree_element, meta, layout or Format())
        faults = mend_html(source.etree_element)
        document = _lay_out(source, styles, options)
        data, drawn = _write(document, options)
    sheets = read_sheets(document.pages)
    findings = [*faults, *styles.findings, *log.findings, *locate_glyphs(sheets, log.missing), *check_layout(sheets)]
    findings += check_families(document)
    return Pdf(
        data,
        len(document.pages),
        tuple(findings),
        _anchors(document),
        _headings(document),
        _areas(document),
        find_slots(document, drawn.runs),
    )


def measure(
    html: str, *, meta: Meta, base_url: Path, css: Sequence[str] = (), layout: Format | None = None
) -> Measured:
    """Lay a document out as `render` does, and return only its pages and areas: half the work.

    :raises SetupMissing: when Pango or the fonts are not installed.
    """
    fetcher, styles = Fetcher(base_url, TEMPLATES), read_styles(css, base_url)
    with collect_log():
        source = weasyprint().HTML(string=html, base_url=f"{base_url.resolve()}/", url_fetcher=fetcher)
        describe(source.etree_element, meta, layout or Format())
        mend_html(source.etree_element)
        document = _lay_out(source, styles, OPTIONS)
    room = document.pages[0]._page_box.height / PIXELS_PER_MM
    return Measured(len(document.pages), _areas(document), round(room, 2))


def describe(root: Element, meta: Meta, layout: Format) -> None:
    """Write title, language, dates and page set-up into the document, in place of what it said itself."""
    root.attrib.update({"lang": meta.language, **layout.attributes()})
    head = root.find("head")
    assert head is not None, "the HTML parser always makes a head"
    for element in [child for child in head if child.tag in ("title", "meta")]:
        head.remove(element)
    SubElement(head, "title").text = meta.title
    for name, content in _head_entries(meta).items():
        SubElement(head, "meta", name=name, content=content)


def _head_entries(meta: Meta) -> dict[str, str]:
    day = meta.released.isoformat()
    return {
        "author": meta.author,
        "description": meta.subject,
        "keywords": ", ".join(meta.keywords),
        "generator": meta.creator,
        "dcterms.created": day,
        "dcterms.modified": day,
    }


def _lay_out(source: Any, styles: Styles, options: dict[str, Any]) -> Any:
    return source.render(font_config=styles.fonts, stylesheets=[styles.sheet], **options)


def _write(document: Any, options: dict[str, Any]) -> tuple[bytes, Drawn]:
    with remember_boxes() as drawn, without_whole_fonts():
        data = document.write_pdf(finisher=lambda document, pdf: mend_tags(document, pdf, drawn.boxes), **options)
    return tidy(data), drawn


def check_families(document: Any) -> list[Finding]:
    """pdf-font: a stylesheet brought a font of its own."""
    foreign = sorted({font.family for font in document.fonts.values()} - FAMILIES)
    advice = f"use {', '.join(sorted(FAMILIES))}"
    return [Finding("pdf-font", f"the font {name!r} is not one of ours; {advice}") for name in foreign]


def _anchors(document: Any) -> dict[str, Spot]:
    spots: dict[str, Spot] = {}
    for number, page in enumerate(document.pages, 1):
        for name, (x, y, *_) in page.anchors.items():
            spots.setdefault(name, _spot(number, x, y))
    return spots


def _headings(document: Any) -> tuple[Heading, ...]:
    return tuple(
        Heading(level, text, _spot(number, x, y))
        for number, page in enumerate(document.pages, 1)
        for level, text, (x, y), _ in page.bookmarks
    )


def _spot(page: int, x: float, y: float) -> Spot:
    return Spot(page, x * POINTS_PER_PIXEL, y * POINTS_PER_PIXEL)


def _areas(document: Any) -> Areas:
    """Return the outermost box of each element with ``data-area``, page by page."""
    found: dict[str, dict[int, Area]] = {}
    for number, page in enumerate(document.pages, 1):
        for child in page._page_box.children:
            for box in child.descendants():
                name = box.element.get("data-area") if box.element is not None else None
                if name:
                    found.setdefault(name, {}).setdefault(number, _area(number, box))
    return {name: tuple(areas.values()) for name, areas in found.items()}


def _area(page: int, box: Any) -> Area:
    sides = (box.border_box_x(), box.border_box_y(), box.border_width(), box.border_height())
    return Area(page, *(round(side / PIXELS_PER_MM, 2) for side in sides))
