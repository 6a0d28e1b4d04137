"""Rules about listings and numbers in prose: code that learners read parses, and numbers of the data are quoted.

A listing is a fenced block with a language: ``python``, ``sql``, ``json``, ``yaml`` or ``toml``. One that must not
parse, because its fault is the point, says so after the language: ``sql wrong``.
"""

from __future__ import annotations

import ast
import json
import re
import tomllib
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from builders.checks.databases import Progress, practice_database
from builders.checks.rules import Finding, Subject, data_rule, problems_of, rule
from builders.checks.values import texts_of
from builders.course.course import Course
from builders.course.draws import flat_values
from builders.course.items import ClozeBody, Item
from builders.course.problem import Place, Problem, Severity
from builders.data import QueryError
from builders.data.instances import TOKEN, draw_given
from builders.data.query import prepare_script, schema_of

FENCE = re.compile(r"^\s*(?P<marks>`{3,}|~{3,})\s*(?P<info>[^`]*)$")
DIRECTIVE = re.compile(r"\{code(?:-block)?\}\s*(?P<language>\S+)")
OPTION = re.compile(r"^\s*:[\w-]+:.*$")
GAP = re.compile(r"\[\[(\d+)\]\]")
WRONG = "wrong"
MISSING_TABLE = re.compile(r"no such table: (?:\w+\.)?(\w+)")
LONG_NUMBER = re.compile(r"(?<![\w.,/#-])\d[\d,]*(?:\.\d+)?(?![\w/-])")
QUOTED = re.compile(r"\{[\w-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|<[^>]*>")
DIGITS = 4
"""How many digits a number of the data has that prose may not repeat by hand."""


@dataclass(frozen=True)
class Listing:
    """Code in a text: its language, whether it is wrong on purpose, and the text around it."""

    subject: Subject
    place: Place
    language: str
    wrong: bool
    code: str
    around: str


def listings_in(text: str, subject: Subject, place: Place, *, counted: bool) -> Iterator[Listing]:
    """Yield the listings of a text; ``counted`` says that its lines are those of the file, from ``place`` on."""
    lines = text.split("\n")
    marks, start, info = "", 0, ""
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if not marks and fence:
            marks, start, info = fence["marks"], number, fence["info"].strip()
        elif marks and fence and fence["marks"].startswith(marks) and not fence["info"].strip():
            at = Place(place.path, place.line + start) if counted else place
            yield from _listing(subject, at, info, lines[start + 1 : number], text)
            marks = ""


def _listing(subject: Subject, place: Place, info: str, lines: list[str], around: str) -> Iterator[Listing]:
    directive = DIRECTIVE.match(info)
    if info.startswith("{") and not directive:
        return
    words = [directive["language"], *info.split()[2:]] if directive else info.split()
    if words and words[0].lower() in PARSERS:
        while directive and lines and OPTION.match(lines[0]):
            lines = lines[1:]
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        code = "\n".join(line[indent:] for line in lines)
        yield Listing(subject, place, words[0].lower(), WRONG in words[1:], code, around)


@dataclass(frozen=True)
class Page:
    """A page of the source as the subject of a finding."""

    at: Place


def all_listings(course: Course) -> Iterator[Listing]:
    """Yield the listings of every page below ``source/`` and of every record that is printed."""
    for path in sorted((course.root / "source").rglob("*.md")):
        page = Page(Place(path.relative_to(course.root).as_posix()))
        yield from listings_in(path.read_text(encoding="utf-8"), page, page.at, counted=True)
    for item in course.items:
        for text, place in texts_of(item, item.at):
            yield from listings_in(_as_read(text, item), item, place, counted=False)
    records: Iterable[Any] = (*course.tasks, *course.cards, *course.glossary, *course.labs, *course.samples)
    for record in records:
        for text, place in texts_of(record, record.at):
            yield from listings_in(text, record, place, counted=False)


def _as_read(text: str, item: Item) -> str:
    """Return a text of an item with the values of its first draw, and with its gaps filled."""
    if TOKEN.search(text):
        given = {f"given.{name}": str(value) for name, value in flat_values(draw_given(item, 0)).items()}
        text = TOKEN.sub(lambda match: given.get(match[1], "1"), text)
    if isinstance(item, ClozeBody):
        answers = {str(number): blank.answer for number, blank in enumerate(item.blanks, start=1)}
        text = GAP.sub(lambda match: answers.get(match[1], match[0]), text)
    return text


# ---- Parsing ----


class Unparsed(Exception):
    """A listing that does not parse; the message says why."""


