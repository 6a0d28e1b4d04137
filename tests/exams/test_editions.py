"""Editions of a form: the same questions for every reader, judged by Poppler, an HTML parser and a browser."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pikepdf
import pytest

from builders.exams import build_exams, read_form
from builders.exams.editions import Edition, settings_of
from builders.pdf.accessibility import inspect
from tests.exams.bank import choice, slot, write_course
from tests.exams.conftest import Built
from tests.exams.drawn import most_colourful
from tests.exams.judge import info_of, pages_of, read_paper, squeeze

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PRINTED = ("paper-large-print", "paper-dyslexia", "paper-extra-time-150")
PAPERS = ("paper", *PRINTED, "paper-screen-reader")


def file(editions: Built, name: str) -> Path:
    return editions.form("A") / name


@pytest.fixture(scope="session")
def page(editions: Built) -> Element:
    """The HTML edition, read by a strict parser."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    document: Element = parser.parse(file(editions, "paper-screen-reader.html").read_text("utf-8"))
    return document


def test_every_edition_is_made_without_a_problem(editions: Built) -> None:
    assert editions.problems == []
    names = {path.name for path in editions.files}
    assert {f"{name}.pdf" for name in PAPERS} | {"paper-screen-reader.html", "answer-sheet.pdf"} <= names


# ---- The same content ----


@pytest.mark.parametrize("name", PRINTED)
def test_printed_editions_ask_the_same_in_the_same_order(editions: Built, name: str) -> None:
    standard, other = (read_paper(file(editions, f"{each}.pdf")) for each in ("paper", name))
    assert list(standard) == list(other)
    form = read_form(file(editions, "form.json"))
    assert not isinstance(form, list), form
    for entry in form.entries:
        one, two = standard[entry.number], other[entry.number]
        if entry.item["kind"] == "case" and name == "paper-large-print":
            # It goes over the page there: its parts follow one another in the whole paper.
            whole = squeeze("".join(pages_of(file(editions, f"{name}.pdf"))))
            places = [whole.index(squeeze(part["stem"])) for part in entry.item["parts"]]
            assert places == sorted(places)
            continue
        # The heading of a section stands below the question before it.
        assert Counter(_own(one.text)) == Counter(_own(two.text)), entry.number
        if entry.item["kind"] in ("choice", "multiple-response", "true-false"):
            assert list(one.marked().items()) == list(two.marked().items())
        if entry.item["kind"] == "ordering":
            assert _own("".join(one.steps())) == _own("".join(two.steps()))


def _own(text: str) -> str:
    """Return a question's text without the heading of the section that follows, whose times may differ."""
    return re.sub(r"Part2:Writing.*", "", text)


def text_of(element: Element) -> str:
    """Return the words of an element, without what only formulas say."""
    words = [element.text or ""]
    for child in element:
        words += ["" if str(child.tag).endswith(("math", "select")) else text_of(child), child.tail or ""]
    return "".join(words)


