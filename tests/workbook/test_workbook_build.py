"""When books are made, when they are not, and that the same input gives the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders.book.workbook import build_workbook
from tests.pdf.judges import faults, run
from tests.workbook.conftest import TIDES, Books, copy_course

LESSON = "source/02-shore/01-sand.md"


def build(root: Path, out: Path | None = None, edition: str = "student") -> tuple[list[str], list[Path], list[str]]:
    """Build one book; return problems, files, and what was reported on the way."""
    steps: list[str] = []
    problems, files = build_workbook(
        root, out or root / "build", edition=edition, papers=("a4",), progress=steps.append
    )
    return [str(problem) for problem in problems], files, steps


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_course(TIDES, tmp_path_factory.mktemp("elsewhere") / "another-name")
    assert build(root)[0] == []
    return root


def test_same_input_same_bytes(tides: Books, course: Path) -> None:
    assert (course / "build/student/workbook-a4.pdf").read_bytes() == tides.path().read_bytes()


def test_nothing_changed_nothing_done(course: Path) -> None:
    problems, files, steps = build(course)
    assert (problems, steps) == ([], [])
    assert files == [course / "build/student/workbook-a4.pdf"]


def test_a_lost_file_is_made_again(course: Path) -> None:
    file = course / "build/student/workbook-a4.pdf"
    before = file.read_bytes()
    file.write_bytes(before[:-1])
    assert build(course)[2] == ["reading back, a4"]
    assert file.read_bytes() == before


def spoil(course: Path, text: str) -> None:
    file = course / LESSON
    file.write_text(file.read_text() + text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\nA {term}`whirlpool`.\n", f"{LESSON}:26: term not in glossary: 'whirlpool'"),
        ("\nRaw <b>HTML</b>.\n", f"{LESSON}:26: raw HTML is not printed; write it in MyST [print]"),
        ("\nA sign 𓀀.\n", "“𓀀” (U+13000) is in none of our fonts"),
        ("\n$\\frac{1$\n", "the formula '\\frac{1' cannot be read"),
    ],
)
def test_mistakes_are_problems_and_the_old_book_stays(course: Path, text: str, message: str) -> None:
    file = course / "build/student/workbook-a4.pdf"
    lesson, before = (course / LESSON).read_text(), file.read_bytes()
    try:
        spoil(course, text)
        problems, files, _ = build(course)
        assert files == []
        assert any(message in problem for problem in problems), problems
        assert all(problem.startswith("source/02-shore/01-sand.md:") for problem in problems), problems
        assert file.read_bytes() == before
    finally:
        (course / LESSON).write_text(lesson)


def test_a_page_says_in_known_words_whether_it_is_printed(course: Path) -> None:
    page = course / "source/long-list.md"
    text = page.read_text()
    try:
        page.write_text(text.replace("print: false", "print: never"))
        problems, files, _ = build(course)
        assert files == []
        message = (
            "source/long-list.md:1: 'print: never' in the front matter; write 'print: false', or leave it out [print]"
        )
        assert problems == [message]
    finally:
        page.write_text(text)


def test_output_that_cannot_be_written_is_an_os_error(course: Path) -> None:
    blocked = course / "blocked"
    blocked.write_text("")
    with pytest.raises(OSError, match="blocked"):
        build(course, blocked)


@pytest.mark.full
@pytest.mark.parametrize("edition", ["student", "instructor"])
def test_the_course_of_this_repository_on_both_papers(tmp_path: Path, edition: str) -> None:
    root = Path(__file__).parents[2]
    problems, files = build_workbook(root, tmp_path, edition=edition, papers=("a4", "letter"))
    assert [str(problem) for problem in problems] == []
    assert len(files) == 2
    for file in files:
        run("qpdf", "--check", file)
        assert faults(file) == []
