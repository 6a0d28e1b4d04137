"""One mistake a file: each case of ``tests/bad`` changes the small course and states every message it must bring.

A case with ``data: true`` is a mistake that only databases show.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.checks import DATA_RULES, OUTPUT_RULES, RULES, apply_rules
from builders.checks.databases import build_databases
from builders.checks.facts import check_facts
from builders.checks.hashes import check_hashes
from builders.checks.listings import check_listings
from builders.checks.queries import check_queries
from builders.checks.stress import stress_items
from builders.course import Course, Problem, read_course
from builders.labs.making import check_labs

TESTS = Path(__file__).parent.parent
TINY = TESTS / "courses" / "tiny"
CASES = sorted((TESTS / "bad").glob("*.yaml"))


def put(case: dict[str, Any], root: Path) -> None:
    """Make the mistake of a case in a copy of the course."""
    path = root / case["file"]
    if "latin1" in case:
        path.write_bytes(case["latin1"].encode("latin-1"))
    elif "content" in case:
        path.write_text(case["content"], encoding="utf-8")
    else:
        for change in (case, *case.get("also", [])):
            changed = root / change.get("file", case["file"])
            text = changed.read_text(encoding="utf-8")
            assert change["find"] in text, "the case no longer fits the course"
            changed.write_text(text.replace(change["find"], change["put"], 1), encoding="utf-8")


def messages(root: Path, *, data: bool = False) -> list[str]:
    loaded = read_course(root, secrets=True)
    problems = apply_rules(loaded.course).problems if loaded.course else loaded.problems
    if data and loaded.course:
        problems += data_problems(loaded.course)
    return [str(problem) for problem in problems]


def data_problems(course: Course) -> tuple[Problem, ...]:
    """Return what the rules say that need databases, on every variant."""
    built, failed = build_databases(course, quiet, every=True)
    if failed:
        return tuple(sorted(failed))
    return (
        check_hashes(course, built, quiet)
        + check_queries(course, quiet, every=True)
        + check_listings(course, quiet)
        + stress_items(course, quiet)
        + check_facts(course, quiet, every=True)
        + check_labs(course, quiet, every=True)
    )


def quiet(note: str) -> None:
    """Show no progress."""


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_mistake_is_told(path: Path, tmp_path: Path) -> None:
    case = yaml.safe_load(path.read_text(encoding="utf-8"))
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    put(case, root)
    assert messages(root, data=case.get("data", False)) == case["expect"]
    assert case["expect"], "a case must bring a message"


def test_small_course_is_clean(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    assert messages(root, data=True) == []


TRIED_ELSEWHERE = {"MC10": "test_wording", "FM01": "test_statistics"} | dict.fromkeys(OUTPUT_RULES, "test_forms")
TRIED_ELSEWHERE["SEC01"] = "test_secrecy"
"""Rules whose failing case needs another language, more items, or something made; and where it is."""


def test_every_rule_has_a_failing_case_and_a_manual() -> None:
    told = "\n".join(line for path in CASES for line in yaml.safe_load(path.read_text(encoding="utf-8"))["expect"])
    rules = RULES | DATA_RULES | OUTPUT_RULES
    assert [code for code in rules if f"[{code}]" not in told and code not in TRIED_ELSEWHERE] == []
    assert [code for code, rule in rules.items() if len(rule.manual) < 40] == []
    for code, name in TRIED_ELSEWHERE.items():
        assert code in (TESTS / "checks" / f"{name}.py").read_text(encoding="utf-8")
