"""``form.json``: canonical, complete, and any change shows."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from builders.course import digest
from builders.exams import form_text, item_of, parse_form, read_form
from builders.exams.forms import canonical_json
from tests.exams.conftest import Built


def text_of(built: Built) -> str:
    return (built.form("A") / "form.json").read_text("utf-8")


def test_a_form_reads_back_as_it_was(built: Built) -> None:
    form = read_form(built.form("A") / "form.json")
    assert not isinstance(form, list)
    assert form_text(form) == text_of(built)
    for item in map(item_of, form.entries):
        assert item.model_dump() == built.course.items_by_id[item.id].model_dump()


def test_the_text_is_canonical(built: Built) -> None:
    text = text_of(built)
    assert text == json.dumps(json.loads(text), sort_keys=True, indent=2, ensure_ascii=False) + "\n"
    assert list(json.loads(text)) == sorted(json.loads(text))


def test_digests_form_a_chain(built: Built) -> None:
    data = json.loads(text_of(built))
    for entry in data["entries"]:
        assert entry["digest"] == digest(canonical_json(entry["item"]))
    whole, made = data.pop("digest"), data.pop("made")
    assert data.pop("layout_digest") == digest(whole, canonical_json(data.pop("layout")))
    assert whole == digest(canonical_json(data))
    for name, start in made["files"].items():
        assert hashlib.sha256((built.form("A") / name).read_bytes()).hexdigest() == start


CHANGES = {
    "an-item": ('"stem": "What does', '"stem": "Why does', "question {n} (item 'K1-order-row') is not the one"),
    "the-seed": ('"seed": 12', '"seed": 13', "the form was changed after it was made"),
    "the-shape": ('"letter": "A"', '"letter": "a"', "not a form: 'letter'"),
    "the-syntax": ('"letter"', "letter", "not a form"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_form_is_refused(built: Built, change: str) -> None:
    old, new, message = CHANGES[change]
    text = text_of(built)
    assert old in text
    problems = parse_form(text.replace(old, new, 1), "form.json")
    assert isinstance(problems, list)
    assert message.format(n=2) in str(problems[0])
    assert problems[0].rule == "FM07"


def test_a_form_that_is_not_there(tmp_path: Path) -> None:
    problems = read_form(tmp_path / "form.json")
    assert isinstance(problems, list)
    assert "cannot be read" in str(problems[0])
