"""The installed tool carries everything that its code reads: templates, style sheets, words, schemas."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.full
def test_wheel_carries_every_file_of_builders(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT / "builders", source / "builders", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        source,
    ]
    subprocess.run(build, check=True)
    carried = set(ZipFile(next(tmp_path.glob("*.whl"))).namelist())
    written = {str(path.relative_to(ROOT)) for path in (ROOT / "builders").rglob("*") if path.is_file()}
    assert {name for name in written if "__pycache__" not in name} <= carried
