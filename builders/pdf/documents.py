"""Small work on finished PDFs."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from importlib import import_module
from secrets import token_urlsafe

import pikepdf


def tidy(data: bytes) -> bytes:
    """Return the PDF without objects that nothing refers to; its identifier is a hash of its contents."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out.getvalue()


def encrypt(data: bytes, password: str, owner: str | None = None) -> bytes:
    """Return the PDF so that it opens only with the password (AES with 256 bits).

    With the password it may be read, also by a screen reader, printed, filled in and annotated. With the ``owner``
    password everything else is allowed too; without one, nobody knows it. The key is random: this is the one output
    whose bytes differ from run to run, while its pages, texts and tags do not.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        allow = pikepdf.Permissions(accessibility=True, extract=False, modify_assembly=False, modify_other=False)
        secret = owner or token_urlsafe(32)
        pdf.save(out, encryption=pikepdf.Encryption(owner=secret, user=password, R=6, allow=allow))
    return out.getvalue()


@dataclass(frozen=True)
class Lock:
    """A password that opens a document, and perhaps one that allows everything. Neither is ever shown."""

    password: str = field(repr=False)
    owner: str | None = field(default=None, repr=False)

    def put_on(self, data: bytes) -> bytes:
        """Return a PDF that opens only with the password."""
        return encrypt(data, self.password, self.owner)


def is_locked(data: bytes) -> bool:
    """Whether a PDF opens only with a password."""
    try:
        pikepdf.open(io.BytesIO(data)).close()
    except pikepdf.PasswordError:
        return True
    return False


def page_count(data: bytes) -> int:
    """Return the number of pages."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def page_texts(data: bytes) -> list[str]:
    """Return the text of each page."""
    document = import_module("pypdfium2").PdfDocument(data)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
