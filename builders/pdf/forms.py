"""Fields to fill in, so that every viewer shows what is typed, where it is typed.

WeasyPrint 70.0 lets a text field name a font by the numbers of its glyphs, which viewers cannot type with, embeds that
font as a whole, and measures a field from its upper corner. Here fields get one font for all (the letters of Western
Europe, coded as viewers expect), their corners in order, and a look for each state, so that no viewer must make one up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from builders.pdf.records import Face
from builders.pdf.stamping import describe_font, letter_width, open_face, subset, subset_name
from builders.pdf.system import weasyprint

FACE = Face("IBM Plex Sans")
FONT = "Fill"
"""The name by which fields know their font."""

CODES = range(32, 256)
SIZE = re.compile(r"([\d.]+) Tf")
TICK = (0.18, 0.5), (0.42, 0.22), (0.84, 0.8)
"""The corners of a tick as shares of its box, from the lower left."""


@contextmanager
def without_whole_fonts() -> Iterator[None]:
    """While a document is written, embed no font as a whole for the sake of its fields."""
    font = weasyprint().pdf.fonts.Font
    font.used_in_forms = property(lambda self: False, lambda self, value: None)
    try:
        yield
    finally:
        del font.used_in_forms


def mend_fields(pdf: pikepdf.Pdf) -> None:
    """Mend the fields of a document; one without fields stays as it is."""
    if "/AcroForm" not in pdf.Root:
        return
    form = pdf.Root.AcroForm
    form.DR = Dictionary(Font=Dictionary({f"/{FONT}": embed_letters(pdf)}))
    form.DA = String(f"0 g /{FONT} 10 Tf")
    if "/NeedAppearances" in form:
        del form["/NeedAppearances"]
    form.Fields = Array(list({one.objgen: one for one in map(whole_field, widgets_of(pdf))}.values()))
    for widget in widgets_of(pdf):
        order_corners(widget)
        if str(kind_of(widget)) == "/Btn":
            draw_tick(pdf, widget)
        else:
            type_with_font(pdf, widget)


def widgets_of(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Yield the fields of all pages, as they lie on them."""
    for page in pdf.pages:
        yield from (one for one in page.obj.get("/Annots", Array()) if one.get("/Subtype") == Name.Widget)


def whole_field(widget: Any) -> Any:
    """Return the field that a widget shows: for a radio button, which has no name of its own, its group."""
    if "/Parent" not in widget:
        return widget
    if "/T" in widget:
        del widget["/T"]
    return widget.Parent


def kind_of(widget: Any) -> Any:
    """Return what a field is: of radio buttons, their group says it."""
    return widget.get("/FT", widget.get("/Parent", Dictionary()).get("/FT"))


def order_corners(widget: Any) -> None:
    """Name the lower left corner of a field first."""
    across, down = (sorted(float(side) for side in list(widget.Rect)[start::2]) for start in (0, 1))
    widget.Rect = Array([round(side, 3) for side in (across[0], down[0], across[1], down[1])])


def type_with_font(pdf: pikepdf.Pdf, widget: Any) -> None:
    """Let a field be typed into in its own size with the font of all, and show nothing until then."""
    size = SIZE.search(str(widget.get("/DA", "")))
    widget.DA = String(f"0 g /{FONT} {size[1] if size else 10} Tf")
    widget.AP = Dictionary(N=picture(pdf, widget, b"/Tx BMC EMC"))


def draw_tick(pdf: pikepdf.Pdf, widget: Any) -> None:
    """Show a tick in a box, or a dot in a button, where it is chosen, and nothing where it is not."""
    chosen = next(name for name in widget.AP.N if name != "/Off")
    shape = dot(*size_of(widget)) if "/Parent" in widget else tick(*size_of(widget))
    widget.AP = Dictionary(N=Dictionary({chosen: picture(pdf, widget, shape), "/Off": picture(pdf, widget, b"")}))
    widget.MK = Dictionary(CA=String("l" if "/Parent" in widget else "4"))


def size_of(widget: Any) -> tuple[float, float]:
    """Return width and height of a field in points."""
    left, bottom, right, top = (float(side) for side in widget.Rect)
    return right - left, top - bottom


def picture(pdf: pikepdf.Pdf, widget: Any, content: bytes) -> Any:
    """Return a look of a field."""
    width, height = size_of(widget)
    box = Array([0, 0, round(width, 3), round(height, 3)])
    form = Stream(pdf, content, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=Dictionary())
    return pdf.make_indirect(form)


def tick(width: float, height: float) -> bytes:
    """Return the operators that draw a tick into a box."""
    side = min(width, height)
    left, low = (width - side) / 2, (height - side) / 2
    points = [f"{left + side * across:.2f} {low + side * up:.2f}" for across, up in TICK]
    return f"q 0 G {side / 8:.2f} w 1 J 1 j {points[0]} m {points[1]} l {points[2]} l S Q".encode()


def dot(width: float, height: float) -> bytes:
    """Return the operators that draw a dot into a button: a line without length that has round ends."""
    middle = f"{width / 2:.2f} {height / 2:.2f}"
    return f"q 0 G {min(width, height) / 2:.2f} w 1 J {middle} m {middle} l S Q".encode()


def embed_letters(pdf: pikepdf.Pdf) -> Any:
    """Return the font of fields: the letters of Western Europe by their codes."""
    letters = "".join(letter for code in CODES if (letter := letter_of(code)))
    name = Name("/" + subset_name(open_face(FACE), letters))
    widths = [round(letter_width(letter_of(code) or " ", FACE) * 1000) for code in CODES]
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.TrueType,
            BaseFont=name,
            Encoding=Name.WinAnsiEncoding,
            FirstChar=CODES[0],
            LastChar=CODES[-1],
            Widths=Array(widths),
            FontDescriptor=describe_font(pdf, FACE, name, subset(FACE, letters), flags=32),
        )
    )


def letter_of(code: int) -> str:
    """Return the letter with a code, empty where there is none."""
    return bytes([code]).decode("cp1252", "ignore")
