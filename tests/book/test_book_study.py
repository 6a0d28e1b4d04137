"""Studying with the site: progress in the browser, review, terms beside the text, copied listings."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.book.browsing import LESSON, Window, address

NO_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('no', 'QuotaExceededError'); };"
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@pytest.fixture
def lesson(browser: Any, site: Path) -> Iterator[Any]:
    with Window(browser, address(site, LESSON)) as page:
        yield page


def go(page: Any, site: Path, name: str) -> None:
    page.goto(address(site, name))


def cells(page: Any) -> list[str]:
    """Return what the page of progress says of the only lesson."""
    found: list[str] = page.locator("tr[data-lesson] td").all_inner_texts()
    return [DAY.sub("a day", text) for text in found]


def answer_shadow(page: Any, value: str) -> None:
    form = page.locator("#practice-k1-shadow")
    form.get_by_label(value).check()
    form.get_by_role("button", name="Check").click()


def test_what_was_done_is_kept_and_shown(lesson: Any, site: Path) -> None:
    lesson.locator("textarea[data-part='X01.1-1']").fill("four")
    lesson.locator("textarea[data-part='X01.1-2']").first.fill("2")
    answer_shadow(lesson, "False")
    button = lesson.get_by_role("button", name="I have read this lesson")
    button.press("Enter")
    assert button.get_attribute("aria-pressed") == "true"
    lesson.reload()
    assert lesson.locator("textarea[data-part='X01.1-1']").input_value() == "four"
    assert lesson.locator("textarea[data-part='X01.1-2']").first.input_value() == "2"
    assert button.get_attribute("aria-pressed") == "true"
    go(lesson, site, "progress.html")
    assert cells(lesson) == ["a day", "2 of 3", "1 of 9"]
    tick = lesson.locator(".sidebar-tree a .read-tick")
    assert DAY.sub("a day", str(tick.text_content())).strip() == "Read on a day."
    lesson.get_by_role("button", name="Delete everything").click()
    lesson.get_by_role("button", name="Delete", exact=True).click()
    assert tick.count() == 0


def test_lesson_is_read_when_its_end_is_reached(lesson: Any) -> None:
    button = lesson.get_by_role("button", name="I have read this lesson")
    assert button.get_attribute("aria-pressed") == "false"
    lesson.mouse.move(600, 400)
    lesson.mouse.wheel(0, 60_000)
    lesson.locator(".read-mark [aria-pressed=true]").wait_for()
    button.click()
    assert button.get_attribute("aria-pressed") == "false"


def test_progress_is_exported_deleted_and_imported(browser: Any, site: Path, tmp_path: Path) -> None:
    with Window(browser, address(site, LESSON)) as page:
        answer_shadow(page, "True")
        go(page, site, "progress.html")
        page.locator("[data-rate=K1]").get_by_label("3 alone").check()
        with page.expect_download() as download:
            page.get_by_role("button", name="Export").click()
        assert download.value.suggested_filename == "progress-ponds.json"
        saved = tmp_path / "progress.json"
        download.value.save_as(saved)
        found = json.loads(saved.read_text(encoding="utf-8"))
        assert found["ratings"] == {"K1": 3}
        assert found["practice"]["K1-shadow"]["right"] is False
        page.get_by_role("button", name="Delete everything").click()
        page.get_by_role("button", name="Keep it").press("Enter")
        assert page.locator("[data-rate=K1] input:checked").count() == 1
        page.get_by_role("button", name="Delete everything").click()
        page.get_by_role("button", name="Delete", exact=True).click()
        assert page.locator("[data-rate=K1] input:checked").count() == 0
        found["practice"]["K1-shadow"]["right"] = True
        saved.write_text(json.dumps(found), encoding="utf-8")
        page.locator("input[type=file]").set_input_files(saved)
        page.get_by_text("Imported; this is your progress now.").wait_for()
        assert page.locator("[data-rate=K1] input:checked").get_attribute("value") == "3"
        assert cells(page) == ["–", "0 of 3", "1 of 9"]
        saved.write_text('{"version": 1, "course": "other"}', encoding="utf-8")
        page.locator("input[type=file]").set_input_files(saved)
        page.get_by_text("This file holds no progress in this course; nothing was changed.").wait_for()
        assert cells(page) == ["–", "0 of 3", "1 of 9"]


def test_without_storage_everything_works_and_the_page_says_so(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON), script=NO_STORAGE) as page:
        page.get_by_role("button", name="I have read this lesson").click()
        assert "This browser keeps nothing here" in page.locator(".read-state").inner_text()
        answer_shadow(page, "False")
        go(page, site, "progress.html")
        assert "This browser keeps nothing here" in page.locator(".study-notice").inner_text()


def test_review_draws_what_is_due(browser: Any, site: Path) -> None:
    with Window(browser, address(site, "review.html")) as page:
        assert "Nothing to review yet" in page.locator(".study-notice").inner_text()
        go(page, site, LESSON)
        answer_shadow(page, "False")
        go(page, site, "review.html")
        page.get_by_text("8 questions for now.").wait_for()
        page.get_by_role("button", name="More questions").click()
        page.locator("#review-items #practice-k1-shadow").wait_for()
        answer_shadow(page, "True")
        assert page.locator("#practice-k1-shadow .practice-result").inner_text().startswith("Not yet.")
        practice = page.evaluate("window.coursepack.progress.state().practice")
        assert practice["K1-shadow"]["streak"] == 0
        assert practice["K1-shadow"]["tries"] == 2


def test_review_of_a_module_has_all_its_questions(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON)) as page:
        page.get_by_role("link", name="Review this module").click()
        page.wait_for_url("**/review-m01.html")
        assert page.locator("form[data-item]").count() == 9
        answer_shadow(page, "False")
        assert page.locator("#practice-k1-shadow .practice-result").inner_text().startswith("Right.")


def test_term_is_explained_by_mouse_and_keyboard(lesson: Any) -> None:
    term, bubble = lesson.get_by_role("link", name="full count"), lesson.get_by_role("tooltip")
    term.hover()
    assert bubble.inner_text() == "A count of all birds at one moment."
    bubble.hover()
    lesson.wait_for_timeout(400)
    assert bubble.is_visible()
    lesson.mouse.move(5, 5)
    bubble.wait_for(state="hidden")
    term.focus()
    assert term.get_attribute("aria-describedby") == bubble.get_attribute("id")
    lesson.keyboard.press("Escape")
    assert not bubble.is_visible()
    assert term.get_attribute("aria-describedby") is None


def test_first_tap_explains_a_term_and_the_second_follows_it(browser: Any, site: Path) -> None:
    size = {"width": 360, "height": 740}
    with Window(browser, address(site, LESSON), viewport=size, has_touch=True, is_mobile=True) as page:
        term = page.get_by_role("link", name="full count")
        term.tap()
        assert page.get_by_role("tooltip").is_visible()
        box = page.get_by_role("tooltip").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        term.tap()
        page.wait_for_url("**/glossary.html#term-census")


def test_listing_is_copied(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON), permissions=["clipboard-read", "clipboard-write"]) as page:
        button = page.get_by_role("button", name="Copy this listing").first
        button.press("Enter")
        page.get_by_text("Copied").first.wait_for()
        assert (
            page.evaluate("navigator.clipboard.readText()")
            == "SELECT name, weight_kg, pond FROM birds ORDER BY bird_id"
        )


@pytest.mark.parametrize("name", [LESSON, "progress.html", "review-m01.html", "review.html"])
def test_no_page_is_wider_than_a_phone(name: str, browser: Any, site: Path) -> None:
    with Window(browser, address(site, name), viewport={"width": 360, "height": 740}) as page:
        if page.locator(".console-open").count():
            page.locator(".console-open").first.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
