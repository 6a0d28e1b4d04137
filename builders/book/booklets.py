"""Each lesson as a small book of its own, which its page on the site offers to print."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from builders.book.context import STUDENT
from builders.course import Course, Lesson, Problem
from builders.pdf import Paper

FOLDER = "booklets"
"""The folder of the site that holds them."""


def make_booklets(course: Course, progress: Callable[[str], None] = lambda note: None) -> tuple[list[Problem], Path]:
    """Make the booklets of all lessons on all papers; return what is wrong, and their folder.

    They lie in the cache of the course, and one that is up to date is not made again.

    :raises SetupMissing: when Pango or the fonts are not installed.
    """
    from builders.book.workbook import build_workbook

    cache = course.root / ".cache" / "book" / FOLDER
    for number, lesson in enumerate(course.lessons, start=1):
        progress(f"booklet {number} of {len(course.lessons)}")
        papers = [paper.value for paper in Paper]
        problems, _ = build_workbook(course.root, cache, edition=STUDENT, papers=papers, only=lesson.id)
        if problems:
            return problems, cache / STUDENT
    return [], cache / STUDENT


def booklets_of(folder: str, lesson: Lesson) -> Iterator[tuple[str, Path]]:
    """Yield the papers on which a folder holds a lesson's booklet, and the files; none where there is no folder."""
    for paper in Paper if folder else ():
        path = Path(folder) / f"workbook-{lesson.id.lower()}-{paper.value}.pdf"
        if path.is_file():
            yield paper.value, path


def copy_booklets(folder: str, course: Course, site: Path) -> None:
    """Copy the booklets of a course's lessons into its site."""
    for lesson in course.lessons:
        for _, path in booklets_of(folder, lesson):
            (site / FOLDER).mkdir(exist_ok=True)
            shutil.copyfile(path, site / FOLDER / path.name)
