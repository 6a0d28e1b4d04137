"""Two walls: nothing secure is in any book, and nothing for instructors is in that of learners."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf

from builders.course import read_course
from tests.workbook.conftest import Books
from tests.workbook.judges import squeezed

SECURE = ("SECRETSTEM", "SECRETKEY", "SECRETREASON")
INSTRUCTOR = re.compile(r"INSTRUCTOR\w+|INCELL\w+")


def everything_in(path: Path) -> str:
    """Return all text of a file: its strings, its streams unpacked."""
    with pikepdf.open(path) as pdf:
        objects = [repr(thing) for thing in pdf.objects]
        streams = [thing.read_bytes() for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]
    return "".join(objects) + "".join(data.decode("latin-1") for data in streams)


def test_student_book_holds_nothing_for_instructors(tides: Books) -> None:
    for paper in ("a4", "letter"):
        assert not INSTRUCTOR.findall("".join(tides.texts("student", paper)))
        assert not INSTRUCTOR.findall(everything_in(tides.path("student", paper)))


def test_what_student_books_are_made_from_holds_nothing_for_instructors(tides: Books) -> None:
    for path in sorted((tides.root / ".cache" / "book" / "student").rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            assert not [word for word in (b"INSTRUCTOR", b"INCELL", b"SECRET") if word in data], path


def test_instructor_book_holds_it_all(tides: Books) -> None:
    words = {word for file in (tides.root / "source").rglob("*.md") for word in INSTRUCTOR.findall(file.read_text())}
    assert words
    assert words == set(INSTRUCTOR.findall("".join(tides.texts("instructor"))))


def test_no_book_holds_secure_items(tides: Books) -> None:
    for edition in ("student", "instructor"):
        text = "".join(tides.texts(edition))
        assert not [word for word in SECURE if word in text]


def test_no_book_of_the_second_course_holds_secure_items(tiny: Books) -> None:
    course = read_course(tiny.root, secrets=True).course
    assert course is not None
    shown = squeezed("".join(tiny.texts("instructor")))
    stems = [str(getattr(item, "stem", "")) for item in course.items if item.pool == "secure"]
    assert stems
    for stem in stems:
        assert squeezed(stem)[:45] not in shown


def test_answers_of_the_second_course_are_in_one_edition_only(tiny: Books) -> None:
    course = read_course(tiny.root).course
    assert course is not None
    student, instructor = (squeezed("".join(tiny.texts(edition))) for edition in ("student", "instructor"))
    for lesson in course.lessons:
        for exercise in lesson.exercises:
            assert squeezed(exercise.title) in student
        for block in lesson.named("answer"):
            words = [squeezed(cell) for cell in re.split(r"[|\n]", block.body) if cell.strip(" -")]
            assert all(word in instructor for word in words), words
            if block.options.get("audience") == "learner":
                assert all(word in student for word in words)
            else:
                assert not all(word in student for word in words), words
        for block in lesson.named("instructor-note"):
            assert squeezed(block.body) in instructor
            assert squeezed(block.body) not in student
