"""Every command with good and with broken input, as a person at a terminal runs it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builders.cli import command_names

ROOT = Path(__file__).parent.parent.parent
TINY = ROOT / "tests" / "courses" / "tiny"
BLUEPRINT = "assessments/blueprints/probe.yaml"
ITEMS = "assessments/items/01-rad-pflegen.yaml"
OUTPUTS = [
    command
    for command in ("html", "workbook", "exams", "rubrics", "decks", "data", "build")
    if command in command_names()
]


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "builders.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """Return a copy of the small course to break."""
    copy = tmp_path / "course"
    shutil.copytree(TINY, copy)
    return copy


def change(course: Path, name: str, old: str, new: str) -> None:
    path = course / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_help_explains_every_command() -> None:
    top = run("--help")
    assert top.returncode == 0
    for name in command_names():
        assert name in top.stdout
        page = run(name, "--help")
        assert page.returncode == 0
        assert len(page.stdout.splitlines()) > 5


@pytest.mark.parametrize("root", [ROOT, TINY], ids=["own", "tiny"])
def test_a_copy_without_the_secure_folder_is_whole(root: Path, tmp_path: Path) -> None:
    course = tmp_path / "course"
    course.mkdir()
    for name in ("objectives.yaml", "conf.py"):
        shutil.copy(root / name, course)
    shutil.copytree(root / "source", course / "source")
    shutil.copytree(root / "assessments", course / "assessments", ignore=shutil.ignore_patterns("secure"))
    (root / ".cache" / "data").mkdir(parents=True, exist_ok=True)
    (course / ".cache").mkdir()
    (course / ".cache" / "data").symlink_to(root / ".cache" / "data")
    done = run("check", "--course", str(course))
    assert done.returncode == 0, done.stderr
    assert " 0 errors" in done.stderr
    done = run("exams", "--course", str(course))
    assert done.returncode == 1
    assert "exams need assessments/secure" in done.stderr


def test_check_is_quiet_and_counts(course: Path) -> None:
    done = run("check", "--course", str(course))
    assert done.returncode == 0
    assert "1 lessons, 26 items, 7 cards: 0 errors, 0 warnings" in done.stderr
    assert "0 declared gaps" in done.stderr


def test_check_of_the_course_that_ships() -> None:
    done = run("check", "--strict", "--gaps")
    assert done.returncode == 0, done.stderr
    assert "facet R3-skill-list: Module 12 is not written yet" in done.stdout
    assert "declared gaps" in done.stderr


def test_strict_counts_warnings(course: Path) -> None:
    change(course, ITEMS, "status: reviewed", "status: draft")
    assert run("check", "--course", str(course)).returncode == 0
    assert run("check", "--strict", "--course", str(course)).returncode == 1


@pytest.mark.parametrize("command", ["check", *OUTPUTS])
@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (ITEMS, "kind: choice", "kind: choice: x", f"{ITEMS}:4: not valid YAML"),
        (
            ITEMS,
            "objective: benennen",
            "objective: bennenen",
            f"{ITEMS}:3: the objective 'bennenen' is unknown; did you",
        ),
    ],
    ids=["bad-yaml", "unknown-objective"],
)
def test_broken_content_stops_every_command(
    command: str, name: str, old: str, new: str, message: str, course: Path
) -> None:
    change(course, name, old, new)
    done = run(command, "--course", str(course))
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert not (course / "build").exists()


def test_no_course_here(tmp_path: Path) -> None:
    done = run("check", "--course", str(tmp_path))
    assert done.returncode == 1
    assert "no course here" in done.stderr


def test_unknown_option_and_command() -> None:
    for arguments in (["check", "--cours", "x"], ["chekc"], ["exams", "--paper", "a3"], ["data", "--write"]):
        done = run(*arguments)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_data_on_every_variant(course: Path) -> None:
    change(course, "source/fahrten/facts.yaml", "uebung-2: 437", "uebung-2: 438")
    assert run("check", "--course", str(course)).returncode == 0
    done = run("check", "--data", "--course", str(course))
    assert done.returncode == 1
    assert "the fact 'fahrten.anzahl' is 437 on 'uebung-2' and 'expected' says 438" in done.stderr


def test_data_for_both_audiences(course: Path) -> None:
    done = run("data", "--course", str(course))
    assert done.returncode == 0, done.stderr
    assert [Path(line).relative_to(course).as_posix() for line in done.stdout.splitlines()] == [
        "build/student/data/fahrten-uebung-2.sqlite",
        "build/student/data/fahrten.sqlite",
        "build/instructor/data/fahrten-klausur.sqlite",
    ]


def test_data_without_secrets_is_for_learners_only(course: Path) -> None:
    shutil.rmtree(course / "assessments" / "secure" / "datasets")
    done = run("data", "--course", str(course))
    assert done.returncode == 0, done.stderr
    assert [path.name for path in (course / "build").iterdir()] == ["student"]


def test_one_variant_of_the_data(course: Path) -> None:
    done = run("data", "--variant", "klausur", "--scale", "tiny", "--course", str(course))
    assert done.returncode == 0, done.stderr
    assert files_below(course / "build") == ["instructor/data/fahrten-klausur-tiny.sqlite"]
    done = run("data", "--variant", "klausr", "--course", str(course))
    assert done.returncode == 1
    assert "there is no variant 'klausr'; did you mean 'klausur'?" in done.stderr


def test_measuring_prints_what_differs(course: Path) -> None:
    change(course, "source/fahrten/facts.yaml", "uebung-2: 437", "uebung-2: 438")
    done = run("data", "--measure", "--manifest", "--course", str(course))
    assert done.returncode == 0, done.stderr
    assert "source/fahrten/facts.yaml:7: fahrten.anzahl\n    expected: {uebung: 791, uebung-2: 437}\n" in done.stdout
    assert run("data", "--measure", "--write", "--course", str(course)).returncode == 0
    assert run("check", "--data", "--course", str(course)).returncode == 0


def test_a_failing_generator_stops_in_one_line(course: Path) -> None:
    (course / "source/fahrten/dataset/generate.py").write_text("raise ValueError('sieben')\n")
    done = run("data", "--course", str(course))
    assert done.returncode == 1
    assert "generate.py: exit status 1 for uebung at full: ValueError: sieben; run it by itself" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (course / "build").exists()


def test_unknown_blueprint_names_the_nearest(course: Path) -> None:
    done = run("exams", "--course", str(course), "--blueprint", "prob")
    assert done.returncode == 1
    assert "'probe'" in done.stderr


def test_a_blueprint_is_shown_beside_its_margins(course: Path) -> None:
    done = run("blueprint", "show", "probe", "--course", str(course))
    assert done.returncode == 0, done.stderr
    assert "Stufe Erinnern" in done.stdout
    assert "weicht ab" not in done.stdout
    change(course, BLUEPRINT, "{remember: 2,", "{remember: 3,")
    done = run("blueprint", "show", "probe", "--course", str(course))
    assert done.returncode == 1
    assert "← weicht ab" in done.stdout
    assert "did you mean 'probe'" in run("blueprint", "show", "prob", "--course", str(course)).stderr
    assert "probe" in run("blueprint", "list", "--course", str(course)).stdout


def test_a_form_that_is_none_is_not_kept(course: Path) -> None:
    done = run("exam", "keep", str(course / "objectives.yaml"), "--course", str(course), "--on", "2026-05-04")
    assert done.returncode == 1
    assert "not a form" in done.stderr
    assert not (course / "assessments/secure/administered").exists()


def test_unfillable_blueprint_says_what_is_missing_and_keeps_the_old_forms(course: Path) -> None:
    assert run("exams", "--course", str(course)).returncode == 0
    exams = course / "build" / "instructor" / "exams"
    before = {name: (exams / name).read_bytes() for name in files_below(exams)}
    assert {"probe/A/paper.pdf", "probe/A/key.pdf", "probe/A/rubric.pdf", "probe/A/form.json"} <= set(before)
    done = run("exams", "--course", str(course), "--forms", "3")
    assert done.returncode == 1
    assert f"{BLUEPRINT}:8:" in done.stderr
    assert "benennen" in done.stderr
    assert {name: (exams / name).read_bytes() for name in files_below(exams)} == before


def test_missing_pango_gives_the_command(course: Path, tmp_path: Path) -> None:
    """A WeasyPrint that cannot load its library stands in for a machine without Pango."""
    broken = tmp_path / "broken" / "weasyprint"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise OSError('cannot load library libpango-1.0-0')\n")
    done = run("exams", "--course", str(course), PYTHONPATH=str(broken.parent))
    assert done.returncode == 1
    assert "Pango" in done.stderr
    assert "apt-get install" in done.stderr or "brew install" in done.stderr
    assert "Traceback" not in done.stderr
    assert files_below(course / "build") == [] if (course / "build").exists() else True


def test_output_that_cannot_be_written(course: Path, tmp_path: Path) -> None:
    """A file where the folder should be: also root cannot write into it."""
    blocked = tmp_path / "blocked"
    blocked.write_text("I am a file")
    done = run("decks", "--course", str(course), "--out", str(blocked))
    assert done.returncode == 1
    assert "choose a folder you may write to with --out DIR" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_read_only_output(course: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o555)
    done = run("decks", "--course", str(course), "--out", str(locked))
    assert done.returncode == 1
    assert "--out DIR" in done.stderr


@pytest.mark.parametrize("kind", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_run_leaves_nothing_half_written(kind: signal.Signals, course: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "builders.cli", "exams", "--course", str(course)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell in the background ignores it
    )
    assert process.stderr is not None
    while "Building exams" not in process.stderr.readline():
        assert process.poll() is None
    time.sleep(0.3)
    process.send_signal(kind)
    _, message = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "interrupted" in message
    assert "Traceback" not in message
    assert files_below(course / "build") == [] if (course / "build").exists() else True


def test_rules_prints_the_manual() -> None:
    done = run("rules")
    assert done.returncode == 0
    assert "MC29" in done.stdout
    assert "exactly one right option" in done.stdout


def test_rules_prints_one_rule_or_the_page() -> None:
    one = run("rules", "--code", "mc07")
    assert one.stdout.startswith("MC07  warning\n  Over a pool")
    assert "MC08" not in one.stdout
    assert run("rules", "--markdown").stdout == (ROOT / "RULES.md").read_text(encoding="utf-8")
    unknown = run("rules", "--code", "MC77")
    assert unknown.returncode == 1
    assert unknown.stderr == "there is no rule 'MC77'; did you mean 'MC27'?\n"


def test_waived_findings_are_listed_with_their_reasons(course: Path) -> None:
    listed = run("check", "--waived", "--course", str(course))
    assert listed.returncode == 0
    assert "1 waived" in listed.stderr
    assert listed.stdout == (
        "assessments/items/01-rad-pflegen.yaml:34: warning: 'keines davon' names no error; write a distractor instead "
        "[MC02]: Der Kurs probiert, dass die letzte Antwort an ihrem Platz bleibt.\n"
    )
