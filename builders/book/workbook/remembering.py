"""Parts that were laid out before: where source, style and program are the same, so are the pages."""

from __future__ import annotations

import pickle
from pathlib import Path

from builders.book.workbook.assembly import Setting
from builders.book.workbook.printing import LayOut, print_part
from builders.course import digest, write_atomic
from builders.pdf import Pdf


def remember_parts(folder: Path, engine: str) -> LayOut:
    """Return a function that lays out parts and keeps them in a folder, one of each kind, edition and paper.

    ``engine`` is the digest of all that lays out.
    """

    def lay_out(html: str, part: str, setting: Setting, *styles: str) -> Pdf:
        key = digest(engine, html, part, setting.edition.key, setting.paper, str(setting.course.about), *styles)
        file = folder / f"{part}-{setting.edition.key}-{setting.paper}.pickle"
        known = recall(file, key)
        if known is not None:
            return known
        pdf = print_part(html, part, setting, *styles)
        data = pickle.dumps(pdf)
        write_atomic(file, digest(key, data).encode() + data)
        return pdf

    return lay_out


def recall(file: Path, key: str) -> Pdf | None:
    """Return the part that a file holds, if it was made from what the key stands for."""
    if not file.is_file():
        return None
    mark, data = file.read_bytes()[:64], file.read_bytes()[64:]
    if mark.decode("ascii", "replace") != digest(key, data):
        return None
    pdf = pickle.loads(data)
    return pdf if isinstance(pdf, Pdf) else None
