"""Reads printed papers and keys back, knowing nothing of how they were made.

Poppler gives the text of a page as it lies on it; options are found by their letters and columns, as a reader would.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

HEADING = re.compile(r"^ *(?:Question|Aufgabe) (\d+) {2,}")
MARKED = re.compile(r"(?:^| {2,})([A-H1-9]) {2,}(?=\S)")
SEGMENT = re.compile(r"\S+(?: \S+)*")
FURNITURE = re.compile(r"Continued (on the next|overleaf)|Weiter auf der|End of paper|Ende der Aufgaben|Page \d+ of")


def pages_of(path: Path) -> list[str]:
    """Return the text of each page, laid out as on the page."""
    text = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


def info_of(path: Path) -> dict[str, str]:
    """Return what pdfinfo says."""
    text = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    return dict(re.split(r": +", line, maxsplit=1) for line in text.splitlines() if re.search(r": +\S", line))


def squeeze(text: str) -> str:
    """Return a text without spaces and marks of code, for comparing."""
    return re.sub(r"[\s`*]", "", text)


@dataclass
class Marked:
    """A text beside a letter or number, the column in which it begins, and the last line it is on."""

    mark: str
    column: int
    text: str
    line: int


@dataclass
class PrintedQuestion:
    """What is printed under a question's heading, and on which pages (from 1)."""

    number: int
    pages: list[int]
    lines: list[str] = field(default_factory=list)

    def marked(self) -> dict[str, str]:
        """Return the text beside each letter or number."""
        found: list[Marked] = []
        for number, line in enumerate(self.lines):
            _read_line(number, line, found)
        return {one.mark: squeeze(one.text) for one in found}

    def steps(self) -> list[str]:
        """Return the lines below the instruction to number steps."""
        start = next(place for place, line in enumerate(self.lines) if re.search(r"^ *(Number|Nummerieren)", line))
        return [squeeze(line) for line in self.lines[start + 1 :] if line.strip()]

    @property
    def text(self) -> str:
        """All of it, without spaces."""
        return squeeze("".join(self.lines))


def _read_line(number: int, line: str, found: list[Marked]) -> None:
    """Add the options that begin on a line, and continue those that go on in their columns."""
    taken = {match.end(): match[1] for match in MARKED.finditer(line)}
    for segment in SEGMENT.finditer(line):
        column = segment.start()
        if column in taken:
            found.append(Marked(taken[column], column, segment[0], number))
        elif segment[0] not in taken.values():
            going_on = [one for one in found if abs(one.column - column) <= 3 and number - one.line <= 2]
            if going_on:
                going_on[-1].text += segment[0]
                going_on[-1].line = number


def read_paper(path: Path) -> dict[int, PrintedQuestion]:
    """Return the questions of a paper by number."""
    found: dict[int, PrintedQuestion] = {}
    current: PrintedQuestion | None = None
    for page, text in enumerate(pages_of(path), 1):
        for line in text.splitlines():
            heading = HEADING.match(line)
            if heading:
                current = found.setdefault(int(heading[1]), PrintedQuestion(int(heading[1]), []))
                current.pages.append(page)
            elif FURNITURE.search(line):
                current = None
            elif current:
                current.lines.append(line)
    return found


def read_glance(path: Path) -> dict[int, dict[str, str]]:
    """Return the rows of the table of all answers on a key's first page, by question."""
    rows: dict[int, dict[str, str]] = {}
    for line in pages_of(path)[0].splitlines():
        cells = re.split(r" {2,}", line.strip())
        if len(cells) >= 6 and cells[0].isdigit():
            names = ("number", "key", "points", "objective", "level", "kind", "item")
            rows[int(cells[0])] = dict(zip(names, cells, strict=False))
    return rows