def classed(root: Element, name: str) -> list[Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def test_the_screen_edition_asks_the_same_in_the_same_order(editions: Built, page: Element) -> None:
    standard = read_paper(file(editions, "paper.pdf"))
    questions = classed(page, "question")
    assert [question.get("id") for question in questions] == [f"question-{number}" for number in standard]
    for number, question in enumerate(questions, 1):
        printed = standard[number].text
        for stem in classed(question, "item-stem"):
            for paragraph in stem.iter("p"):
                if not list(paragraph.iter("input")):
                    assert squeeze(text_of(paragraph)) in printed
        letters = [squeeze(text_of(one)) for one in classed(question, "option-letter")]
        texts = [squeeze(text_of(one)) for one in classed(question, "option-text")]
        marked = standard[number].marked()
        pairs = [(letter, text) for letter, text in zip(letters, texts, strict=False) if letter]
        assert [(letter, marked.get(letter)) for letter, _ in pairs] == pairs


def test_the_screen_pdf_has_the_words_of_the_page(editions: Built, page: Element) -> None:
    printed = squeeze("".join(pages_of(file(editions, "paper-screen-reader.pdf"))))
    texts = [squeeze(text_of(one)) for one in [*classed(page, "option-text"), *classed(page, "item-label")]]
    assert texts
    assert [text for text in texts if text not in printed] == []
    places = [printed.index(f"Question{number}{points}") for number, points in _heads(page)]
    assert places == sorted(places)


def _heads(page: Element) -> list[tuple[int, str]]:
    points = [squeeze(text_of(one)) for one in classed(page, "item-points")]
    labels = [squeeze(text_of(one)) for one in classed(page, "item-label")]
    return [
        (int(label.removeprefix("Question")), own)
        for label, own in zip(labels, points, strict=True)
        if label.startswith("Question")
    ]


def test_no_edition_gives_an_answer_away(editions: Built) -> None:
    form = read_form(file(editions, "form.json"))
    assert not isinstance(form, list), form
    html = file(editions, "paper-screen-reader.html").read_text("utf-8")
    assert "data-key" not in html
    pdfs = [squeeze("".join(pages_of(file(editions, f"{name}.pdf")))) for name in PAPERS]
    for entry in form.entries:
        for body in [entry.item, *entry.item.get("parts", [])]:
            told = [body.get("rationale"), body.get("model"), body.get("key_sql"), body.get("solution")]
            told += [option.get("feedback") for option in body.get("options", [])]
            told += [point["text"] for point in body.get("scoring", [])]
            secrets = [squeeze(secret) for secret in told if secret]
            assert [secret for secret in secrets for text in [squeeze(html), *pdfs] if secret in text] == []


# ---- What differs ----


def test_times_of_the_edition_with_extra_time(editions: Built) -> None:
    standard, longer = (pages_of(file(editions, f"{name}.pdf")) for name in ("paper", "paper-extra-time-150"))
    assert len(standard) == len(longer)
    assert "90 minutes" in standard[0]
    assert "135 minutes · Extra time (× 1.5)" in longer[0]
    times = [
        re.findall(r"Question \d+ .* ([\d.]+) minutes?$", "\n".join(pages), re.MULTILINE)
        for pages in (standard, longer)
    ]
    assert len(times[0]) == 15
    for short, long in zip(*times, strict=True):
        assert float(short) * 1.5 <= float(long) < float(short) * 1.5 + 0.5


def test_factors_of_extra_time() -> None:
    (_, quarter) = settings_of(["extra-time"], 1.25)
    assert quarter.stem == "paper-extra-time-125"
    assert [quarter.minutes(value) for value in (1, 2, 2.5, 4)] == [1.5, 2.5, 3.5, 5]
    assert quarter.duration(90) == 113
    assert [setting.edition for setting in settings_of(["all"], 1.5)] == list(Edition)
    assert [setting.edition for setting in settings_of([], 1.5)] == [Edition.STANDARD]


HEAD, FOOT = 60, 842 - 62
"""Between them, in points from the top, lies what a page says beside its running head and its number."""


def word_heights(path: Path) -> list[float]:
    """Return the height of each word in points, as Poppler sees it: that of its font, a little more than its size."""
    text = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    boxes = re.findall(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)"', text)
    places = [(float(top), float(bottom)) for top, bottom in boxes]
    return [bottom - top for top, bottom in places if top > HEAD and bottom < FOOT]


@pytest.mark.parametrize(("name", "size"), [("paper-large-print", 18), ("paper-dyslexia", 13)])
def test_print_is_as_large_as_it_says(editions: Built, name: str, size: float) -> None:
    ratio = 1.3  # IBM Plex Sans: ascent and descent in em
    heights = [height / ratio for height in word_heights(file(editions, f"{name}.pdf"))]
    large = sum(height > size * 0.94 for height in heights)
    assert large / len(heights) > 0.85
    assert sum(height < size * 0.7 for height in heights) / len(heights) < 0.02


@pytest.mark.parametrize("name", ["paper-large-print", "paper-dyslexia"])
def test_editions_for_readers_are_set_in_sans(editions: Built, name: str) -> None:
    fonts = subprocess.run(["pdffonts", file(editions, f"{name}.pdf")], capture_output=True, text=True, check=True)
    assert "Serif" not in fonts.stdout
    assert "Italic" not in fonts.stdout


@pytest.mark.parametrize("name", ["paper", *PRINTED])
def test_pages_fill_folded_sheets(editions: Built, name: str) -> None:
    assert int(info_of(file(editions, f"{name}.pdf"))["Pages"]) % 4 == 0


# ---- For every reader ----


@pytest.mark.parametrize("name", PAPERS)
def test_every_pdf_is_tagged(editions: Built, name: str) -> None:
    path = file(editions, f"{name}.pdf")
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    assert inspect(path.read_bytes()) == []


@pytest.mark.parametrize("name", ["paper", "paper-dyslexia", "paper-screen-reader"])
def test_nothing_is_told_by_colour(editions: Built, name: str, tmp_path: Path) -> None:
    assert most_colourful(file(editions, f"{name}.pdf"), tmp_path) <= 3


GREYS = {"g": 1, "rg": 3, "sc": None, "scn": None}


@pytest.mark.parametrize("name", PAPERS)
def test_text_is_dark_and_nothing_paints_the_paper(editions: Built, name: str) -> None:
    """On white, a grey up to 46 % has a contrast of 4.5; on tinted paper nothing white may lie under the words."""
    with pikepdf.open(file(editions, f"{name}.pdf")) as pdf:
        for sheet in pdf.pages:
            for instruction in pikepdf.parse_content_stream(sheet):
                if str(instruction.operator) in GREYS:
                    values = [float(value) for value in instruction.operands if not isinstance(value, pikepdf.Name)]
                    assert max(values, default=0) <= 0.46


def test_the_fields_of_the_screen_pdf_can_be_filled_in(editions: Built) -> None:
    with pikepdf.open(file(editions, "paper-screen-reader.pdf")) as pdf:
        widgets = [note for sheet in pdf.pages for note in sheet.obj.get("/Annots", []) if note.Subtype == "/Widget"]
    kinds = Counter(str(widget.FT) for widget in widgets)
    assert kinds["/Btn"] > 15
    assert kinds["/Tx"] > 8
    assert kinds["/Ch"] == 7


def test_the_page_is_whole_and_needs_nothing_else(page: Element) -> None:
    tags = Counter(str(element.tag) for element in page.iter())
    assert tags["script"] == tags["link"] == tags["iframe"] == 0
    addresses = [element.get(name) for element in page.iter() for name in ("src", "href") if element.get(name)]
    assert [address for address in addresses if not str(address).startswith(("#", "data:"))] == []
    ids = [element.get("id") for element in page.iter() if element.get("id")]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert tags["main"] == tags["h1"] == 1
    assert page.find(".//table/thead//th[@scope]") is not None


def test_every_field_of_the_page_has_a_name(page: Element) -> None:
    labels = {element.get("for") for element in page.iter("label")}
    fields = [element for tag in ("input", "select", "textarea") for element in page.iter(tag)]
    assert len(fields) > 30
    assert [f.get("id") for f in fields if f.get("id") not in labels and not f.get("aria-label")] == []
    assert all(fieldset[0].tag == "legend" for fieldset in page.iter("fieldset"))
    described = {name for f in page.iter() for name in f.get("aria-describedby", "").split()}
    assert described <= {element.get("id") for element in page.iter()}


def test_formulas_are_read_aloud(page: Element) -> None:
    formulas = list(page.iter("math")) or list(page.iter("{http://www.w3.org/1998/Math/MathML}math"))
    assert formulas
    assert all(formula.get("alttext") for formula in formulas)


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.full)])
def test_the_page_in_a_browser(editions: Built, browser: Any, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 400, "height": 800})
    try:
        tab = context.new_page()
        asked: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(file(editions, "paper-screen-reader.html").as_uri())
        tab.add_script_tag(path=AXE)
        found = tab.evaluate("axe.run()")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert tab.evaluate("document.documentElement.scrollWidth") <= 400
        tab.check("#q1-B")
        tab.keyboard.press("ArrowDown")
        assert tab.is_checked("#q1-C")
        tab.fill("textarea >> nth=0", "SELECT 1")
        assert len(asked) == 1
    finally:
        context.close()


