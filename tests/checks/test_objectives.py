"""What the rules say of the objectives and topics of the course that ships: what its design lists, and no more."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders.checks import RULES
from builders.checks.language import read_verbs
from builders.checks.rules import apply_rules
from builders.checks.verbs import main_verb, verdict_of
from builders.course import Severity, read_course
from builders.course.objectives import PROCESSES, Spine
from tests.checks.bank import found, make_course, make_spine, objective

ROOT = Path(__file__).parent.parent.parent
CODES = ("OBJ001", "OBJ002", "OBJ003", "OBJ004", "OBJ005", "OBJ006", "OBJ007", "OBJ008")
OTHER_NAMES = {
    "remember": "identify retrieve",
    "understand": """clarify paraphrase represent translate illustrate categorize abstract generalize conclude
        extrapolate interpolate predict contrast map match""",
    "apply": "use",
    "analyze": "discriminate distinguish focus select integrate outline parse structure deconstruct",
    "evaluate": "coordinate detect monitor test judge",
    "create": "hypothesize design construct",
}
"""The other names of the processes in table 5.1 of Anderson and Krathwohl, as verbs."""


def real() -> Spine:
    course = read_course(ROOT, secrets=False).course
    assert course is not None
    return course.spine


def test_findings_of_the_course_description() -> None:
    """Evaluate and Assess stand above Analyze, Compare below; four verbs are ambiguous; one topic has no objective."""
    course = read_course(ROOT, secrets=False).course
    assert course is not None
    places = {one.at: one.id for one in (*course.spine.objectives, *course.spine.topics)}
    report = apply_rules(course, {code: RULES[code] for code in CODES})
    told = [*report.problems, *(excused.problem for excused in report.excused)]
    assert {(places[one.place], one.rule, one.severity) for one in told} == {
        ("T06", "OBJ005", Severity.WARNING),
        ("R2", "OBJ001", Severity.INFO),
        ("U2", "OBJ001", Severity.INFO),
        ("A2", "OBJ003", Severity.WARNING),
        ("A2", "OBJ007", Severity.INFO),
        ("A3", "OBJ006", Severity.WARNING),
        ("A4", "OBJ001", Severity.INFO),
        ("N1", "OBJ001", Severity.WARNING),
        ("N1", "OBJ008", Severity.INFO),
        ("N2", "OBJ001", Severity.WARNING),
        ("N2", "OBJ002", Severity.WARNING),
        ("N3", "OBJ001", Severity.WARNING),
        ("C2", "OBJ001", Severity.INFO),
    }
    directions = {places[one.place]: one.message for one in told if one.severity is Severity.WARNING}
    assert "above analyze" in directions["N1"]
    assert "below analyze" in directions["N3"]


def test_findings_are_waived_with_the_handling() -> None:
    """The wording is given, so every finding is excused, and each reason says how items reach the level."""
    course = read_course(ROOT, secrets=False).course
    assert course is not None
    report = apply_rules(course, {code: RULES[code] for code in CODES})
    assert report.problems == ()
    assert all(len(excused.reason.split()) >= 8 for excused in report.excused)


def test_author_keeps_the_level() -> None:
    levels = {one.id: one.bloom for one in real().objectives}
    assert [levels[name] for name in ("N1", "N2", "N3", "E3")] == ["analyze", "analyze", "analyze", "evaluate"]


@pytest.mark.parametrize("level", OTHER_NAMES)
def test_processes_and_their_other_names_are_core(level: str) -> None:
    verbs = read_verbs("en")
    assert verbs is not None
    for verb in OTHER_NAMES[level].split():
        assert verbs.verbs[verb].get(level) == "core", verb  # type: ignore[call-overload]


def test_every_process_has_its_verb() -> None:
    """Nineteen processes: each has a verb of its level that begins like it."""
    verbs = read_verbs("en")
    assert verbs is not None
    for level, processes in PROCESSES.items():
        for process in processes:
            core = [verb for verb, levels in verbs.verbs.items() if levels.get(level) == "core"]
            assert any(process[:4] == verb[:4] for verb in core), process


def test_main_verb() -> None:
    english, german = read_verbs("en"), read_verbs("de")
    assert english is not None
    assert german is not None
    assert main_verb("Carry out a test", english) == "carry out"
    assert main_verb("Frobnicate a test", english) == "frobnicate"
    assert main_verb("Die Teile eines Fahrrads benennen", german) == "benennen"
    assert main_verb("Beurteilen, ob ein Rad verkehrssicher ist", german) == "beurteilen"


CASES = [
    ("OBJ001", ["Analyze a plan"], ["analyze"], []),
    ("OBJ001", ["Frobnicate a plan"], ["analyze"], []),
    ("OBJ001", ["Compare two plans"], ["analyze"], ["'compare' stands for understand, below analyze"]),
    ("OBJ001", ["Describe a plan"], ["understand"], ["'describe' can stand for remember too"]),
    ("OBJ002", ["Explain a plan", "Explain a wheel"], ["understand", "understand"], []),
    ("OBJ002", ["Explain a plan", "Explain a wheel"], ["remember", "understand"], ["'explain' is at remember here"]),
    ("OBJ003", ["Write a letter to understand oneself"], ["apply"], ["'to understand' cannot be seen"]),
    ("OBJ004", ["Explain brakes or bells"], ["understand"], ["'or' joins parts"]),
    ("OBJ004", ["Explain parts (brakes, bells)"], ["understand"], ["joins parts"]),
    ("OBJ004", ["Explain how an android turns"], ["understand"], []),
    ("OBJ006", ["Explain brakes properly"], ["understand"], ["'properly' has no criterion"]),
    ("OBJ007", ["Explain brakes with GitHub Copilot"], ["understand"], ["GitHub Copilot: products age"]),
    ("OBJ007", ["Explain how a linear slack cursor excels"], ["understand"], []),
    ("OBJ008", ["Evaluate a plan", "Analyze a plan"], ["analyze", "analyze"], []),
    ("OBJ008", ["Evaluate a plan", "Assess a plan"], ["analyze", "analyze"], ["no verb of analyze stands for it"]),
]


@pytest.mark.parametrize(("code", "texts", "levels", "expected"), CASES)
def test_objective(code: str, texts: list[str], levels: list[str], expected: list[str], tmp_path: Path) -> None:
    objectives = [objective(f"o{n}", text, level) for n, (text, level) in enumerate(zip(texts, levels, strict=True))]
    course = make_course(tmp_path, spine=make_spine(objectives=objectives))
    messages = [problem.message for problem in found(course, code)]
    assert [part in message for message, part in zip(messages, expected, strict=True)] == [True for _ in expected]


def test_verdict_of_an_unknown_verb() -> None:
    verbs = read_verbs("en")
    assert verbs is not None
    spine = make_spine(objectives=[objective("o", "Frobnicate a plan", "apply")])
    assert verdict_of(spine.objectives[0], verbs) is None
