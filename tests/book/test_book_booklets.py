"""Lessons as booklets: made once, offered on their pages, and only where they were asked for."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from builders.book import build_html
from builders.book.booklets import make_booklets
from builders.course import read_course
from builders.pdf import page_texts
from tests.book.browsing import TINY_PAGE
from tests.book.conftest import copy_course
from tests.book.crawl import dead_links, soup

TINY = Path(__file__).parents[1] / "courses" / "tiny"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_course(TINY, tmp_path_factory.mktemp("booklets") / "tiny")
    about = root / "objectives.yaml"
    about.write_text(about.read_text().replace("  licence:", "  site: https://tiny.example/rad/\n  licence:", 1))
    return root


@pytest.fixture(scope="module")
def folder(root: Path) -> Path:
    course = read_course(root).course
    assert course is not None
    problems, folder = make_booklets(course)
    assert problems == []
    return folder


def test_a_lessons_page_offers_its_booklets(root: Path, folder: Path) -> None:
    assert build_html(root, root / "build", booklets=folder) == ()
    site = root / "build/student/html"
    links = soup(site / TINY_PAGE).select(".booklets a")
    assert [link.get_text() for link in links] == ["A4", "Letter"]
    for link in links:
        path = (site / TINY_PAGE).parent / str(link["href"])
        assert path.read_bytes() == (folder / path.name).read_bytes()
        with pikepdf.open(path) as pdf:
            assert len(pdf.pages) >= 2
    assert list(dead_links(site)) == []


def test_a_printed_address_leads_to_the_lesson(root: Path, folder: Path, tmp_path: Path) -> None:
    printed = page_texts((folder / "workbook-l01.1-a4.pdf").read_bytes())[0]
    assert "tiny.example/rad/1.1.html" in printed.replace("\r\n", "")
    assert build_html(root, tmp_path) == ()
    page = soup(tmp_path / "student/html/1.1.html")
    assert [link["href"] for link in page.select("a")] == [TINY_PAGE]
    assert page.select_one("meta[http-equiv=refresh]")["content"] == f"0; url={TINY_PAGE}"


def test_a_site_without_them_offers_none(root: Path, tmp_path: Path) -> None:
    assert build_html(root, tmp_path) == ()
    assert soup(tmp_path / "student/html" / TINY_PAGE).select(".booklets") == []
    assert not (tmp_path / "student/html/booklets").exists()


def test_what_is_up_to_date_is_not_made_again(root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = read_course(root).course
    assert course is not None

    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr("builders.book.workbook.build.make_books", refuse)
    assert make_booklets(course) == ([], folder)
