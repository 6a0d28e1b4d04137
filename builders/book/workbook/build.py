"""Builds the workbooks of a course: complete and without a finding, or not at all.

What a book depends on is known as a digest before Sphinx is imported: where nothing changed, nothing is done.
"""

from __future__ import annotations

import pickle
import shutil
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path

from builders.book.build import rare_searches, run_sphinx
from builders.book.context import INSTRUCTOR, STUDENT
from builders.book.freshness import engine_digest, input_digest, read_stamp, write_stamp
from builders.book.warnings import Warnings
from builders.book.workbook.editions import Edition, edition_of
from builders.book.workbook.records import Manuscript
from builders.course import Course, Problem, digest, read_course, read_words, write_atomic
from builders.pdf import Paper, Press, beside

PACKAGES = ("weasyprint", "pydyf", "tinycss2", "pikepdf", "fonttools", "jinja2")
"""What lays out and joins, beside what makes pages."""

KEPT = 1000
"""How many parts are kept laid out: those of some editions of a long book."""

Progress = Callable[[str], None]


class _Refused(Exception):
    """Ends a build whose output must not appear; ``problems`` says why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = list(problems)


def build_workbook(
    course_root: Path,
    out: Path,
    *,
    edition: str,
    papers: Sequence[str],
    only: str = "",
    loose_leaf: bool = False,
    progress: Progress = lambda note: None,
) -> tuple[list[Problem], list[Path]]:
    """Build one edition of the workbook on the given papers; return what is wrong, and the files.

    ``edition``     one of `EDITIONS`: ``student`` (``out/student/workbook-a4.pdf``), from a course loaded without its
                    secrets, ``instructor`` (``out/instructor/workbook-instructor-a4.pdf``) and others
    ``papers``      ``a4``, ``letter``
    ``only``        the id of one module or lesson (M05, L05.2), which becomes a book of its own
    ``loose_leaf``  pages are numbered module by module: 5-12

    Every warning and every finding of layout is a problem. While there is one, the files that were there stay as
    they were. A file that is up to date is not made again.

    :raises SetupMissing: when Pango or the fonts are not installed.
    """
    root, target, made_as = course_root.resolve(), out.resolve(), edition_of(edition, only, loose_leaf=loose_leaf)
    cache = root / ".cache" / "book" / made_as.audience
    engine = digest(engine_digest(), *(f"{name} {version(name)}" for name in PACKAGES))
    inputs = digest(engine, input_digest(root, secrets=made_as.instructor))
    files = {paper: workbook_path(target, made_as, paper) for paper in papers}
    stamps = {paper: cache / f"workbook-{made_as.key}-{paper}.json" for paper in papers}
    stale = [paper for paper in papers if not is_current(files[paper], stamps[paper], inputs)]
    if stale:
        try:
            with rare_searches():
                made = make_books(root, made_as, stale, engine, progress)
        except _Refused as refused:
            return refused.problems, []
        for paper, data in made.items():
            write_atomic(files[paper], data)
            write_stamp(stamps[paper], {"inputs": inputs, "output": digest(data)})
    return [], list(files.values())


def workbook_path(out: Path, edition: Edition, paper: str) -> Path:
    """Return where the workbook of an edition goes."""
    return out / edition.audience / f"{edition.stem}-{paper}.pdf"


def is_current(file: Path, stamp_file: Path, inputs: str) -> bool:
    """Whether a file is there as it was made, from these inputs."""
    stamp = read_stamp(stamp_file)
    return stamp.get("inputs") == inputs and file.is_file() and stamp.get("output") == digest(file.read_bytes())


def make_books(
    root: Path, edition: Edition, papers: Sequence[str], engine: str, progress: Progress
) -> dict[str, bytes]:
    """Return the books by paper.

    :raises _Refused: with the problems of any.
    """
    loaded = read_course(root)  # without its secrets: the book needs none, answers come with the lessons
    if loaded.course is None:
        raise _Refused(loaded.problems)
    audiences = [STUDENT, INSTRUCTOR] if edition.instructor else [STUDENT]
    ahead = partial(read_ahead, loaded.course, edition, Paper(papers[0]))
    manuscripts = {name: read_manuscript(root, name, engine, progress, ahead) for name in audiences}
    books, problems, press = {}, [], Press(root / ".cache" / "book" / "parts", remembered=KEPT)
    for paper in papers:
        books[paper], found = make_book(loaded.course, manuscripts, edition, Paper(paper), press, progress)
        problems += found
    press.clear_out()
    if problems:
        raise _Refused(sorted(set(problems)))
    return books


def make_book(
    course: Course,
    manuscripts: dict[str, Manuscript],
    edition: Edition,
    paper: Paper,
    press: Press,
    progress: Progress,
) -> tuple[bytes, list[Problem]]:
    """Return a book and what is wrong with it."""
    from builders.book.workbook.book import Job, print_book
    from builders.book.workbook.gate import find_problems
    from builders.book.workbook.setting import Setting

    setting = Setting(course, read_words(course.about.language), edition, paper)

    def done(ready: int, count: int) -> None:
        progress(f"laying out pages, {paper}: part {ready} of {count}")

    job = Job(manuscripts, setting, press, done)
    book = print_book(job)
    progress(f"reading back, {paper}")
    return book.data, find_problems(book, job.chosen, setting)


def read_ahead(course: Course, edition: Edition, paper: Paper) -> None:
    """Bring what lays out pages into memory, before there are any."""
    from builders.book.workbook import book, gate, printing  # noqa: F401
    from builders.book.workbook.setting import Setting

    printing.warm_up(Setting(course, read_words(course.about.language), edition, paper))


def read_manuscript(
    root: Path, edition: str, engine: str, progress: Progress, meanwhile: Callable[[], None]
) -> Manuscript:
    """Return the manuscript of an edition: the one kept from the last build, or a new one from Sphinx.

    Sphinx runs in a process of its own, which takes its memory with it; ``meanwhile`` is what this one does.

    :raises _Refused: with Sphinx's warnings.
    """
    cache = root / ".cache" / "book" / edition
    kept, stamp_file = cache / "manuscript.pickle", cache / "manuscript.json"
    stamp = {"engine": engine, "inputs": input_digest(root, secrets=edition == INSTRUCTOR)}
    before = read_stamp(stamp_file)
    if {name: before.get(name) for name in stamp} == stamp and kept.is_file():
        data = kept.read_bytes()
        if before.get("output") == digest(data):
            return load_manuscript(data)
    progress(f"reading pages and running their queries ({edition})")
    doctrees, fresh = cache / "workbook-doctrees", before.get("engine") != engine
    data = beside(partial(run_builder, root, edition, doctrees, fresh=fresh), meanwhile)
    write_atomic(kept, data)
    write_stamp(stamp_file, {**stamp, "output": digest(data)})
    return load_manuscript(data)


def load_manuscript(data: bytes) -> Manuscript:
    """Return a manuscript from the bytes that this program wrote into the course's cache."""
    manuscript = pickle.loads(data)
    assert isinstance(manuscript, Manuscript)
    return manuscript


def run_builder(root: Path, edition: str, doctrees: Path, *, fresh: bool) -> bytes:
    """Run Sphinx with the builder ``workbook``, and return the manuscript as bytes.

    :raises _Refused: with Sphinx's warnings; the doctrees go too, since next time they would pass in silence.
    """
    from builders.book.workbook.builder import FILE

    if fresh:
        shutil.rmtree(doctrees, ignore_errors=True)
    warnings = Warnings()
    with tempfile.TemporaryDirectory() as folder:
        run_sphinx(root, Path(folder), doctrees, "workbook", {"coursepack_edition": edition}, warnings)
        if warnings.texts:
            shutil.rmtree(doctrees, ignore_errors=True)
            raise _Refused(warnings.problems(root))
        return (Path(folder) / FILE).read_bytes()
