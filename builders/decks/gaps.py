"""What Anki's engine makes of a text: the gaps it finds, what it holds to be blank, and what it would show broken."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from builders.course import Problem
from builders.decks.notes import Note

OPEN = re.compile(r"\{\{c([\d,]+)::")
PIECE = re.compile(r"(\{\{c[\d,]+::|\}\})")
BLANK = re.compile(r"(?:<(?!img|audio|video|object|embed|svg)[^>]*>|&nbsp;|\s)+", re.IGNORECASE)
DEEPEST = 10


def cloze_numbers(text: str) -> list[int]:
    """Return the numbers of the cards that Anki makes of a cloze text, as its engine reads it.

    Gaps nest up to ten deep; one counts only if it, and every gap around it, is closed.
    """
    found: set[int] = set()
    stack: list[set[int]] = []
    position = 0
    while position < len(text):
        match = OPEN.match(text, position)
        if match:
            if len(stack) < DEEPEST:
                stack.append({int(number) for number in match[1].split(",") if number})
            position = match.end()
        elif text.startswith("}}", position):
            if stack:
                done = stack.pop()
                (stack[-1] if stack else found).update(done)
            position += 2
        else:
            position += 1
    return sorted(number for number in found if number > 0)


def fill_gaps(text: str, number: int, fill: Callable[[str, str], str]) -> str:
    """Return a cloze text with the gaps of a number filled by ``fill(content, hint)``, and all others opened."""
    stack: list[tuple[set[int], list[str]]] = [(set(), [])]
    for piece in PIECE.split(text):
        match = OPEN.fullmatch(piece)
        if match:
            stack.append(({int(own) for own in match[1].split(",") if own}, []))
        elif piece == "}}" and len(stack) > 1:
            numbers, parts = stack.pop()
            content, _, hint = "".join(parts).partition("::")
            stack[-1][1].append(fill(content, hint) if number in numbers else content)
        else:
            stack[-1][1].append(piece)
    return "".join("".join(parts) for _, parts in stack)


def is_blank(field: str) -> bool:
    """Whether Anki would show nothing: only tags, spaces and line breaks."""
    return not BLANK.sub("", field)


def find_problems(notes: Iterable[Note]) -> list[Problem]:
    """Return what Anki would show blank or broken, and names that two notes share."""
    own = list(notes)
    times = Counter(note.name for note in own)
    message = "another card or term has the name '{}' in the deck; give this one another id"
    doubled = [Problem(note.place, "DK05", message.format(note.name)) for note in own if times[note.name] > 1]
    return [*(problem for note in own for problem in _note_problems(note)), *doubled]


def _note_problems(note: Note) -> Iterator[Problem]:
    if is_blank(note.fields[0]):
        yield Problem(note.place, "DK01", "the front of the card is blank; write what it asks")
    if note.kind == "cloze":
        if not cloze_numbers(note.fields[0]):
            yield Problem(note.place, "DK02", "Anki finds no gap in this text; close each gap with '}}'")
        if re.search(r"\{\{c\d+,", note.fields[0]):
            message = "a gap with two numbers is blank in older versions of Anki; give each gap one number"
            yield Problem(note.place, "DK03", message)
    elif is_blank(note.fields[1]):
        yield Problem(note.place, "DK04", "the answer of the card is blank; write it")
