"""The Makefile describes itself, and calls only commands and options that exist."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
import typer

from builders import cli

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z][a-z-]*):", MAKEFILE, re.MULTILINE)
PROMISED = (
    "help setup check html workbook exams decks rubrics data labs lab lab-check serve clean test test-all lint".split()
)
# A make that runs these tests would speak through its variables to the one that is tested.
OUTER = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
CALLS = re.findall(r"^\t@\$\(COURSEPACK\) (\S+)(.*)$", MAKEFILE, re.MULTILINE)


def make(*arguments: str) -> str:
    """Return what make prints."""
    result = subprocess.run(["make", *arguments], cwd=ROOT, env=OUTER, capture_output=True, text=True, check=True)
    return result.stdout


def options_of(command: str) -> set[str]:
    group = typer.main.get_command(cli.app)
    return {option for parameter in group.commands[command].params for option in parameter.opts}  # type: ignore[attr-defined]


def test_promised_targets_exist() -> None:
    assert set(PROMISED) <= set(TARGETS)


def test_help_lists_every_target_once() -> None:
    listed = [line.split()[1] for line in make("help").splitlines()]
    assert listed == TARGETS


def test_help_fits_a_terminal() -> None:
    assert max(map(len, make("help").splitlines())) <= 120


def test_targets_are_never_taken_for_files() -> None:
    declared = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert declared
    assert sorted(declared[1].split()) == sorted(TARGETS)


@pytest.mark.parametrize("command", [command for command, _ in CALLS])
def test_called_command_exists(command: str) -> None:
    assert command in cli.command_names()


def test_every_building_command_has_a_target() -> None:
    assert {
        "build",
        "check",
        "html",
        "workbook",
        "exams",
        "exam",
        "bank",
        "rubrics",
        "decks",
        "data",
        "deck",
        "labs",
        "lab",
        "serve",
    } == {name for name, _ in CALLS}


@pytest.mark.parametrize(
    ("target", "variables"),
    [
        ("all", ["COURSE"]),
        ("check", ["COURSE"]),
        ("html", ["COURSE"]),
        ("workbook", ["COURSE", "PAPER"]),
        ("exams", ["COURSE", "BLUEPRINT", "FORMS", "SEED", "PAPER"]),
        ("bank", ["COURSE"]),
        ("rubrics", ["COURSE", "PAPER"]),
        ("decks", ["COURSE"]),
        ("data", ["COURSE", "VARIANT", "SCALE"]),
        ("serve", ["COURSE", "PORT"]),
    ],
)
def test_variables_become_options(target: str, variables: list[str]) -> None:
    command = make("--dry-run", target, *(f"{name}=a value" for name in variables)).splitlines()[-1]
    name = command.split()[1]
    assert re.findall(r'(--[a-z]+) "a value"', command) == [f"--{variable.lower()}" for variable in variables]
    assert {f"--{variable.lower()}" for variable in variables} <= options_of(name)


@pytest.mark.parametrize(
    ("target", "variable"),
    [("check", "DATA"), ("check", "STRESS"), ("data", "MEASURE"), ("data", "MANIFEST")],
    ids=lambda text: text,
)
def test_flags_become_options_without_value(target: str, variable: str) -> None:
    command = make("--dry-run", target, f"{variable}=1").splitlines()[-1]
    assert command.split()[1:] == [target, f"--{variable.lower()}"]
    assert f"--{variable.lower()}" in options_of(target)


def test_unset_variables_leave_no_option() -> None:
    assert make("--dry-run", "exams").splitlines()[-1].split() == [".venv/bin/coursepack", "exams"]


def test_ci_runs_the_test_command() -> None:
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8").replace("|| status=$?", "")
