"""Parts laid out apart become one document, judged by qpdf, poppler and the checks of PDF/UA."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from builders.pdf import (
    Align,
    Format,
    JoinedPage,
    Label,
    OutlineEntry,
    Pdf,
    Stamp,
    inspect,
    join_parts,
    read_links,
    shorten,
)
from builders.pdf.joining import roman
from builders.pdf.records import Face
from builders.pdf.stamping import FALLBACK, face_for
from tests.pdf import judges
from tests.pdf.conftest import META, Make

CSS = """
.slot, .slot * { white-space: nowrap; visibility: hidden; }
@page { @bottom-center { content: "000"; visibility: hidden; } }
"""
FIRST = """<h1 id="one">One</h1><p>See <a href="page:two">the other part<span data-slot="two" class="slot"> 000</span>
</a>, or <a href="xref:two">it</a>.</p><ul><li><p>An item</p></li></ul><p class="new-page" id="more">More.</p>"""
SECOND = """<h1 id="two">Two</h1><p>Back to <a href="page:more">more<span data-slot="more" data-begins
class="slot"> 000</span></a>.</p>"""
FIELD = '<p><label>Name <input name="name" title="Your name"></label></p>'


@pytest.fixture
def parts(make: Make) -> dict[str, Pdf]:
    return {name: make(html, CSS) for name, html in (("first", FIRST), ("second", SECOND))}


def stamped(parts: dict[str, Pdf], numbers: dict[str, int]) -> list[JoinedPage]:
    """Return all pages: those of the first part, a blank one, those of the second; the even ones moved."""
    pages: list[JoinedPage] = []
    for name in ("first", "", "second"):
        for page in range(parts[name].pages if name else 1):
            number = len(pages) + 1
            slots = [slot for slot in parts[name].slots if slot.page == page + 1] if name else []
            stamps = tuple(
                Stamp(slot, slot.text.replace("000", str(numbers.get(slot.name, number))), Align.RIGHT)
                for slot in slots
            )
            pages.append(JoinedPage(name, page, Label("D", number), 0 if number % 2 else -17, stamps))
    return pages


def join(parts: dict[str, Pdf], outline: Sequence[OutlineEntry] = ()) -> bytes:
    pages = stamped(parts, {"two": 4, "more": 2})
    return join_parts({name: pdf.data for name, pdf in parts.items()}, pages, outline, META)


@pytest.fixture
def joined(parts: dict[str, Pdf], tmp_path: Path) -> Path:
    path = tmp_path / "joined.pdf"
    path.write_bytes(join(parts, [OutlineEntry(1, "One", "first", 0, 80), OutlineEntry(1, "Two", "second", 0, 80)]))
    return path


def test_the_joined_document_is_sound_and_tagged(joined: Path) -> None:
    assert "No syntax or stream encoding errors" in judges.run("qpdf", "--check", joined)
    assert inspect(joined.read_bytes()) == []
    assert judges.info(joined)["Title"] == META.title
    assert judges.info(joined)["Pages"] == "4"


def test_same_parts_same_bytes(parts: dict[str, Pdf]) -> None:
    assert join(parts) == join(parts)


def test_links_lead_to_the_other_part_and_name_its_page(joined: Path) -> None:
    links = read_links(joined.read_bytes())
    assert [(link.page, link.target, link.words, " ".join(link.shown.split())) for link in links] == [
        (0, 3, "the other part 4", "the other part 4"),
        (0, 3, "it", "it"),
        (3, 1, "more 2", "more 2"),
    ]


def test_stamps_are_read_in_their_place(joined: Path) -> None:
    """The number stands inside the link, not at the end of the page."""
    tree = judges.run("pdfinfo", "-struct-text", joined)
    assert tree.index("the other part") < tree.index('"4"' if '"4"' in tree else " 4") < tree.index("An item")
    texts = judges.run("pdftotext", joined, "-").split("\f")
    assert [text.split()[-1:] for text in texts[:4]] == [["1"], ["2"], [], ["4"]]


def test_stamps_stand_where_their_room_was(parts: dict[str, Pdf], joined: Path) -> None:
    slot = next(slot for slot in parts["second"].slots if slot.name == "more")
    assert slot.begins
    assert not any(slot.begins for slot in parts["first"].slots)
    word, _, x, y = next(found for found in judges.words(joined) if found[1] == 4 and found[0].startswith("2"))
    assert word == "2."  # the room is right-aligned: the point follows at once
    assert x == pytest.approx(slot.x + slot.width - 17 - 0.6 * slot.size, abs=0.5)
    assert y < slot.y < y + 2 * slot.size


def test_pages_are_moved_with_all_that_is_on_them(parts: dict[str, Pdf], joined: Path) -> None:
    places = {(word, page): x for word, page, x, _ in judges.words(joined)}
    assert places["One", 1] - places["More.", 2] == pytest.approx(17, abs=0.1)


def test_fonts_of_stamps_are_embedded_subsets(joined: Path) -> None:
    assert all(row[1:] == ["yes", "yes", "yes"] for row in judges.fonts(joined))


def test_the_outline_leads_to_its_pages(joined: Path) -> None:
    with pikepdf.open(joined) as pdf, pdf.open_outline() as outline:
        pages = [pikepdf.Page(item.destination[0]).index for item in outline.root if item.destination]
    assert pages == [0, 3]


def test_a_link_to_nothing_is_an_error_of_ours(make: Make) -> None:
    parts = {"first": make('<p><a href="xref:nothing">x</a></p>', CSS)}
    with pytest.raises(KeyError):
        join_parts({"first": parts["first"].data}, [JoinedPage("first", 0, Label("D"))], [], META)


def test_a_stamp_without_its_room_is_an_error_of_ours(parts: dict[str, Pdf]) -> None:
    pages = stamped(parts, {})
    wrong = replace(pages[0].stamps[0].slot, run=99)
    pages[0] = replace(pages[0], stamps=(Stamp(wrong, "4"),))
    with pytest.raises(ValueError, match="slot two of page 1"):
        join_parts({name: pdf.data for name, pdf in parts.items()}, pages, [], META)


def test_fields_of_all_parts_are_in_one_form(make: Make) -> None:
    parts = {name: make(FIELD.replace('name="name"', f'name="{name}"'), layout=Format(fillable=True)) for name in "ab"}
    pages = [JoinedPage(name, 0, Label("D", number)) for number, name in enumerate("ab", start=1)]
    data = join_parts({name: pdf.data for name, pdf in parts.items()}, pages, [], META)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        fields = list(pdf.Root.AcroForm.Fields)
        assert [str(field.T) for field in fields] == ["a", "b"]
        assert len(pdf.Root.AcroForm.DR.Font) > 0
    assert inspect(data) == []


def test_labels_of_pages() -> None:
    assert [roman(number) for number in (1, 4, 6, 9, 14, 28)] == ["i", "iv", "vi", "ix", "xiv", "xxviii"]
    assert [Label("D", 7).text, Label("r", 4).text, Label("a", 2, "41").text] == ["7", "iv", "41b"]


def test_a_head_that_is_too_long_is_cut_after_a_word() -> None:
    face = Face("IBM Plex Sans")
    assert shorten("Databases and SQL", face, 10, 500) == "Databases and SQL"
    assert shorten("Databases and SQL", face, 10, 80) == "Databases and…"
    assert shorten("Databases", face, 10, 5) == "Databases"


def test_characters_that_a_face_lacks_come_from_another() -> None:
    face = Face("IBM Plex Sans")
    assert face_for("a", face) == face
    assert face_for("⚑", face) == FALLBACK
