"""Rules about items: one right answer, distractors with a reason, marks that add up, a level its kind can reach."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from builders.checks.rules import Finding, Subject, rule
from builders.course.course import Course
from builders.course.items import Case, Item, Kind, Option
from builders.course.problem import Severity
from builders.course.record import Bloom
from builders.data.numbers import numbers_of

ADMISSIBLE: dict[Kind, tuple[Bloom, Bloom]] = {
    Kind.TRUE_FALSE: (Bloom.REMEMBER, Bloom.UNDERSTAND),
    Kind.CHOICE: (Bloom.REMEMBER, Bloom.EVALUATE),
    Kind.MULTIPLE_RESPONSE: (Bloom.REMEMBER, Bloom.ANALYZE),
    Kind.MATCHING: (Bloom.REMEMBER, Bloom.UNDERSTAND),
    Kind.CLOZE: (Bloom.REMEMBER, Bloom.APPLY),
    Kind.ORDERING: (Bloom.REMEMBER, Bloom.APPLY),
    Kind.NUMERIC: (Bloom.APPLY, Bloom.ANALYZE),
    Kind.SQL: (Bloom.APPLY, Bloom.ANALYZE),
    Kind.PYTHON: (Bloom.APPLY, Bloom.CREATE),
    Kind.SHORT_ANSWER: (Bloom.UNDERSTAND, Bloom.EVALUATE),
    Kind.CASE: (Bloom.ANALYZE, Bloom.EVALUATE),
    Kind.ESSAY: (Bloom.EVALUATE, Bloom.CREATE),
    Kind.TASK: (Bloom.APPLY, Bloom.CREATE),
}
"""The lowest and highest level each kind can test."""

BLANK = re.compile(r"\[\[(\d+)\]\]")


def bodies(item: Item) -> Iterator[Any]:
    """Yield what is asked: the item, or the parts of a case."""
    yield from item.parts if isinstance(item, Case) else (item,)


@rule("MC29")
def right_option(course: Course) -> Iterator[Finding]:
    """A choice item has exactly one right option; a multiple response has a right and a wrong one at least.

    Why: a key that is wrong or doubled is found by the learners (guideline 19).
    Mend: mark the right option on the option itself: ``key: true``.
    Waive: not possible.
    """
    for item in course.items:
        for body in bodies(item):
            options = getattr(body, "options", ())
            right = sum(option.key for option in options)
            if body.kind is Kind.CHOICE and right != 1:
                yield Finding(item, f"{right} options are marked right; mark exactly one with 'key: true'", body.at)
            if body.kind is Kind.MULTIPLE_RESPONSE and not 0 < right < len(options):
                message = f"{right} of {len(options)} options are marked right; mark at least one, and leave one wrong"
                yield Finding(item, message, body.at)


@rule("MC19")
def distractor_has_reason(course: Course) -> Iterator[Finding]:
    """A wrong option names the misconception it catches and says why it is wrong.

    Why: distractors that no real learner would choose test nothing (guidelines 29 and 30).
    Mend: think of the wrong idea first, register it in `assessments/misconceptions.yaml`, then write what it leads to.
    Waive: no reason is known; an option without a wrong idea behind it can go.
    """
    for item in course.items:
        for body in bodies(item):
            for option in getattr(body, "options", ()):
                if not option.key and not (option.misconception and option.feedback):
                    what = "feedback" if option.misconception else "a misconception"
                    yield Finding(item, f"the wrong option '{_short(option)}' lacks {what}; add it", option.at)


def _short(option: Option) -> str:
    text = " ".join(option.text.split())
    return text if len(text) <= 40 else text[:39] + "…"


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip().casefold()


@rule("MC13")
def different_options(course: Course) -> Iterator[Finding]:
    """No two options, answers, steps or pairs of an item say the same, nor the same number written in two ways.

    Why: of two that are the same both are right, or both are wrong and seen to be (guideline 19).
    Mend: make the two differ, or drop one.
    Waive: no reason is known.
    """
    for item in course.items:
        for body in bodies(item):
            yield from _same_number(item, getattr(body, "options", ()))
            texts: list[tuple[str, Subject]] = [(o.text, o) for o in getattr(body, "options", ())]
            texts += [(pair.right, pair) for pair in (*getattr(body, "pairs", ()), *getattr(body, "extra", ()))]
            texts += [(step, body) for step in getattr(body, "sequence", ())]
            yield from _same(item, texts)
            yield from _same(item, [(pair.left, pair) for pair in getattr(body, "pairs", ())])


def _same(item: Item, texts: Iterable[tuple[str, Subject]]) -> Iterator[Finding]:
    seen: set[str] = set()
    for text, subject in texts:
        if _normal(text) in seen:
            yield Finding(item, f"'{text.strip()[:40]}' stands twice; make the two differ or drop one", subject.at)
        seen.add(_normal(text))


def _same_number(item: Item, options: Sequence[Option]) -> Iterator[Finding]:
    numbers = numbers_of([option.text for option in options]) or []
    for place, (option, number) in enumerate(zip(options, numbers, strict=False)):
        twins = [other for other in range(place) if numbers[other] == number]
        if twins and _normal(options[twins[0]].text) != _normal(option.text):
            message = f"'{_short(option)}' is the number '{_short(options[twins[0]])}'; make the two differ or drop one"
            yield Finding(item, message, option.at)


@rule("MC30")
def kind_fits_level(course: Course) -> Iterator[Finding]:
    """A kind can test only some levels: true-false reaches Understand, an essay begins at Evaluate, and so on.

    Why: a form can meet its blueprint in numbers and test another level (guideline 1). An item with ``novel: true``
    shows what was not taught, so that recognizing it is Understand at least; a hint says so.
    Mend: another kind, or the level that the item is at, as ``bloom``.
    Waive: with ``scaffold: true``, where an item practises a step below the objective's level.
    """
    for item in course.items:
        objective = course.objectives.get(item.objective)
        level = item.bloom or (objective.bloom if objective else None)
        if level is None or item.scaffold:
            continue
        low, high = ADMISSIBLE[item.kind]
        if not low.rank <= level.rank <= high.rank:
            message = (
                f"a {item.kind} item cannot test {level} (only {low} to {high}); change its kind or state its 'bloom'"
            )
            yield Finding(item, message)
        elif item.novel and level is Bloom.REMEMBER:
            message = "what is novel cannot be remembered; state 'bloom: understand', or drop 'novel'"
            yield Finding(item, message, severity=Severity.INFO)


@rule("SR02")
def marks_add_up(course: Course) -> Iterator[Finding]:
    """Scoring points, criteria and the parts of a case sum to the points of their item.

    Why: else a full answer earns more or less than the paper promises.
    Mend: change the points of either.
    Waive: not possible.
    """
    for item in course.items:
        parts = getattr(item, "parts", ())
        if parts and not _equal(sum(part.points for part in parts), item.points):
            total = sum(part.points for part in parts)
            yield Finding(item, f"the parts give {total:g} points and the item {item.points:g}; make them equal")
        for body in bodies(item):
            scored = getattr(body, "scoring", ()) or getattr(body, "criteria", ())
            total = sum(entry.points for entry in scored)
            if scored and not _equal(total, body.points):
                message = f"scoring gives {total:g} points and the question {body.points:g}; make them equal"
                yield Finding(item, message, body.at)


def _equal(left: float, right: float) -> bool:
    return abs(left - right) < 1e-9


@rule("NU01")
def wrong_values_are_wrong(course: Course) -> Iterator[Finding]:
    """A wrong value of a numeric item lies outside the tolerance of the right one.

    Why: else the misconception scores.
    Mend: narrow ``tolerance``, or choose numbers that keep the two apart.
    Waive: not possible.
    """
    for item in course.items:
        for body in bodies(item):
            for error in getattr(body, "errors", ()):
                if error.value is not None and body.accepts(error.value):
                    message = f"the wrong value {error.value:g} would count as right; narrow 'tolerance' or change it"
                    yield Finding(item, message, error.at)


@rule("CZ01")
def blanks_are_numbered(course: Course) -> Iterator[Finding]:
    """A cloze text has the gaps ``[[1]]``, ``[[2]]``, … once each, one for every entry of ``blanks``.

    Why: a gap without its answer cannot be scored.
    Mend: number gaps in the order of ``blanks``.
    Waive: not possible.
    """
    for item in course.items:
        if item.kind is Kind.CLOZE:
            found = [int(number) for number in BLANK.findall(item.stem)]
            wanted = list(range(1, len(item.blanks) + 1))
            if sorted(found) != wanted:
                message = f"the stem has the gaps {found} and 'blanks' {len(wanted)} entries; number them {wanted}"
                yield Finding(item, message)


@rule("IT01", Severity.WARNING)
def reviewed_before_use(course: Course) -> Iterator[Finding]:
    """A draft item cannot enter a form; a second person reviews it, then its status becomes ``reviewed``.

    Why: whoever wrote an item sees what it meant to say, not what it says (guideline 11).
    Mend: let somebody answer it without the key; where the answers differ, change the item.
    Waive: no reason is known; a draft may stay a draft.
    """
    for item in course.items:
        if item.status == "draft":
            yield Finding(item, f"'{item.id}' is a draft; have it reviewed and set 'status: reviewed'")
