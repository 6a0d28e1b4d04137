"""Set-up notices what changed, never trusts a half-made ``.venv``, and says plainly what is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from setup.install import STAMP, UNFINISHED, digest, why_unusable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """Return a small ``.venv`` that set-up accepts: a Python, and a pip that says where it belongs."""
    folder = tmp_path / ".venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    package = next(folder.glob("lib/python3.*/site-packages")) / "pip"
    package.mkdir()
    (package / "__init__.py").touch()
    (folder / "bin" / "pip").write_text(f"#!{folder}/bin/python\n", encoding="utf-8")
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a folder with what set-up reads, and nothing installed."""
    folder = tmp_path / "clone"
    shutil.copytree(ROOT / "setup", folder / "setup", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder)
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run set-up in a folder."""
    command = [folder / "setup" / "run", *arguments]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_good_venv_is_built_upon(venv: Path) -> None:
    assert why_unusable(venv) is None


def test_no_venv_is_no_fault(tmp_path: Path) -> None:
    assert why_unusable(tmp_path / ".venv") == ""


def test_an_interrupted_venv_is_made_anew(venv: Path) -> None:
    (venv / UNFINISHED).touch()
    assert why_unusable(venv) == "an earlier set-up was interrupted"


def test_a_moved_venv_is_made_anew(venv: Path) -> None:
    moved = venv.with_name("moved")
    venv.rename(moved)
    assert "copied" in (why_unusable(moved) or "")


def test_a_venv_without_pip_is_made_anew(venv: Path) -> None:
    (venv / "bin" / "pip").unlink()
    assert "no pip" in (why_unusable(venv) or "")


@pytest.mark.parametrize("fault", ["gone", "of another version"])
def test_a_venv_whose_python_changed_is_made_anew(venv: Path, fault: str) -> None:
    python = venv / "bin" / "python"
    python.unlink()
    if fault != "gone":
        python.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
        python.chmod(0o755)
    assert fault in (why_unusable(venv) or "")


def test_digest_changes_with_content_and_folder(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        (folder / "lock").write_text("a==1", encoding="utf-8")
    before = digest(first, ("lock",))
    assert digest(first, ("lock",)) == before
    assert digest(second, ("lock",)) != before
    (first / "lock").write_text("a==2", encoding="utf-8")
    assert digest(first, ("lock",)) != before


@pytest.mark.parametrize("arguments", [(), ("everything",), ("build", "test")])
def test_a_wrong_call_shows_the_right_one(clone: Path, arguments: tuple[str, ...]) -> None:
    result = run(clone, *arguments)
    assert result.returncode == 2
    assert result.stderr == "usage: setup/run build | test\n"


def test_an_old_python_is_named_with_what_to_install(clone: Path, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    old = programs / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2"\nexit 0\n', encoding="utf-8")
    old.chmod(0o755)
    for name in ("sh", "dirname", "uname"):
        (programs / name).symlink_to(shutil.which(name) or name)
    result = run(clone, "build", PATH=str(programs), PYTHON="")
    assert result.returncode == 1
    assert "needs Python 3.11, 3.12, 3.13 or 3.14 (found: Python 3.9.2)" in result.stderr


@pytest.mark.full
def test_a_failed_download_leaves_nothing_that_looks_finished(clone: Path) -> None:
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PYTHON": sys.executable}
    first = run(clone, "build", **offline)
    assert first.returncode == 1
    assert "No matching distribution found" in first.stderr
    assert "this command failed" in first.stderr
    assert not (clone / ".venv" / STAMP).exists()
    assert "Making .venv anew: an earlier set-up was interrupted" in run(clone, "build", **offline).stderr
