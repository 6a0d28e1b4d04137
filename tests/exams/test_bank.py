"""The bank page: every item with key, use and findings; filters that work in a browser, with a keyboard, offline."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import html5lib
import pytest
import yaml
from bs4 import BeautifulSoup

from builders.course import Item, Place, Problem
from builders.exams import keep_form
from builders.exams.bank import PAGE, Remark, build_bank, find_uses, remarks_by_item
from builders.exams.frame import misconceptions_of
from tests.exams.bank import choice, random_bank, slot, write_course
from tests.exams.conftest import BAKERY, Built, load

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def page(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of the bakery's bank, beside the forms that were built."""
    out = tmp_path_factory.mktemp("bank")
    shutil.copytree(built.out / "instructor/exams", out / "instructor/exams")
    problems, files = build_bank(built.course, out)
    assert problems == []
    assert files == [out / PAGE]
    assert [path.name for path in out.iterdir()] == ["instructor"]
    return files[0]


@pytest.fixture(scope="module")
def soup(page: Path) -> Any:
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def entry(soup: Any, name: str) -> Any:
    return soup.find(id=f"item-{name}")


# ---- What stands on it ----


def test_every_item_with_its_question_and_key(built: Built, soup: Any) -> None:
    assert [own["id"] for own in soup.select("article")] == [f"item-{item.id}" for item in built.course.items]
    for own in soup.select("article"):
        assert own.select_one(".item-paper") is not None
        assert own.select_one("details .item-key") is not None


