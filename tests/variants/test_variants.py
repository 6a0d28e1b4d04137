"""Data for learners and instructors, manifests and measured facts, of the small course."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
from pathlib import Path

import pytest

from builders.checks.databases import variant_database
from builders.checks.facts import check_facts
from builders.course import Course, read_course
from builders.data import dump_hash
from builders.variants import build_data, build_some, measure, write_manifests

TINY = Path(__file__).parent.parent / "courses" / "tiny"
SECRET = "assessments/secure/datasets/fahrten.yaml"
MANIFEST = "source/fahrten/dataset/manifest.json"
FACTS = "source/fahrten/facts.yaml"
STUDENT = ["README.txt", "csv/fahrten.csv", "csv/raeder.csv", "fahrten-uebung-2.sqlite", "fahrten.sqlite"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    copy = tmp_path / "course"
    shutil.copytree(TINY, copy)
    return copy


def load(root: Path, *, secrets: bool) -> Course:
    course = read_course(root, secrets=secrets).course
    assert course is not None
    return course


def build(root: Path, *, secrets: bool = False) -> list[Path]:
    problems, files = build_data(load(root, secrets=secrets), root / "build")
    assert problems == ()
    return files


def contents(folder: Path) -> dict[str, bytes]:
    """Return all files below a folder, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def change(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_learners_get_public_variants_extracts_and_a_readme(root: Path) -> None:
    files = build(root)
    folder = root / "build" / "student" / "data"
    assert sorted(contents(folder)) == STUDENT
    assert files == [folder / "fahrten-uebung-2.sqlite", folder / "fahrten.sqlite"]
    hashes = json.loads((root / MANIFEST).read_text())
    assert dump_hash(folder / "fahrten.sqlite") == hashes["uebung"]["full"]
    assert dump_hash(folder / "fahrten-uebung-2.sqlite") == hashes["uebung-2"]["full"]
    assert not (root / "build" / "instructor").exists()


def test_extracts_hold_the_rows_of_practice(root: Path) -> None:
    build(root)
    folder = root / "build" / "student" / "data"
    with (folder / "csv" / "raeder.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["rad_id", "name", "gekauft"]
    assert rows[3:] == [["3", "Wind, der leise", "2025-03-01"], ["4", "Regen", ""]]
    readme = (folder / "README.txt").read_text(encoding="utf-8")
    for part in ("Version 1.2 vom 2026-03-14", "csv/fahrten.csv      791 Zeilen", "CC BY-NC-SA 4.0", "die Kursleitung"):
        assert part in readme
    assert max(map(len, readme.splitlines())) <= 78


def test_secure_variants_go_to_instructors_only(root: Path) -> None:
    build(root)
    files = build(root, secrets=True)
    assert [path.relative_to(root / "build").as_posix() for path in files] == ["instructor/data/fahrten-klausur.sqlite"]
    secret = sqlite3.connect(files[0]).execute("SELECT count(*) FROM fahrten").fetchone()[0]
    assert secret == 398
    student = contents(root / "build" / "student")
    assert sorted(student) == [f"data/{name}" for name in STUDENT]
    for name, data in student.items():
        assert b"kettenschloss" not in data, name
        assert b"klausur" not in data, name


def test_a_second_run_does_nothing_and_another_machine_makes_the_same_bytes(root: Path, tmp_path: Path) -> None:
    build(root)
    folder = root / "build" / "student" / "data"
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    build(root)
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(TINY, elsewhere)
    build(elsewhere)
    assert contents(elsewhere / "build") == contents(root / "build")


def test_up_to_date_needs_no_database(root: Path) -> None:
    build(root)
    shutil.rmtree(root / ".cache" / "data" / "fahrten")
    build(root)
    assert not (root / ".cache" / "data" / "fahrten").exists()


@pytest.mark.parametrize("name", STUDENT)
def test_what_somebody_changed_is_made_again(root: Path, name: str) -> None:
    build(root)
    folder = root / "build" / "student" / "data"
    good = contents(folder)
    (folder / name).write_text("kaputt")
    build(root)
    assert contents(folder) == good
    (folder / name).unlink()
    (folder / "more.txt").touch()
    build(root)
    assert contents(folder) == good


def test_a_new_version_is_told_in_the_readme(root: Path) -> None:
    build(root)
    change(root, "objectives.yaml", 'version: "1.2"', 'version: "1.3"')
    build(root)
    assert "Version 1.3" in (root / "build" / "student" / "data" / "README.txt").read_text(encoding="utf-8")


def test_a_table_that_differs_leaves_the_old_data(root: Path) -> None:
    build(root)
    folder = root / "build" / "student" / "data"
    good = contents(folder)
    change(root, "source/fahrten/dataset/generate.py", '"Blitz"', '"Blitzer"')
    problems, files = build_data(load(root, secrets=False), root / "build")
    assert files == []
    assert [str(problem) for problem in problems] == [
        f"{MANIFEST}:1: the variant '{name}' has other rows in raeder; mend the generator, or if this is meant, "
        "run coursepack data --manifest [DS02]"
        for name in ("uebung", "uebung-2")
    ]
    assert contents(folder) == good
    assert [path.name for path in folder.parent.iterdir()] == ["data"]


def test_one_variant_at_another_scale(root: Path) -> None:
    build(root)
    course = load(root, secrets=False)
    problems, files = build_some(course, root / "build", variant="uebung-2", scale="tiny")
    assert problems == ()
    assert [path.name for path in files] == ["fahrten-uebung-2-tiny.sqlite"]
    assert sorted(contents(root / "build" / "student" / "data")) == sorted([*STUDENT, "fahrten-uebung-2-tiny.sqlite"])
    hashes = json.loads((root / MANIFEST).read_text())
    assert dump_hash(files[0]) == hashes["uebung-2"]["tiny"]
    assert build_some(course, root / "build", variant="klausur", scale="full") == ((), [])


def test_an_unknown_variant_names_the_nearest(root: Path) -> None:
    problems, files = build_some(load(root, secrets=False), root / "build", variant="uebung-3", scale="full")
    assert files == []
    assert [str(problem) for problem in problems] == [
        "objectives.yaml:1: there is no variant 'uebung-3'; did you mean 'uebung-2'? [REF11]"
    ]


def test_a_secure_variant_without_its_seed_says_so(root: Path) -> None:
    (root / SECRET).unlink()
    problems, _ = build_some(load(root, secrets=True), root / "build", variant="klausur", scale="full")
    assert "is secure and assessments/secure/datasets has no seed for 'fahrten'" in str(problems[0])


def test_manifests_are_written_as_they_were(root: Path) -> None:
    secure = SECRET.replace(".yaml", ".manifest.json")
    old = {name: (root / name).read_bytes() for name in (MANIFEST, secure)}
    for name in old:
        (root / name).unlink()
    problems, files = write_manifests(load(root, secrets=True))
    assert problems == ()
    assert {path.relative_to(root).as_posix(): path.read_bytes() for path in files} == old
    _, files = write_manifests(load(root, secrets=False))
    assert files == [root / MANIFEST]
    assert b"klausur" not in (root / MANIFEST).read_bytes()


def test_measuring_what_is_as_expected_changes_nothing(root: Path) -> None:
    before = {name: (root / name).read_bytes() for name in (FACTS, SECRET)}
    found = measure(load(root, secrets=True), write=True)
    assert (found.problems, found.lines, found.files) == ((), (), (root / SECRET,))
    assert {name: (root / name).read_bytes() for name in before} == before


def test_measured_values_are_printed_and_written(root: Path) -> None:
    good = {name: (root / name).read_text(encoding="utf-8") for name in (FACTS, SECRET)}
    change(root, FACTS, "uebung-2: 437", "uebung-2: 1")
    change(root, FACTS, "{uebung: 4}", "{uebung: 5}")
    (root / SECRET).write_text(re.sub(r"(?s)expected:.*", "", good[SECRET]))
    found = measure(load(root, secrets=True))
    assert found.lines == (
        "source/fahrten/facts.yaml:3: raeder.anzahl",
        "    expected: {uebung: 4}",
        "source/fahrten/facts.yaml:7: fahrten.anzahl",
        "    expected: {uebung: 791, uebung-2: 437}",
    )
    assert (root / SECRET).read_text(encoding="utf-8") == good[SECRET]
    assert (root / FACTS).read_text(encoding="utf-8") != good[FACTS]
    measure(load(root, secrets=True), write=True)
    assert (root / FACTS).read_text(encoding="utf-8") == good[FACTS]
    assert check_facts(load(root, secrets=True), lambda note: None, every=True) == ()


def test_seed_and_what_stands_around_the_expectations_stay(root: Path) -> None:
    expected = "expected:\n  fahrten.anzahl: {klausur: 1}\n\n  # alt\n\n"
    (root / SECRET).write_text(f"# oben\ndataset: fahrten\n{expected}seed: kettenschloss-4711 # ja\n")
    measure(load(root, secrets=True))
    assert (root / SECRET).read_text() == (
        "# oben\ndataset: fahrten\nseed: kettenschloss-4711 # ja\nexpected:\n"
        "  fahrten.anzahl: {klausur: 398}\n  fahrten.median: {klausur: 19.6}\n"
    )


def test_nothing_is_written_while_a_fact_has_no_value(root: Path) -> None:
    change(root, FACTS, "FROM raeder", "FROM reader")
    before = {name: (root / name).read_bytes() for name in (FACTS, SECRET)}
    found = measure(load(root, secrets=True), write=True)
    assert {problem.rule for problem in found.problems} == {"FA01"}
    assert {name: (root / name).read_bytes() for name in before} == before


def test_several_datasets_have_a_folder_of_extracts_each(root: Path) -> None:
    shutil.copytree(root / "source" / "fahrten", root / "source" / "touren")
    with (root / "objectives.yaml").open("a", encoding="utf-8") as file:
        file.write("  - id: touren\n    generator: source/touren/dataset/generate.py\n    variants: [{id: uebung}]\n")
    build(root)
    found = contents(root / "build" / "student" / "data")
    assert {"csv/fahrten/raeder.csv", "csv/touren/raeder.csv", "touren.sqlite"} <= set(found)
    course = load(root, secrets=False)
    paths = {variant_database(course, dataset, "uebung", lambda note: None) for dataset in course.spine.datasets}
    assert len(paths) == 2
