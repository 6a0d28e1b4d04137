"""Workbooks that the tests of this folder share: each is built once, and must be free of problems."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from builders.book.workbook import build_workbook
from builders.book.workbook.editions import edition_of
from builders.book.workbook.setting import Setting
from builders.course import read_course, read_words
from builders.pdf import Paper
from tests.workbook.judges import page_texts

HERE = Path(__file__).parent
TIDES = HERE / "course"
TINY = HERE.parent / "courses" / "tiny"


def copy_course(course: Path, to: Path) -> Path:
    """Copy a course to where it may be built and spoilt."""
    shutil.copytree(course, to, ignore=shutil.ignore_patterns(".cache", "build", "__pycache__"))
    return to


@dataclass(frozen=True)
class Books:
    """The books of a course: its folder, where its books went, and a function that names them."""

    root: Path
    out: Path

    def path(self, edition: str = "student", paper: str = "a4") -> Path:
        """Return where a book is."""
        name = "workbook" if edition == "student" else "workbook-instructor"
        return self.out / edition / f"{name}-{paper}.pdf"

    def texts(self, edition: str = "student", paper: str = "a4") -> list[str]:
        """Return the text of each page, as poppler reads it."""
        return page_texts(self.path(edition, paper))

    def layouts(self) -> list[str]:
        """Return the text of each page of the student book, every word below what it stands below on paper."""
        return page_texts(self.path(), "-layout")


def built(root: Path, papers: tuple[str, ...]) -> Books:
    """Build both editions of a course."""
    for edition in ("student", "instructor"):
        problems, files = build_workbook(root, root / "build", edition=edition, papers=papers)
        assert [str(problem) for problem in problems] == []
        assert all(file.is_file() for file in files)
    return Books(root, root / "build")


@pytest.fixture(scope="session")
def tides(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """The course of this folder: every construct once, rooms too small, two modules, annexes."""
    return built(copy_course(TIDES, tmp_path_factory.mktemp("tides") / "tides"), ("a4", "letter"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """A German course that shares nothing with the first."""
    return built(copy_course(TINY, tmp_path_factory.mktemp("tiny") / "tiny"), ("a4",))


@pytest.fixture(scope="session")
def setting() -> Setting:
    """A student edition of that course on A4."""
    course = read_course(TIDES).course
    assert course is not None
    return Setting(course, read_words("en"), edition_of("student"), Paper.A4)
