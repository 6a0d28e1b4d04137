"""The marking guide at a desk: one score sheet a learner, and what open answers are judged by."""

from __future__ import annotations

import re
import subprocess

import pytest

from builders.course import read_words
from builders.course.items import Case, EssayBody, TaskBody
from builders.exams import item_of
from builders.markup import printed_key
from tests.exams.conftest import Built, form_of
from tests.exams.judge import pages_of, squeeze

FORMS = ["A", "B"]


@pytest.mark.parametrize("letter", FORMS)
def test_closed_questions_have_key_and_box(built: Built, letter: str) -> None:
    command = ["pdftotext", "-raw", "-l", "1", built.form(letter) / "rubric.pdf", "-"]
    sheet = squeeze(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    closed = [entry for entry in form_of(built, letter).entries if item_of(entry).kind.closed]
    assert len(closed) > 5
    for entry in closed:
        key = squeeze(printed_key(item_of(entry), entry.order, read_words("en")))
        assert f"{key}{entry.number}/{entry.points:g}" in sheet


@pytest.mark.parametrize("letter", FORMS)
def test_the_score_sheet_is_one_page(built: Built, letter: str) -> None:
    pages = pages_of(built.form(letter) / "rubric.pdf")
    assert re.search(r"^ *Total +41\.5", pages[0], re.MULTILINE)
    assert "Score sheet" in pages[0]
    assert "Model answer" not in pages[0]


@pytest.mark.parametrize("letter", FORMS)
def test_open_questions_have_a_model_and_what_earns_points(built: Built, letter: str) -> None:
    command = ["pdftotext", "-raw", built.form(letter) / "rubric.pdf", "-"]
    text = squeeze(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    for entry in form_of(built, letter).entries:
        item = item_of(entry)
        for body in item.parts if isinstance(item, Case) else (item,):
            model = getattr(body, "model", None) or getattr(body, "key_sql", None) or getattr(body, "solution", None)
            if model and not item.kind.closed:
                assert all(squeeze(line) in text for line in model.splitlines()), item.id
            if isinstance(body, EssayBody | TaskBody):
                levels = [level for criterion in body.criteria for level in criterion.levels.values()]
                assert [level for level in levels if squeeze(str(level)) not in text] == [], item.id
