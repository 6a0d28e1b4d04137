"""What a text says, without its markup: words, sentences and numbers that rules can count and compare."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from builders.checks.items import bodies
from builders.course.course import Course
from builders.course.items import Item

FENCED = re.compile(r"^(?P<indent> *)(?P<marks>`{3,}|~{3,}).*?^ *(?P=marks)[ \t]*$", re.DOTALL | re.MULTILINE)
TABLE = re.compile(r"^ *\|.*\|[ \t]*$", re.MULTILINE)
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
INLINE_CODE = re.compile(r"(`+)(?P<code>.+?)\1", re.DOTALL)
ROLE = re.compile(r"\{[\w-]+\}`(?P<text>[^`<]*)(?:<[^>]*>)?`")
LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\([^)]*\)")
VALUE = re.compile(r"\{\{[^{}]*\}\}")
GAP = re.compile(r"\[\[\d+\]\]")
DIRECTIVE = re.compile(r"^ *(?::{3,}.*|:[\w-]+:.*)$", re.MULTILINE)
MARKS = re.compile(r"(?<!\w)[*_]{1,3}|[*_]{1,3}(?!\w)|^ *(?:#{1,6}|>|[-*+]|\d+\.) ", re.MULTILINE)
WORD = re.compile(r"\w+(?:[’'\-]\w+)*")
SENTENCE = re.compile(r"(?<=[.?!:…])\s+|(?<=[.?!…][”\"’')])\s+|\n\s*\n")
CODE_WORD = "ǂ"
"""Stands for code, values and gaps in prose: a letter that nobody writes."""
CACHE = 1 << 16


@lru_cache(CACHE)
def plain(text: str) -> str:
    """Return a text as it is read aloud: listings, tables and formulas left out, code in the line kept."""
    for pattern in (FENCED, TABLE, DISPLAYED, DIRECTIVE):
        text = pattern.sub("\n\n", text)
    text = ROLE.sub(lambda match: match["text"].strip(), text)
    text = INLINE_CODE.sub(lambda match: match["code"], text)
    return MARKS.sub("", LINK.sub(lambda match: match["text"], text)).strip()


@lru_cache(CACHE)
def prose(text: str) -> str:
    """Return the words of a text alone: what `plain` leaves, with a single word in place of code and values."""
    text = INLINE_CODE.sub(CODE_WORD, ROLE.sub(lambda match: match["text"].strip(), FENCED.sub("\n\n", text)))
    return plain(GAP.sub(CODE_WORD, VALUE.sub(CODE_WORD, text)))


@lru_cache(CACHE)
def words(text: str) -> tuple[str, ...]:
    """Return the words of the prose of a text, folded."""
    return tuple(WORD.findall(prose(text).casefold()))


@lru_cache(CACHE)
def tokens(text: str) -> tuple[str, ...]:
    """Return every word and number of a text, folded: those of listings and tables too."""
    return tuple(re.findall(r"\w+", text.casefold()))


@lru_cache(CACHE)
def sentences(text: str) -> tuple[str, ...]:
    """Return the sentences of the prose of a text."""
    return tuple(part.strip() for part in SENTENCE.split(prose(text)) if WORD.search(part))


def has_prose(text: str) -> bool:
    """Whether a text says something beside code and values."""
    return any(word != CODE_WORD for word in words(text))


def is_code(text: str) -> bool:
    """Whether a text is code or a value, and nothing else."""
    return not has_prose(text)


def questions(course: Course) -> Iterator[tuple[Item, Any]]:
    """Yield every question in use: an item with itself, or with each part of a case."""
    for item in course.items:
        if item.status != "retired":
            yield from ((item, body) for body in bodies(item))


def choices(course: Course) -> Iterator[tuple[Item, Any]]:
    """Yield the questions in use that offer options, one right or several."""
    return ((item, body) for item, body in questions(course) if getattr(body, "options", ()))


def question_text(item: Item) -> str:
    """Return everything a learner reads of an item before answering."""
    parts = [item.stem, getattr(item, "stimulus", "")]
    for body in bodies(item):
        parts += [] if body is item else [body.stem]
        parts += [option.text for option in getattr(body, "options", ())]
        parts += [text for pair in getattr(body, "pairs", ()) for text in (pair.left, pair.right)]
        parts += list(getattr(body, "sequence", ()))
    return "\n\n".join(part for part in parts if part)


def short(text: str, length: int = 40) -> str:
    """Return a text on one line, cut after so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
