"""Work that is done once: laid-out documents are kept by their content, and several are laid out side by side."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from builders.course import digest
from builders.pdf import Format, Measured, Meta, Pdf
from builders.pdf import measure as measure_pdf
from builders.pdf import render as render_pdf
from builders.pdf.system import weasyprint

T = TypeVar("T")
PDF: TypeAdapter[Pdf] = TypeAdapter(Pdf)
MEASURED: TypeAdapter[Measured] = TypeAdapter(Measured)
BUILDERS = Path(__file__).resolve().parents[1]
KEPT = 400
"""How many documents are kept; the ones not used for longest go first."""


@dataclass(frozen=True)
class Document:
    """Everything a layout depends on. ``css`` are texts."""

    html: str
    meta: Meta
    base_url: Path
    css: tuple[str, ...]
    layout: Format

    @property
    def key(self) -> str:
        """A digest of all of it and of the machinery: the same key means the same bytes."""
        parts = (self.html, repr(self.meta), repr(self.layout), str(len(self.css)), *self.css)
        return digest(*parts, machinery())


@cache
def machinery() -> str:
    """Return a digest of what lays documents out: our own code and styles, the library, the fonts."""
    files = [*sorted((BUILDERS / "pdf").glob("*.py")), *sorted((BUILDERS / "templates/print").glob("*"))]
    lock = BUILDERS.parent / "package-lock.json"
    files += [lock] if lock.is_file() else []
    return digest(version("weasyprint"), sys.version, *(file.read_bytes() for file in files))


@dataclass(frozen=True)
class Press:
    """Lays documents out. With a ``cache`` folder, a document that did not change is not laid out again.

    The folder holds exams: it belongs beside the outputs of instructors.
    """

    cache: Path | None = None
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)

    def render(self, document: Document) -> Pdf:
        """Return the document as PDF.

        :raises SetupMissing: when what PDF files need is not installed.
        """
        path = self._path(document, "")
        kept = path and _read_pdf(path)
        if kept:
            return kept
        pdf = render_pdf(
            document.html, meta=document.meta, base_url=document.base_url, css=document.css, layout=document.layout
        )
        if path:
            _keep(path.with_suffix(".pdf"), pdf.data)
            _keep(path.with_suffix(".json"), PDF.dump_json(pdf, exclude={"data"}))
        return pdf

    def measure(self, document: Document) -> Measured:
        """Return the pages of a document, and where its parts are.

        :raises SetupMissing: when what PDF files need is not installed.
        """
        path = self._path(document, "-measured")
        kept = path and _read_measured(path)
        if kept:
            return kept
        measured = measure_pdf(
            document.html, meta=document.meta, base_url=document.base_url, css=document.css, layout=document.layout
        )
        if path:
            _keep(path.with_suffix(".json"), MEASURED.dump_json(measured))
        return measured

    def _path(self, document: Document, suffix: str) -> Path | None:
        return self.cache / f"{document.key}{suffix}" if self.cache else None

    def side_by_side(self, work: Sequence[Callable[[], T]]) -> list[T]:
        """Return what each piece of work gives. On several processors the pieces run in processes of their own.

        Only what they return comes back: they must not change anything else.
        """
        workers = min(self.workers, len(work))
        if workers < 2 or sys.platform != "linux":
            return [piece() for piece in work]
        weasyprint()  # once, before the processes are forked: its import takes longer than most pages
        _WORK[:] = work
        with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
            return list(pool.map(_do, range(len(work))))

    def clear_out(self) -> None:
        """Remove the documents that were not used for longest."""
        files = sorted(self.cache.glob("*"), key=lambda file: file.stat().st_mtime) if self.cache else []
        for file in files[: -2 * KEPT]:
            file.unlink(missing_ok=True)


_WORK: list[Callable[[], Any]] = []
"""What forked processes inherit: functions need not be sent to them."""


def _do(place: int) -> Any:
    return _WORK[place]()


def _keep(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}")
    own.write_bytes(data)
    own.replace(path)


def _read_pdf(path: Path) -> Pdf | None:
    """Return a kept document; None where it is not there, or unreadable."""
    try:
        kept = PDF.validate_python({"data": b"", **_object(path.with_suffix(".json"))})
        data = path.with_suffix(".pdf").read_bytes()
    except (OSError, ValidationError, ValueError):
        return None
    return Pdf(data, kept.pages, kept.findings, kept.anchors, kept.headings, kept.areas)


def _object(path: Path) -> dict[str, object]:
    os.utime(path)
    return TypeAdapter(dict[str, object]).validate_json(path.read_bytes())


def _read_measured(path: Path) -> Measured | None:
    try:
        return MEASURED.validate_python(_object(path.with_suffix(".json")))
    except (OSError, ValidationError, ValueError):
        return None
