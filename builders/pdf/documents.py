"""Small work on finished PDFs."""

from __future__ import annotations

import io
from importlib import import_module

import pikepdf


def tidy(data: bytes) -> bytes:
    """Return the PDF without objects that nothing refers to; its identifier is a hash of its contents."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def encrypt(data: bytes, password: str) -> bytes:
    """Return the PDF so that it opens only with the password (AES with 256 bits).

    The key is random: this is the one output whose bytes differ from run to run. Its tags stay readable to screen
    readers.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        permissions = pikepdf.Permissions(accessibility=True)
        pdf.save(out, encryption=pikepdf.Encryption(owner=password, user=password, R=6, allow=permissions))
    return out.getvalue()


def page_texts(data: bytes) -> list[str]:
    """Return the text of each page."""
    document = import_module("pypdfium2").PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
