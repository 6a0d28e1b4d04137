"""Papers, keys and marking guides, judged by what Poppler and qpdf read in them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.course import read_course
from builders.exams import build_exams, build_rubrics, read_form
from builders.pdf.accessibility import inspect
from tests.exams.bank import choice, slot, write_course
from tests.exams.conftest import BAKERY, Built, load
from tests.exams.judge import PrintedQuestion, info_of, pages_of, read_glance, read_paper, squeeze

ROOT = Path(__file__).parents[2]
TINY = ROOT / "tests/courses/tiny"
FORMS = ("A", "B")
EXAM_FILES = 10
"""The files of the two forms; those of the rubric sheets follow."""


def bank() -> dict[str, dict[str, Any]]:
    """Return the items as their authors wrote them."""
    files = [BAKERY / "assessments/items/01-bakery.yaml", BAKERY / "assessments/secure/items/01-bakery.yaml"]
    return {item["id"]: item for file in files for item in yaml.safe_load(file.read_text("utf-8"))["items"]}


def form_items(built: Built, letter: str) -> list[dict[str, Any]]:
    """Return the items of a form in the order of its questions, as their authors wrote them."""
    form = read_form(built.form(letter) / "form.json")
    assert not isinstance(form, list), form
    return [bank()[str(entry.item["id"])] for entry in form.entries]


def test_everything_is_made_without_a_problem(built: Built) -> None:
    assert built.problems == []
    exams = [file.relative_to(built.out / "instructor/exams").as_posix() for file in built.files[:EXAM_FILES]]
    names = ("paper.pdf", "key.pdf", "rubric.pdf", "proof.pdf", "form.json")
    assert exams == [f"exam/{letter}/{name}" for letter in FORMS for name in names]
    assert all(file.is_file() for file in built.files)


# ---- The key against the paper ----


def judge_options(item: dict[str, Any], question: PrintedQuestion, key: str) -> None:
    """The texts beside the key's letters are the item's right options, and all others are wrong ones."""
    printed = question.marked()
    letters = key.split(", ")
    right = {squeeze(option["text"]) for option in item["options"] if option.get("key")}
    assert {printed[letter] for letter in letters} == right
    assert set(printed.values()) == {squeeze(option["text"]) for option in item["options"]}


def judge_true_false(item: dict[str, Any], question: PrintedQuestion, key: str) -> None:
    assert question.marked()[key] == str(item["answer"])


def judge_matching(item: dict[str, Any], question: PrintedQuestion, key: str) -> None:
    printed = question.marked()
    pairs = {squeeze(pair["left"]): squeeze(pair["right"]) for pair in item["pairs"]}
    assert {printed[pair[0]]: printed[pair[1]] for pair in key.split(" ")} == pairs


def judge_ordering(item: dict[str, Any], question: PrintedQuestion, key: str) -> None:
    positions = [int(number) for number in key.split(", ")]
    in_order = [step for _, step in sorted(zip(positions, question.steps(), strict=True))]
    assert in_order == [squeeze(step) for step in item["sequence"]]
    assert positions != sorted(positions)


def judge_number(item: dict[str, Any], question: PrintedQuestion, key: str) -> None:
    assert float(key.split(" ")[0]) == item["value"]
    assert item["unit"] in question.text


def judge_gaps(item: dict[str, Any], question: PrintedQuestion, key: str) -> None:
    assert key == ", ".join(f"{number} {blank['answer']}" for number, blank in enumerate(item["blanks"], 1))


JUDGES = {
    "choice": judge_options,
    "multiple-response": judge_options,
    "true-false": judge_true_false,
    "matching": judge_matching,
    "ordering": judge_ordering,
    "numeric": judge_number,
    "cloze": judge_gaps,
}


@pytest.mark.parametrize("letter", FORMS)
def test_the_key_is_right_for_the_paper(built: Built, letter: str) -> None:
    paper = read_paper(built.form(letter) / "paper.pdf")
    key = read_glance(built.form(letter) / "key.pdf")
    items = form_items(built, letter)
    assert sorted(paper) == sorted(key) == list(range(1, len(items) + 1))
    judged = set()
    for number, item in enumerate(items, 1):
        judge = JUDGES.get(item["kind"])
        if judge:
            judge(item, paper[number], key[number]["key"])
            judged.add(item["kind"])
    assert judged == set(JUDGES)


WRONG_KEYS = {
    "choice": lambda key: "ABC"["ABC".index(key) - 1],
    "multiple-response": lambda key: key[0],
    "true-false": lambda key: {"A": "B", "B": "A"}[key],
    "matching": lambda key: " ".join(f"{number}{letter}" for number, letter in zip("123", "ABC", strict=True)),
    "ordering": lambda key: "1, 2, 3, 4",
    "numeric": lambda key: "1 loaves",
    "cloze": lambda key: "1 MAX, 2 HAVING",
}


@pytest.mark.parametrize("kind", WRONG_KEYS)
def test_the_judge_notices_a_wrong_key(built: Built, kind: str) -> None:
    items = list(enumerate(form_items(built, "B"), 1))
    number, item = next(pair for pair in items if pair[1]["kind"] == kind)
    key = read_glance(built.form("B") / "key.pdf")[number]["key"]
    with pytest.raises((AssertionError, KeyError)):
        JUDGES[kind](item, read_paper(built.form("B") / "paper.pdf")[number], WRONG_KEYS[kind](key))


@pytest.mark.parametrize("letter", FORMS)
def test_the_key_of_a_part_is_right_for_the_paper(built: Built, letter: str) -> None:
    number, item = next(pair for pair in enumerate(form_items(built, letter), 1) if pair[1]["kind"] == "case")
    printed = read_paper(built.form(letter) / "paper.pdf")[number].marked()
    line = next(line for line in pages_of(built.form(letter) / "key.pdf")[0].splitlines() if "a: " in line)
    found = re.search(r"a: ([A-C]);", line)
    assert found
    right = next(option["text"] for option in item["parts"][0]["options"] if option.get("key"))
    assert printed[found[1]] == right


@pytest.mark.parametrize("letter", FORMS)
def test_pinned_and_ordered_options_stay(built: Built, letter: str) -> None:
    paper = read_paper(built.form(letter) / "paper.pdf")
    seen = []
    for number, item in enumerate(form_items(built, letter), 1):
        texts = [squeeze(option["text"]) for option in item.get("options", [])]
        printed = list(paper[number].marked().values()) if texts else []
        if item.get("order") == "logical":
            assert printed == texts
            seen.append(item["id"])
        for place, option in enumerate(item.get("options", [])):
            if option.get("pin"):
                assert printed[place] == texts[place]
                seen.append(item["id"])
    assert letter != "A" or seen == ["K1-order-paid", "K1-order-row"]


@pytest.mark.parametrize("letter", FORMS)
def test_nothing_on_the_paper_gives_an_answer_away(built: Built, letter: str) -> None:
    text = squeeze("".join(pages_of(built.form(letter) / "paper.pdf")))
    for item in form_items(built, letter):
        bodies = [item, *item.get("parts", [])]
        told = [option.get("feedback") for body in bodies for option in body.get("options", [])]
        told += [body.get("rationale") for body in bodies] + [body.get("model") for body in bodies]
        told += [point["text"] for body in bodies for point in body.get("scoring", [])]
        told += [item.get("key_sql"), item["id"]]
        assert [secret for secret in told if secret and squeeze(secret) in text] == []


@pytest.mark.parametrize("letter", FORMS)
def test_the_key_gives_reasons(built: Built, letter: str) -> None:
    text = squeeze("".join(pages_of(built.form(letter) / "key.pdf")))
    for item in form_items(built, letter):
        reasons = [item["rationale"], *(option.get("feedback") for option in item.get("options", []))]
        assert [reason for reason in reasons if reason and squeeze(reason) not in text] == []
    form = read_form(built.form(letter) / "form.json")
    assert not isinstance(form, list)
    assert form.digest in text


@pytest.mark.parametrize("letter", FORMS)
def test_the_marking_guide_has_a_line_for_every_point(built: Built, letter: str) -> None:
    text = squeeze("".join(pages_of(built.form(letter) / "rubric.pdf")))
    for item in form_items(built, letter):
        bodies = [item, *item.get("parts", [])]
        lines = [point["text"] for body in bodies for point in body.get("scoring", [])]
        lines += [criterion["title"] for body in bodies for criterion in body.get("criteria", [])]
        assert [line for line in lines if squeeze(line) not in text] == []


def test_the_score_sheet_adds_up(built: Built) -> None:
    sheet = pages_of(built.form("A") / "rubric.pdf")[0].splitlines()
    points = [float(line.split()[-1]) for line in sheet if re.match(r" *\d+[\d–, ()a-c]* {2,}\S.* \d+(\.5)?$", line)]
    assert sum(points) == 41.5


# ---- Pages ----


def test_papers_have_one_even_number_of_pages(built: Built) -> None:
    pages = {info_of(built.form(letter) / "paper.pdf")["Pages"] for letter in FORMS}
    assert len(pages) == 1
    assert int(pages.pop()) % 2 == 0


@pytest.mark.parametrize("letter", FORMS)
def test_no_question_is_split(built: Built, letter: str) -> None:
    path = built.form(letter) / "paper.pdf"
    pages = [squeeze(page) for page in pages_of(path)]
    for number, item in enumerate(form_items(built, letter), 1):
        question = read_paper(path)[number]
        assert len(question.pages) == 1
        page = pages[question.pages[0] - 1]
        options = [option["text"] for option in item.get("options", [])] + item.get("sequence", [])
        options += [part["stem"] for part in item.get("parts", [])]
        assert [option for option in options if squeeze(option) not in page] == []


@pytest.mark.parametrize("letter", FORMS)
def test_every_page_says_which_and_where(built: Built, letter: str) -> None:
    pages = pages_of(built.form(letter) / "paper.pdf")
    last = max(question.pages[0] for question in read_paper(built.form(letter) / "paper.pdf").values())
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of {len(pages)}" in page
        assert f"Form {letter}" in page
        note = "Continued overleaf: turn over" if number % 2 else "Continued on the next page"
        assert (note in page) == (number < last)
        assert ("End of paper" in page) == (number == last)


@pytest.mark.parametrize("letter", FORMS)
def test_the_reference_card_is_a_leaf(built: Built, letter: str) -> None:
    pages = pages_of(built.form(letter) / "paper.pdf")
    card = next(number for number, page in enumerate(pages, 1) if "Tables of the bakery" in page)
    assert card % 2 == 1
    assert card == len(pages) - 1
    blank = [number for number, page in enumerate(pages, 1) if "This page is intentionally blank." in page]
    last = max(question.pages[0] for question in read_paper(built.form(letter) / "paper.pdf").values())
    assert blank == [*range(last + 1, card), len(pages)]


@pytest.mark.parametrize("name", ["key.pdf", "rubric.pdf"])
def test_instructors_documents_are_marked_on_every_page(built: Built, name: str) -> None:
    pages = pages_of(built.form("B") / name)
    assert all("Instructor – keep secure" in page and "Form B" in page for page in pages)


def test_the_head_of_the_paper(built: Built) -> None:
    head = pages_of(built.form("A") / "paper.pdf")[0]
    wanted = ["Counting Loaves", "Final examination", "15 questions · 41.5 points · 90 minutes"]
    wanted += ["Name", "Student ID", "Date", "of 41.5", "You may use a pen, and nothing else."]
    wanted += ["no question scores below zero", "numbered from 1 to 8."]
    assert [text for text in wanted if text not in head] == []


@pytest.mark.parametrize("letter", FORMS)
def test_points_and_minutes_stand_beside_each_question(built: Built, letter: str) -> None:
    lines = [line for page in pages_of(built.form(letter) / "paper.pdf") for line in page.splitlines()]
    heads = [line for line in lines if re.match(r"^ *Question \d+ ", line)]
    found = [re.search(r"([\d.]+) points? +([\d.]+) minutes?$", head) for head in heads]
    assert sum(float(one[1]) for one in found if one) == 41.5
    assert sum(float(one[2]) for one in found if one) == 66.5


PDF_FILES = [
    *(f"instructor/exams/exam/A/{name}.pdf" for name in ("paper", "key", "rubric")),
    *(f"{edition}/rubrics/pt01-week-report/analytic.pdf" for edition in ("student", "instructor")),
]


@pytest.mark.parametrize("name", PDF_FILES)
def test_pdf_files_are_sound(built: Built, name: str) -> None:
    path = built.out / name
    subprocess.run(["qpdf", "--check", path], check=True, capture_output=True)
    assert info_of(path)["Tagged"] == "yes"
    assert inspect(path.read_bytes()) == []
    fonts = subprocess.run(["pdffonts", path], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


def test_titles_say_which_form(built: Built) -> None:
    titles = [info_of(built.form("B") / f"{name}.pdf")["Title"] for name in ("paper", "key", "rubric")]
    title = "Final examination – Form B"
    assert titles == [title, f"Key: {title}", f"Marking guide: {title}"]


# ---- The same bytes ----

BUILD = """
import sys
from pathlib import Path
from builders.course import read_course
from builders.exams import build_exams, build_rubrics
course = read_course(Path(sys.argv[1]), secrets=True).course
build_exams(course, Path(sys.argv[2]))
build_rubrics(course, Path(sys.argv[2]))
"""


def test_the_same_seed_gives_the_same_bytes(built: Built, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONHASHSEED": "99", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", BUILD, str(built.course.root), str(tmp_path)], env=environment, check=True)
    made = [path for path in tmp_path.rglob("*") if path.is_file() and ".cache" not in path.parts]
    again = {path.relative_to(tmp_path): path.read_bytes() for path in made}
    first = {path.relative_to(built.out): path.read_bytes() for path in built.files}
    assert sorted(again) == sorted(first)
    assert [str(name) for name in first if first[name] != again[name]] == []


# ---- What goes wrong ----


def long_case(**changes: Any) -> dict[str, Any]:
    """Return a case whose parts together need more than a page."""
    parts = [
        {"id": name, "kind": "short-answer", "points": 1, "stem": "Explain.", "model": "So.", "lines": 20}
        | {"scoring": [{"points": 1, "text": "explains"}]}
        for name in "abc"
    ]
    own = {"kind": "case", "options": None, "stimulus": "A plan.", "parts": parts, "points": 3}
    return choice("O1-long", **(own | changes))


CASE_SLOT = slot("S1", kind="case", points=3)


def test_a_question_too_long_for_a_page_is_an_error(tmp_path: Path) -> None:
    course, _ = write_course(tmp_path, secure=[long_case()], slots=[CASE_SLOT], forms=["A"])
    problems, files = build_exams(course, tmp_path / "build")
    assert files == []
    assert not (tmp_path / "build/instructor/exams").exists()
    (error,) = problems
    assert str(error).startswith("assessments/secure/items/01-all.yaml:2: item 'O1-long', question 1 of form A does ")
    assert str(error).endswith("not fit on one page; shorten it, or waive FM08 with a reason to let it break [FM08]")


def test_a_declared_split_is_allowed(tmp_path: Path) -> None:
    item = long_case(waivers=[{"rule": "FM08", "reason": "a long case, meant for two pages"}])
    course, _ = write_course(tmp_path, secure=[item], slots=[CASE_SLOT], forms=["A"])
    problems, files = build_exams(course, tmp_path / "build")
    assert problems == []
    assert len(files) == 5


def test_a_text_that_cannot_be_rendered_leaves_the_old_exam(tmp_path: Path) -> None:
    course, _ = write_course(tmp_path, secure=[choice("O1-a")], slots=[slot("S1")], forms=["A"])
    build_exams(course, tmp_path / "build")
    before = (tmp_path / "build/instructor/exams/quiz/A/paper.pdf").read_bytes()
    broken = choice("O1-a", stem="What is ![](missing.png)?")
    course, _ = write_course(tmp_path, secure=[broken], slots=[slot("S1")], forms=["A"])
    problems, files = build_exams(course, tmp_path / "build")
    assert files == []
    (error,) = problems
    assert str(error).startswith("assessments/secure/items/01-all.yaml:2: ")
    assert (tmp_path / "build/instructor/exams/quiz/A/paper.pdf").read_bytes() == before


def test_an_interrupted_run_leaves_nothing_half_written(tmp_path: Path) -> None:
    course, _ = write_course(tmp_path, secure=[choice("O1-a"), choice("O1-b")], slots=[slot("S1")])

    def interrupt(note: str) -> None:
        if "keys and marking guides" in note:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_exams(course, tmp_path / "build", progress=interrupt)
    assert [path.name for path in (tmp_path / "build/instructor").iterdir()] == [".cache"]


def test_an_unknown_blueprint_is_named(built: Built, tmp_path: Path) -> None:
    problems, files = build_exams(built.course, tmp_path, blueprint="exan")
    assert files == []
    assert str(problems[0]) == "assessments/blueprints:1: there is no blueprint 'exan'; did you mean 'exam'? [REF01]"


def test_a_planned_blueprint_waits_until_it_is_named(tmp_path: Path) -> None:
    course, _ = write_course(tmp_path, secure=[choice("O1-a")], slots=[slot("S1")], forms=["A"], planned="later")
    assert build_exams(course, tmp_path / "build") == ([], [])
    problems, files = build_exams(course, tmp_path / "build", blueprint="quiz")
    assert problems == []
    assert len(files) == 5


def test_a_missing_reference_card_is_named(tmp_path: Path) -> None:
    course, _ = write_course(tmp_path, secure=[choice("O1-a")], slots=[slot("S1")], forms=["A"], reference="no.md")
    problems, files = build_exams(course, tmp_path / "build")
    assert files == []
    assert "no.md:1: the reference card cannot be read" in str(problems[0])


# ---- Other languages and papers ----


def test_a_german_course_on_letter_paper(tmp_path: Path) -> None:
    problems, _ = build_exams(load(TINY), tmp_path, paper="letter")
    assert problems == []
    folder = tmp_path / "instructor/exams/probe/A"
    assert "612 x 792" in info_of(folder / "paper.pdf")["Page size"]
    paper, key, guide = ("".join(pages_of(folder / f"{name}.pdf")) for name in ("paper", "key", "rubric"))
    wanted = ["Seite 1 von 4", "Weiter auf der Rückseite: bitte wenden", "Ende der Aufgaben"]
    assert [text for text in wanted if text not in paper] == []
    wanted = ["Nur für Lehrende – vertraulich aufbewahren", "Fassung A"]
    assert [text for text in wanted if text not in key] == []
    assert "Wertungsbogen" in guide
    assert not re.search(r"\b(Question|Form [AB]|Points|minutes|Instructor)\b", paper + key + guide)


def test_both_languages_have_every_word() -> None:
    files = [ROOT / "builders/words" / language / "exams.yaml" for language in ("en", "de")]
    catalogues = [yaml.safe_load(file.read_text("utf-8")) for file in files]
    english, german = catalogues
    assert list(english) == list(german)
    holes = [{key: sorted(re.findall(r"\{(\w+)\}", str(text))) for key, text in own.items()} for own in catalogues]
    assert holes[0] == holes[1]


def test_every_word_is_used() -> None:
    """A word that no template or module asks for would be translated for nothing."""
    sources = [*(ROOT / "builders/exams").glob("*.py"), *(ROOT / "builders/templates/exams").glob("*.html")]
    code = "".join(path.read_text("utf-8") for path in sources)
    words = yaml.safe_load((ROOT / "builders/words/en/exams.yaml").read_text("utf-8"))
    built_up = re.compile(r"(kind|edition|margin)-.*|analytic-use|single-point-use")
    unused = [
        word for word in words if not built_up.fullmatch(word) and not re.search(rf"['\"](exams\.)?{word}['\"]", code)
    ]
    assert unused == []


# ---- Rubric sheets ----


def test_rubric_sheets(built: Built) -> None:
    names = [file.relative_to(built.out).as_posix() for file in built.files[EXAM_FILES:]]
    folders = ["student/rubrics/pt01-week-report", "instructor/rubrics/pt01-week-report"]
    expected = [f"{folder}/{name}.pdf" for folder in folders for name in ("analytic", "single-point")]
    assert names == [*expected, f"{folders[1]}/grading.csv"]
    analytic = "".join(pages_of(built.out / folders[0] / "analytic.pdf"))
    assert "every number comes from a query that runs" in " ".join(analytic.split()) or "Queries" in analytic
    assert float(info_of(built.out / folders[0] / "analytic.pdf")["Page size"].split()[0]) > 800


def test_learners_see_no_sample(built: Built) -> None:
    secrets = ["412 loaves were ordered", "Both numbers come from one query", "The queries are sound", "keep secure"]
    for path in (built.out / "student").rglob("*.pdf"):
        text = squeeze("".join(pages_of(path)))
        assert [secret for secret in secrets if squeeze(secret) in text] == []
    instructor = squeeze("".join(pages_of(built.out / "instructor/rubrics/pt01-week-report/analytic.pdf")))
    assert [secret for secret in secrets if squeeze(secret) not in instructor] == []


def test_rubrics_need_no_secrets(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(BAKERY, root)
    shutil.rmtree(root / "assessments/secure")
    course = read_course(root).course
    assert course
    problems, files = build_rubrics(course, tmp_path / "build")
    assert problems == []
    assert len(files) == 5


def test_a_grading_table_with_weights(built: Built) -> None:
    rows = (built.out / "instructor/rubrics/pt01-week-report/grading.csv").read_text("utf-8-sig").splitlines()
    assert rows == ["Learner,Student ID,Rater,queries,advice,Comment", "weight in percent,,,60,40,"]


def test_a_sample_totals_weight_times_level(built: Built) -> None:
    text = " ".join("".join(pages_of(built.out / "instructor/rubrics/pt01-week-report/analytic.pdf")).split())
    assert [total for total in ("Total: 50 %", "Total: 75 %") if total not in text] == []


def test_a_task_that_cannot_be_rendered_leaves_no_sheet(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(BAKERY, root)
    file = root / "assessments/tasks/pt01-week-report.yaml"
    file.write_text(file.read_text("utf-8").replace("**how much bread was ordered**", "![](missing.png)"), "utf-8")
    problems, files = build_rubrics(load(root), tmp_path / "build")
    assert files == []
    assert not (tmp_path / "build").exists()
    (error,) = problems
    assert str(error).startswith("assessments/tasks/pt01-week-report.yaml:2: ")
