"""The table of rules. A rule is a generator over a course; its docstring is its page in the manual."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, TypeVar

from builders.course.course import Course
from builders.course.problem import Place, Problem, Severity


class Subject(Protocol):
    """What a finding is about: anything with a place; where it has waivers, they are heeded."""

    @property
    def at(self) -> Place:
        """The file and line of the subject."""


class Finding(NamedTuple):
    """What a rule yields: the subject whose waivers count, the message, and a closer place if there is one."""

    subject: Subject
    message: str
    place: Place | None = None


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

    def enter(check: D) -> D:
        if code in RULES or code in DATA_RULES:
            raise ValueError(f"two rules are called {code}")
        DATA_RULES[code] = Rule(code, severity, check)
        return check

    return enter


def problems_of(code: str, findings: Iterator[Finding]) -> tuple[Problem, ...]:
    """Return the findings of a data rule as problems, without those that are waived."""
    severity = DATA_RULES[code].severity
    return tuple(
        Problem(finding.place or finding.subject.at, code, finding.message, severity)
        for finding in findings
        if not _is_waived(finding.subject, code)
    )


@dataclass(frozen=True)
class Report:
    """What the rules found, and how many findings a waiver with a reason excused."""

    problems: tuple[Problem, ...]
    waived: int


def apply_rules(course: Course, rules: Mapping[str, Rule] = RULES) -> Report:
    """Run the rules over a course; problems come sorted by place."""
    first = _apply(course, [entry for entry in rules.values() if not entry.last])
    if any(problem.severity is Severity.ERROR for problem in first.problems):
        return first
    second = _apply(course, [entry for entry in rules.values() if entry.last])
    return Report(tuple(sorted({*first.problems, *second.problems})), first.waived + second.waived)


def _apply(course: Course, rules: list[Rule]) -> Report:
    problems: set[Problem] = set()
    waived = 0
    for entry in rules:
        for finding in entry.check(course):
            if _is_waived(finding.subject, entry.code):
                waived += 1
            else:
                place = finding.place or finding.subject.at
                problems.add(Problem(place, entry.code, finding.message, entry.severity))
    return Report(tuple(sorted(problems)), waived)


def _is_waived(subject: Subject, code: str) -> bool:
    return any(waiver.rule == code for waiver in getattr(subject, "waivers", ()))
