"""A copy of the small course, whose labs the tests of this folder check."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from builders.course import Course, Words, read_course, read_words
from builders.labs.checking import Report, check_file

TINY = Path(__file__).parents[1] / "courses" / "tiny"


def quiet(note: str) -> None:
    """Show no progress."""


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a course without its secrets, as learners have it."""
    copy = tmp_path_factory.mktemp("labs") / "course"
    shutil.copytree(TINY, copy, ignore=shutil.ignore_patterns("secure"))
    return copy


@pytest.fixture(scope="session")
def course(root: Path) -> Course:
    loaded = read_course(root)
    assert loaded.course is not None, loaded.problems
    return loaded.course


@pytest.fixture(scope="session")
def words() -> Words:
    return read_words("de")


@pytest.fixture
def check(course: Course, tmp_path: Path) -> Callable[[str, str | bytes], Report]:
    """Return a function that checks a file of a name with a text."""

    def run(name: str, text: str | bytes) -> Report:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return check_file(course, path, quiet)

    return run
