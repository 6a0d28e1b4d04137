"""An exam that was built, as pictures: every page of every document, and a contact sheet to look at them all."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from markupsafe import Markup

from builders.course import Course, Place, Problem, nearest, replaced_folder
from builders.exams.printing import Printing, read_style

EXAMS = Path("instructor/exams")
FOLDER = "preview"
FIRST = ("paper.pdf", "key.pdf", "rubric.pdf", "proof.pdf")
"""The documents that come first on the sheet; the others follow by name."""
DPI = 96
PASSWORD_ERROR = 4
"""What PDFium answers where a document opens only with a password."""


@dataclass(frozen=True)
class Pictured:
    """A document of a form, and the names of its pages' pictures."""

    letter: str
    file: str
    pictures: tuple[str, ...]


def build_preview(
    course: Course,
    out: Path,
    name: str,
    *,
    form: str | None = None,
    progress: Callable[[str], None] = lambda note: None,
) -> tuple[list[Problem], list[Path]]:
    """Draw the pages of an exam into ``out/instructor/exams/NAME/preview``; return problems and the contact sheet.

    Draws what was built before: all forms, or one by its letter. Building the exam anew removes the pictures.
    """
    exam = out / EXAMS / name
    problems = _missing(out / EXAMS, name, form)
    letters = [form] if form else _letters(exam)
    documents = [path for letter in letters for path in _documents(exam / letter)]
    problems += [problem for path in documents for problem in _locked(path)]
    if problems:
        return problems, []
    with replaced_folder(exam / FOLDER) as folder:
        drawn = []
        for path in documents:
            progress(f"form {path.parent.name}: {path.name}")
            drawn.append(_draw(path, folder))
        (folder / "index.html").write_text(preview_html(name, drawn, Printing(course)), encoding="utf-8")
    return [], [exam / FOLDER / "index.html"]


def _missing(exams: Path, name: str, form: str | None) -> list[Problem]:
    """Return why there is nothing to draw."""
    built = [path.name for path in sorted(exams.glob("*")) if _letters(path)]
    if name not in built:
        message = f"no exam '{name}' was built" + (nearest(name, built) if built else "; run 'coursepack exams'")
    elif form and form not in _letters(exams / name):
        message = f"the exam '{name}' has no form '{form}'" + nearest(form, _letters(exams / name))
    else:
        return []
    return [Problem(Place((exams / name).as_posix()), "READ", message)]


def _letters(exam: Path) -> list[str]:
    return sorted(path.parent.name for path in exam.glob("*/form.json"))


def _documents(folder: Path) -> list[Path]:
    """Return the PDF files of a form, the paper first."""
    rank = {name: place for place, name in enumerate(FIRST)}
    return sorted(folder.glob("*.pdf"), key=lambda path: (rank.get(path.name, len(FIRST)), path.name))


def _locked(path: Path) -> Iterator[Problem]:
    """Yield a problem where a document opens only with a password."""
    try:
        with _opened(path):
            pass
    except import_module("pypdfium2").PdfiumError as error:
        if error.err_code != PASSWORD_ERROR:
            raise
        message = "opens only with its password; build the exam without one to see its pages as pictures"
        yield Problem(Place(path.as_posix()), "READ", message)


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    document = import_module("pypdfium2").PdfDocument(path)
    try:
        yield document
    finally:
        document.close()


def _draw(path: Path, folder: Path) -> Pictured:
    """Write the pages of a document as PNG files."""
    letter, names = path.parent.name, []
    with _opened(path) as document:
        for number, page in enumerate(document, 1):
            names.append(f"{letter}-{path.stem}-{number:02}.png")
            (folder / names[-1]).write_bytes(png(page.render(scale=DPI / 72, rev_byteorder=True).to_numpy()))
    return Pictured(letter, path.name, tuple(names))


def png(pixels: Any) -> bytes:
    """Return an array of rows, columns and red, green and blue bytes as a PNG file; in greys where it has no colour."""
    grey = bool((pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all())
    height, width = pixels.shape[:2]
    rows = (pixels[..., 0] if grey else pixels[..., :3]).reshape(height, -1)
    data = b"".join(b"\0" + row.tobytes() for row in rows)
    head = struct.pack(">IIBBBBB", width, height, 8, 0 if grey else 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(data, 6)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def preview_html(name: str, drawn: list[Pictured], printing: Printing) -> str:
    """Return the contact sheet: small pictures that lead to large ones."""
    titles = {blueprint.id: blueprint.title for blueprint in printing.course.blueprints}
    return "<!doctype html>\n" + printing.fill(
        "preview.html",
        title=titles.get(name, name),
        drawn=drawn,
        style=Markup(read_style("preview.css")),
    )
