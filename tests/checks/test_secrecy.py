"""The wall as a rule: it finds a secret in a page, whatever the layout, and nothing that is public."""

from __future__ import annotations

from pathlib import Path

from builders.checks.secrecy import check_secrecy, secrets_of
from builders.course import Course, read_course

TINY = Path(__file__).parent.parent / "courses" / "tiny"


def tiny() -> Course:
    course = read_course(TINY, secrets=True).course
    assert course is not None
    return course


def test_copied_answer_is_found() -> None:
    page = "<p>Ja, denn <em>Bremsen</em> und Licht genü­gen;\n das Lager gehört diese Woche in die Werkstatt.</p>"
    plain = page.replace("<em>", "").replace("</em>", "").replace("­", "")
    (problem,) = check_secrecy(tiny(), {"page.html": plain, "other.html": "Nichts."})
    assert (problem.place.line, problem.rule) == (83, "SEC01")
    shown = "Ja, denn Bremsen und Licht genügen; das Lager gehört diese W"
    assert problem.message.startswith(f"'{shown}' of beurteilen-urteil-a stands in page.html;")


def test_what_lessons_say_is_no_secret() -> None:
    course = tiny()
    lessons = "\n".join(lesson.text for lesson in course.lessons)
    assert check_secrecy(course, {"book.pdf": lessons}) == ()


def test_samples_and_solutions_are_secrets() -> None:
    owners = {secret.owner.split("-")[0] for secret in secrets_of(tiny())}
    assert owners >= {"beurteilen", "PT01", "SQL"}


def test_course_without_secrets_has_none() -> None:
    course = read_course(TINY, secrets=False).course
    assert course is not None
    assert secrets_of(course) == ()
