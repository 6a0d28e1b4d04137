"""Two walls: secure items never reach a site for learners, nor does what a lesson says to instructors."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

from tests.book.conftest import built, copy_course

SECRET = ("SECRETSTEM", "SECRETREASON", "K1-secret")
FOR_INSTRUCTORS = ("INSTRUCTORTEXT", "INSTRUCTORTABLE", "INSTRUCTORNOTE")


def contents(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path, path.read_bytes()


def leaks(folder: Path, words: tuple[str, ...]) -> list[str]:
    """Return which files hold one of the words; inventories are unpacked first."""
    found = []
    for path, data in contents(folder):
        if path.suffix == ".inv":
            data = zlib.decompress(data.split(b"\n", 4)[4])
        found += [f"{path.name}: {word}" for word in words if word.encode() in data or word.lower().encode() in data]
    return found


def test_student_site_holds_nothing_for_instructors(site: Path) -> None:
    assert leaks(site, SECRET + FOR_INSTRUCTORS) == []


def test_student_doctrees_hold_nothing_for_instructors(site: Path, ponds: Path) -> None:
    doctrees = ponds / ".cache" / "book" / "student" / "doctrees"
    assert any(doctrees.rglob("*.doctree"))
    assert leaks(doctrees, SECRET + FOR_INSTRUCTORS) == []


def test_student_site_keeps_what_is_for_learners(site: Path) -> None:
    lesson = (site / "01-ponds" / "01-how-many.html").read_text(encoding="utf-8")
    assert "LEARNERTEXT" in lesson


def test_heading_of_a_dropped_note_goes_with_it(site: Path) -> None:
    assert "For the instructor" not in (site / "01-ponds" / "01-how-many.html").read_text(encoding="utf-8")


def test_instructor_site_holds_answers_and_notes(instructor_site: Path) -> None:
    lesson = (instructor_site / "01-ponds" / "01-how-many.html").read_text(encoding="utf-8")
    assert all(word in lesson for word in FOR_INSTRUCTORS)
    assert leaks(instructor_site, SECRET) == []


def test_student_site_needs_no_secure_folder(tmp_path: Path, ponds: Path, site: Path) -> None:
    root = copy_course(ponds, tmp_path / "ponds")
    secure = root / "assessments" / "secure"
    for path in sorted(secure.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    secure.rmdir()
    assert dict(relative(built(root, root / "build"))) == dict(relative(site))


def relative(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path, data in contents(folder):
        yield path.relative_to(folder).as_posix(), data


def test_spoilt_secure_file_does_not_stop_the_student_site(tmp_path: Path) -> None:
    from tests.book.conftest import PONDS

    root = copy_course(PONDS, tmp_path / "ponds")
    (root / "assessments/secure/items/01-ponds.yaml").write_text("items: [", encoding="utf-8")
    built(root, root / "build")
