"""Work on finished PDFs, judged by qpdf and poppler."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from builders.pdf import encrypt, page_texts
from tests.pdf import judges
from tests.pdf.conftest import Make


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
