"""A form made again from its ``form.json``: the same bytes without the bank, and what has changed in the bank since."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image
from typer.testing import CliRunner

from builders.cli import Stop, app
from builders.course import Course, Form, Item, digest
from builders.exams import build_exams, form_text, read_form
from builders.exams.editions import Edition
from builders.exams.forms import canonical_json, form_digest
from builders.exams.rebuild import Rebuilt, change_lines, field_changes, find_changes, flat, rebuild
from builders.pdf import Lock
from tests.exams.bank import choice, slot, write_course
from tests.exams.conftest import Built, form_of

CARD = "# A card\n\nThere are {{ facts.shop.count }} shops.\n\n![a square](square.png)\n"


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def again(built: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Rebuilt, Path]:
    """Form B made again: its form.json lies alone in a folder, and no course is near."""
    alone = tmp_path_factory.mktemp("alone")
    shutil.copy(built.form("B") / "form.json", alone)
    return rebuild(alone / "form.json", alone / "out"), alone / "out/instructor/rebuilt/exam/B"


def test_the_same_bytes(built: Built, again: tuple[Rebuilt, Path]) -> None:
    rebuilt, folder = again
    assert rebuilt.problems == ()
    assert contents(folder) == contents(built.form("B"))
    assert set(rebuilt.same) == {name for name in contents(folder) if name != "form.json"}
    assert rebuilt.other == ()
    assert {path.name for path in rebuilt.files} == set(contents(folder))


def test_another_form_beside_it_stays(built: Built, again: tuple[Rebuilt, Path]) -> None:
    other = again[1].parent / "A"
    other.mkdir()
    (other / "kept").touch()
    rebuild(built.form("B") / "form.json", again[1].parents[3])
    assert (other / "kept").exists()


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with pictures of a question and of a card, a fact in the card, and sections; its exam was built."""
    root = tmp_path_factory.mktemp("shop")
    stem = "What is drawn?\n\n![a line](../../../pictures/line.svg)"
    write_course(
        root,
        secure=[choice("O1-a", stem=stem), choice("O1-b", stem=stem.replace("?", " here?"))],
        slots=[slot("S1")],
        reference="source/card.md",
        sections=[{"title": "Only one", "slots": ["S1"], "instructions": "Think of {{ facts.shop.count }}."}],
    )
    _add_data(root)
    (root / "pictures").mkdir()
    (root / "pictures/line.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0L9 9" stroke="black"/></svg>'
    )
    (root / "source/card.md").write_text(CARD)
    Image.new("RGB", (4, 4), "black").save(root / "source/square.png")
    course = _load(root)
    assert [str(problem) for problem in build_exams(course, root / "build")[0]] == []
    return root


def _add_data(root: Path) -> None:
    """Give a course a dataset of which one fact is known."""
    path = root / "objectives.yaml"
    spine = yaml.safe_load(path.read_text())
    dataset = {
        "id": "shop",
        "generator": "source/make.py",
        "facts": "source/facts.yaml",
        "variants": [{"id": "practice"}],
    }
    path.write_text(yaml.safe_dump(spine | {"datasets": [dataset]}, sort_keys=False))
    (root / "source").mkdir()
    (root / "source/make.py").write_text("")
    fact = {"id": "shop.count", "sql": "SELECT 7", "expected": {"practice": 7}}
    (root / "source/facts.yaml").write_text(yaml.safe_dump({"facts": [fact]}))


def _load(root: Path) -> Course:
    from builders.course import read_course

    loaded = read_course(root, secrets=True)
    assert loaded.course, loaded.problems
    return loaded.course


def test_pictures_cards_and_facts_are_in_the_form(shop: Path, tmp_path: Path) -> None:
    folder = shop / "build/instructor/exams/quiz/A"
    form = read_form(folder / "form.json")
    assert isinstance(form, Form)
    assert set(form.frame.files) == {"source/card.md", "source/square.png", "pictures/line.svg"}
    assert form.frame.values == {"facts.shop.count": "7"}
    shutil.copy(folder / "form.json", tmp_path)
    rebuilt = rebuild(tmp_path / "form.json", tmp_path)
    assert rebuilt.problems == ()
    assert contents(tmp_path / "instructor/rebuilt/quiz/A") == contents(folder)


