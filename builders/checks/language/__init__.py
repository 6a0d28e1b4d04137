"""What rules know of a language: its words that give answers away, its verbs and their levels.

One file of words and one of verbs a language, in this folder. An entry of a list is a regular expression for whole
words. A language without a file, or a file without a list, is skipped by the rules that need it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import StrEnum
from functools import cache, wraps
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from builders.checks.rules import Check, Finding, rule
from builders.course.course import Course
from builders.course.problem import Severity
from builders.course.record import Bloom, Record
from builders.course.yamlfile import load_yaml

FOLDER = Path(__file__).parent
NEVER = re.compile(r"(?!)")


def _compile(entries: Any) -> re.Pattern[str]:
    """Return one pattern for a list of patterns, each of whole words, in any case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(entries)})(?!\w)", re.IGNORECASE) if entries else NEVER


Words = Annotated[re.Pattern[str], BeforeValidator(_compile)]


class Readability(Record):
    """How hard a text is: the formula, what counts as a syllable, and which ending is none (``silent``)."""

    formula: Literal["flesch-kincaid", "wiener"]
    syllable: str
    silent: str = ""


class Number(Record):
    """How a stem's last word tells whether one thing or several are asked for, and how a plural looks."""

    singular: Words
    plural: Words
    plural_ending: Words


class Language(Record):
    """The words of one language, by what rules look for."""

    all_of_these: Words = NEVER
    none_of_these: Words = NEVER
    combination: Words = NEVER
    negation: Words = NEVER
    selecting: Words = NEVER
    subordinate: Words = NEVER
    absolute: Words = NEVER
    vague: Words = NEVER
    opinion: Words = NEVER
    superlative: Words = NEVER
    criterion: Words = NEVER
    text_reference: Words = NEVER
    unfocused: Words = NEVER
    colour_only: Words = NEVER
    articles: dict[str, str] = {}
    number: Number | None = None
    opposites: tuple[tuple[str, str], ...] = ()
    common: frozenset[str] = frozenset()
    command_words: dict[str, str] = {}
    command_place: Literal["first", "any"] = "first"
    readability: Readability | None = None
    months: tuple[str, ...] = ()
    joining: Words = NEVER
    vague_adverb: Words = NEVER


class Strength(StrEnum):
    """How firmly a verb stands for a level: a process of the taxonomy, common usage, or rare usage."""

    CORE = "core"
    COMMON = "common"
    RARE = "rare"

    @property
    def rank(self) -> int:
        """3 for core to 1 for rare."""
        return 3 - list(Strength).index(self)


class Verbs(Record):
    """The verbs of objectives: the levels each can stand for, and those that nobody can see done."""

    order: Literal["first", "last"]
    verbs: dict[str, dict[Bloom, Strength]]
    unmeasurable: tuple[str, ...] = ()
    nested: Words = NEVER


def _read(name: str) -> Any:
    path = FOLDER / name
    return load_yaml(path.read_text(encoding="utf-8")) if path.is_file() else None


@cache
def read_language(code: str) -> Language | None:
    """Return the words of a language; None where it has no file."""
    data = _read(f"{code}.yaml")
    return Language.model_validate(data) if data else None


@cache
def read_verbs(code: str) -> Verbs | None:
    """Return the verbs of a language; None where it has no file."""
    data = _read(f"verbs-{code}.yaml")
    return Verbs.model_validate(data) if data else None


@cache
def products() -> re.Pattern[str]:
    """Return the pattern of product names, which are the same in every language and case."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(_read('products.yaml'))})(?!\w)")


WordedCheck = Callable[[Course, Language], Iterator[Finding]]


def worded_rule(code: str, severity: Severity = Severity.ERROR) -> Callable[[WordedCheck], Check]:
    """Enter a generator that needs the words of the course's language; without them it finds nothing."""

    def enter(check: WordedCheck) -> Check:
        @wraps(check)
        def worded(course: Course) -> Iterator[Finding]:
            language = read_language(course.about.language)
            if language:
                yield from check(course, language)

        return rule(code, severity)(worded)

    return enter
