"""Fields are typed into by PDFium, which did not make them: the words show in their room, and are kept."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pypdfium2 import raw

from builders.pdf import Format
from tests.pdf.conftest import Make

STYLE = "textarea, .line { display: block; width: 90mm; height: 30mm; border: none; font: 11pt 'IBM Plex Sans' }"
FORM = """<h1>Fields</h1><textarea name="room" title="Room to write"></textarea>
<input class="line" type="text" name="line" title="A word">
<p><input type="checkbox" name="tick" title="A"> <input type="radio" name="one" value="x" title="X">
<input type="radio" name="one" value="y" title="Y"></p>"""
TYPED = "Grüße aus Köln\rzweite Zeile: ÄÖÜ ß\rand a third one that is far too long for the field, so it must wrap."


@pytest.fixture
def form(make: Make) -> bytes:
    return make(FORM, STYLE, layout=Format(fillable=True)).data


def typed_into(data: bytes, text: str) -> tuple[bytes, list[tuple[float, ...]]]:
    """Click every field of the first page and type; return the saved file, and the sides of the fields."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    environment, page = document.formenv.raw, document[0]
    places = []
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        note, sides = raw.FPDFPage_GetAnnot(page, number), raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(note, sides)
        places.append((sides.left, sides.bottom, sides.right, sides.top))
        middle = (sides.left + sides.right) / 2, (sides.bottom + sides.top) / 2
        raw.FORM_OnLButtonDown(environment, page, 0, *middle)
        raw.FORM_OnLButtonUp(environment, page, 0, *middle)
        if raw.FPDFAnnot_GetFormFieldType(environment, note) == raw.FPDF_FORMFIELD_TEXTFIELD:
            for letter in text:
                raw.FORM_OnChar(environment, page, ord(letter), 0)
        raw.FORM_ForceToKillFocus(environment)
    out = io.BytesIO()
    document.save(out)
    document.close()
    return out.getvalue(), places


def shown_in(data: bytes, sides: tuple[float, ...]) -> str:
    """Return the words that a page shows within the sides of a field."""
    document = pypdfium2.PdfDocument(data)
    document.init_forms()
    page = document[0]
    raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    words = document[0].get_textpage().get_text_bounded(*sides)
    document.close()
    return " ".join(words.split())


def fields(data: bytes) -> dict[str, Any]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return {str(one.T): dict(one) for one in pdf.Root.AcroForm.Fields}


def test_what_is_typed_shows_in_its_room_and_is_kept(form: bytes) -> None:
    saved, places = typed_into(form, TYPED)
    assert shown_in(saved, places[0]) == " ".join(TYPED.split())
    kept = fields(saved)
    assert "".join(str(kept["room"]["/V"]).split()) == "".join(TYPED.split())
    assert str(kept["tick"]["/V"]) == "/on"
    assert str(kept["one"]["/V"]) == "/1"  # the second was clicked last


def test_nothing_shows_before_it_is_typed(form: bytes) -> None:
    _, places = typed_into(form, "")
    assert shown_in(form, places[0]) == ""


def test_fields_share_one_font_whose_codes_are_letters(form: bytes) -> None:
    with pikepdf.open(io.BytesIO(form)) as pdf:
        (font,) = pdf.Root.AcroForm.DR.Font.values()
        assert (font.Subtype, font.Encoding) == ("/TrueType", "/WinAnsiEncoding")
        assert "/FontFile2" in font.FontDescriptor
        assert font.Widths[ord("Ä") - 32] > 500
        assert "/NeedAppearances" not in pdf.Root.AcroForm
        names = {str(one.BaseFont) for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one}
    assert all(name[7] == "+" for name in names)  # none is there as a whole


def test_fields_name_their_lower_left_corner_first(form: bytes) -> None:
    with pikepdf.open(io.BytesIO(form)) as pdf:
        for note in pdf.pages[0].obj.Annots:
            left, bottom, right, top = (float(side) for side in note.Rect)
            assert left < right
            assert bottom < top


def test_the_size_of_the_style_is_typed(form: bytes) -> None:
    assert str(fields(form)["room"]["/DA"]) == "0 g /Fill 11 Tf"
