"""The requirements clinic: forty sentences, one main fault or none each, and a repair that removes it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CATALOGUE = yaml.safe_load(
    (ROOT / "assessments" / "secure" / "catalogues" / "requirements-clinic.yaml").read_text(encoding="utf-8")
)
PAGE = (ROOT / CATALOGUE["page"]).read_text(encoding="utf-8")
SENTENCES = {int(number): text for number, text in re.findall(r"^(\d+)\. (.+)$", PAGE, re.MULTILINE)}
ANSWERS = CATALOGUE["sentences"]
FAULTY = [answer for answer in ANSWERS if answer["fault"] != "sound"]
SOUND = [answer for answer in ANSWERS if answer["fault"] == "sound"]
ACTORS = (
    "core",
    "Core",
    "web app",
    "rate engine",
    "label page",
    "log page",
    "API",
    "webhook-sender",
    "Larkpost",
    "user with",
)
ACTORS += ("support engineer", "Webhook-sender", "Merchants on", "merchants who")
ADJECTIVES = (
    r"\b(quick(ly)?|fast|slow(ly)?|reasonable|easy|easily|simple|robust|modern|good|better|cheap|large|small)\b"
)
UNITS = (
    r"(ms|seconds?|minutes?|hours?|days?|MB|lines?|labels?|g\b|US dollars|per cent|of 100|batches|status|cases|imports)"
)


def sentence(answer: dict[str, Any]) -> str:
    return SENTENCES[answer["number"]]


def of(fault: str) -> list[dict[str, Any]]:
    return [answer for answer in FAULTY if answer["fault"] == fault]


def test_forty_sentences_each_answered_once() -> None:
    assert sorted(SENTENCES) == list(range(1, 41))
    assert [answer["number"] for answer in ANSWERS] == list(range(1, 41))
    assert len(set(SENTENCES.values())) == 40


def test_twelve_faults_are_defined_on_the_page() -> None:
    defined = re.findall(r"^\| (\d+) \| \*\*(.+?)\*\* \|", PAGE, re.MULTILINE)
    assert defined == [(str(fault["number"]), fault["title"]) for fault in CATALOGUE["faults"]]
    assert len(defined) == 12


def test_each_fault_is_met_at_least_twice_and_some_sentences_are_sound() -> None:
    met = Counter(answer["fault"] for answer in FAULTY)
    assert set(met) == {fault["id"] for fault in CATALOGUE["faults"]}
    assert min(met.values()) >= 2
    assert max(met.values()) <= 3
    assert len(SOUND) == 8


def test_no_part_of_the_page_is_all_faulty_or_in_an_order() -> None:
    for start in range(1, 41, 8):
        part = [answer["fault"] for answer in ANSWERS[start - 1 : start + 7]]
        assert "sound" in part
        assert len(set(part)) >= 7 - part.count("sound")
    assert all(one["fault"] != other["fault"] for one, other in pairwise(FAULTY))


@pytest.mark.parametrize("answer", FAULTY, ids=lambda answer: str(answer["number"]))
def test_words_and_repair(answer: dict[str, Any]) -> None:
    assert set(answer) - {"with"} == {"number", "fault", "words", "why", "repaired"}
    assert PAGE.count(answer["words"]) == 1, "the words must point at one place"
    assert answer["words"] in sentence(answer)
    assert answer["repaired"].strip() != sentence(answer)


@pytest.mark.parametrize("answer", SOUND, ids=lambda answer: str(answer["number"]))
def test_sound_sentence_has_no_mark_of_a_fault(answer: dict[str, Any]) -> None:
    assert set(answer) == {"number", "fault", "why"}
    assert_clean(sentence(answer))


@pytest.mark.parametrize("answer", FAULTY, ids=lambda answer: str(answer["number"]))
def test_repaired_sentence_has_no_mark_of_a_fault(answer: dict[str, Any]) -> None:
    for part in re.split(r"\([ab]\) ", answer["repaired"]):
        if part and not part.startswith("(Leave out."):
            assert_clean(part)


def assert_clean(text: str) -> None:
    """No adjective in place of a measure, nothing boundless, an actor, and no number alone."""
    assert not re.search(ADJECTIVES, text.replace("mark an attempt as slow", "")), text
    assert not re.search(r"\b(always|never|any number|every time)\b", text), text
    assert any(actor in text for actor in ACTORS) or "the rate shown" in text or "labels bought" in text, text
    bare = re.sub(r"sentence \d+|[`“][^`”]*[`”]|UTF-8|4G|plan", "", text)
    for number in re.finditer(r"\b\d[\d.,]*\b", bare):
        assert re.search(UNITS, bare[max(0, number.start() - 12) : number.end() + 22]), f"{number[0]}: {text}"


def test_signs_of_each_fault() -> None:
    """A second reader finds each fault by its sign; here are the signs that can be looked for."""
    for answer in of("adjective"):
        assert re.search(ADJECTIVES, answer["words"])
        assert not re.search(r"\d+ (ms|seconds|minutes)", sentence(answer))
    for answer in of("condition"):
        assert re.search(r"\d+ (ms|seconds|minutes)", answer["words"])
        assert "of 100" not in sentence(answer)
        assert "of 100" in answer["repaired"]
    for answer in of("actor"):
        assert re.search(r"must be \w+", answer["words"])
        assert not re.search(r"must be (confirmed|informed|looked)", answer["repaired"])
    for answer in of("two-in-one"):
        assert sentence(answer).count(" must ") == 2
        assert answer["repaired"].startswith("(a) ")
        assert " (b) " in answer["repaired"]
    for answer in of("unit"):
        assert re.search(r"\d ?(,|to )|\d$", answer["words"])
    for answer in of("unbounded"):
        assert re.search(r"\b(always|never|any)\b", answer["words"])
    for answer in of("conflict"):
        assert answer["with"] < answer["number"]
        assert answer["with"] in {sound["number"] for sound in SOUND}
    for answer in of("scope"):
        assert answer["repaired"].startswith("(Leave out.")


def test_signs_of_a_fault_do_not_occur_under_another_label() -> None:
    """Passive without an actor, two times “must”, boundless words and bare adjectives stay with their fault."""
    for answer in ANSWERS:
        text = sentence(answer)
        if answer["fault"] != "actor":
            assert not re.search(r"must be (?!able)\w+ed\b", text), text
        if answer["fault"] not in ("two-in-one", "sound"):
            assert text.count(" must ") == 1, text
        if answer["fault"] != "unbounded":
            assert not re.search(
                r"\b(always|never|any|every)\b", text.replace("every ten minutes", "").replace("at least every 5", "")
            ), text
        if answer["fault"] not in ("adjective", "unit", "sound"):
            assert not re.search(ADJECTIVES, text), text


def test_every_part_says_what_is_not_part_of_it() -> None:
    assert len(re.findall(r"^\*.+ Not part of it: .+\.\*$", PAGE, re.MULTILINE)) == 5
    assert len(re.findall(r"^## ", PAGE, re.MULTILINE)) == 6
