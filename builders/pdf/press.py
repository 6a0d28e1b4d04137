"""Work that is done once: laid-out documents are kept by their content, and several are laid out side by side."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib.metadata import version
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

from builders.course import digest
from builders.pdf.accessibility import inspect_part
from builders.pdf.records import Format, Measured, Meta, Pdf
from builders.pdf.rendering import measure as measure_pdf
from builders.pdf.rendering import render as render_pdf
from builders.pdf.system import weasyprint

T = TypeVar("T")
PDF: TypeAdapter[Pdf] = TypeAdapter(Pdf)
MEASURED: TypeAdapter[Measured] = TypeAdapter(Measured)
BUILDERS = Path(__file__).resolve().parents[1]
GARBAGE = 300_000
"""Objects that a process may leave behind (about 60 MB) before it searches for those that nothing needs any more."""

LIBRARIES = ("weasyprint", "pydyf", "tinycss2", "cssselect2", "fonttools", "pikepdf")


@dataclass(frozen=True)
class Document:
    """Everything a layout depends on. ``css`` are texts.

    A ``part`` of a longer document has its tags inspected at once, since all of them are not read again when it is
    joined to the others.
    """

    html: str
    meta: Meta
    base_url: Path
    css: tuple[str, ...]
    layout: Format
    part: bool = False

    @property
    def key(self) -> str:
        """A digest of all of it and of the machinery: the same key means the same bytes."""
        parts = (self.html, repr(self.meta), repr(self.layout), str(self.part), str(len(self.css)), *self.css)
        return digest(*parts, machinery())


@cache
def machinery() -> str:
    """Return a digest of what lays documents out: our own code and styles, the library, the fonts."""
    files = [*sorted((BUILDERS / "pdf").glob("*.py")), *sorted((BUILDERS / "templates/print").glob("*"))]
    lock = BUILDERS.parent / "package-lock.json"
    files += [lock] if lock.is_file() else []
    return digest(*(version(name) for name in LIBRARIES), sys.version, *(file.read_bytes() for file in files))


@dataclass(frozen=True)
class Press:
    """Lays documents out. With a ``cache`` folder, a document that did not change is not laid out again.

    The folder may hold exams: it belongs beside the outputs of instructors. Of the documents in it, `clear_out` leaves
    as many as are to be ``remembered``: those that were used last.
    """

    cache: Path | None = None
    workers: int = field(default_factory=lambda: os.cpu_count() or 1)
    remembered: int = 400

    def render(self, document: Document) -> Pdf:
        """Return the document as PDF.

        :raises SetupMissing: when what PDF files need is not installed.
        """
        path = self._path(document, "")
        kept = self.kept(document)
        if kept:
            return kept
        pdf = print_document(document)
        if path:
            _keep(path.with_suffix(".pdf"), pdf.data)
            _keep(path.with_suffix(".json"), PDF.dump_json(pdf, exclude={"data"}))
        return pdf

    def render_all(self, documents: Sequence[Document], done: Callable[[int, int], None]) -> list[Pdf]:
        """Return the documents as PDF. The ones that are not kept are laid out side by side, the longest first.

        The shortest is laid out before: the processes then inherit what it took to do so, style sheets and fonts.
        ``done`` is told after each how many of these are ready, and how many there are.

        :raises SetupMissing: when what PDF files need is not installed.
        """
        found = {place: self.kept(document) for place, document in enumerate(documents)}
        missing = sorted(
            (place for place, pdf in found.items() if pdf is None), key=lambda place: -len(documents[place].html)
        )
        missing = missing[-1:] + missing[:-1]
        pieces = [partial(self.render, documents[place]) for place in missing]
        laid_out = chain((piece() for piece in pieces[:1]), self.as_ready(pieces[1:]))
        for ready, (place, pdf) in enumerate(zip(missing, laid_out, strict=True), start=1):
            found[place] = pdf
            done(ready, len(missing))
        return [pdf for _, pdf in sorted(found.items()) if pdf is not None]

    def kept(self, document: Document) -> Pdf | None:
        """Return a document that was laid out before; None where it was not, or is not kept any more."""
        path = self._path(document, "")
        return _read_pdf(path) if path else None

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
        return list(self.as_ready(work))

    def as_ready(self, work: Sequence[Callable[[], T]]) -> Iterator[T]:
        """Yield what each piece of work gives, in order; see `side_by_side`."""
        workers = min(self.workers, len(work))
        if workers < 2 or sys.platform != "linux":
            yield from (piece() for piece in work)
            return
        weasyprint()  # once, before the processes are forked: its import takes longer than most pages
        _WORK[:] = work
        gc.freeze()  # what is here now is no garbage, and stays shared between the processes
        try:
            with ProcessPoolExecutor(workers, mp_context=get_context("fork"), initializer=gc.disable) as pool:
                yield from pool.map(_do, range(len(work)))
        finally:
            gc.unfreeze()
            _WORK.clear()

    def clear_out(self) -> None:
        """Remove the documents that were not used for longest."""
        files = sorted(self.cache.glob("*"), key=lambda file: file.stat().st_mtime) if self.cache else []
        for file in files[: -2 * self.remembered]:
            file.unlink(missing_ok=True)


_WORK: list[Callable[[], Any]] = []
"""What forked processes inherit: functions need not be sent to them."""


def _do(place: int) -> Any:
    """Do a piece of work. Searching for garbage meanwhile would cost a sixth of the time, so it is done in between."""
    if gc.get_count()[0] > GARBAGE:
        gc.collect()
    return _WORK[place]()


def beside(work: Callable[[], T], meanwhile: Callable[[], object]) -> T:
    """Return what a piece of work gives. It runs in a process of its own, while this one does something else.

    What it needed to think of is gone with its process. Where there is no forking, both are done here.
    """
    if sys.platform != "linux":
        meanwhile()
        return work()
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as pool:
        _WORK[:] = [work]
        result = pool.submit(_do, 0)
        try:
            meanwhile()
            return cast("T", result.result())
        finally:
            _WORK.clear()


def print_document(document: Document) -> Pdf:
    """Lay a document out.

    :raises SetupMissing: when what PDF files need is not installed.
    """
    pdf = render_pdf(
        document.html, meta=document.meta, base_url=document.base_url, css=document.css, layout=document.layout
    )
    return replace(pdf, findings=(*pdf.findings, *inspect_part(pdf.data))) if document.part else pdf


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
    return Pdf(data, kept.pages, kept.findings, kept.anchors, kept.headings, kept.areas, kept.slots)


def _object(path: Path) -> dict[str, object]:
    os.utime(path)
    return TypeAdapter(dict[str, object]).validate_json(path.read_bytes())


def _read_measured(path: Path) -> Measured | None:
    try:
        return MEASURED.validate_python(_object(path.with_suffix(".json")))
    except (OSError, ValidationError, ValueError):
        return None
