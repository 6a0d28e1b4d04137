"""Programs that did not make the PDF say what is in it: qpdf, poppler, and page, which judges by PDF/UA-1."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import page


def run(*command: str | Path) -> str:
    """Return what a program prints; fail with its words where it fails."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def faults(path: Path) -> list[str]:
    """Return every rule of PDF/UA-1 that a file breaks."""
    report = page.validate_pdf(path, profile="ua1", limits=page.SafetyLimits.unlimited())
    return [f"{failure.rule_id}: {failure.message}" for failure in report.failures]


def info(path: Path) -> dict[str, str]:
    """Return the lines of ``pdfinfo`` by name."""
    lines = run("pdfinfo", "-isodates", path).splitlines()
    return {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}


def fonts(path: Path) -> list[list[str]]:
    """Return the rows of ``pdffonts``: name, and whether embedded, subset and mapped to Unicode."""
    rows = run("pdffonts", path).splitlines()[2:]
    return [[row.split()[0], *row.split()[-5:-2]] for row in rows]


class Word(NamedTuple):
    """A word, its page (from 1), and its sides in points from the left and the top of the sheet."""

    text: str
    page: int
    left: float
    top: float
    right: float


def boxes(path: Path) -> list[Word]:
    """Return every word with its place."""
    found, number = [], 0
    for line in run("pdftotext", "-bbox", path, "-").splitlines():
        number += "<page " in line
        match = re.search(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)".*>(.*)</word>', line)
        if match:
            found.append(Word(match[4], number, float(match[1]), float(match[2]), float(match[3])))
    return found


def words(path: Path) -> list[tuple[str, int, float, float]]:
    """Return every word with its page and its left and upper edge in points."""
    return [(word.text, word.page, word.left, word.top) for word in boxes(path)]


def tree(path: Path) -> str:
    """Return the tags as poppler reads them, one a line, with the words that are in each; Spans are left out."""
    lines = []
    for line in run("pdfinfo", "-struct-text", path).splitlines():
        indent, text = len(line) - len(line.lstrip()), line.strip()
        name = re.sub(r" \((block|inline)\)|:$", "", text)
        if name == "Span" or text == '""' or text.startswith("/BBox"):
            continue
        lines.append(" " * indent + re.sub(r"Object \d+ 0", "annotation", re.sub(r"<note-\d+>", "<id>", name)))
    return "\n".join(lines) + "\n"
