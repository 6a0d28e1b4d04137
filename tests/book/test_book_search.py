"""Search: what it looks through, and its window and page in a real browser, from a disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders.book.search import FILE, passages
from tests.book.browsing import AXE, LESSON, Window, address, violations
from tests.book.conftest import copy_course


def found(html: str) -> list[list[str]]:
    return [passage.as_data() for passage in passages(html)]


PAGES = {
    "<section id=a><h1>One<a class=headerlink>#</a></h1><p>First.</p><p>Second.</p></section>": [
        ["", "One", "First. Second."]
    ],
    "<section id=a><h1>One</h1><section id=b><h2>Two</h2>x<br>y</section>tail</section>": [
        ["", "One", "tail"],
        ["b", "Two", "x y"],
    ],
    "<section id=g><h1>G</h1><dl><dt id=t>term</dt><dd>said</dd><dt id=u>other</dt><dd>more</dd></dl>end</section>": [
        ["", "G", "end"],
        ["t", "term", "said"],
        ["u", "other", "more"],
    ],
    "<section id=a><h1>A</h1><div class=box id=x><p class=box-head>Exercise <span class=box-facts>9</span></p>Do"
    "<details class=hint>no</details><details class='answer learner'>no</details></div>end</section>": [
        ["", "A", "end"],
        ["x", "Exercise", "Do"],
    ],
    "<section id=a><h1>A</h1><div class=practice-item id=p><h3 class=item-head>Practice 1</h3><p>Asked</p>"
    "<fieldset>no</fieldset><details class=practice-answer>no</details></div></section>": [
        ["", "A", ""],
        ["p", "Practice 1", "Asked"],
    ],
    "<h1>A</h1><p>one<img alt=x> two &amp; three</p><svg><text>no</text></svg>": [["", "A", "one two & three"]],
}


@pytest.mark.parametrize("html", PAGES)
def test_passages_of_a_page(html: str) -> None:
    assert found(html) == PAGES[html]


def test_search_gives_no_answer_away(site: Path) -> None:
    script = (site / "_static" / FILE).read_text(encoding="utf-8")
    pages = dict(json.loads(script[script.index(", ") + 2 : script.rindex(")")]))
    lesson = {anchor: f"{heading} {text}" for anchor, heading, text in pages[LESSON]}
    assert "Count them" in lesson["x01-1-1"] or "Exercise 1.1.1" in lesson["x01-1-1"]
    for secret in ("Ada and Ben are there.", "You counted a shadow.", "Because birds move between looks."):
        assert secret not in script
    assert "progress.html" not in pages


@pytest.fixture
def lesson(browser: Any, site: Path) -> Iterator[Any]:
    with Window(browser, address(site, LESSON)) as page:
        yield page


def results(page: Any) -> list[str]:
    page.locator(".found-news").filter(has_text=".").first.wait_for()
    return [" ".join(text.split()) for text in page.locator(".found a").all_inner_texts()]


def test_search_by_keyboard_alone(lesson: Any) -> None:
    lesson.keyboard.press("/")
    field = lesson.get_by_role("searchbox")
    assert field.evaluate("(field) => field === document.activeElement")
    lesson.keyboard.type("census")
    lesson.locator(".found a").first.wait_for()
    assert results(lesson)[0].startswith("Glossary census A count of all birds at one moment.")
    assert lesson.locator(".found mark").first.inner_text() == "census"
    lesson.keyboard.press("ArrowDown")
    assert lesson.evaluate("document.activeElement.tagName") == "A"
    lesson.keyboard.press("ArrowUp")
    assert field.evaluate("(field) => field === document.activeElement")
    lesson.keyboard.press("Enter")
    lesson.wait_for_url("**/glossary.html?q=census#term-census")
    assert lesson.evaluate("CSS.highlights.get('found').size") >= 1
    lesson.keyboard.press("Escape")
    assert lesson.evaluate("CSS.highlights.has('found')") is False


def test_escape_closes_the_window_and_gives_the_focus_back(lesson: Any) -> None:
    link = lesson.locator(".sidebar-drawer .search-open")
    link.focus()
    lesson.keyboard.press("Control+k")
    assert lesson.get_by_role("dialog").is_visible()
    lesson.keyboard.press("Escape")
    lesson.get_by_role("dialog").wait_for(state="hidden")
    assert link.evaluate("(link) => link === document.activeElement")


def test_slash_is_a_letter_where_one_writes_and_can_be_switched_off(lesson: Any) -> None:
    answer = lesson.locator("textarea[data-part='X01.1-1']")
    answer.focus()
    lesson.keyboard.type("1/2")
    assert answer.input_value() == "1/2"
    answer.blur()
    lesson.keyboard.press("/")
    lesson.get_by_label("The key / opens the search").uncheck()
    lesson.keyboard.press("Escape")
    lesson.reload()
    lesson.keyboard.press("/")
    assert lesson.get_by_role("dialog").count() == 0
    lesson.keyboard.press("Control+k")
    assert lesson.get_by_role("dialog").is_visible()


def test_other_forms_and_accents_are_found_and_what_is_nowhere_is_said(lesson: Any) -> None:
    lesson.keyboard.press("/")
    field = lesson.get_by_role("searchbox")
    for query in ("counting", "CÉNSUS", '"broad bill"'):
        field.fill(query)
        lesson.locator(".found a").first.wait_for()
        assert results(lesson), query
        field.fill("")
        lesson.locator(".found a").first.wait_for(state="detached")
    field.fill("census zeppelin")
    lesson.get_by_text("No place has all of the words.").wait_for()
    assert results(lesson)[0].startswith("Glossary census")
    field.fill("zeppelin")
    lesson.get_by_text("Nothing found for “zeppelin”.").wait_for()


def test_page_of_search_shows_all_results_of_its_address(browser: Any, site: Path) -> None:
    with Window(browser, address(site, "search.html?q=broad%20bill")) as page:
        page.locator(".found a").first.wait_for()
        assert any(text.startswith("Glossary") for text in results(page))
        page.get_by_role("searchbox").fill("pond")
        page.get_by_role("link", name="How many ducks").first.wait_for()


def test_missing_passages_are_told_in_words(browser: Any, site: Path, tmp_path: Path) -> None:
    spoilt = copy_course(site, tmp_path / "site")
    (spoilt / "_static" / FILE).unlink()
    window = Window(browser, address(spoilt, LESSON))
    with window as page:
        page.keyboard.press("/")
        page.keyboard.type("duck")
        page.get_by_text("The search could not be loaded.").wait_for()
        window.faults.clear()


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed; run: make setup-test")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_window_of_search_is_accessible(scheme: str, browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON), color_scheme=scheme) as page:
        page.keyboard.press("/")
        page.keyboard.type("duck")
        page.locator(".found a").first.wait_for()
        assert violations(page) == []


def test_search_of_a_phone_fills_its_window(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON), viewport={"width": 390, "height": 844}) as page:
        page.locator(".mobile-header .search-open").click()
        box = page.get_by_role("dialog").bounding_box()
        assert box["width"] == 390
        page.get_by_role("button", name="Close").click()
        assert not page.get_by_role("dialog").is_visible()
