"""Pages in a real browser, opened from a disk: accessible in light and dark, and questions that answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.book.browsing import AXE, LESSON, TINY_PAGE, Window, address, violations

ROOT = Path(__file__).parents[2]
KINDS = [
    ("site", "index.html", "light"),
    ("site", "index.html", "dark"),
    ("site", LESSON, "light"),
    ("site", LESSON, "dark"),
    ("site", "glossary.html", "light"),
    ("site", "glossary.html", "dark"),
    ("site", "course.html", "light"),
    ("site", "course.html", "dark"),
    ("site", "genindex.html", "dark"),
    ("site", "search.html?q=duck", "light"),
    ("instructor_site", LESSON, "light"),
    ("tiny_site", TINY_PAGE, "dark"),
    ("site", "progress.html", "light"),
    ("site", "progress.html", "dark"),
    ("site", "review-m01.html", "light"),
    ("site", "review.html", "dark"),
    ("tiny_site", "progress.html", "light"),
    ("tiny_site", "cards.html", "light"),
    ("tiny_site", "cards.html", "dark"),
    ("site", "404.html", "dark"),
]


@pytest.fixture
def lesson(browser: Any, site: Path) -> Iterator[Any]:
    with Window(browser, address(site, LESSON)) as page:
        yield page


@pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not installed; run: make setup-test")
@pytest.mark.parametrize(("which", "name", "scheme"), KINDS)
def test_axe_finds_nothing(which: str, name: str, scheme: str, browser: Any, request: pytest.FixtureRequest) -> None:
    site: Path = request.getfixturevalue(which)
    with Window(browser, address(site, name), color_scheme=scheme) as page:
        assert violations(page) == []


def item(page: Any, name: str) -> Any:
    return page.locator(f"#practice-{name}")


def check(page: Any, name: str) -> str:
    """Press the button of an item and return what is said."""
    item(page, name).get_by_role("button", name="Check").click()
    return said(page, name)


def said(page: Any, name: str) -> str:
    return " ".join(item(page, name).locator(".practice-result").first.text_content().split())


def shown(page: Any, name: str) -> list[str]:
    boxes = item(page, name).locator(".practice-feedback").all()
    return [box.text_content().strip() for box in boxes if box.is_visible()]


def test_choice_says_what_is_wrong_with_the_chosen_option(lesson: Any) -> None:
    item(lesson, "k1-north").get_by_label("3", exact=False).check()
    assert check(lesson, "k1-north") == "Not yet. You counted a shadow."
    assert shown(lesson, "k1-north") == ["You counted a shadow."]


def test_choice_is_answered_by_keyboard_and_tried_again(lesson: Any) -> None:
    form = item(lesson, "k1-north").locator("form")
    first = form.locator("input").first
    right = form.locator("input").evaluate_all("(all) => all.findIndex((input) => input.dataset.key === 'true')")
    first.focus()
    lesson.keyboard.press("Space")
    for _ in range(right):
        lesson.keyboard.press("ArrowDown")
    lesson.keyboard.press("Enter")
    assert said(lesson, "k1-north") == "Right. Yes, two."
    lesson.keyboard.press("Tab")
    lesson.keyboard.press("Tab")
    assert lesson.evaluate("document.activeElement.className") in ("practice-retry", "practice-check")
    form.get_by_role("button", name="Try again").press("Enter")
    assert said(lesson, "k1-north") == ""
    assert form.locator("input:checked").count() == 0
    assert first.evaluate("(input) => input === document.activeElement")


def test_result_is_announced_and_fields_are_marked(lesson: Any) -> None:
    form = item(lesson, "k1-north").locator("form")
    wrong = form.locator("input[data-key=false]").first
    wrong.check()
    check(lesson, "k1-north")
    assert form.locator(".practice-result").get_attribute("role") == "status"
    assert wrong.get_attribute("aria-invalid") == "true"


def test_unanswered_item_asks_for_an_answer(lesson: Any) -> None:
    for name in ("k1-north", "k1-names", "k1-match", "k1-order", "k1-weight", "k1-gaps", "k2-why"):
        assert check(lesson, name) == "Choose or write an answer first."


def test_multiple_response(lesson: Any) -> None:
    options = item(lesson, "k1-names")
    options.get_by_label("Cleo").check()
    assert check(lesson, "k1-names") == "Not yet. There are more right answers. Cleo is south."
    options.get_by_label("Ben").check()
    assert check(lesson, "k1-names") == "Not yet. Cleo is south. Ben is north."
    options.get_by_label("Ben").uncheck()
    options.get_by_label("Dot").check()
    assert check(lesson, "k1-names") == "Right. Cleo is south. Dot is south."


def test_true_false(lesson: Any) -> None:
    item(lesson, "k1-shadow").get_by_label("True").check()
    assert check(lesson, "k1-shadow") == "Not yet. Shadows do not quack."
    item(lesson, "k1-shadow").get_by_label("False").check()
    assert check(lesson, "k1-shadow").startswith("Right.")


def choose(page: Any, name: str, label: str, value: str) -> None:
    item(page, name).get_by_label(label).select_option(value=value)


def test_matching(lesson: Any) -> None:
    choose(lesson, "k1-match", "Ada", "0")
    assert check(lesson, "k1-match") == "Not yet. 1 of 2 right."
    choose(lesson, "k1-match", "Cleo", "2")
    assert check(lesson, "k1-match") == "Not yet. 1 of 2 right. Cleo swims south. No duck is that brave."
    choose(lesson, "k1-match", "Cleo", "1")
    assert check(lesson, "k1-match") == "Right."


def test_ordering(lesson: Any) -> None:
    for label, position in (("Look", "2"), ("Count", "1"), ("Write", "3")):
        choose(lesson, "k1-order", label, position)
    assert check(lesson, "k1-order") == "Not yet. 1 of 3 right. Look before you count."
    choose(lesson, "k1-order", "Look", "1")
    choose(lesson, "k1-order", "Count", "2")
    assert check(lesson, "k1-order") == "Right."


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("1.08", "Right."),
        ("1,085", "Right."),
        (" 1.09 ", "Right."),
        ("1.0901", "Not yet."),
        ("0.81", "Not yet. You divided by all four birds."),
        ("about one", "Not yet."),
        ("1.08 kg", "Not yet."),
        ("−1.08", "Not yet."),
        ("1.080,5", "Not yet."),
    ],
)
def test_numeric(answer: str, result: str, lesson: Any) -> None:
    item(lesson, "k1-weight").get_by_label("Answer").fill(answer)
    assert check(lesson, "k1-weight") == result


def test_cloze(lesson: Any) -> None:
    gaps = item(lesson, "k1-gaps").locator("input.gap")
    gaps.nth(0).fill("  Count(*) ")
    gaps.nth(1).fill("having")
    assert check(lesson, "k1-gaps") == "Not yet. 1 of 2 right. Filtering is WHERE."
    gaps.nth(1).fill("where")
    assert check(lesson, "k1-gaps") == "Right."


def test_open_answer_is_compared_with_the_model_and_scored_by_the_learner(lesson: Any) -> None:
    form = item(lesson, "k2-why")
    form.get_by_label("Your answer").fill("They move.")
    assert check(lesson, "k2-why") == "Compare your answer with the one below."
    assert form.get_by_text("Because birds move between looks.").is_visible()
    form.locator(".practice-answer input").check()
    assert said(lesson, "k2-why") == "You gave yourself 2 of 2 points."


def test_case_judges_each_part(lesson: Any) -> None:
    form = item(lesson, "k2-case")
    form.get_by_label("Yes").check()
    form.locator("input[type=text]").fill("4")
    form.get_by_role("button", name="Check").click()
    results = [" ".join(text.split()) for text in form.locator(".practice-result").all_text_contents()]
    assert results == ["Not yet. It counts a shadow.", "Right."]


def test_answers_are_told_to_whoever_listens_on_the_page(lesson: Any) -> None:
    lesson.evaluate("document.addEventListener('practice:answered', (event) => { window.heard = event.detail; })")
    item(lesson, "k1-shadow").get_by_label("False").check()
    check(lesson, "k1-shadow")
    assert lesson.evaluate("window.heard") == {"item": "K1-shadow", "right": True}


def test_answers_open_without_a_script(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON), java_script_enabled=False) as page:
        assert not item(page, "k1-north").get_by_role("button", name="Check").is_visible()
        item(page, "k1-north").get_by_text("Show the answer").click()
        assert item(page, "k1-north").get_by_text("Ada and Ben are there.").is_visible()


def test_menus_of_a_phone_open_by_keyboard_and_close_with_escape(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON), viewport={"width": 390, "height": 844}) as page:
        menu = page.get_by_role("button", name="Show the contents of the course")
        link = page.locator(".sidebar-tree a").first
        assert not link.is_visible()
        menu.press("Enter")
        assert link.is_visible()
        assert menu.get_attribute("aria-expanded") == "true"
        page.keyboard.press("Escape")
        link.wait_for(state="hidden")
        assert menu.get_attribute("aria-expanded") == "false"


def test_nothing_is_wider_than_a_phone(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON), viewport={"width": 360, "height": 740}) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_theme_button_changes_the_theme(lesson: Any) -> None:
    before = lesson.evaluate("document.body.dataset.theme")
    lesson.locator(".theme-toggle-content .theme-toggle").click()
    assert lesson.evaluate("document.body.dataset.theme") != before


def test_page_prints_its_text_without_menus(lesson: Any) -> None:
    lesson.emulate_media(media="print")
    assert lesson.locator("h1").is_visible()
    for menu in (".sidebar-drawer", ".toc-drawer", ".mobile-header", ".related-pages", ".practice-actions"):
        assert not lesson.locator(menu).first.is_visible(), menu


TABBABLE = "a[href], button, input, select, textarea, summary, [tabindex]"
AT = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  window.stops = (window.stops || []).concat(at === document.body ? [] : [at]);
  return [at.tagName, seen, getComputedStyle(at).outlineStyle];
}"""
MISSED = """(selector) => [...document.querySelector("article").querySelectorAll(selector)]
  .filter((found) => found.checkVisibility({ visibilityProperty: true }) && found.type !== "radio")
  .filter((found) => !found.closest("details:not([open]) > :not(summary)") && !window.stops.includes(found))
  .map((found) => found.outerHTML)"""


def test_whole_lesson_is_reached_by_tab_and_focus_is_always_seen(lesson: Any) -> None:
    """Every field, button and link of the lesson gets the focus once, in the order of the page, and shows it."""
    lesson.emulate_media(reduced_motion="reduce")
    for _ in range(400):
        lesson.keyboard.press("Tab")
        tag, seen, outline = lesson.evaluate(AT)
        if tag == "BODY":
            break
        assert seen, lesson.evaluate("document.activeElement.outerHTML")
        assert outline != "none", lesson.evaluate("document.activeElement.outerHTML")
    else:
        raise AssertionError("the focus never leaves the page")
    assert lesson.evaluate(MISSED, TABBABLE) == []