def test_the_course_may_change(shop: Path, tmp_path: Path) -> None:
    """Title, version, day, topics and register of today make no difference to a form of yesterday."""
    root = tmp_path / "course"
    shutil.copytree(shop, root)
    text = (root / "objectives.yaml").read_text()
    (root / "objectives.yaml").write_text(text.replace("1.2", "9.9").replace("2026-03-01", "2027-03-01"))
    (root / "source/card.md").write_text("# Another card\n")
    path = root / "build/instructor/exams/quiz/B/form.json"
    assert rebuild(path, tmp_path / "out").problems == ()
    assert contents(tmp_path / "out/instructor/rebuilt/quiz/B") == contents(path.parent)


@pytest.mark.full
def test_every_edition_comes_back_on_its_sheet(built: Built, tmp_path: Path) -> None:
    editions = [edition.value for edition in Edition if edition is not Edition.STANDARD]
    problems, _ = build_exams(built.course, tmp_path, paper="letter", editions=editions, extra_time=1.25)
    assert problems == []
    folder = tmp_path / "instructor/exams/exam/A"
    assert len(contents(folder)) >= 10
    rebuilt = rebuild(folder / "form.json", tmp_path)
    assert rebuilt.other == ()
    assert contents(tmp_path / "instructor/rebuilt/exam/A") == contents(folder)


def test_another_program_is_named_where_bytes_differ(shop: Path, tmp_path: Path) -> None:
    form = read_form(shop / "build/instructor/exams/quiz/A/form.json")
    assert isinstance(form, Form)
    assert form.made
    made = form.made.model_copy(
        update={"software": "coursepack 0.0.1", "files": form.made.files | {"key.pdf": "0" * 64}}
    )
    (tmp_path / "form.json").write_text(form_text(form.model_copy(update={"made": made})))
    rebuilt = rebuild(tmp_path / "form.json", tmp_path)
    assert rebuilt.other == ("key.pdf",)
    assert [problem.severity for problem in rebuilt.problems] == ["warning"]
    assert "key.pdf is not the same bytes: made with coursepack 0.0.1, and this is coursepack" in str(
        rebuilt.problems[0]
    )


def changed(form: Form, **updates: Any) -> Form:
    """Return a form with other contents and the digest that fits them, as a forger would make it."""
    other = form.model_copy(update=updates)
    return other.model_copy(update={"digest": form_digest(other), "layout": None, "layout_digest": ""})


@pytest.mark.parametrize("name", ["../outside.md", "/tmp/outside.md", "source/../../outside.md"])
def test_no_form_writes_outside_its_folder(built: Built, tmp_path: Path, name: str) -> None:
    form = form_of(built, "A")
    evil = changed(form, frame=form.frame.model_copy(update={"files": {name: "evil"}}))
    (tmp_path / "form.json").write_text(form_text(evil))
    rebuilt = rebuild(tmp_path / "form.json", tmp_path)
    assert "leads out of the course" in str(rebuilt.problems[0])
    assert not list(tmp_path.glob("**/outside.md"))


def test_a_changed_form_is_refused(built: Built, tmp_path: Path) -> None:
    text = (built.form("A") / "form.json").read_text().replace('"seed": 12', '"seed": 13', 1)
    (tmp_path / "form.json").write_text(text)
    assert "was changed after it was made" in str(rebuild(tmp_path / "form.json", tmp_path).problems[0])


def test_a_form_that_was_never_printed(built: Built, tmp_path: Path) -> None:
    (tmp_path / "form.json").write_text(form_text(form_of(built, "A").model_copy(update={"made": None})))
    assert "does not say how its documents were made" in str(rebuild(tmp_path / "form.json", tmp_path).problems[0])


# ---- What has changed in the bank ----


def in_bank(course: Course, name: str, **updates: Any) -> Course:
    """Return a course whose bank holds an item otherwise."""
    items: list[Item] = []
    for item in course.items:
        other = item.model_copy(update=updates) if item.id == name else item
        other._at = item.at
        items.append(other)
    return replace(course, items=tuple(items))


