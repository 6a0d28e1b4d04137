"""A course with every kind of question, built once: two forms with all their documents, and its rubric sheets."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from builders.course import Course, Form, Problem, read_course
from builders.exams import build_exams, build_rubrics, read_form

BAKERY = Path(__file__).parent / "bakery"


@dataclass(frozen=True)
class Built:
    """A course, where its outputs are, and what came back."""

    course: Course
    out: Path
    problems: list[Problem]
    files: list[Path]

    def form(self, letter: str) -> Path:
        """The folder of a form."""
        return self.out / "instructor/exams/exam" / letter


def form_of(built: Built, letter: str) -> Form:
    """Return a form as its file says it."""
    form = read_form(built.form(letter) / "form.json")
    assert not isinstance(form, list)
    return form


def load(root: Path) -> Course:
    """Read a course with its secrets."""
    loaded = read_course(root, secrets=True)
    assert loaded.course, loaded.problems
    return loaded.course


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    root = tmp_path_factory.mktemp("bakery") / "course"
    shutil.copytree(BAKERY, root)
    course, out = load(root), root / "build"
    exam_problems, exam_files = build_exams(course, out)
    rubric_problems, rubric_files = build_rubrics(course, out)
    return Built(course, out, exam_problems + rubric_problems, exam_files + rubric_files)


SECTIONS = """
answer_sheet: true
pages: 4
sections:
  - title: "Part 1: Closed questions"
    kinds: [choice, true-false, multiple-response, matching, ordering, numeric, cloze]
    instructions: "Answer **all** of them."
  - title: "Part 2: Writing"
    kinds: [sql, python, short-answer, essay, case, task]
"""


@pytest.fixture(scope="session")
def editions(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The same course with sections and an answer sheet: one form in every edition."""
    root = tmp_path_factory.mktemp("editions") / "course"
    shutil.copytree(BAKERY, root)
    file = root / "assessments/blueprints/exam.yaml"
    file.write_text(file.read_text("utf-8").rstrip() + SECTIONS, "utf-8")
    course, out = load(root), root / "build"
    problems, files = build_exams(course, out, forms=1, editions=["all"])
    return Built(course, out, problems, files)
