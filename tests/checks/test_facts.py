"""Facts are measured once, and never taken from a note that is out of date."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

import pytest

from builders.checks.databases import build_databases, side_by_side, variant_database
from builders.checks.facts import Measured, agree, measure_facts, measure_on
from builders.course import Course, read_course
from builders.course.objectives import Fact
from builders.data import DatasetError

TINY = Path(__file__).parent.parent / "courses" / "tiny"
FUNCTIONS = """
def good(connection): return connection.execute("SELECT count(*) FROM raeder").fetchone()[0]
def raising(connection): return 1 / 0
def endless(connection):
    while True: pass
def writing(connection): connection.execute("DELETE FROM raeder"); return 1
def listing(connection): return [1]
def also_good(connection): return "vier"
"""


def quiet(note: str) -> None:
    """Show no progress."""


def load(root: Path, *, secrets: bool = True) -> Course:
    course = read_course(root, secrets=secrets).course
    assert course is not None
    return course


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy = tmp_path / "course"
    shutil.copytree(TINY, copy)
    return copy


@pytest.fixture
def database(root: Path) -> Path:
    course = load(root)
    return variant_database(course, course.datasets["fahrten"], "uebung", quiet)


def fact(name: str, **source: str) -> Fact:
    return Fact.model_validate({"id": f"test.{name}", "expected": {"uebung": 0}, **source})


def test_values_by_variant_and_fact(root: Path) -> None:
    course = load(root)
    measured = measure_facts(course, course.datasets["fahrten"], quiet, every=True)
    assert list(measured) == ["uebung", "uebung-2", "klausur"]
    assert measured["klausur"]["fahrten.anzahl"] == Measured(398)
    assert list(measure_facts(course, course.datasets["fahrten"], quiet)) == ["uebung"]


def test_without_secrets_no_secure_variant_is_made(root: Path) -> None:
    course = load(root, secrets=False)
    built, problems = build_databases(course, quiet, every=True)
    assert problems == ()
    assert [variant for _, variant in built] == ["uebung", "uebung-2"]
    with pytest.raises(DatasetError, match="'klausur' is secure"):
        variant_database(course, course.datasets["fahrten"], "klausur", quiet)


def test_what_is_noted_is_not_measured_again(database: Path, root: Path) -> None:
    facts = (fact("a", sql="SELECT 1"), fact("b", python="good"))
    script = root / "f.py"
    script.write_text(FUNCTIONS)
    assert [found.value for found in measure_on(database, facts, script).values()] == [1, 4]
    note = database.with_suffix(".facts.json")
    noted = {key: value + 10 for key, value in json.loads(note.read_text()).items()}
    note.write_text(json.dumps(noted))
    assert [found.value for found in measure_on(database, facts, script).values()] == [11, 14]


def test_a_note_is_never_out_of_date(database: Path, root: Path) -> None:
    script = root / "f.py"
    script.write_text(FUNCTIONS)
    measure_on(database, (fact("a", sql="SELECT 1"), fact("b", python="good")), script)
    script.write_text(FUNCTIONS.replace("fetchone()[0]", "fetchone()[0] * 2"))
    changed = measure_on(database, (fact("a", sql="SELECT 2"), fact("b", python="good")), script)
    assert [found.value for found in changed.values()] == [2, 8]


def test_another_generator_makes_other_values(root: Path) -> None:
    before = load(root)
    assert measure_facts(before, before.datasets["fahrten"], quiet)["uebung"]["raeder.anzahl"].value == 4
    generator = root / "source" / "fahrten" / "dataset" / "generate.py"
    generator.write_text(generator.read_text(encoding="utf-8").replace('"Blitz", ', ""), encoding="utf-8")
    after = load(root)
    assert measure_facts(after, after.datasets["fahrten"], quiet)["uebung"]["raeder.anzahl"].value == 3
    assert len(list((root / ".cache" / "data" / "fahrten").glob("uebung-full-*"))) == 2


def test_a_function_that_fails_says_why_and_the_others_are_measured(
    database: Path, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builders.checks.facts.FACT_SECONDS", 1.0)
    script = root / "f.py"
    script.write_text(FUNCTIONS)
    names = ("good", "raising", "endless", "writing", "listing", "also_good")
    found = measure_on(database, [fact(name, python=name) for name in names], script)
    assert (found["test.good"].value, found["test.also_good"].value) == (4, "vier")
    reasons = {
        "raising": "division by zero",
        "endless": "longer than 1 s",
        "writing": "readonly",
        "listing": "a number",
    }
    for name, part in reasons.items():
        assert part in (found[f"test.{name}"].error or "")
    note = json.loads(database.with_suffix(".facts.json").read_text())
    assert sorted(map(str, note.values())) == ["4", "vier"]


def test_a_script_that_does_not_run_fails_every_function(database: Path, root: Path) -> None:
    script = root / "f.py"
    script.write_text("import nowhere\n")
    found = measure_on(database, [fact("a", python="good"), fact("b", python="bad"), fact("c", sql="SELECT 1")], script)
    assert found["test.c"].value == 1
    assert all("nowhere" in (found[name].error or "") for name in ("test.a", "test.b"))
    missing = measure_on(database, [fact("d", python="good")], root / "g.py")
    assert missing["test.d"].error == "there is no file 'g.py' beside the facts"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [(3, 3.0, True), (0.1 + 0.2, 0.3, True), (1000000, 1000001, False), ("a", "a", True), ("1", 1, False)],
)
def test_values_agree_to_nine_digits(one: float | str, other: float | str, same: bool) -> None:
    assert agree(one, other) is same


def test_what_waits_is_dropped_when_one_fails() -> None:
    done: list[int] = []

    def work(number: int) -> int:
        if number == 0:
            raise ValueError(number)
        time.sleep(0.01)
        done.append(number)
        return number

    assert sorted(found for _, found in side_by_side(work, [1, 2, 3])) == [1, 2, 3]
    done.clear()
    with pytest.raises(ValueError, match="0"):
        list(side_by_side(work, range(1000)))
    assert len(done) < 999
