"""The deck, judged by Anki's own engine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from anki.collection import Collection
from anki.notes import Note as AnkiNote
from hypothesis import given
from hypothesis import strategies as st

from builders.course import Course, read_words
from builders.course.problem import NOWHERE
from builders.decks import Note, build_decks, cloze_numbers, find_problems, notes_of
from builders.decks.media import Media
from builders.decks.models import FIELDS, note_type
from tests.decks.conftest import ROOT, build, import_deck, load


def test_import_is_whole(course: Course, collection: Collection, tmp_path: Path) -> None:
    import_deck(collection, build(course, tmp_path))
    notes = collection.find_notes("")
    wanted = len(course.cards) + len(course.glossary) + len(course.spine.terms)
    assert len(notes) == wanted
    for note_id in notes:
        assert collection.get_note(note_id).fields_check() == 0
    assert list(collection.get_empty_cards().notes) == []
    assert list(collection.media.check().missing) == []
    assert collection.fix_integrity()[1]


def test_every_card_shows_question_and_answer(course: Course, collection: Collection, tmp_path: Path) -> None:
    import_deck(collection, build(course, tmp_path))
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        shown = card.render_output(reload=True)
        for side in (shown.question_text, shown.answer_text):
            assert "{{" not in side
            assert "template has a problem" not in side.lower()
        assert len(shown.answer_text) > len(shown.question_text)


def test_tags_find_cards(collection: Collection, tmp_path: Path) -> None:
    course = load("own")
    import_deck(collection, build(course, tmp_path))
    for card in course.cards:
        objective = course.objectives[card.objective]
        level = card.bloom or objective.bloom
        module = course.module_of(card.source)
        assert module is not None
        number = module.id[1:]
        search = f"tag:tpm::obj::{card.objective} tag:tpm::bloom::{level.rank}-{level} tag:tpm::module::{number}"
        assert collection.find_notes(search)
    assert not collection.find_notes("tag:tpm::obj::none")


def test_order_follows_the_course(collection: Collection, tmp_path: Path) -> None:
    import_deck(collection, build(load("tiny"), tmp_path))
    cards = [collection.get_card(card_id) for card_id in collection.find_cards("", order="c.due asc")]
    assert [card.due for card in cards] == sorted(card.due for card in cards)
    assert min(card.due for card in cards) >= 1


def test_same_deck_again_changes_nothing(course: Course, collection: Collection, tmp_path: Path) -> None:
    path = build(course, tmp_path)
    import_deck(collection, path)
    before = snapshot(collection)
    import_deck(collection, path)
    assert snapshot(collection) == before


def snapshot(collection: Collection) -> list[tuple[str, list[str], int]]:
    notes = [collection.get_note(note_id) for note_id in collection.find_notes("")]
    return sorted((note.guid, note.fields, note.mod) for note in notes)


def test_same_bytes_in_another_process(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.decks.conftest import build, load;"
        "build(load('own'), Path(sys.argv[1]))"
    )
    made = []
    for seed in ("0", "1"):
        out = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, str(out)], cwd=ROOT, env=environment, check=True)
        made.append((out / "student" / "decks" / "tpm.apkg").read_bytes())
    assert made[0] == made[1]


def test_secrets_are_refused() -> None:
    with pytest.raises(ValueError, match="without secrets"):
        build_decks(replace(load("tiny"), secrets=True), Path("nowhere"))


@pytest.mark.parametrize(
    ("kind", "fields", "rule"),
    [
        ("basic", ("<p> </p>", "b"), "DK01"),
        ("basic", ("a", "<br>&nbsp;"), "DK04"),
        ("cloze", ("no gap", ""), "DK02"),
        ("cloze", ("{{c1::open", ""), "DK02"),
        ("cloze", ("{{c1,2::two}}", ""), "DK03"),
    ],
)
def test_broken_note_is_refused(kind: str, fields: tuple[str, ...], rule: str) -> None:
    note = Note("n", "g", kind, fields, (), NOWHERE)
    assert [problem.rule for problem in find_problems([note])] == [rule]


def test_two_notes_of_one_name_are_refused() -> None:
    notes = [Note("n", "g", "basic", ("a", "b"), (), NOWHERE)] * 2
    assert {problem.rule for problem in find_problems(notes)} == {"DK05"}


def test_formulas_are_left_to_anki(tmp_path: Path) -> None:
    notes = {note.name: note for note in deck_notes(load("tiny"))}
    assert r"\(0{,}02\)" in notes["karte-menge"].fields[1]


def test_pictures_become_files(collection: Collection, tiny: Course, tmp_path: Path) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4"><rect width="4" height="4"/></svg>'
    (tiny.root / "source" / "bild.svg").write_text(drawing, encoding="utf-8")
    card = tiny.cards[0].model_copy(update={"front": "Was ist das? ![Ein Quadrat](bild.svg)"})
    import_deck(collection, build(replace(tiny, cards=(card, *tiny.cards[1:])), tmp_path))
    name = next(name for note in notes_in(collection) for name in re.findall(r'<img src="([^"]+)"', note.fields[0]))
    assert re.fullmatch(r"rad-[0-9a-f]{16}\.svg", name)
    assert (Path(collection.media.dir()) / name).read_text(encoding="utf-8") == drawing
    assert list(collection.media.check().missing) == []


def test_cards_lead_to_their_lesson_where_the_site_has_an_address() -> None:
    course = load("tiny")
    about = course.about.model_copy(update={"site": "https://example.org/rad/"})
    linked = replace(course, spine=course.spine.model_copy(update={"course": about}))
    source = next(deck_notes(linked)).fields[3]
    assert '<a href="https://example.org/rad/01-rad-pflegen/01-was-quietscht-da.html">' in source


def test_subdecks_where_the_course_asks_for_them(collection: Collection, tmp_path: Path) -> None:
    course = load("tiny")
    about = course.about.model_copy(update={"subdecks": True})
    import_deck(collection, build(replace(course, spine=course.spine.model_copy(update={"course": about})), tmp_path))
    names = {deck.name for deck in collection.decks.all_names_and_ids(skip_empty_default=True)}
    assert {f"{about.title}", f"{about.title}::{course.modules[0].title}"} <= names


def deck_notes(course: Course) -> Iterator[Note]:
    return notes_of(course, read_words(course.about.language), Media(course.about.slug))


def notes_in(collection: Collection) -> list[AnkiNote]:
    return [collection.get_note(note_id) for note_id in collection.find_notes("")]


CLOZE_PIECES = st.lists(st.sampled_from(["{{c1::", "{{c2::", "{{c3::", "}}", "a", "::", " b ", "{{", "}"]), max_size=9)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collection]:
    opened = Collection(str(tmp_path_factory.mktemp("engine") / "engine.anki2"))
    yield opened
    opened.close()


@given(pieces=CLOZE_PIECES)
def test_gaps_are_those_of_the_engine(engine: Collection, pieces: list[str]) -> None:
    text = "".join(pieces)
    note = engine.new_note(engine.models.by_name("Cloze"))
    note.fields[0] = text
    assert cloze_numbers(text) == sorted(engine._backend.cloze_numbers_in_note(note._to_backend_note()))


def test_note_types_are_as_learners_have_them() -> None:
    """Ids and names of note types, fields and templates: another value here freezes the notes of every learner."""
    words = read_words("en")
    made = {kind: note_type("tpm", kind, 0, words).to_json(0) for kind in FIELDS}
    found = {
        kind: {
            "id": data["id"],
            "fields": {field["name"]: field["id"] for field in data["flds"]},
            "templates": {template["name"]: template["id"] for template in data["tmpls"]},
        }
        for kind, data in made.items()
    }
    assert found == json.loads((Path(__file__).parent / "note-types.json").read_text(encoding="utf-8"))
