"""Programs that did not make the PDF say what is in it: qpdf and poppler."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path


def run(*command: str | Path) -> str:
    """Return what a program prints; fail with its words where it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def info(path: Path) -> dict[str, str]:
    """Return the lines of ``pdfinfo`` by name."""
    lines = run("pdfinfo", "-isodates", path).splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def page_texts(path: Path, *options: str) -> list[str]:
    """Return the text of each page; ``-layout`` keeps words below what they stand below."""
    return run("pdftotext", *options, path, "-").split("\f")[:-1]


def squeezed(text: str) -> str:
    """Return a text without spaces, so that line breaks make no difference."""
    return re.sub(r"\s+", "", text)