# ---- What goes wrong, and what is done once ----


def test_a_question_too_tall_for_large_print_may_break_there(editions: Built) -> None:
    paper = read_paper(file(editions, "paper-large-print.pdf"))
    assert len(paper[14].pages) == 1  # its heading
    assert all(len(question.pages) == 1 for question in read_paper(file(editions, "paper.pdf")).values())


def test_what_did_not_change_is_not_laid_out_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course, _ = write_course(tmp_path, secure=[choice("O1-a")], slots=[slot("S1")], forms=["A"])
    problems, files = build_exams(course, tmp_path / "build")
    assert problems == []
    before = {path.name: path.read_bytes() for path in files}

    def refuse(*args: Any, **options: Any) -> None:
        raise AssertionError("laid out again")

    monkeypatch.setattr("builders.pdf.press.render_pdf", refuse)
    monkeypatch.setattr("builders.pdf.press.measure_pdf", refuse)
    problems, files = build_exams(course, tmp_path / "build")
    assert {path.name: path.read_bytes() for path in files} == before
    other, _ = write_course(tmp_path, secure=[choice("O1-a", stem="Why?")], slots=[slot("S1")], forms=["A"])
    with pytest.raises(AssertionError, match="laid out again"):
        build_exams(other, tmp_path / "build", workers=1)


def test_a_table_too_wide_names_item_form_and_edition(tmp_path: Path) -> None:
    wide = " | ".join(f"a_long_column_name_{n}" for n in range(9))
    table = f"Which?\n\n| {wide} |\n|{'---|' * 9}\n| {' | '.join('x' * 20 for _ in range(9))} |"
    course, _ = write_course(tmp_path, secure=[choice("O1-a", stem=table)], slots=[slot("S1")], forms=["A"])
    problems, files = build_exams(course, tmp_path / "build")
    assert files == []
    assert any("item 'O1-a', question 1 of form A: a table is" in problem.message for problem in problems)
    assert {problem.rule for problem in problems} <= {"pdf-overflow", "pdf-off-page"}
