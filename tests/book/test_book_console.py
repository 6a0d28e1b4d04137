"""Queries run on the page and labs checked there, in a real browser, from a disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.book.browsing import LESSON, TINY_PAGE, Window, address
from tests.book.conftest import copy_course


@pytest.fixture(scope="module")
def workshop(browser: Any, tiny_site: Path) -> Iterator[Any]:
    """The page with labs, opened once: its database stays loaded."""
    with Window(browser, address(tiny_site, TINY_PAGE)) as page:
        yield page


def settled(box: Any) -> str:
    """Wait until an editor is done, and return its line of news."""
    box.locator(".console[aria-busy]").wait_for(state="detached")
    return str(box.locator(".console-status").inner_text())


def test_query_of_a_lesson_is_changed_and_run_by_keyboard(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON)) as page:
        query = page.locator(".query")
        query.get_by_role("button", name="Try it").press("Enter")
        field = query.get_by_label("Your query")
        assert field.evaluate("(field) => field === document.activeElement")
        field.fill("SELECT name, 0.1 + 0.2 AS sum, weight_kg FROM birds WHERE pond = 'north' ORDER BY 1")
        page.keyboard.press("Control+Enter")
        assert settled(query) == "2 rows"
        rows = query.locator(".console-result tr").all_inner_texts()
        assert [row.split("\t") for row in rows] == [
            ["name", "sum", "weight_kg"],
            ["Ada", "0.3", "1.25"],
            ["Ben", "0.3", "NULL"],
        ]
        field.fill("SELECT wing FROM birds")
        query.get_by_role("button", name="Run").click()
        assert settled(query) == "The query does not run: no such column: wing"
        field.fill("DELETE FROM birds")
        page.keyboard.press("Control+Enter")
        query.get_by_role("button", name="Run").click()
        assert "only SELECT is possible" in settled(query)
        query.get_by_role("button", name="Reset").click()
        assert field.input_value() == "SELECT name, weight_kg, pond FROM birds ORDER BY bird_id"


def test_query_that_takes_too_long_is_stopped_and_the_next_one_runs(browser: Any, site: Path) -> None:
    with Window(browser, address(site, LESSON)) as page:
        page.clock.install()
        query = page.locator(".query")
        query.get_by_role("button", name="Try it").click()
        page.keyboard.press("Control+Enter")
        assert settled(query) == "4 rows"
        field = query.get_by_label("Your query")
        field.fill("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c")
        page.keyboard.press("Control+Enter")
        page.clock.fast_forward(11_000)
        assert settled(query).startswith("Stopped after 10 seconds")
        field.fill("SELECT 1")
        page.keyboard.press("Control+Enter")
        assert settled(query) == "1 row"


def test_lab_is_checked_on_the_page_on_all_its_data(workshop: Any) -> None:
    task = workshop.locator(".lab-task[data-lab=SQL-1][data-task='1']")
    task.get_by_label("Ihre Antwort: Fahrten").fill("SELECT count(*) FROM fahrten")
    task.get_by_role("button", name="Prüfen").click()
    task.get_by_role("button", name="Auch mit anderen Daten").click()
    task.get_by_role("button", name="Auch mit anderen Daten").wait_for(state="detached")
    assert settled(task) == "Richtig, auch mit anderen Daten derselben Form."
    count = task.locator(".console-result td").inner_text()
    task.locator("textarea").fill(f"SELECT {count}")
    task.get_by_role("button", name="Prüfen").click()
    assert settled(task).startswith(
        "Richtig mit den Daten, die Sie haben"
    ) or "aber nicht mit anderen Daten" in settled(task)
    task.locator("textarea").fill("SELECT count(*) FROM raeder")
    task.locator("textarea").press("Control+Enter")
    assert "Sie zählen Räder; gefragt ist nach Fahrten" in settled(task)


def test_short_answers_are_checked_without_data(workshop: Any) -> None:
    task = workshop.locator(".lab-task[data-lab=API-1][data-task='2']")
    for answer, said in (("4,5 bar", "Richtig."), ("Hut", "„Hut“ ist keine Zahl.")):
        task.locator("input").fill(answer)
        task.locator("input").press("Enter")
        assert settled(task) == said


def test_lab_of_functions_has_no_editor(workshop: Any) -> None:
    assert workshop.locator(".lab-task[data-lab=PY-1]").count() == 0


def test_missing_data_is_told_in_words(browser: Any, site: Path, tmp_path: Path) -> None:
    spoilt = copy_course(site, tmp_path / "site")
    (spoilt / "_static" / "console" / "ponds-practice.js").unlink()
    window = Window(browser, address(spoilt, LESSON))
    with window as page:
        page.locator(".query").get_by_role("button", name="Try it").click()
        page.keyboard.press("Control+Enter")
        assert settled(page.locator(".query")).startswith("The data could not be loaded.")
        window.faults.clear()