def test_the_page_is_sound_html_and_asks_for_nothing(page: Path, soup: Any) -> None:
    html5lib.HTMLParser(strict=True).parse(page.read_text("utf-8"))
    ids = [element["id"] for element in soup.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert soup.find_all(["link", "img", "iframe"]) == []
    assert [own for own in soup.find_all("script") if own.get("src")] == []


def test_the_key_says_what_a_wrong_answer_betrays(soup: Any) -> None:
    key = entry(soup, "K1-order-row").select_one("details").get_text()
    assert "A row is a loaf" in key
    assert "right" in key


def test_uses_are_those_of_the_forms(built: Built, soup: Any) -> None:
    uses, problems = find_uses(built.course, built.out)
    assert problems == []
    assert "Printed: exam A, question 2" in entry(soup, "K1-order-row").get_text()
    for item in built.course.items:
        own = entry(soup, item.id)
        assert ("In no form yet." in own.get_text()) == (item.id not in uses)
        assert ("never" in own["data-use"].split("|")) == (item.id not in uses)


def test_forms_that_were_given_count_too(built: Built, tmp_path: Path) -> None:
    shutil.copytree(BAKERY, tmp_path / "course")
    course = load(tmp_path / "course")
    kept = keep_form(course, built.form("A") / "form.json", date(2026, 6, 1))
    assert isinstance(kept, Path)
    uses, _ = find_uses(course, tmp_path / "nothing-built")
    assert [(use.day, use.form, use.number) for use in uses["K1-order-row"]] == [("2026-06-01", "exam A", 2)]


def test_a_form_that_cannot_be_read_is_a_warning(built: Built, tmp_path: Path) -> None:
    folder = tmp_path / "instructor/exams/exam/A"
    folder.mkdir(parents=True)
    (folder / "form.json").write_text("{}")
    problems, files = build_bank(built.course, tmp_path)
    assert [str(problem.severity) for problem in problems] == ["warning"]
    assert files


def test_findings_stand_with_their_item(soup: Any) -> None:
    assert "MC02" in entry(soup, "K1-order-row").select_one(".remarks").get_text()
    assert "found" in entry(soup, "K1-order-row")["data-use"].split("|")


def test_a_finding_belongs_to_the_item_whose_lines_it_names(built: Built) -> None:
    first, second = [item for item in built.course.items if item.at.path.startswith("assessments/secure")][:2]
    inside = Problem(Place(second.at.path, second.at.line - 1), "X1", "of the first")
    own = Problem(second.at, "X2", "of the second")
    other = Problem(Place("objectives.yaml", 5), "X3", "of none")
    found = remarks_by_item(built.course.items, [Remark(problem) for problem in (own, inside, other)])
    assert {name: [remark.problem.rule for remark in remarks] for name, remarks in found.items()} == {
        first.id: ["X1"],
        second.id: ["X2"],
    }


def test_misconceptions_of_all_kinds(built: Built) -> None:
    """The filter finds an item by whatever its record names, however deep."""

    def named(data: Any) -> Iterator[str]:
        if isinstance(data, dict):
            yield from (value for name, value in data.items() if name == "misconception" and value)
            yield from (name for value in data.values() for name in named(value))
        elif isinstance(data, list | tuple):
            yield from (name for value in data for name in named(value))

    for item in built.course.items:
        assert set(misconceptions_of(item)) == set(named(item.model_dump())), item.id


def test_an_item_that_cannot_be_shown_leaves_the_old_page(built: Built, tmp_path: Path) -> None:
    (tmp_path / PAGE).parent.mkdir(parents=True)
    (tmp_path / PAGE).write_text("the old page")
    broken: Item = built.course.items[0].model_copy(update={"stem": "![a picture](nowhere.png)"})
    problems, files = build_bank(replace(built.course, items=(broken, *built.course.items[1:])), tmp_path)
    assert "there is no image 'nowhere.png'" in problems[0].message
    assert files == []
    assert (tmp_path / PAGE).read_text() == "the old page"


def test_the_same_course_gives_the_same_page(built: Built, page: Path) -> None:
    before = page.read_bytes()
    build_bank(built.course, page.parents[2])
    assert page.read_bytes() == before


def test_a_german_course(tmp_path: Path) -> None:
    course, _ = write_course(tmp_path, secure=[choice("O1-a")], slots=[slot("S1")], language="de")
    build_bank(course, tmp_path / "build")
    text = BeautifulSoup((tmp_path / "build" / PAGE).read_text("utf-8"), "html.parser").get_text()
    assert "Noch in keiner Fassung." in text
    assert "Key and feedback" not in text


def test_both_languages_have_every_word_and_each_is_used() -> None:
    english, german = (
        yaml.safe_load((ROOT / f"builders/words/{language}/bank.yaml").read_text("utf-8")) for language in ("en", "de")
    )
    assert list(english) == list(german)
    names = ("bank.py", "preview.py")
    code = "".join((ROOT / "builders/exams" / name).read_text("utf-8") for name in names)
    code += "".join(
        (ROOT / "builders/templates/exams" / f"{name}.html").read_text("utf-8") for name in ("bank", "preview")
    )
    built_up = ("pool-", "status-", "use-")
    assert [
        word
        for word in english
        if f'"{word}"' not in code and f'"bank.{word}"' not in code and not word.startswith(built_up)
    ] == []


# ---- In a browser ----


@pytest.fixture
def window(browser: Any, page: Path) -> Iterator[Any]:
    """The page in a browser; whatever it asks of the network or says on the console is a failure."""
    context = browser.new_context()
    tab, faults = context.new_page(), []
    tab.on("console", lambda message: faults.append(message.text))
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("request", lambda request: None if request.url.startswith("file:") else faults.append(request.url))
    tab.goto(page.as_uri())
    yield tab
    assert faults == []
    context.close()


def shown(tab: Any) -> list[str]:
    names = tab.evaluate("[...document.querySelectorAll('.entry')].filter(own => !own.hidden).map(own => own.id)")
    return [name.removeprefix("item-") for name in names]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_with_all_keys_open(browser: Any, page: Path, scheme: str) -> None:
    tab = browser.new_page(color_scheme=scheme)
    tab.goto(page.as_uri())
    tab.check("#show-keys")
    tab.add_style_tag(content=".entry { content-visibility: visible !important }")
    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate("axe.run()")["violations"]
    tab.close()
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []


FILTERS = {
    "objective": ("A1", lambda item, course: item.objective == "A1"),
    "kind": ("sql", lambda item, course: item.kind == "sql"),
    "level": ("evaluate", lambda item, course: course.bloom_of(item) == "evaluate"),
    "pool": ("practice", lambda item, course: item.pool == "practice"),
    "status": ("live", lambda item, course: item.status == "live"),
    "misconception": ("M-oven-time", lambda item, course: "M-oven-time" in str(item.model_dump())),
    "facet": ("K1 parts", lambda item, course: item.objective == "K1" and "parts" in item.facets),
}


@pytest.mark.parametrize("name", FILTERS)
def test_filters(window: Any, built: Built, name: str) -> None:
    value, fits = FILTERS[name]
    window.select_option(f"#filter-{name}", value)
    wanted = [item.id for item in built.course.items if fits(item, built.course)]
    assert 0 < len(wanted) < len(built.course.items)
    assert shown(window) == wanted
    assert window.inner_text("#count") == f"{len(wanted)} of {len(built.course.items)} items"
    assert window.text_content(f"#filter-{name} option:checked").endswith(f"({len(wanted)})")


def test_search_finds_words_of_keys_and_forgets_accents(window: Any) -> None:
    window.fill("#filter-search", "LEAF zebra ")
    assert shown(window) == []
    assert "No item fits these filters." in window.inner_text("#count")
    window.fill("#filter-search", "Löad OVEN")
    assert "K1-order-row" in shown(window)


def test_filters_stay_in_the_address(window: Any, browser: Any) -> None:
    window.select_option("#filter-kind", "sql")
    window.fill("#filter-search", "open")
    before = shown(window)
    other = browser.new_page()
    other.goto(window.url)
    assert shown(other) == before
    assert before
    other.click("button[type=reset]")
    other.wait_for_function("!location.hash")
    assert len(shown(other)) > len(before)
    other.close()


def test_an_address_of_an_item_shows_it_whatever_the_filters(window: Any) -> None:
    window.select_option("#filter-kind", "sql")
    window.evaluate("location.hash = '#item-K1-order-row'")
    window.wait_for_function("!document.getElementById('item-K1-order-row').hidden")
    assert window.eval_on_selector("#filter-kind", "own => own.value") == ""


def test_with_a_keyboard(window: Any) -> None:
    window.keyboard.press("Tab")
    assert window.evaluate("document.activeElement.className") == "skip"
    window.keyboard.press("Tab")
    window.keyboard.type("receipt")
    assert "K1-receipt" in shown(window)
    window.focus("#item-K1-receipt summary")
    window.keyboard.press("Enter")
    assert window.eval_on_selector("#item-K1-receipt details", "own => own.open")


def test_readable_without_its_script(browser: Any, page: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(page.as_uri())
    assert not tab.is_visible("#filters")
    assert tab.is_visible("#item-K1-order-row .sheet")
    context.close()


@pytest.mark.full
def test_quick_with_a_thousand_items(browser: Any, tmp_path: Path) -> None:
    course, _ = write_course(tmp_path, secure=random_bank(1000, 20, 10), slots=[slot("S1")], objectives=20, topics=10)
    build_bank(course, tmp_path / "build")
    tab = browser.new_page()
    start = time.monotonic()
    tab.goto((tmp_path / "build" / PAGE).as_uri())
    assert time.monotonic() - start < 5
    passed = tab.evaluate(
        "() => { const start = performance.now(); form.elements.search.value = 'item-77'; show();"
        " document.body.offsetHeight; return performance.now() - start }"
    )
    tab.close()
    assert passed < 500
