"""The proof sheet: one page that says what a form is, and that is true of the files beside it."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.exams.printing import Printing
from builders.exams.proof import make_proof
from tests.exams.conftest import Built, form_of
from tests.exams.judge import info_of, pages_of, squeeze

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("letter", ["A", "B"])
def test_one_page_that_names_everything(built: Built, letter: str) -> None:
    pages = pages_of(built.form(letter) / "proof.pdf")
    assert len(pages) == 1
    form = form_of(built, letter)
    text = squeeze(pages[0])
    wanted = [form.digest, f"coursepack {version('coursepack')}", form.version, form.released, f"Form {letter}"]
    wanted += [f"{entry.item['id']}" for entry in form.entries] + [entry.digest[:16] for entry in form.entries]
    assert [value for value in wanted if squeeze(value) not in text] == []
    assert "Instructor – keep secure" in pages[0]


def test_files_have_the_digests_and_pages_it_says(built: Built) -> None:
    text = pages_of(built.form("A") / "proof.pdf")[0]
    for name in ("paper.pdf", "key.pdf", "rubric.pdf"):
        path = built.form("A") / name
        line = next(line for line in text.splitlines() if f" {name}" in f" {line}")
        cells = line.split()[line.split().index(name) :]
        assert cells[1:3] == [info_of(path)["Pages"], hashlib.sha256(path.read_bytes()).hexdigest()[:16]]


def test_the_form_remembers_all_files(built: Built) -> None:
    made = form_of(built, "A").made
    assert made is not None
    assert made.files == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in built.form("A").iterdir()
        if path.name != "form.json"
    }
    assert (made.paper, made.software) == ("a4", f"coursepack {version('coursepack')}")


@pytest.mark.parametrize("count", [18, 19, 50])
def test_long_exams_fit_too(built: Built, tmp_path: Path, count: int) -> None:
    """With every edition beside the paper, and questions in two columns."""
    form = form_of(built, "A")
    entries = [
        entry.model_copy(update={"number": number, "draw": number % 7})
        for number, entry in enumerate((form.entries * 4)[:count], 1)
    ]
    names = [
        "paper",
        "paper-large-print",
        "paper-dyslexia",
        "paper-extra-time-150",
        "paper-screen-reader",
        "key",
        "rubric",
    ]
    data = (built.form("A") / "key.pdf").read_bytes()
    files = {f"{name}.pdf": data for name in names} | {"paper-screen-reader.html": b"a page", "answer-sheet.pdf": data}
    proof = make_proof(form.model_copy(update={"entries": tuple(entries)}), files, Printing(built.course))
    assert proof.findings == ()
    (tmp_path / "proof.pdf").write_bytes(proof.data)
    assert len(pages_of(tmp_path / "proof.pdf")) == 1
    assert pages_of(tmp_path / "proof.pdf")[0].count(form.entries[0].digest[:16]) == len(range(0, count, 15))


def test_words_in_both_languages_and_each_used() -> None:
    catalogues: list[dict[str, Any]] = [
        yaml.safe_load((ROOT / f"builders/words/{language}/proof.yaml").read_text("utf-8")) for language in ("en", "de")
    ]
    assert list(catalogues[0]) == list(catalogues[1])
    code = (ROOT / "builders/exams/proof.py").read_text("utf-8")
    code += (ROOT / "builders/templates/exams/proof.html").read_text("utf-8")
    assert [word for word in catalogues[0] if f'"{word}"' not in code and f'"proof.{word}"' not in code] == []