def test_nothing_has_changed(built: Built) -> None:
    assert find_changes(form_of(built, "A"), built.course) == []


def test_a_changed_item_by_hash_and_field(built: Built) -> None:
    item = built.course.items_by_id["K1-order-row"]
    options: Any = getattr(item, "options")  # noqa: B009
    first = options[0].model_copy(update={"text": "One order of one good customer"})
    course = in_bank(built.course, "K1-order-row", options=(first, *options[1:]), minutes=2.0)
    changes = find_changes(form_of(built, "A"), course)
    assert [(change.question, change.item) for change in changes] == [(2, "K1-order-row")]
    assert changes[0].before == form_of(built, "A").entries[1].digest[:16]
    data = json.loads(canonical_json(course.items_by_id["K1-order-row"].model_dump(mode="json", exclude_defaults=True)))
    assert changes[0].now == digest(canonical_json(data))[:16]
    assert list(change_lines(changes)) == [
        f"question 2 (K1-order-row): {changes[0].before} → {changes[0].now}",
        "    options 1 text: “One order of one customer” → “One order of one good customer”",
        "    minutes: “1.0” → “2.0”",
    ]


def test_an_item_that_is_gone(built: Built) -> None:
    course = replace(built.course, items=tuple(item for item in built.course.items if item.id != "K1-order-row"))
    changes = find_changes(form_of(built, "A"), course)
    assert [line.split(": ", 2)[2] for line in change_lines(changes)] == ["it is no longer in the bank"]


def test_fields_that_come_and_go() -> None:
    before = {"stem": "a", "options": [{"text": "x"}, {"text": "y"}], "old": 1}
    now = {"stem": "a", "options": [{"text": "x", "pin": True}, {"text": "z"}]}
    assert [str(change) for change in field_changes(before, now)] == [
        "options 1 pin: new: “True”",
        "options 2 text: “y” → “z”",
        "old: gone: “1”",
    ]


def test_only_the_neighbourhood_of_a_change_is_quoted() -> None:
    long = "word " * 100
    (change,) = field_changes({"stem": f"{long}before {long}"}, {"stem": f"{long}after {long}"})
    text = str(change)
    assert "before" in text
    assert "after" in text
    assert len(text) < 200


def test_flat_names_are_readable() -> None:
    assert dict(flat({"options": [{"text": "x"}], "points": 2})) == {"options 1 text": "x", "points": "2"}


# ---- The command ----


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    """Return exit code and output of a command."""
    result = CliRunner().invoke(app, list(arguments), env=environment)
    code = 1 if isinstance(result.exception, Stop) else result.exit_code
    return code, result.output


def test_the_command_lists_changes_and_exits_0(shop: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "course"
    shutil.copytree(shop, root)
    bank = root / "assessments/secure/items/01-all.yaml"
    bank.write_text(bank.read_text().replace("The right answer to", "The best answer to"))
    form = root / "build/instructor/exams/quiz/A/form.json"
    code, text = run("exam", "rebuild", str(form), "--course", str(root), "--out", str(tmp_path / "out"))
    assert code == 0, text
    assert "options 1 text: “The right answer to O1-" in text
    assert "The best answer to" in text


def test_the_command_without_a_course(shop: Path, tmp_path: Path) -> None:
    form = shop / "build/instructor/exams/quiz/A/form.json"
    code, text = run("exam", "rebuild", str(form), "--course", str(tmp_path), "--out", str(tmp_path / "out"))
    assert code == 0, text
    assert "quiz/A/key.pdf" in text


def test_locked_on_request(shop: Path, tmp_path: Path) -> None:
    form = shop / "build/instructor/exams/quiz/A/form.json"
    rebuilt = rebuild(form, tmp_path, lock=Lock("a long secret"))
    assert rebuilt.other == ()
    locked = {path.name for path in rebuilt.files if b"/Encrypt" in path.read_bytes()}
    assert locked == {"key.pdf", "rubric.pdf", "proof.pdf"}
