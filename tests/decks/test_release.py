"""Releases: what moves the ledger, what a package then holds, and what is refused."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders.course import Course
from builders.decks import build_decks, read_stack, release_deck
from builders.decks.ledger import LEDGER
from tests.decks.conftest import build, release

START = 1_790_000_000


def changed(course: Course, name: str, **update: Any) -> Course:
    """Return the course with one card changed."""
    cards = tuple(card.model_copy(update=update) if card.id == name else card for card in course.cards)
    return replace(course, cards=cards)


def without(course: Course, name: str) -> Course:
    return replace(course, cards=tuple(card for card in course.cards if card.id != name))


def times(path: Path) -> dict[str, int]:
    """Return the modification time of each note of a package by its first field."""
    return {row[0].split("\x1f")[0]: row[1] for row in rows(path)}


def rows(path: Path) -> list[tuple[str, int, str]]:
    with zipfile.ZipFile(path) as archive:
        data = archive.read("collection.anki2")
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    found = connection.execute("SELECT flds, mod, tags FROM notes").fetchall()
    connection.close()
    return found


def report(course: Course, number: int) -> str:
    return (course.root / "assessments" / "cards" / "updates" / f"{number:03}.md").read_text(encoding="utf-8")


def test_only_what_changed_gets_a_new_time(tiny: Course, tmp_path: Path) -> None:
    release(tiny, START)
    release(changed(tiny, "karte-oelen", back="Abwischen, dann ölen"), START + 100)
    found = set(times(build(changed(tiny, "karte-oelen", back="Abwischen, dann ölen"), tmp_path)).items())
    assert ("<p>Was kommt vor dem Ölen?</p>\n", START + 100) in found
    assert {time for _, time in found} == {START, START + 100}
    assert sum(time == START + 100 for _, time in found) == 1


def test_a_change_waits_for_its_release(tiny: Course, tmp_path: Path) -> None:
    release(tiny, START)
    later = changed(tiny, "karte-oelen", back="Anderes")
    later = replace(later, cards=(*later.cards, later.cards[0].model_copy(update={"id": "neu", "front": "Neu?"})))
    found = times(build(later, tmp_path))
    assert set(found.values()) == {START}
    assert not any("Neu?" in front for front in found)


def test_order_and_markup_alone_are_no_change(tiny: Course) -> None:
    release(tiny, START)
    turned = replace(tiny, cards=tiny.cards[::-1])
    bold = changed(turned, "karte-oelen", back="**Abwischen**")
    assert release_deck(bold, START + 100) == ([], [])


def test_retired_notes_come_once_more_with_a_tag(tiny: Course, tmp_path: Path) -> None:
    release(tiny, START)
    smaller = without(tiny, "karte-oelen")
    release(smaller, START + 100)
    gone = [row for row in rows(build(smaller, tmp_path / "1")) if "rad::retired" in row[2].split()]
    assert [(row[0].split("\x1f")[0], row[1]) for row in gone] == [("<p>Was kommt vor dem Ölen?</p>\n", START + 100)]
    release(changed(smaller, "karte-sicher", back="Bremsen prüfen"), START + 200)
    assert not any("rad::retired" in row[2] for row in rows(build(smaller, tmp_path / "2")))


def test_a_retired_note_can_return(tiny: Course, tmp_path: Path) -> None:
    release(tiny, START)
    release(without(tiny, "karte-oelen"), START + 100)
    release(tiny, START + 200)
    found = rows(build(tiny, tmp_path))
    assert not any("rad::retired" in row[2] for row in found)
    assert times(build(tiny, tmp_path))["<p>Was kommt vor dem Ölen?</p>\n"] == START + 200


def test_times_grow_even_where_the_clock_went_back(tiny: Course, tmp_path: Path) -> None:
    release(tiny, START)
    late = changed(tiny, "karte-oelen", back="Anderes")
    release(late, START - 5_000)
    assert max(times(build(late, tmp_path)).values()) == START + 1


def test_learners_are_told_what_changed(tiny: Course) -> None:
    release(tiny, START)
    later = changed(without(tiny, "karte-sicher"), "karte-oelen", back="Abwischen, *dann* ölen")
    release(
        replace(later, cards=(*later.cards, later.cards[0].model_copy(update={"id": "neu", "front": "Neu?"}))),
        START + 9,
    )
    text = report(tiny, 2)
    assert "### 1 neue Notiz\n\n- Neu?" in text
    assert "- Was kommt vor dem Ölen?\n  - Back: aus „Abwischen“ wird „Abwischen, dann ölen“" in text
    assert "rad::retired" in text
    assert "- Welche Probe kommt vor jeder Fahrt?" in text


def test_the_report_is_a_page_for_learners(tiny: Course, tmp_path: Path) -> None:
    release(tiny, START)
    release(changed(tiny, "karte-oelen", back="Anderes <b>"), START + 9)
    build(tiny, tmp_path)
    page = (tmp_path / "student" / "decks" / "updates.html").read_text(encoding="utf-8")
    assert page.index("Ausgabe 2") < page.index("Ausgabe 1")
    assert "Anderes &lt;b&gt;" in page


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (lambda course: changed(course, "karte-kette", text="Die {{c2::Kette}} läuft um das Kettenblatt."), "DK14"),
        (lambda course: changed(course, "karte-ritzel", reverse=False), "DK14"),
        (lambda course: as_kind(course, "karte-oelen", "karte-hebel"), "DK13"),
        (lambda course: with_slug(course, "velo"), "DK11"),
    ],
)
def test_what_would_harm_a_collection_is_refused(tiny: Course, change: Callable[[Course], Course], rule: str) -> None:
    release(tiny, START)
    before = (tiny.root / LEDGER).read_bytes()
    problems, files = release_deck(change(tiny), START + 9)
    assert {problem.rule for problem in problems} == {rule}
    assert files == []
    assert (tiny.root / LEDGER).read_bytes() == before


def as_kind(course: Course, name: str, other: str) -> Course:
    """Return the course with the card of one kind under the name of another."""
    card = next(card for card in course.cards if card.id == other).model_copy(update={"id": name})
    return replace(course, cards=tuple(card if own.id == name else own for own in course.cards))


def with_slug(course: Course, slug: str) -> Course:
    about = course.about.model_copy(update={"slug": slug})
    return replace(course, spine=course.spine.model_copy(update={"course": about}))


def test_changed_fields_of_a_note_type_are_refused(tiny: Course) -> None:
    release(tiny, START)
    ledger = json.loads((tiny.root / LEDGER).read_text(encoding="utf-8"))
    ledger["note_types"]["basic"]["fields"].append("Hint")
    for note in ledger["notes"].values():
        note["fields"] += [""] if note["kind"] == "basic" else []
    (tiny.root / LEDGER).write_text(json.dumps(ledger), encoding="utf-8")
    problems, _ = build_decks(tiny, tiny.root / "build")
    assert [problem.rule for problem in problems] == ["DK12"]


def spoilt(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Return what puts a value into a ledger, at a path of keys; the key ``first`` is that of the first note."""

    def spoil(ledger: dict[str, Any]) -> None:
        *steps, last = path.split(".")
        place: Any = ledger
        for step in steps:
            place = place[int(step)] if step.isdigit() else place[min(place) if step == "first" else step]
        place[last] = value

    return spoil


