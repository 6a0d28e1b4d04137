"""Work on finished PDFs, judged by qpdf and poppler."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from builders.pdf import JoinedPage, Label, Lock, encrypt, is_locked, join_parts, page_count, page_texts, read_drawings
from tests.pdf import judges
from tests.pdf.conftest import META, Make


def test_an_encrypted_pdf_opens_only_with_its_password(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(encrypt(make("<p>the key</p>").data, "larkpost"))
    assert subprocess.run(["qpdf", "--requires-password", path], check=False).returncode == 0
    refused = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "the key" in judges.run("pdftotext", "-upw", "larkpost", path, "-")
    assert "AESv3" in judges.run("qpdf", "--password=larkpost", "--show-encryption", path)
    assert "Tagged:          yes" in judges.run("pdfinfo", "-upw", "larkpost", path)


def test_the_text_of_each_page_is_what_poppler_reads(save: Callable[..., Path]) -> None:
    path = save('<p>first “page” → ✓</p><p class="new-page">second</p><pre>SELECT 1\nFROM t</pre>')
    theirs = judges.run("pdftotext", path, "-").split("\f")
    ours = page_texts(path.read_bytes())
    assert [text.split() for text in ours] == [text.split() for text in theirs[:2]]


def test_a_reader_may_read_aloud_and_print_and_the_owner_may_do_all(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(Lock("for reading", "for changing").put_on(make("<p>the key</p>").data))
    with pikepdf.open(path, password="for reading") as pdf:
        assert (pdf.encryption.bits, pdf.user_password_matched, pdf.owner_password_matched) == (256, True, False)
        assert pdf.allow.accessibility
        assert pdf.allow.print_highres
        assert pdf.allow.modify_annotation
        assert not pdf.allow.extract
        assert not pdf.allow.modify_other
    with pikepdf.open(path, password="for changing") as pdf:
        assert pdf.owner_password_matched


def test_nobody_owns_a_document_without_an_owners_password(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "secret.pdf"
    path.write_bytes(Lock("for reading").put_on(make("<p>the key</p>").data))
    with pikepdf.open(path, password="for reading") as pdf:
        assert not pdf.owner_password_matched
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(path, password="")


def test_all_but_the_encryption_is_the_same_each_time(make: Make) -> None:
    """Without their passwords two locked copies are the same document."""
    plain = make("<h1>Key</h1><p>B</p>").data

    def opened(data: bytes) -> bytes:
        out = io.BytesIO()
        with pikepdf.open(io.BytesIO(data), password="p") as pdf:
            del pdf.trailer["/ID"]
            pdf.save(out, encryption=False, deterministic_id=True)
        return out.getvalue()

    one, other = Lock("p").put_on(plain), Lock("p").put_on(plain)
    assert one != other
    assert opened(one) == opened(other)


def test_a_lock_never_shows_its_passwords() -> None:
    assert repr(Lock("for reading", "for changing")) == "Lock()"


def test_what_is_locked(make: Make) -> None:
    plain = make("<p>the key</p>").data
    assert not is_locked(plain)
    assert is_locked(Lock("p").put_on(plain))
    assert page_count(plain) == 1


AT = "position: absolute; height: 9mm; width: 40mm;"
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


@pytest.mark.parametrize(
    ("html", "what", "edge"),
    [
        (f'<p style="{AT} left: -40mm; border-bottom: 1pt solid black"></p>', "a line or box", "left"),
        (f'<p style="{AT} right: -40mm; background: silver"></p>', "a line or box", "right"),
        (f'<p style="{AT} bottom: -270mm; border: 1pt solid black"></p>', "a line or box", "lower"),
        (f'<img alt="dot" style="{AT} top: -40mm" src="{DOT}">', "a picture", "upper"),
        (f'<p style="{AT} left: -40mm; text-indent: 0">words</p>', "a word", "left"),
    ],
)
def test_what_is_drawn_outside_the_sheet_is_found(make: Make, html: str, what: str, edge: str) -> None:
    (drawing,) = read_drawings(make(f"<p>text</p>{html}").data)
    assert [(thing.what, thing.edge) for thing in drawing.beyond if thing.points > 9] == [(what, edge)]


def test_a_page_that_is_moved_may_lose_what_stands_at_its_edge(make: Make) -> None:
    """A line that begins near the left edge of the sheet is whole, until the page is moved to the left."""
    pdf = make(f'<p>text</p><p style="{AT} left: -19mm; border-bottom: 1pt solid black"></p>')
    (alone,) = read_drawings(pdf.data)
    assert (alone.shapes, alone.beyond) == (1, ())
    (moved,) = read_drawings(join_parts({"a": pdf.data}, [JoinedPage("a", 0, Label("D"), -17)], [], META))
    assert [(thing.what, thing.edge) for thing in moved.beyond] == [("a line or box", "left")]
