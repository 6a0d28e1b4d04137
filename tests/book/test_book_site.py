"""What the pages of a site hold: numbers, links, computed pages, and the words of the course's language."""

from __future__ import annotations

import json
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from builders.book import build_html
from builders.book.directives.data import show_value
from builders.book.directives.glossary import sort_key
from builders.book.slimming import prune
from builders.checks.coverage import coverage
from builders.course import languages, read_course, read_words
from tests.book.conftest import copy_course

LESSON = "01-ponds/01-how-many.html"


def page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")


def text(element: Tag | None) -> str:
    assert element is not None
    return " ".join(element.get_text().split())


def test_numbers_come_from_the_lesson(site: Path) -> None:
    soup = page(site, LESSON)
    labels = [text(label) for label in soup.select(".box-label")]
    assert [label for label in labels if label[-1].isdigit()] == [
        "Worked example 1.1.1",
        "Activity 1.1.1",
        "Exercise 1.1.1",
        "Exercise 1.1.2",
        "Exercise 1.1.3",
        "Performance task PT01",
    ]
    assert text(soup.select_one("h1")).startswith("1.1 How many ducks are there?")
    assert [text(number) for number in soup.select(".caption-number")] == ["Table 1.1.1", "Figure 1.1.1"]


def test_figures_of_answers_are_numbered_last(ponds: Path, tmp_path: Path) -> None:
    """Learners, who do not see them, and instructors read of the same figures."""
    course = copy_course(ponds, tmp_path / "ponds")
    lesson = course / "source/01-ponds/01-how-many.md"
    words = lesson.read_text(encoding="utf-8")
    drawn = words[words.index("```{figure}") : words.index("Look at {numref}")]
    hidden = drawn.replace("fig-pond", "fig-hidden").replace("The pond", "The answer drawn")
    words = words.replace("INSTRUCTORTEXT only.\n", f"INSTRUCTORTEXT only.\n\n{hidden}")
    lesson.write_text(
        f"{words}\n\n{drawn.replace('fig-pond', 'fig-last').replace('The pond', 'The last one')}", "utf-8"
    )
    for edition, figures in {"student": ["1.1.1", "1.1.2"], "instructor": ["1.1.1", "1.1.3", "1.1.2"]}.items():
        assert build_html(course, tmp_path / edition, edition=edition) == ()
        soup = page(tmp_path / edition / edition / "html", LESSON)
        shown = [text(number) for number in soup.select("figcaption .caption-number")]
        assert shown == [f"Figure {number}" for number in figures]


def test_references_say_what_they_lead_to(site: Path) -> None:
    links = {text(link): link["href"] for link in page(site, LESSON).select("article a.reference.internal")}
    assert links["Exercise 1.1.1"] == "#x01-1-1"
    assert links["Table 1.1.1"] == "#q-birds"
    assert links["Figure 1.1.1"] == "#fig-pond"
    assert links["full count"] == "../glossary.html#term-census"
    assert links["K1: Count the ducks on a pond"] == "../course.html#objective-k1"


def test_sections_of_a_lesson_are_not_numbered(site: Path) -> None:
    assert not page(site, LESSON).select("h2 .section-number")


def test_objectives_box_names_level_time_and_facets(site: Path) -> None:
    box = page(site, LESSON).select_one(".box-objectives")
    assert text(box) == ("What you will be able to do 30 min K1 Apply Count the ducks on a pond Taught here: by-hand")


def test_drawing_stands_in_the_page_with_its_text(site: Path) -> None:
    soup = page(site, LESSON)
    drawing = soup.select_one("figure svg.drawing")
    assert drawing is not None
    assert drawing["aria-label"] == "A pond with a duck."
    assert "duck" in drawing.get_text()


def test_rubric_shows_every_level_of_every_criterion(site: Path) -> None:
    rubric = text(page(site, LESSON).select_one("#rubric-pt01"))
    assert rubric.startswith(
        "Performance task PT01 A count of your own K1 60 % · K2 40 % · 60 min Count a pond and defend the count. "
        "Hand in: One page"
    )
    for level in ("Exact, twice", "Off by many", "Names its limits", "Thin", "60 %", "30 %"):
        assert level in rubric


def test_formula_is_drawn_and_named(site: Path) -> None:
    assert [formula["aria-label"] for formula in page(site, LESSON).select("svg.formula")] == [
        r"\frac{1}{2}",
        "x^2 + y^2",
    ]


