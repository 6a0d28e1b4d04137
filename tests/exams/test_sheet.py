"""Answer sheets and the places of answer fields, compared with what is drawn on the pages."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from builders.course.blueprints import AnswerField
from builders.exams import build_exams, read_form
from builders.exams.fields import SIZES
from builders.exams.sheet import CORNER, Mark, Row, id_fields, place_rows, rows_of
from builders.pdf import Paper
from tests.exams.bank import choice, slot, write_course
from tests.exams.conftest import Built
from tests.exams.drawn import Picture, draw
from tests.exams.judge import info_of, pages_of

LIGHT = 220
"""A hairline is light grey at the resolution of the pictures."""


@pytest.fixture(scope="session")
def sheet(editions: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[AnswerField], list[Picture]]:
    form = read_form(editions.form("A") / "form.json")
    assert not isinstance(form, list), form
    assert form.layout
    pages = draw(editions.form("A") / "answer-sheet.pdf", tmp_path_factory.mktemp("sheet"))
    return list(form.layout.sheet), pages


def test_a_sheet_is_one_leaf(editions: Built) -> None:
    path = editions.form("A") / "answer-sheet.pdf"
    assert info_of(path)["Pages"] == "2"
    front, back = pages_of(path)
    assert "Form A" in front
    assert "intentionally blank" in back


def test_every_bubble_is_where_the_form_says(sheet: tuple[list[AnswerField], list[Picture]]) -> None:
    fields, pages = sheet
    bubbles = [field for field in fields if field.width == field.height]
    assert len(bubbles) > 120
    missing = [f.name for f in bubbles if pages[f.page - 1].circle(f.x, f.y, f.width) < 0.9]
    assert missing == []
    # The judge notices a bubble that is not there.
    assert pages[0].circle(bubbles[0].x + 3.2, bubbles[0].y + 3.2, bubbles[0].width) < 0.6


def test_corners_and_edges_stay_free(sheet: tuple[list[AnswerField], list[Picture]]) -> None:
    _, pages = sheet
    width, height = SIZES[Paper.A4]
    for page in pages:
        for x in (0, width - CORNER):
            for y in (0, height - CORNER):
                assert page.dark(x, y, CORNER - 0.3, CORNER - 0.3) == 0


def test_each_closed_question_has_its_row(editions: Built) -> None:
    form = read_form(editions.form("A") / "form.json")
    assert not isinstance(form, list), form
    labels = [row.label for row in rows_of(form)]
    assert labels[:3] == ["1", "2", "3"]
    assert [label for label in labels if label.startswith(("5", "6", "8", "14"))] == [
        *("5.1", "5.2", "5.3", "6.1", "6.2", "6.3", "6.4", "8.1", "8.2", "14 a", "14 b")
    ]
    text = pages_of(editions.form("A") / "answer-sheet.pdf")[0]
    assert [label for label in labels if label not in text] == []


def test_bubbles_name_the_options_of_the_item(editions: Built) -> None:
    form = read_form(editions.form("A") / "form.json")
    assert not isinstance(form, list), form
    assert form.layout
    first = [field for field in form.layout.sheet if field.question == 2]
    assert tuple(field.option for field in first) == form.entries[1].order
    assert [field.name for field in first] == ["q2-A", "q2-B", "q2-C", "q2-D"]


def rows(count: int, options: int) -> list[Row]:
    return [Row(str(n), n, tuple(Mark(f"q{n}-{o}", "A", o) for o in range(options))) for n in range(1, count + 1)]


@pytest.mark.parametrize(("count", "options"), [(1, 2), (45, 5), (60, 6), (90, 5), (60, 12), (160, 5)])
@pytest.mark.parametrize("paper", Paper)
def test_many_questions_and_options_fit_one_leaf(count: int, options: int, paper: Paper) -> None:
    placed = place_rows(rows(count, options), paper)
    assert placed is not None
    assert len(placed) == count
    fields = [field for row in placed for _, field in row.fields()]
    width, height = SIZES[paper]
    assert {field.page for field in fields} <= {1, 2}
    for field in fields:
        assert field.x - 6 > 0
        assert field.x + field.width < width - 10
        assert field.y + field.height < height - CORNER
    places = sorted({(field.page, field.x, field.y) for field in fields})
    assert len(places) == len(fields)
    heads = [field for field in id_fields() if field.y + field.height > min(f.y for f in fields if f.page == 1)]
    assert heads == []


def test_bubbles_never_touch() -> None:
    placed = place_rows(rows(90, 5), Paper.LETTER) or []
    fields = [field for row in placed for _, field in row.fields()] + list(id_fields())
    close = [
        (one.name, other.name)
        for one, other in combinations(fields, 2)
        if one.page == other.page and abs(one.x - other.x) < 5.5 and abs(one.y - other.y) < 5
    ]
    assert close == []


def test_more_than_a_leaf_is_an_error(tmp_path: Path) -> None:
    items = [
        choice(
            f"O1-{n}",
            kind="matching",
            options=None,
            points=1,
            pairs=[{"left": f"left {place} of {n}", "right": f"right {place} of {n}"} for place in range(12)],
        )
        for n in range(10)
    ]
    slots = [slot(f"S{n}", kind="matching") for n in range(10)]
    course, _ = write_course(tmp_path, secure=items, slots=slots, forms=["A"], answer_sheet=True)
    problems, files = build_exams(course, tmp_path / "build")
    assert files == []
    errors = [str(problem) for problem in problems if problem.rule == "FM11"]
    assert len(errors) == 1
    assert "the answer sheet of form A has no room for its 120 rows on one leaf" in errors[0]


# ---- Fields of the paper ----


def test_every_field_of_the_paper_is_where_the_form_says(
    built: Built, tmp_path_factory: pytest.TempPathFactory
) -> None:
    layout = json.loads((built.form("A") / "form.json").read_text("utf-8"))["layout"]
    pages = draw(built.form("A") / "paper.pdf", tmp_path_factory.mktemp("paper"))
    assert len(pages) == layout["pages"]
    judged = set()
    for field in layout["fields"]:
        page, x, y = pages[field["page"] - 1], field["x"], field["y"]
        width, height = field["width"], field["height"]
        kind = field["name"].split("-")[-1]
        if kind == "writing":
            lines = round(height / 8)
            drawn = [page.dark(x + 2, y + 8 * line - 0.4, width - 4, 0.8, LIGHT) for line in range(1, lines + 1)]
            assert min(drawn) > 0.1, field
            assert page.dark(x, y + 0.5, width, 6, LIGHT) == 0, field
        elif kind == "value" or kind.startswith("gap"):
            assert page.dark(x + 1, y + height - 0.5, width - 2, 0.8, LIGHT) > 0.1, field
            assert height > 3, field
        else:
            assert page.has_frame(x, y, width, height), field
        judged.add(kind if kind in ("writing", "value") else "mark")
    assert judged == {"writing", "value", "mark"}


def test_fields_cover_every_question_and_follow_the_printed_order(built: Built) -> None:
    form = read_form(built.form("A") / "form.json")
    assert not isinstance(form, list), form
    assert form.layout
    assert {field.question for field in form.layout.fields} == {entry.number for entry in form.entries}
    for entry in form.entries:
        if entry.item["kind"] in ("choice", "multiple-response", "ordering"):
            printed = [field for field in form.layout.fields if field.question == entry.number]
            assert tuple(field.option for field in printed) == entry.order


def test_a_moved_field_is_noticed(built: Built) -> None:
    from builders.exams import parse_form

    data = json.loads((built.form("A") / "form.json").read_text("utf-8"))
    data["layout"]["fields"][0]["x"] += 1
    problems = parse_form(json.dumps(data), "form.json")
    assert isinstance(problems, list)
    assert "the places of its answer fields were changed" in str(problems[0])
