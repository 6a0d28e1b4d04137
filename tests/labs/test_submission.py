"""Learners' files as they come: a case is a row."""

from __future__ import annotations

import pytest

from builders.course import Words, read_words
from builders.course.labs import AnswerKind, AnswersTask
from builders.data.limited import JSON
from builders.labs.answers import AnswerError, normalise
from builders.labs.submission import FileError, Part, lab_of, parse_answers, parse_sql, read_text

EN, DE = read_words("en"), read_words("de")

QUERIES = {
    "plain": ("-- task 1: x\nSELECT 1\n-- task 2: y\nSELECT 2;", {"1": "SELECT 1", "2": "SELECT 2"}),
    "German heading": ("--Aufgabe 1 (2 Punkte)\nSELECT 1", {"1": "SELECT 1"}),
    "heading in capitals": ("  -- TASK 3B:\nSELECT 1", {"3b": "SELECT 1"}),
    "last statement": ("-- task 1\nSELECT 1; SELECT 2;\n;", {"1": "SELECT 2"}),
    "semicolon in text": ("-- task 1\nSELECT ';', \"a;b\", [c;d] -- ; no\n/* ; */", None),
    "with": ("-- task 1\nWITH a AS (SELECT 1) SELECT * FROM a", None),
    "only comments": ("-- task 1\n-- thinking\n/* still */", {"1": ""}),
    "text before": ("hello\nSELECT 9\n-- task 1\nSELECT 1", {"1": "SELECT 1"}),
    "no headings": ("SELECT 1", {}),
    "quote in text": ("-- task 1\nSELECT 'it''s; -- fine'", {"1": "SELECT 'it''s; -- fine'"}),
    "begun again": ("-- task 1\n\n-- task 1\nSELECT 1", {"1": "SELECT 1"}),
    "typographic in a text": ("-- task 1\nSELECT 'he said “no”'", None),
}
REFUSED = {
    "insert": ("-- task 1\nINSERT INTO t VALUES (1); SELECT 1", "begins with INSERT"),
    "pragma": ("-- task 1\nPRAGMA table_info(t)", "begins with PRAGMA"),
    "attach": ("-- task 1\n/* x */ attach 'a' as b;", "begins with ATTACH"),
    "create": ("-- task 1\nSELECT 1; CREATE TABLE x (a)", "begins with CREATE"),
    "explain": ("-- task 1\nEXPLAIN SELECT 1", "begins with EXPLAIN"),
    "prose": ("-- task 1\nI do not know", "begins with I;"),
    "number": ("-- task 1\n42", "begins with 42"),
    "word processor": ("-- task 1\nSELECT ‘a’", "the sign ‘ is no quotation mark"),
    "twice": ("-- task 1\nSELECT 1\n-- task 1\nSELECT 2", "stands here twice"),
}


@pytest.mark.parametrize(("text", "expected"), QUERIES.values(), ids=QUERIES)
def test_queries(text: str, expected: dict[str, str] | None) -> None:
    parts = parse_sql(text, EN)
    assert all(part.problem is None for part in parts.values())
    if expected is None:
        assert parts["1"].text == text.removeprefix("-- task 1\n")
    else:
        assert {task: part.text for task, part in parts.items()} == expected


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_query(text: str, message: str) -> None:
    assert message in (parse_sql(text, EN)["1"].problem or "")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_of_any_editor(encoding: str) -> None:
    assert read_text("a\r\nö\r\N{NO-BREAK SPACE}".encode(encoding), EN) == "a\nö\n "


@pytest.mark.parametrize("data", [b"\xff\x00\x81", b"PK\x03\x04\x00\x00", b"\x00" * 10, "é".encode("latin-1")])
def test_what_is_no_text(data: bytes) -> None:
    with pytest.raises(FileError, match="not a text file"):
        read_text(data, EN)


def test_a_file_that_is_too_long() -> None:
    with pytest.raises(FileError, match="too long"):
        read_text(b"x" * 2_000_000, EN)


@pytest.mark.parametrize(
    ("text", "stem", "lab"),
    [
        ("-- Lab SQL-1: Title", "mine", "SQL-1"),
        ("# Labor PY-2: Titel", "mine", "PY-2"),
        ("lab: api-1", "mine", "API-1"),
        ("SELECT 1", "sql-3", "SQL-3"),
        ("# a collaboration SQL-9", "sql-3", "SQL-3"),
    ],
)
def test_which_lab(text: str, stem: str, lab: str) -> None:
    assert lab_of(text, stem) == lab


