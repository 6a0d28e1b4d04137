"""The proof sheet of a form: one page that says exactly what was made, and from what; to sign before it is copied."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from builders.course import Form
from builders.exams.printing import Printing
from builders.pdf import Pdf, page_count

START = 16
"""How many digits of a SHA-256 are printed: enough to tell any two items or files apart."""
ONE_COLUMN = 18
"""How many questions stand below one another; more stand in two columns."""


@dataclass(frozen=True)
class ProofFile:
    """A document beside the sheet; ``pages`` is 0 where it has none."""

    name: str
    pages: int
    start: str


def software() -> str:
    """Return name and version of this program."""
    return f"coursepack {version('coursepack')}"


def sha256(data: bytes) -> str:
    """Return the SHA-256 of a file, as ``sha256sum`` prints it."""
    return hashlib.sha256(data).hexdigest()


def make_proof(form: Form, files: Mapping[str, bytes], printing: Printing) -> Pdf:
    """Lay out the proof sheet of a form and of the documents that were made of it, by their names."""
    title = f"{form.title} – {printing.word('form', letter=form.letter)}"
    name = printing.words("proof.title", title=title)
    return printing.make_pdf(proof_html(form, files, printing), name, form.course, "secure.css", "proof.css")


def proof_html(form: Form, files: Mapping[str, bytes], printing: Printing) -> str:
    """Return the proof sheet as HTML."""
    entries = list(form.entries)
    half = len(entries) if len(entries) <= ONE_COLUMN else (len(entries) + 1) // 2
    return printing.fill(
        "proof.html",
        w=lambda key, **values: printing.words(f"proof.{key}", **values),
        form=form,
        files=[
            ProofFile(name, page_count(data) if name.endswith(".pdf") else 0, sha256(data)[:START])
            for name, data in files.items()
        ],
        columns=[column for column in (entries[:half], entries[half:]) if column],
        draws=any(entry.draw for entry in entries),
        start=START,
        software=software(),
    )
