"""A waiver excuses one rule for one record, keeps its reason, and is counted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builders.checks import Report, apply_rules
from builders.course import read_course
from tests.checks.bank import choice, make_course, make_spine

TINY = Path(__file__).parent.parent / "courses" / "tiny"
LESSON = "source/01-rad-pflegen/01-was-quietscht-da.md"
DRIFT = "\n\nRahmenbau, Rahmenbau, Rahmenbau, Rahmenbau, Rahmenbau, Rahmenbau. Die rote Linie ist die Kette.\n"


def changed(root: Path, name: str, *changes: tuple[str, str]) -> Report:
    """Return what the rules say of a copy of the small course with changes in one file."""
    shutil.copytree(TINY, root / "course", ignore=shutil.ignore_patterns(".cache"))
    path = root / "course" / name
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    course = read_course(root / "course", secrets=True).course
    assert course is not None
    return apply_rules(course)


def test_waivers_of_a_lesson(tmp_path: Path) -> None:
    """They stand in its front matter, and count for the page too; only the rules they name are excused."""
    drift = ("## Grundbegriffe\n", f"## Grundbegriffe{DRIFT}")
    waiver = ("minutes: 120\n", "minutes: 120\nwaivers:\n  - {rule: SC01, reason: Nur zur Abgrenzung.}\n")
    report = changed(tmp_path, LESSON, waiver, drift)
    assert [problem.rule for problem in report.problems] == ["AX03"]
    reasons = {excused.problem.rule: excused.reason for excused in report.excused}
    assert reasons["SC01"] == "Nur zur Abgrenzung."
    assert report.waived == 2


def test_waiver_of_a_topic(tmp_path: Path) -> None:
    waived = '  - {id: TA, title: "Bauteile", waivers: [{rule: OBJ005, reason: Nebenbei.}]}'
    topics = ("    topics: [TA]\n", "    topics: [TB]\n")
    report = changed(tmp_path, "objectives.yaml", ('  - {id: TA, title: "Bauteile"}', waived), topics)
    assert report.problems == ()
    assert "Nebenbei." in {excused.reason for excused in report.excused}


@pytest.mark.parametrize("waived", [False, True])
def test_waiver_of_the_course(waived: bool, tmp_path: Path) -> None:
    """Patterns over a pool are excused where the course itself is described."""
    spine = make_spine()
    if waived:
        data = spine.model_dump(mode="json")
        data["course"]["waivers"] = [{"rule": "FM01", "reason": "A new bank."}]
        spine = type(spine).model_validate(data)
    items = [choice(f"i{n}", "What is it?", ("ab", "cd", "ef")) for n in range(12)]
    report = apply_rules(make_course(tmp_path, *items, spine=spine))
    assert ("FM01" in {problem.rule for problem in report.problems}) is not waived
    assert ("FM01" in {excused.problem.rule for excused in report.excused}) is waived
