"""Every page of every site: valid HTML, no dead link, nothing from outside, no id twice."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.book.crawl import REMOTE, dead_links, in_css, pages, resources, soup
from tests.book.validator import VALIDATOR, invalid

ROOT = Path(__file__).parents[2]
SITES = ["site", "instructor_site", "tiny_site"]


@pytest.fixture(params=SITES)
def any_site(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def test_no_link_is_dead(any_site: Path) -> None:
    assert list(dead_links(any_site)) == []


def test_nothing_is_loaded_from_outside(any_site: Path) -> None:
    found = [f"{page.name}: {address}" for page in pages(any_site) for address in resources(page)]
    found += [f"{css.name}: {a}" for css in any_site.rglob("*.css") for a in in_css(css.read_text(encoding="utf-8"))]
    assert found
    assert [entry for entry in found if REMOTE.match(entry.split(": ", 1)[1])] == []


def test_no_id_stands_twice(any_site: Path) -> None:
    for page in pages(any_site):
        counts = Counter(str(element["id"]) for element in soup(page).select("[id]"))
        assert [name for name, count in counts.items() if count > 1] == [], page.name


def test_headings_never_skip_a_level(any_site: Path) -> None:
    for page in pages(any_site):
        levels = [int(str(heading.name)[1]) for heading in soup(page).select("h1, h2, h3, h4, h5, h6")]
        assert levels[:1] == [1], page.name
        assert all(after <= before + 1 for before, after in pairwise(levels)), page.name


def test_every_page_says_its_language_and_title(any_site: Path) -> None:
    for page in pages(any_site):
        assert soup(page).html is not None
        assert soup(page).html["lang"] in ("en", "de")
        assert soup(page).title is not None
        assert soup(page).title.get_text().strip()


def test_no_source_and_no_build_files_are_shipped(any_site: Path) -> None:
    assert not (any_site / "_sources").exists()
    assert not (any_site / ".buildinfo").exists()
    assert not list(any_site.rglob("*.md"))


@pytest.mark.skipif(not VALIDATOR.is_file(), reason="html-validate is not installed; run: make setup-test")
def test_pages_are_valid_html(any_site: Path, tmp_path: Path) -> None:
    assert invalid(any_site, tmp_path) == ""