SPOILT = {
    "no releases": (spoilt("releases", []), "releases: Tuple should have at least 1 item"),
    "another number": (spoilt("releases.0.number", 2), "the releases do not follow one another"),
    "no time": (spoilt("releases.0.time", 10**18), "releases.0.time: Input should be less than"),
    "no note types": (spoilt("note_types", {}), "are not those of its note type"),
    "fields lost": (spoilt("notes.first.fields", []), "are not those of its note type"),
    "first release to come": (spoilt("notes.first.since", 7), "is of a release that is not in the list"),
    "retired in time to come": (spoilt("notes.first.retired", 7), "is of a release that is not in the list"),
    "newer than the last release": (spoilt("notes.first.time", START + 1), "is of a release that is not in the list"),
    "tag with a space": (spoilt("notes.first.tags", ["a b"]), "tags.0: String should match"),
    "guid twice": (lambda ledger: [note.update(guid="x") for note in ledger["notes"].values()], "the same guid"),
}


@pytest.mark.parametrize(("spoil", "message"), SPOILT.values(), ids=SPOILT)
def test_a_ledger_changed_by_hand_is_refused(
    tiny: Course, spoil: Callable[[dict[str, Any]], object], message: str
) -> None:
    release(tiny, START)
    path = tiny.root / LEDGER
    ledger = json.loads(path.read_text(encoding="utf-8"))
    spoil(ledger)
    path.write_text(json.dumps(ledger), encoding="utf-8")
    before = path.read_bytes()
    for problems, _ in (build_decks(tiny, tiny.root / "build"), release_deck(tiny, START + 9)):
        assert [problem.rule for problem in problems] == ["DK10"]
        assert message in problems[0].message
    assert path.read_bytes() == before
    assert not (tiny.root / "build").exists()


@pytest.mark.parametrize("data", [b"{", b"", b"[]", b"\xff", b"[" * 100_000, b"<<<<<<< HEAD\n{}"])
def test_a_broken_ledger_is_named(tiny: Course, data: bytes) -> None:
    (tiny.root / LEDGER).write_bytes(data)
    problems, stack = read_stack(tiny)
    assert stack is None
    assert [problem.rule for problem in problems] == ["DK10"]


def test_a_key_that_a_merge_left_twice_is_named(tiny: Course) -> None:
    release(tiny, START)
    path = tiny.root / LEDGER
    path.write_text(path.read_text(encoding="utf-8").replace('"slug"', '"slug": "x", "slug"'), encoding="utf-8")
    (problem,), _ = read_stack(tiny)
    assert "'slug' stands twice" in problem.message


def test_a_ledger_written_twice_is_the_same(tiny: Course) -> None:
    release(tiny, START)
    first = (tiny.root / LEDGER).read_bytes()
    (tiny.root / LEDGER).unlink()
    release(tiny, START)
    assert (tiny.root / LEDGER).read_bytes() == first