def test_practice_items_are_numbered_and_headed_by_depth(site: Path) -> None:
    heads = page(site, LESSON).select(".practice-item .item-head")
    assert {head.name for head in heads if "Practice" in head.get_text()} == {"h3"}
    assert text(heads[0]) == "Practice 1.1.1 1 point"


def test_practice_items_never_begin_with_the_key_by_rule(site: Path) -> None:
    soup = page(site, LESSON)
    order = [option["value"] for option in soup.select('#practice-k1-north input[type="radio"]')]
    assert sorted(order) == ["0", "1", "2"]
    logical = [option["value"] for option in soup.select('#practice-k1-names input[type="checkbox"]')]
    assert logical == ["0", "1", "2", "3"]


def test_glossary_holds_both_sources_in_order(site: Path) -> None:
    soup = page(site, "glossary.html")
    terms = [term["id"] for term in soup.select("dl.glossary > dt")]
    assert terms == ["term-census", "term-duck", "term-sample"]
    census = soup.select_one("dl.glossary dd")
    assert text(census) == (
        "A count of all birds at one moment. Example: At noon on Sunday we counted 4 birds. Also: full count "
        "Not to be confused with: sample, guess First in: 1.1 How many ducks are there?"
    )
    assert [link["href"] for link in soup.select(".letters a")] == ["#term-census", "#term-duck", "#term-sample"]


def test_terms_and_entries_are_in_the_index(site: Path) -> None:
    index = text(page(site, "genindex.html").select_one("article"))
    assert "counting" in index
    assert "census" in index


def test_objectives_link_to_lessons_and_tasks(site: Path) -> None:
    entry = page(site, "course.html").select_one("#objective-k1")
    assert text(entry) == (
        "K1 Count the ducks on a pond Topics: Counting; Ponds Lessons: 1.1 How many ducks are there? "
        "Exercises: Exercise 1.1.1; Exercise 1.1.2; Exercise 1.1.3 Tasks: PT01 A count of your own"
    )
    assert entry is not None
    links = {text(link): link["href"] for link in entry.select("a.reference")}
    assert links["Exercise 1.1.2"] == f"{LESSON}#x01-1-2"
    assert links["PT01 A count of your own"] == f"{LESSON}#rubric-pt01"
    assert "Lessons: not written yet" in text(page(site, "course.html").select_one("#objective-k2"))


def cells(row: Tag) -> list[str]:
    return [text(cell) for cell in row.select("td")]


def test_coverage_without_secrets_leaves_exam_items_uncounted(site: Path) -> None:
    soup = page(site, "course.html")
    rows = [cells(row) for row in soup.select("#coverage-objectives tbody tr")]
    assert rows[0] == ["K1", "Apply", "1", "1", "3", "7", "–", "0", "–"]
    facets = [cells(row) for row in soup.select("#coverage-facets tbody tr")]
    assert facets[1] == ["K1", "by-query", "–", "0", "2", "0", "announced: No second pond yet"]


def test_coverage_shows_the_counts_it_is_given(ponds: Path, tmp_path: Path) -> None:
    course = read_course(ponds, secrets=True).course
    assert course is not None
    root = copy_course(ponds, tmp_path / "ponds")
    assert not build_html(root, root / "build", coverage=coverage(course))
    row = page(root / "build/student/html", "course.html").select_one("#coverage-objectives tbody tr")
    assert row is not None
    assert cells(row)[6] == "1 of 0"


def test_every_page_names_version_licence_and_where_to_report(site: Path) -> None:
    for path in site.rglob("*.html"):
        imprint = text(page(site, str(path.relative_to(site))).select_one(".imprint"))
        assert imprint.startswith("Counting ducks & drakes. Version 2.1, released 2025-03-01. CC BY 4.0.")
        assert imprint.endswith("Found a mistake? Tell the pond keeper.")


def test_instructor_edition_says_so_on_every_page(instructor_site: Path, site: Path) -> None:
    for path in instructor_site.rglob("*.html"):
        assert page(instructor_site, str(path)).select_one(".edition-banner"), path
    assert not page(site, "index.html").select_one(".edition-banner")