def test_answers_of_any_form() -> None:
    text = """# a comment
1: 409 Conflict   # a remark
2. "yes"
3) a, b
4 = c#d
Task 5: x
 6:
   - one
   - two
7: a
   b
8:
"""
    found = {task: part.text for task, part in parse_answers(text).items()}
    assert found == {
        "1": "409 Conflict", "2": '"yes"', "3": "a, b", "4": "c#d", "5": "x", "6": "one; two", "7": "a b", "8": "",
    }  # fmt: skip


def test_many_answers_to_one_question() -> None:
    assert parse_answers("1:\n" * 300_000 + "1: a") == {"1": Part("a")}


def task(kind: AnswerKind, *choices: str) -> AnswersTask:
    return AnswersTask(id="1", title="t", prompt="p", points=1, answer=kind, choices=choices)


NORMAL: dict[str, tuple[str, AnswersTask, Words, JSON]] = {
    "case and spaces": ("  Idempotency-Key  ", task(AnswerKind.TEXT), EN, "idempotency-key"),
    "quotes": ("`POST  /v2/labels`.", task(AnswerKind.TEXT), EN, "post /v2/labels"),
    "dash": ("a–b", task(AnswerKind.TEXT), EN, "a-b"),
    "thousands": ("1,200", task(AnswerKind.NUMBER), EN, 1200),
    "decimals": ("1.5", task(AnswerKind.NUMBER), EN, 1.5),
    "German thousands": ("1.200", task(AnswerKind.NUMBER), DE, 1200),
    "German decimals": ("4,5 bar", task(AnswerKind.NUMBER), DE, 4.5),
    "both": ("1.234,5", task(AnswerKind.NUMBER), EN, 1234.5),
    "millions": ("1,234,567", task(AnswerKind.NUMBER), DE, 1234567),
    "unit and sign": ("−$ 5", task(AnswerKind.NUMBER), EN, None),
    "currency": ("$1,200.50", task(AnswerKind.NUMBER), EN, 1200.5),
    "percent": ("99.3 %", task(AnswerKind.NUMBER), EN, 99.3),
    "spaces": ("180 000 calls", task(AnswerKind.NUMBER), EN, 180000),
    "list": ("b; A ,c and d", task(AnswerKind.LIST), EN, ["a", "b", "c", "d"]),
    "German list": ("[b, a und c]", task(AnswerKind.LIST), DE, ["a", "b", "c"]),
    "yes": ("Yes, of course", task(AnswerKind.YES_NO), EN, True),
    "ja": ("Ja", task(AnswerKind.YES_NO), DE, True),
    "no": ("n", task(AnswerKind.YES_NO), DE, False),
    "choice": (" b ", task(AnswerKind.TEXT, "A", "B"), EN, "b"),
}
UNUSABLE = {
    "no number": ("many", task(AnswerKind.NUMBER), "is no number"),
    "maybe": ("maybe", task(AnswerKind.YES_NO), "neither yes nor no"),
    "no choice": ("C", task(AnswerKind.TEXT, "A", "B"), "to choose from: A, B"),
    "no choice in a list": ("A, C", task(AnswerKind.LIST, "A", "B"), "to choose from: A, B"),
    "endless number": ("1" * 500, task(AnswerKind.NUMBER), "is no number"),
    "number in a desert": ("1" + " " * 300_000 + "x" * 30, task(AnswerKind.NUMBER), "is no number"),
}


@pytest.mark.parametrize(("text", "question", "words", "value"), NORMAL.values(), ids=NORMAL)
def test_answers_come_to_one_form(text: str, question: AnswersTask, words: Words, value: JSON) -> None:
    if value is None:
        with pytest.raises(AnswerError):
            normalise(text, question, words)
    else:
        assert normalise(text, question, words) == value


@pytest.mark.parametrize(("text", "question", "message"), UNUSABLE.values(), ids=UNUSABLE)
def test_answers_of_another_kind(text: str, question: AnswersTask, message: str) -> None:
    with pytest.raises(AnswerError, match=message):
        normalise(text, question, EN)
