"""The table of rules. A rule is a generator over a course; its docstring is its page in the manual."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from builders.course.course import Course
from builders.course.problem import Place, Problem, Severity
from builders.course.record import Waiver


class Subject(Protocol):
    """What a finding is about: anything with a place; where it has waivers, they are heeded."""

    @property
    def at(self) -> Place:
        """The file and line of the subject."""


class Finding(NamedTuple):
    """What a rule yields: the subject whose waivers count, the message, and a closer place if there is one.

    ``severity`` is for a finding that weighs otherwise than most findings of its rule.
    """

    subject: Subject
    message: str
    place: Place | None = None
    severity: Severity | None = None


Check = Callable[[Course], Iterator[Finding]]
DataCheck = Callable[..., Iterator[Finding]]
D = TypeVar("D", bound=DataCheck)


@dataclass(frozen=True)
class Rule:
    """A rule: its code, how much it weighs, and the generator that finds what breaks it."""

    code: str
    severity: Severity
    check: DataCheck
    last: bool = False
    """Whether it runs only where no other rule found an error, which it would only echo."""

    @property
    def manual(self) -> str:
        """The page of the manual: the generator's docstring."""
        return inspect.getdoc(self.check) or ""


RULES: dict[str, Rule] = {}
DATA_RULES: dict[str, Rule] = {}
"""Rules that need more than records: databases, what they hold, programs that run."""
OUTPUT_RULES: dict[str, Rule] = {}
"""Rules about what was made of a course: forms, and everything a learner is handed."""


def rule(code: str, severity: Severity = Severity.ERROR, *, last: bool = False) -> Callable[[Check], Check]:
    """Enter a generator into the table under a code."""

    def enter(check: Check) -> Check:
        if code in RULES:
            raise ValueError(f"two rules are called {code}")
        RULES[code] = Rule(code, severity, check, last)
        return check

    return enter


def data_rule(code: str, severity: Severity = Severity.ERROR) -> Callable[[D], D]:
    """Enter a generator into the manual whose caller gives it what it needs to see."""
    return _entering(DATA_RULES, code, severity)


def output_rule(code: str, severity: Severity = Severity.ERROR) -> Callable[[D], D]:
    """Enter a generator into the manual that looks at what was made: a form, the text of a page."""
    return _entering(OUTPUT_RULES, code, severity)


def _entering(table: dict[str, Rule], code: str, severity: Severity) -> Callable[[D], D]:
    def enter(check: D) -> D:
        if code in RULES or code in DATA_RULES or code in OUTPUT_RULES:
            raise ValueError(f"two rules are called {code}")
        table[code] = Rule(code, severity, check)
        return check

    return enter


def problems_of(code: str, findings: Iterator[Finding]) -> tuple[Problem, ...]:
    """Return the findings of a rule as problems, without those that are waived."""
    entry = (RULES | DATA_RULES | OUTPUT_RULES)[code]
    return tuple(_problem(entry, finding) for finding in findings if _waiver(finding.subject, code) is None)


@dataclass(frozen=True, order=True)
class Excused:
    """A finding that a waiver excused, and the reason it gives."""

    problem: Problem
    reason: str


@dataclass(frozen=True)
class Report:
    """What the rules found, and the findings that a waiver with a reason excused."""

    problems: tuple[Problem, ...]
    excused: tuple[Excused, ...] = ()

    @property
    def waived(self) -> int:
        """How many findings were excused."""
        return len(self.excused)


def apply_rules(course: Course, rules: Mapping[str, Rule] = RULES) -> Report:
    """Run the rules over a course; problems come sorted by place."""
    first = _apply(course, [entry for entry in rules.values() if not entry.last])
    if any(problem.severity is Severity.ERROR for problem in first.problems):
        return first
    second = _apply(course, [entry for entry in rules.values() if entry.last])
    problems, excused = {*first.problems, *second.problems}, {*first.excused, *second.excused}
    return Report(tuple(sorted(problems)), tuple(sorted(excused)))


def _apply(course: Course, rules: list[Rule]) -> Report:
    problems: set[Problem] = set()
    excused: set[Excused] = set()
    for entry in rules:
        for finding in entry.check(course):
            waiver = _waiver(finding.subject, entry.code)
            if waiver is None:
                problems.add(_problem(entry, finding))
            else:
                excused.add(Excused(_problem(entry, finding), waiver.reason))
    return Report(tuple(sorted(problems)), tuple(sorted(excused)))


def _problem(entry: Rule, finding: Finding) -> Problem:
    place = finding.place or finding.subject.at
    return Problem(place, entry.code, finding.message, finding.severity or entry.severity)


def _waiver(subject: Subject, code: str) -> Waiver | None:
    waivers: Iterable[Waiver] = getattr(subject, "waivers", ())
    return next((waiver for waiver in waivers if waiver.rule == code), None)