def test_german_course_speaks_german_on_every_page(tiny_site: Path) -> None:
    index = page(tiny_site, "index.html")
    assert index.html is not None
    assert index.html["lang"] == "de"
    lesson = text(page(tiny_site, "01-rad-pflegen/01-was-quietscht-da.html").body)
    for word in ("Das können Sie am Ende", "Aufgabe 1.1.1", "Musterbeispiel 1.1.1", "Abbildung 1.1.1", "Hinweis"):
        assert word in lesson
    for path in tiny_site.rglob("*.html"):
        spoken = page(tiny_site, str(path))
        words = text(spoken.body) + " ".join(str(found["aria-label"]) for found in spoken.select("[aria-label]"))
        for english in (
            "Search",
            "Next",
            "Previous",
            "Toggle",
            "Skip",
            "On this page",
            "Version 1.2, released",
            "Home",
        ):
            assert english not in words.split(), f"{path.name}: {english}"


@pytest.mark.parametrize("language", languages())
def test_catalogues_have_the_same_words_with_the_same_values(language: str) -> None:
    english, other = read_words("en").entries, read_words(language).entries
    ours = {key for key in english if key.startswith("book.")}
    assert ours == {key for key in other if key.startswith("book.")}
    for key in ours:
        assert fields(english[key]) == fields(other[key]), key


def fields(entry: object) -> set[str]:
    written = json.dumps(entry)
    return {part.split("}")[0] for part in written.split("{")[1:] if "}" in part and '"' not in part.split("}")[0]}


@pytest.mark.parametrize(
    ("value", "shown"),
    [(1, "1"), (1.0, "1"), (0.1 + 0.2, "0.3"), (1e20, "1e+20"), (-0.5, "-0.5"), ("a", "a"), (b"\x01", "01")],
)
def test_values_of_results_are_shown_plainly(value: int | float | str | bytes, shown: str) -> None:
    assert show_value(value) == shown


def test_terms_are_sorted_as_a_dictionary_does() -> None:
    terms = ["Zebra", "Äpfel", "apfel", "*args", "Über", "untere"]
    assert sorted(terms, key=sort_key) == ["apfel", "Äpfel", "*args", "Über", "untere", "Zebra"]


def test_styles_are_kept_for_what_pages_and_scripts_have(tmp_path: Path) -> None:
    static = tmp_path / "_static"
    static.mkdir()
    (tmp_path / "a.html").write_text('<p class="seen other">', encoding="utf-8")
    (static / "a.js").write_text('classList.add("scripted")', encoding="utf-8")
    sheet = static / "a.css"
    sheet.write_text(
        "/* c */ p { x: 1 } .seen .gone, .seen > a { x: 2 } .scripted:not(.gone) { x: 3 } .gone { x: 4 }"
        "@media print { .gone { x: 5 } } @media (max-width: 9em) { .other { x: 6 } .gone { x: 7 } }"
        ":is(.gone, .seen) { x: 8 }",
        encoding="utf-8",
    )
    prune(tmp_path, ("a.css",))
    assert sheet.read_text(encoding="utf-8").replace(" ", "") == (
        "p{x:1}.seen>a{x:2}.scripted:not(.gone){x:3}@media(max-width:9em){.other{x:6}}:is(.gone,.seen){x:8}\n"
    )


def test_an_address_that_is_nowhere_leads_back_to_the_course(site: Path, browser: Any) -> None:
    class Handler(SimpleHTTPRequestHandler):
        def send_error(self, code: int, *rest: Any) -> None:
            body = (site / "404.html").read_bytes()
            self.send_response(code)
            self.end_headers()
            self.wfile.write(body)

        def translate_path(self, path: str) -> str:
            return str(site / path.split("?")[0].removeprefix("/deep/course/"))

        def log_message(self, *rest: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{server.server_port}/deep/course/01-ponds/no-duck.html")
        page.locator("a[href='/deep/course/index.html']").wait_for()
        assert page.locator("#search").get_attribute("href") == "/deep/course/search.html?q=no%20duck"
        page.locator("#home").click()
        page.wait_for_url("**/deep/course/index.html")
        page.close()
        server.shutdown()


def test_cards_turn_over_below_their_objectives(tiny_site: Path) -> None:
    cards = page(tiny_site, "cards.html")
    objectives = page(tiny_site, "index.html").select("a[href*='cards.html']")
    groups = cards.select("section[id^=cards-]")
    assert groups
    assert objectives
    for group in groups:
        for card in group.select(".flashcard"):
            assert text(card.select_one(".details-body"))
            assert "{{" not in text(card)
    clozes = [text(card) for card in cards.select(".flashcard") if "[" in text(card).split("Umdrehen")[0]]
    assert clozes
