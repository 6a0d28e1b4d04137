"""The deck of the real course in older engines, each in an environment of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from builders.course import digest
from tests.decks.conftest import ROOT, build, load, release

HERE = Path(__file__).parent / "engines"
ENGINES = sorted(path.stem for path in HERE.glob("anki-*.txt"))
START = 1_790_000_000
pytestmark = pytest.mark.full


@pytest.fixture(scope="module", params=ENGINES)
def python(request: pytest.FixtureRequest) -> Path:
    """The interpreter of an environment that holds one engine; made once for its list of packages."""
    wanted = HERE / f"{request.param}.txt"
    folder = ROOT / ".cache" / "engines" / f"{request.param}-{digest(wanted.read_bytes())[:8]}"
    if not folder.exists():
        aside = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(aside, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", aside], check=True)
        pip = [aside / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes", "-r", wanted]
        subprocess.run(pip, check=True)
        aside.rename(folder)
    return folder / "bin" / "python"


@pytest.fixture(scope="module")
def releases(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two releases of the real course: in the second one card is changed, one is new and one retired."""
    folder = tmp_path_factory.mktemp("releases")
    ignored = shutil.ignore_patterns(".cache", "build", ".git", ".venv", "node_modules", "tests", "secure")
    shutil.copytree(ROOT, folder / "course", ignore=ignored)
    course = replace(load("own"), root=folder / "course")
    (folder / "course" / "assessments" / "cards" / "releases.json").unlink(missing_ok=True)
    release(course, START)
    first = build(course, folder / "1")
    basic = [card for card in course.cards if card.kind == "basic"]
    edited = basic[0].model_copy(update={"back": "Another answer."})
    new = basic[0].model_copy(update={"id": "a-new-card", "front": "A new question?"})
    kept = tuple(edited if card.id == edited.id else card for card in course.cards if card.id != basic[1].id)
    later = replace(course, cards=(*kept, new))
    release(later, START + 1_000)
    return first, build(later, folder / "2")


def test_an_older_engine_takes_both_releases(python: Path, releases: tuple[Path, Path]) -> None:
    run = subprocess.run([python, HERE / "judge.py", *releases], capture_output=True, text=True, check=True)
    seen = json.loads(run.stdout.splitlines()[-1])  # engines print remarks of their own before
    course = load("own")
    assert seen["notes"][0] == len(course.cards) + len(course.glossary) + len(course.spine.terms)
    assert seen["notes"][1] == seen["notes"][0] + 1
    for faults in seen["faults"]:
        assert set(faults.values()) == {0}, faults
    assert seen["lost"] == []
    assert any("A new question?" in front for front in seen["fronts"])
