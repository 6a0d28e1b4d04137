"""Builds the site of a course with Sphinx, in this process: complete and free of warnings, or not at all."""

from __future__ import annotations

import fcntl
import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path

from builders.book.context import INSTRUCTOR, STUDENT
from builders.book.freshness import engine_digest, input_digest, read_stamp, tree_digest, write_stamp
from builders.book.warnings import Warnings
from builders.checks.coverage import Row
from builders.course import Problem, digest, read_course, replaced_folder

STAMP = "site.json"
"""Says what the last good build was made from; where it is missing, every page is read again."""


class _Refused(Exception):
    """Ends a build whose output must not appear; its problems are known."""


def build_html(
    root: Path,
    target: Path,
    *,
    edition: str = STUDENT,
    coverage: Sequence[Row] | None = None,
    booklets: Path | None = None,
    fresh: bool = False,
    progress: Callable[[str], None] = lambda note: None,
) -> tuple[Problem, ...]:
    """Build the site of the course in ``root`` as ``target/<edition>/html``; return what is wrong.

    ``edition``   ``student`` or ``instructor``; only the latter opens ``assessments/secure``
    ``coverage``  the counts of the coverage page, from a course loaded with secrets; without them, exam items
                  are not counted on the student's page
    ``booklets``  the folder of `make_booklets`, which the pages of lessons then offer to print
    ``fresh``     read every page again, also those that did not change

    Every warning is a problem. While there is one, the site that was there before stays as it was.
    Where nothing changed since the last build, nothing is done.

    :raises OSError: where the cache or the target cannot be written.
    """
    root, out = root.resolve(), target.resolve() / edition / "html"
    counts = json.dumps([row.as_data() for row in coverage], sort_keys=True) if coverage else ""
    cache = root / ".cache" / "book" / edition
    with alone(cache):
        engine = engine_digest()
        printed = tree_digest(booklets) if booklets else ""
        inputs = digest(engine, input_digest(root, secrets=edition == INSTRUCTOR), counts, printed)
        stamp = read_stamp(cache / STAMP)
        if not fresh and stamp.get("inputs") == inputs and out.is_dir() and stamp.get("output") == tree_digest(out):
            return ()
        fresh = fresh or stamp.get("engine") != engine
        (cache / STAMP).unlink(missing_ok=True)  # pages of a build that fails or stops are never taken for good
        if fresh:
            shutil.rmtree(cache / "doctrees", ignore_errors=True)
        overrides = {
            "coursepack_edition": edition,
            "coursepack_coverage": counts,
            "coursepack_booklets": str(booklets or ""),
        }
        problems = _build(root, out, cache / "doctrees", overrides, progress)
        if not problems:
            write_stamp(cache / STAMP, {"engine": engine, "inputs": inputs, "output": tree_digest(out)})
        return problems


@contextmanager
def alone(cache: Path) -> Iterator[None]:
    """Let no other build use the cache in the meantime; the system frees it when a build ends in any way."""
    cache.mkdir(parents=True, exist_ok=True)
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build(
    root: Path, out: Path, doctrees: Path, overrides: dict[str, str], progress: Callable[[str], None]
) -> tuple[Problem, ...]:
    """Run Sphinx; the folder ``out`` is replaced when all went well."""
    loaded = read_course(root)
    if loaded.course is None:
        return loaded.problems
    progress("reading pages and running their queries")
    warnings = Warnings()
    try:
        with replaced_folder(out) as aside, _fixed_time(loaded.course.about.released):
            run_sphinx(root, aside, doctrees, "html", overrides, warnings)
            _refuse(warnings)
            tidy_output(aside)
    except _Refused:
        pass
    return warnings.problems(root)


def _refuse(warnings: Warnings) -> None:
    """Keep the output from appearing while there is a warning."""
    if warnings.texts:
        raise _Refused


def run_sphinx(
    root: Path, out: Path, doctrees: Path, builder: str, overrides: dict[str, str], warnings: Warnings
) -> None:
    """Build a course with one of Sphinx's builders: changed pages are read, all pages are written.

    What Sphinx refuses to do at all becomes a warning like any other.
    """
    from sphinx.application import Sphinx
    from sphinx.errors import SphinxError
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    try:
        with patch_docutils(root), docutils_namespace(), rare_searches():
            app = Sphinx(
                root / "source", root, out, doctrees, builder, overrides, status=None, warning=warnings, parallel=1
            )
            app.build(force_all=True)
    except SphinxError as error:
        warnings.write(f"WARNING: {error} [coursepack.setup]")


@contextmanager
def rare_searches() -> Iterator[None]:
    """Let Python search for garbage rarely: in the trees of pages it finds little, and takes a third of the time."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def _fixed_time(released: date) -> Iterator[None]:
    """Let every date in the output be that of the release (``SOURCE_DATE_EPOCH``)."""
    name = "SOURCE_DATE_EPOCH"
    before = os.environ.get(name)
    os.environ[name] = str(int(datetime.combine(released, time(), UTC).timestamp()))
    try:
        yield
    finally:
        os.environ.pop(name)
        if before is not None:
            os.environ[name] = before


def tidy_output(folder: Path) -> None:
    """Remove what Sphinx leaves for its own next run; it depends on where the course lies."""
    (folder / ".buildinfo").unlink(missing_ok=True)
    shutil.rmtree(folder / "_sources", ignore_errors=True)
