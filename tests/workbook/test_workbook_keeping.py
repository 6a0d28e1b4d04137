"""After an edit no more is written anew than depends on it, and the manuscript is the one that a fresh build makes."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builders.book.workbook import builder
from builders.book.workbook.build import run_builder
from builders.book.workbook.records import Manuscript
from tests.workbook.conftest import TIDES, copy_course

Build = Callable[[], tuple[Manuscript, list[str]]]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return copy_course(TIDES, tmp_path / "course")


@pytest.fixture
def build(course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """Return a function that builds the manuscript, and says which chapters it wrote."""
    written: list[str] = []
    write = builder.write_chapter

    def write_and_note(made_by: Any, docname: str, kind: Any, plan: Any) -> Any:
        written.append(docname)
        return write(made_by, docname, kind, plan)

    monkeypatch.setattr(builder, "write_chapter", write_and_note)

    def make() -> tuple[Manuscript, list[str]]:
        written.clear()
        manuscript = pickle.loads(run_builder(course, "student", tmp_path / "doctrees", fresh=False))
        return manuscript, list(written)

    return make


def edit(course: Path, file: str, before: str, after: str) -> None:
    text = (course / file).read_text()
    assert before in text
    (course / file).write_text(text.replace(before, after))


def fresh(course: Path, tmp_path: Path) -> Manuscript:
    made = pickle.loads(run_builder(course, "student", tmp_path / "others", fresh=True))
    assert isinstance(made, Manuscript)
    return made


def test_nothing_is_written_twice(build: Build) -> None:
    first, written = build()
    assert len(written) == len(first.chapters)
    assert build() == (first, [])


def test_an_edit_of_a_lesson_writes_this_lesson(course: Path, build: Build, tmp_path: Path) -> None:
    build()
    (course / "source/02-shore/01-sand.md").open("a").write("\nOne more line.\n")
    manuscript, written = build()
    assert written == ["02-shore/01-sand"]
    assert manuscript == fresh(course, tmp_path)


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("source/harbour.md", "# Harbour numbers", "# Numbers of the harbour"),
        ("objectives.yaml", "Read a tide table", "Read any tide table"),
    ],
)
def test_what_others_take_from_a_file_is_written_anew(
    course: Path, build: Build, tmp_path: Path, file: str, before: str, after: str
) -> None:
    build()
    edit(course, file, before, after)
    manuscript, written = build()
    assert len(written) > 1
    assert manuscript == fresh(course, tmp_path)
