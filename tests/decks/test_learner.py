"""Random releases against a learner who studies, edits, tags, suspends and flags: nothing of theirs is lost."""

from __future__ import annotations

import random
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from anki.collection import Collection
from anki.notes import Note as AnkiNote
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders.course import Course
from builders.decks import read_stack
from tests.decks.conftest import COURSES, build, import_deck, load, release

START = 1_790_000_000
KINDS = {"basic": "back", "cloze": "extra", "type-in": "extra", "choice": "why"}
"""What an author may always change of a card."""


class State(NamedTuple):
    """What a learner would miss of a card."""

    type: int
    queue: int
    due: int
    interval: int
    ease: int
    repetitions: int
    lapses: int
    flags: int
    stability: float | None


def cards_of(collection: Collection) -> dict[tuple[str, int], State]:
    """Return the state of every card by its note's GUID and its number."""
    found = {}
    for card_id in collection.find_cards(""):
        card = collection.get_card(card_id)
        memory = card.memory_state
        state = State(
            card.type, card.queue, card.due, card.ivl, card.factor, card.reps, card.lapses, card.flags,
            memory.stability if memory else None,
        )  # fmt: skip
        found[card.note().guid, card.ord] = state
    return found


def notes_of(collection: Collection) -> dict[str, AnkiNote]:
    notes = [collection.get_note(note_id) for note_id in collection.find_notes("")]
    assert len({note.guid for note in notes}) == len(notes)
    return {note.guid: note for note in notes}


def author(course: Course, chance: random.Random, step: int) -> Course:
    """Return the course after an author's day: edits, a new card, a retired one, another order."""
    cards = list(course.cards)
    for _ in range(chance.randrange(3)):
        index = chance.randrange(len(cards))
        field = KINDS[cards[index].kind]
        cards[index] = cards[index].model_copy(update={field: f"Fassung {step}.{index}"})
    if chance.random() < 0.6:
        new = {"id": f"neu-{step}", "front": f"Neue Frage {step}?", "reverse": chance.random() < 0.5}
        cards.append(next(card for card in cards if card.kind == "basic").model_copy(update=new))
    if chance.random() < 0.5 and sum(card.kind == "basic" for card in cards) > 1:
        cards.remove(next(card for card in cards if card.kind == "basic"))
    chance.shuffle(cards)
    return replace(course, cards=tuple(cards))


def learner(collection: Collection, chance: random.Random, moment: int) -> dict[str, tuple[list[str], list[str]]]:
    """Do what learners do, at a moment in seconds since 1970; return text and tags of the notes they edited."""
    for card_id in chance.sample(list(collection.find_cards("")), 5):
        card = collection.get_card(card_id)
        if chance.random() < 0.6 and card.queue >= 0:
            card.start_timer()
            collection.sched.answerCard(card, chance.randint(1, 4))
        if chance.random() < 0.3:
            collection.sched.suspend_cards([card_id])
        if chance.random() < 0.3:
            collection.set_user_flag_for_cards(chance.randint(1, 7), [card_id])
    edited = {}
    for note_id in chance.sample(list(collection.find_notes("")), 3):
        note = collection.get_note(note_id)
        note.fields[1] = note.fields[1] + " (meine Eselsbrücke)"
        note.add_tag("eigene")
        collection.update_note(note)
        collection.db.execute(
            "UPDATE notes SET mod = ? WHERE id = ?", moment, note_id
        )  # the engine's clock is the real one
        edited[note.guid] = (list(note.fields), sorted(set(note.tags)))
    return edited


def moved(course: Course) -> set[str]:
    """Return the GUIDs of the notes that a release would change or retire."""
    _, stack = read_stack(course)
    assert stack is not None
    changes = stack.changes
    return {change.note.guid for change in changes.changed} | {note.guid for _, note in changes.retired}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**9))
def test_nothing_of_a_learner_is_lost(seed: int) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(COURSES["tiny"], folder / "tiny", ignore=shutil.ignore_patterns(".cache", "build"))
        course = replace(load("tiny"), root=folder / "tiny")
        clock = START
        release(course, clock)
        collection = Collection(str(folder / "learner.anki2"))
        try:
            import_deck(collection, build(course, folder / "0"))
            kept: dict[str, tuple[list[str], list[str]]] = {}
            for step in range(1, 4):
                kept |= learner(collection, chance, clock + 100)
                course = author(course, chance, step)
                touched = moved(course)
                states, notes = cards_of(collection), set(notes_of(collection))
                import_deck(collection, build(course, folder / f"{step}-unreleased"))
                assert cards_of(collection) == states
                clock += 1_000
                release(course, clock)
                late = learner(collection, chance, clock + 10)  # edited after the release, before it is imported
                states = cards_of(collection)
                import_deck(collection, build(course, folder / str(step)))
                after, now = cards_of(collection), notes_of(collection)
                assert {card: after[card] for card in states} == states
                assert notes <= set(now)
                kept = {guid: content for guid, content in kept.items() if guid not in touched} | late
                for guid, content in kept.items():
                    assert (list(now[guid].fields), sorted(set(now[guid].tags))) == content
                assert list(collection.get_empty_cards().notes) == []
            assert collection.fix_integrity()[1]
        finally:
            collection.close()
