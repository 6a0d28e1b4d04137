"""Short answers, brought to one form: case, spaces, quotes and the ways of writing a number do not count."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence

from builders.course import Words
from builders.course.labs import AnswerKind, AnswersTask, Solution
from builders.data.limited import JSON

QUOTES = "\"'`‘’“”„«»"
DASHES = re.compile("[‐‑‒–—−]")
NUMBER = re.compile(r"[^\d\-+]{0,4}(?P<number>[-+]?\d[\d.,'\s_]*(?:[eE][-+]?\d+)?)\s*(?P<unit>[^\d]{0,24})")


class AnswerError(Exception):
    """An answer is of another kind than the question asks for; the message says which."""


def normalise(text: str, task: AnswersTask, words: Words) -> JSON:
    """Return a learner's answer in the form in which it is compared; AnswerError where it has none."""
    match task.answer:
        case AnswerKind.NUMBER:
            return _number(text, words)
        case AnswerKind.YES_NO:
            return _yes_no(text, words)
        case AnswerKind.LIST:
            parts = [part for part in re.split(r"[;,\n]|\s(?:and|und)\s", text.strip("[](){} ")) if part.strip()]
            return [*sorted({_choice(part, task.choices, words) for part in parts})]
    return _choice(text, task.choices, words)


def normal_solution(solution: Solution, task: AnswersTask, words: Words) -> JSON:
    """Return the author's answer in the same form; AnswerError where it is of another kind."""
    match task.answer, solution:
        case AnswerKind.NUMBER, bool():
            raise AnswerError(words("labs.not-a-number", text=solution))
        case AnswerKind.NUMBER, int() | float():
            return solution
        case AnswerKind.YES_NO, bool():
            return solution
        case AnswerKind.LIST, tuple():
            return [*sorted({_choice(str(entry), task.choices, words) for entry in solution})]
        case AnswerKind.TEXT, int() | float():
            return _choice(str(solution), task.choices, words)
    return normalise(str(solution), task, words)


def plain(text: str) -> str:
    """Return a text in lower case, without quotes, doubled spaces and a full stop at its end."""
    text = DASHES.sub("-", unicodedata.normalize("NFKC", text)).casefold()
    text = " ".join(text.split()).strip(QUOTES + " ")
    return text.rstrip(".").strip(QUOTES + " ") if text.rstrip(".") else text


def _choice(text: str, choices: Sequence[str], words: Words) -> str:
    found = plain(text)
    if choices and found not in {plain(choice) for choice in choices}:
        raise AnswerError(words("labs.no-choice", text=text.strip(), choices=", ".join(choices)))
    return found


def _yes_no(text: str, words: Words) -> bool:
    found = plain(text).split(",")[0].split(" ")[0]
    if found in {"yes", "y", "true", plain(words("labs.yes")), plain(words("labs.yes"))[0]}:
        return True
    if found in {"no", "n", "false", plain(words("labs.no")), plain(words("labs.no"))[0]}:
        return False
    raise AnswerError(words("labs.not-yes-no", text=text.strip()))


def _number(text: str, words: Words) -> int | float:
    written = " ".join(unicodedata.normalize("NFKC", DASHES.sub("-", text)).split())
    match = NUMBER.fullmatch(written.strip(QUOTES))
    digits = re.sub(r"[\s'_]", "", match["number"]) if match else ""
    try:
        value = float(_with_point(digits, words("labs.decimal-sign")))
    except ValueError:
        value = math.inf
    if not math.isfinite(value):
        raise AnswerError(words("labs.not-a-number", text=text.strip()[:80]))
    return int(value) if value.is_integer() else value


def _with_point(digits: str, decimal: str) -> str:
    """Return digits without marks of thousands and with a decimal point."""
    marks = [mark for mark in digits if mark in ".,"]
    if len(set(marks)) == 2:
        decimal = marks[-1]
    elif len(marks) == 1 and not re.fullmatch(r"[-+]?\d{1,3}[.,]\d{3}", digits):
        decimal = marks[0]
    elif len(marks) > 1:
        decimal = "," if marks[0] == "." else "."
    other = "," if decimal == "." else "."
    return digits.replace(other, "").replace(decimal, ".")