def _python(listing: Listing, schemas: Mapping[str, str]) -> None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SyntaxWarning)
            ast.parse(listing.code)
    except (SyntaxError, ValueError) as error:
        raise Unparsed(f"line {getattr(error, 'lineno', 1)}: {getattr(error, 'msg', error)}") from None


def _json(listing: Listing, schemas: Mapping[str, str]) -> None:
    try:
        json.loads(listing.code)
    except ValueError as error:
        raise Unparsed(str(error)) from None


def _yaml(listing: Listing, schemas: Mapping[str, str]) -> None:
    try:
        list(yaml.safe_load_all(listing.code))
    except (yaml.YAMLError, ValueError) as error:
        raise Unparsed(" ".join(str(error).split())) from None


def _toml(listing: Listing, schemas: Mapping[str, str]) -> None:
    try:
        tomllib.loads(listing.code)
    except ValueError as error:
        raise Unparsed(str(error)) from None


def _sql(listing: Listing, schemas: Mapping[str, str]) -> None:
    """Prepare every statement; one dataset that has all its tables is enough, and so is a text that names its own."""
    reasons = [reason for schema in schemas.values() or ("",) if (reason := _sql_fault(listing, schema))]
    if len(reasons) == max(1, len(schemas)):
        raise Unparsed(reasons[0])


def _sql_fault(listing: Listing, schema: str) -> str:
    try:
        prepare_script(schema, listing.code)
    except QueryError as error:
        table = MISSING_TABLE.search(str(error))
        # A table that the text itself introduces; what follows FROM has been parsed by then.
        own = table and (f"`{table[1]}`" in listing.around or not schema)
        return "" if own else str(error)
    return ""


PARSERS: dict[str, Callable[[Listing, Mapping[str, str]], None]] = {
    "python": _python,
    "py": _python,
    "sql": _sql,
    "sqlite": _sql,
    "json": _json,
    "yaml": _yaml,
    "yml": _yaml,
    "toml": _toml,
}
"""What parses a listing, by its language."""


def check_listings(course: Course, progress: Progress) -> tuple[Problem, ...]:
    """Parse all listings of a course; raises DatasetError where the database cannot be made whose schema they use."""
    schemas = {
        dataset.id: schema_of(practice_database(course, dataset, lambda note: None))
        for dataset in course.spine.datasets
    }
    found = list(all_listings(course))
    progress(f"{len(found)} listings")
    return problems_of("CQ03", listings_parse(found, schemas))


@data_rule("CQ03")
def listings_parse(listings: Iterable[Listing], schemas: Mapping[str, str]) -> Iterator[Finding]:
    """A listing parses: Python, JSON, YAML and TOML by themselves, SQL against the tables of a dataset.

    A listing may use tables of its own that the text around it names in backticks. One whose fault is the point says
    ``wrong`` after its language, and then it must really fail.
    """
    for listing in listings:
        try:
            PARSERS[listing.language](listing, schemas)
        except Unparsed as reason:
            if not listing.wrong:
                message = f"the {listing.language} listing does not parse: {reason}; mend it, or write 'wrong' after"
                yield Finding(listing.subject, f"{message} '{listing.language}' if it should fail", listing.place)
            continue
        if listing.wrong:
            message = f"the {listing.language} listing says 'wrong' and parses; drop the word, or make it fail"
            yield Finding(listing.subject, message, listing.place)


# ---- Numbers in prose ----


@rule("CQ04", Severity.WARNING)
def numbers_are_quoted(course: Course) -> Iterator[Finding]:
    """A number of the data with four or more digits is quoted, ``{fact}`name```, so that it changes with the data."""
    facts: dict[str, str] = {}
    for dataset in course.spine.datasets:
        for fact in course.facts_of(dataset):
            value = fact.expected_on(dataset.practice)
            shown = fact.format.format(value) if isinstance(value, int | float) else ""
            if sum(letter.isdigit() for letter in shown) >= DIGITS:
                facts.setdefault(shown, fact.id)
    for lesson in course.lessons if facts else ():
        for number, line in _prose(lesson.text, lesson.first_line):
            for shown in LONG_NUMBER.findall(QUOTED.sub(" ", line)):
                if shown in facts:
                    message = f"'{shown}' is the fact '{facts[shown]}'; write {{fact}}`{facts[shown]}`"
                    yield Finding(lesson, message, Place(lesson.path, number))


def _prose(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Yield the lines outside fenced blocks, numbered as in the file."""
    marks = ""
    for number, line in enumerate(text.split("\n"), start=first_line):
        fence = FENCE.match(line)
        if fence and (not marks or fence["marks"].startswith(marks)):
            marks = "" if marks else fence["marks"]
        elif not marks:
            yield number, line
