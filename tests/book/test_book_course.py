"""The course of this repository as a site: free of problems, whole, and with both walls."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from builders.book import build_html
from builders.checks.coverage import coverage
from builders.course import Course, Pool, read_course
from builders.course.lessons import Block
from tests.book.browsing import AXE, Window, violations
from tests.book.conftest import lines
from tests.book.crawl import REMOTE, dead_links, pages, resources, soup
from tests.book.validator import VALIDATOR, invalid

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
MARKS = re.compile(r"\{[\w-]+\}|[`*_#>$\\]|<[^>]*>")


@pytest.fixture(scope="module")
def course() -> Course:
    loaded = read_course(ROOT, secrets=True).course
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def course_site(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("course")
    assert lines(build_html(ROOT, target, coverage=coverage(course))) == []
    return target / "student" / "html"


def plain(text: str) -> str:
    return " ".join(MARKS.sub(" ", text).split())


@pytest.fixture(scope="module")
def words(course_site: Path) -> str:
    """All words of the site, and of its search index."""
    return " ".join(plain(soup(page).get_text(" ")) for page in pages(course_site))


def test_every_lesson_exercise_and_question_is_there(course: Course, course_site: Path) -> None:
    for lesson in course.lessons:
        page = soup((course_site / lesson.path.removeprefix("source/")).with_suffix(".html"))
        heading = page.find("h1")
        assert heading is not None
        assert lesson.title in heading.get_text()
        shown = {str(field["data-part"]) for field in page.select("[data-part]")}
        shown |= {str(box["id"]).upper().replace("-", ".", 1) for box in page.select(".box-exercise")}
        assert {exercise.id for exercise in lesson.exercises} <= shown
        assert [str(form["data-item"]) for form in page.select("form[data-item]")] == [
            name for name, _ in lesson.practice
        ]


def test_every_drawing_is_described(course_site: Path) -> None:
    for page in pages(course_site):
        assert all(str(drawing["aria-label"]).strip() for drawing in soup(page).select("svg.drawing"))
        assert all(image.get("alt") for image in soup(page).select("article img"))


def test_no_link_is_dead_and_nothing_comes_from_outside(course_site: Path) -> None:
    assert list(dead_links(course_site)) == []
    loaded = [address for page in pages(course_site) for address in resources(page)]
    assert [address for address in loaded if REMOTE.match(address)] == []


@pytest.mark.skipif(not VALIDATOR.is_file(), reason="html-validate is not installed; run: make setup-test")
def test_pages_are_valid_html(course_site: Path, tmp_path: Path) -> None:
    assert invalid(course_site, tmp_path) == ""


def for_instructors(course: Course) -> Iterator[Block]:
    for lesson in course.lessons:
        yield from lesson.named("instructor-note")
        yield from (a for a in lesson.named("answer") if a.options.get("audience", "instructor") == "instructor")


def sentences(text: str) -> Iterator[str]:
    """Yield what is long enough to be recognised; listings and tables may repeat what the lesson shows."""
    for line in CODE.sub("", text).splitlines():
        if not line.lstrip().startswith(("|", ":")):
            yield from (part for part in re.split(r"(?<=[.?!])\s+", plain(line)) if len(part.split()) >= 6)


def test_nothing_that_lessons_say_to_instructors_is_there(course: Course, words: str) -> None:
    said = [sentence for block in for_instructors(course) for sentence in sentences(block.body)]
    assert len(said) > 50
    assert [sentence for sentence in said if sentence in words] == []


def test_nothing_of_secure_items_and_samples_is_there(course: Course, words: str) -> None:
    secure = course.pool(Pool.SECURE)
    texts = [item.stem for item in secure] + [item.rationale for item in secure]
    texts += [sample.text for sample in course.samples]
    said = [sentence for text in texts for sentence in sentences(text)]
    assert [sentence for sentence in said if sentence in words] == []
    assert [item.id for item in secure if item.id in words] == []


def loaded_by(browser: Any, page: Path) -> list[Path]:
    """Return the files that a browser loads for a page, the page among them."""
    context = browser.new_context()
    found: list[Path] = []
    window = context.new_page()
    window.on("request", lambda request: found.append(Path(unquote(urlsplit(request.url).path))))
    window.goto(page.as_uri())
    window.evaluate("document.fonts.ready.then(() => 0)")
    context.close()
    return found


def test_lesson_pages_are_light(course: Course, course_site: Path, browser: Any) -> None:
    """A lesson weighs less than 300 kB before the database: as it is without fonts, as servers send it with them."""
    for lesson in course.lessons:
        page = (course_site / lesson.path.removeprefix("source/")).with_suffix(".html")
        loaded = [path for path in loaded_by(browser, page) if path.is_file()]
        files = [path.read_bytes() for path in loaded if path.suffix != ".woff2"]
        fonts = [path.stat().st_size for path in loaded if path.suffix == ".woff2"]
        assert len(files) > 8, lesson.id
        assert fonts, lesson.id
        assert sum(map(len, files)) < 300_000, lesson.id
        assert sum(len(gzip.compress(content)) for content in files) + sum(fonts) < 300_000, lesson.id


@pytest.mark.full
@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed; run: make setup-test")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits_a_telephone(course_site: Path, browser: Any, scheme: str) -> None:
    found = {}
    for page in pages(course_site):
        with Window(browser, page.as_uri(), color_scheme=scheme) as window:
            found[page.name] = violations(window)
            window.set_viewport_size({"width": 360, "height": 780})
            if window.evaluate("document.documentElement.scrollWidth") > 360:
                found[page.name] += ["wider than 360 px"]
    assert {name: faults for name, faults in found.items() if faults} == {}
