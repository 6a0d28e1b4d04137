"""A learner's file, read forgivingly: which part of it belongs to which task."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from builders.course import Words
from builders.course.words import languages, read_words

LARGEST = 1_000_000
"""Characters that a file may have."""
MOST_BYTES = 4 * LARGEST
"""Bytes that so many characters can take."""
TYPOGRAPHIC = re.compile("[‘’‚“”„«»]")
SELECTING = frozenset({"select", "with", "values"})
TOKEN = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|\Z)|'(?:[^']|'')*(?:'|\Z)|\"(?:[^\"]|\"\")*(?:\"|\Z)|`[^`]*(?:`|\Z)|\[[^\]]*(?:\]|\Z)|;|.",
    re.DOTALL,
)
"""A comment, a quoted text or name, a semicolon, or any other character of SQL."""


@dataclass(frozen=True)
class Part:
    """What a file holds for one task, or why that cannot be used; both are missing where nothing is there yet."""

    text: str = ""
    problem: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the task was not begun."""
        return not self.text and self.problem is None


class FileError(Exception):
    """A file cannot be read as a learner's work; the message says why."""


def read_file(path: Path, words: Words) -> bytes:
    """Return what a file holds; FileError where there is none, where it is no ordinary one, or too long."""
    if not path.is_file():
        raise FileError(words("labs.no-file"))
    with path.open("rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise FileError(words("labs.too-long"))
    return data


def read_text(data: bytes, words: Words) -> str:
    """Return the text of a file, whatever editor wrote it; FileError where it is no text."""
    try:
        text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(words("labs.not-text")) from None
    if "\0" in text:
        raise FileError(words("labs.not-text"))
    if len(text) > LARGEST:
        raise FileError(words("labs.too-long"))
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\N{NO-BREAK SPACE}", " ")


def lab_of(text: str, stem: str) -> str:
    """Return the id of the lab that a file says it is for, in its first lines or by its name."""
    head = "\n".join(text.splitlines()[:5])
    found = re.search(r"^\W*lab\w*\W+([A-Za-z0-9][A-Za-z0-9.\-]{0,78}[A-Za-z0-9])", head, re.IGNORECASE | re.MULTILINE)
    return (found[1] if found else stem).upper()


def task_words() -> str:
    """Return a pattern for the word that begins a task's heading, in any language there is."""
    names = {str(read_words(language)("labs.task")).lower() for language in languages()}
    return "|".join(sorted({"task", *names}))


def sections(text: str) -> Iterator[tuple[str, str]]:
    """Yield the id of each task that a comment ``-- task 1: title`` begins, and the text below it."""
    heading = re.compile(
        rf"^[ \t]*--[ \t]*(?:{task_words()})[ \t]+([0-9]+[a-z]?)\b[^\n]*$", re.IGNORECASE | re.MULTILINE
    )
    found = list(heading.finditer(text))
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        yield match[1].lower(), text[match.end() : end]


def parse_sql(text: str, words: Words) -> dict[str, Part]:
    """Return the query of each task: of a section with several statements its last SELECT."""
    parts: dict[str, Part] = {}
    for task, body in sections(text):
        part = _query(body, words)
        if task in parts and not parts[task].is_empty and not part.is_empty:
            part = Part("", words("labs.twice", task=task))
        if task not in parts or not part.is_empty:
            parts[task] = part
    return parts


def _query(body: str, words: Words) -> Part:
    statements = list(_statements(body))
    for code, text in statements:
        if TYPOGRAPHIC.search(code):
            return Part(text, words("labs.typographic", sign=TYPOGRAPHIC.search(code)[0]))  # type: ignore[index]
        first = _first_word(code)
        if first not in SELECTING:
            return Part(text, words("labs.only-select", word=first.upper() or code.strip()[:20]))
    return Part(statements[-1][1]) if statements else Part()


def _first_word(code: str) -> str:
    found = re.match(r"[\s(]*([A-Za-z]+)", code)
    return found[1].lower() if found else ""


def _statements(body: str) -> Iterator[tuple[str, str]]:
    """Yield each statement twice: without comments and quoted texts, and as it is written."""
    code: list[str] = []
    text: list[str] = []
    for piece in [*TOKEN.findall(body), ";"]:
        if piece != ";":
            text.append(piece)
            code.append(" " if piece[:2] in ("--", "/*") else "''" if piece[0] in "'\"`[" else piece)
        elif "".join(code).strip():
            yield "".join(code), "".join(text).strip()
        if piece == ";":
            code, text = [], []


ANSWER = re.compile(r"[ \t]*(?P<id>[0-9]+[A-Za-z]?)[ \t]*[:.)=][ \t]*(?P<text>.*)")


def parse_answers(text: str) -> dict[str, Part]:
    """Return the answer to each question: lines ``1: answer``, where further lines belong to the answer above."""
    found: dict[str, list[str]] = {}
    current: str | None = None
    heading = re.compile(rf"^[ \t]*(?:{task_words()})[ \t]+(?=[0-9]+[A-Za-z]?[ \t]*[:.)=])", re.IGNORECASE)
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            continue
        match = ANSWER.fullmatch(heading.sub("", line))
        if match:
            current = match["id"].lower()
            found.setdefault(current, []).append(match["text"])
        elif current is not None:
            found[current].append(line)
    return {task: Part(_joined(lines)) for task, lines in found.items()}


def _joined(lines: list[str]) -> str:
    """Return lines as one text; entries of a list that begin with a hyphen are separated by semicolons."""
    kept = [re.sub(r"(^|\s)#\s.*$", "", line).strip() for line in lines]
    entries = [line for line in kept if line]
    if any(re.match(r"[-*•]\s", line) for line in entries):
        return "; ".join(re.sub(r"^[-*•]\s+", "", line) for line in entries)
    return " ".join(entries)
