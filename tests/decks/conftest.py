"""Decks of both courses, and Anki itself as the judge."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest

from builders.course import Course, read_course
from builders.decks import build_decks, release_deck

ROOT = Path(__file__).parent.parent.parent
COURSES = {"own": ROOT, "tiny": ROOT / "tests" / "courses" / "tiny"}


def load(name: str) -> Course:
    course = read_course(COURSES[name], secrets=False).course
    assert course is not None
    return course


def build(course: Course, out: Path) -> Path:
    problems, files = build_decks(course, out)
    assert problems == []
    return files[0]


def import_deck(collection: Collection, path: Path) -> None:
    """Import with the options a learner's dialog has by default."""
    options = ImportAnkiPackageOptions(merge_notetypes=False, with_scheduling=False, with_deck_configs=False)
    collection.import_anki_package(ImportAnkiPackageRequest(package_path=str(path), options=options))


def release(course: Course, time: int) -> None:
    """Release all cards of a course whose folder may be written to."""
    problems, _ = release_deck(course, time)
    assert problems == []


@pytest.fixture
def tiny(tmp_path: Path) -> Course:
    """The small course in a folder of its own."""
    shutil.copytree(COURSES["tiny"], tmp_path / "tiny", ignore=shutil.ignore_patterns(".cache", "build"))
    return replace(load("tiny"), root=tmp_path / "tiny")


@pytest.fixture(params=COURSES)
def course(request: pytest.FixtureRequest) -> Course:
    return load(request.param)


@pytest.fixture
def collection(tmp_path: Path) -> Iterator[Collection]:
    opened = Collection(str(tmp_path / "learner.anki2"))
    yield opened
    opened.close()
