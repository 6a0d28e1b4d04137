"""Judging a task: whether what came out is right on every variant, and what to tell a learner if not.

Nothing that is told holds a right value: only what the learner's own result is, how many rows are expected,
and the feedback of the misconception that it betrays.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from xml.etree import ElementTree

from builders.course import Lab, LabTask, Words
from builders.course.labs import AnswersTask, PythonTask, SqlTask, Svg
from builders.data.limited import JSON
from builders.labs.digests import first_wrong, in_order, is_same, strangers
from builders.labs.keys import TaskKey, entries_of, settings_of
from builders.labs.running import MOST_ROWS, Attempt, calls_of, shown_call

LONGEST = 200
"""Characters of a value that are shown."""
SVG = "{http://www.w3.org/2000/svg}"


def judge(
    lab: Lab, task: LabTask, attempts: Mapping[str, Attempt], keys: Mapping[str, TaskKey], words: Words
) -> str | None:
    """Return what is wrong with a task's attempts, by variant with practice first; None where all is right."""
    practice, *others = attempts
    message = judge_on(lab, task, practice, attempts[practice], keys[practice], words)
    if message is not None:
        return message
    for variant in others:
        attempt = attempts[variant]
        if attempt.error is not None:
            return words("labs.fails-other", error=attempt.error)
        if judge_on(lab, task, variant, attempt, keys[variant], words) is not None:
            return words("labs.by-accident")
    return None


def judge_on(lab: Lab, task: LabTask, variant: str, attempt: Attempt, key: TaskKey, words: Words) -> str | None:
    """Return what is wrong with an attempt on one variant; None where it is right there."""
    match task:
        case SqlTask():
            return _judge_query(lab, task, variant, attempt, key, words)
        case PythonTask():
            return _judge_function(lab, task, variant, attempt, key, words)
    return _judge_answer(lab, task, variant, attempt, key, words)


def is_right(lab: Lab, task: LabTask, variant: str, value: JSON, key: TaskKey) -> bool:
    """Whether a value is the right one, in its order, or one that is as right."""
    entries, settings = entries_of(task, value), settings_of(lab, task, variant)
    if any(is_same(entries, other, settings) for other in key.accept):
        return True
    return is_same(entries, key.result, settings) and in_order(entries, key.result, settings)


def feedback(lab: Lab, task: LabTask, variant: str, value: JSON, key: TaskKey) -> str | None:
    """Return what to say to the wrong idea that this value betrays, if it is a known one."""
    entries, settings = entries_of(task, value), settings_of(lab, task, variant)
    for wrong in key.wrong:
        if is_same(entries, wrong.digest, settings) and in_order(entries, wrong.digest, settings):
            return wrong.feedback
    return None


def _judge_query(lab: Lab, task: SqlTask, variant: str, attempt: Attempt, key: TaskKey, words: Words) -> str | None:
    if attempt.error is not None:
        return words("labs.sql-fails", error=attempt.error)
    assert isinstance(attempt.value, dict), "a query that ran has a result"
    columns, rows = attempt.value["columns"], attempt.value["rows"]
    assert isinstance(columns, list)
    assert isinstance(rows, list)
    known = feedback(lab, task, variant, attempt.value, key)
    if len(columns) != len(task.columns):
        names = ", ".join(task.columns)
        message = words("labs.wrong-columns", n=len(columns), expected=len(task.columns), columns=names)
        return _joined(message, known)
    if attempt.truncated:
        return words("labs.too-many-rows", n=MOST_ROWS)
    if is_right(lab, task, variant, attempt.value, key):
        return None
    entries, settings = entries_of(task, attempt.value), settings_of(lab, task, variant)
    if is_same(entries, key.result, settings):
        return words("labs.order")
    extra = (0,) if len(rows) == key.result.entries == 1 else strangers(entries, key.result, settings)
    return _joined(_count(len(rows), len(extra), key, words), _stranger(rows, extra, words), known)


def _count(rows: int, extra: int, key: TaskKey, words: Words) -> str:
    """Say how many rows there are and should be, or how many of them are wrong."""
    expected = key.result.entries
    if not rows:
        return words("labs.no-rows", expected=expected)
    if rows == expected:
        return words("labs.values", n=extra) if extra else words("labs.some-value")
    count = words("labs.row-count", n=rows, expected=expected)
    if extra or rows > expected:
        return count
    return _joined(count, words("labs.missing", n=expected - rows))


def _stranger(rows: list[JSON], extra: tuple[int, ...], words: Words) -> str | None:
    if not extra:
        return None
    return words("labs.stranger", row=extra[0] + 1, shown=_row(rows[extra[0]]))


def _row(row: JSON) -> str:
    assert isinstance(row, list)
    return _cut("(" + ", ".join("NULL" if value is None else repr(value) for value in row) + ")")


def _judge_function(
    lab: Lab, task: PythonTask, variant: str, attempt: Attempt, key: TaskKey, words: Words
) -> str | None:
    if attempt.error is not None:
        return words("labs.python-fails", error=attempt.error)
    assert isinstance(attempt.value, list), "functions that ran have values"
    if task.svg:
        for drawing, arguments in zip(attempt.value, calls_of(task), strict=True):
            mistake = _svg_problem(drawing, task.svg, shown_call(task, arguments), words)
            if mistake:
                return mistake
    value: JSON = seen(task, attempt.value)
    if calls_of(task) and not is_right(lab, task, variant, value, key):
        return _joined(
            _wrong_value(lab, task, variant, attempt.value, key, words), feedback(lab, task, variant, value, key)
        )
    return _judge_tests(task, attempt, words)


def seen(task: LabTask, value: JSON) -> JSON:
    """Return what of a value is compared: of a drawing, the number of its marks."""
    if not isinstance(task, PythonTask) or task.svg is None or not isinstance(value, list):
        return value
    return [_marks(drawing, task.svg) for drawing in value]


def _wrong_value(lab: Lab, task: PythonTask, variant: str, values: list[JSON], key: TaskKey, words: Words) -> str:
    """Say which call returns something wrong, and what it is."""
    calls = calls_of(task)
    for value, arguments, kind in zip(values, calls, key.kinds, strict=False):
        if kind_of(value) != kind:
            asked = words(f"labs.kind-is-{kind}")
            return words("labs.wrong-kind", call=shown_call(task, arguments), shown=_show(value), kind=asked)
    value, place = values[0], 0
    if len(calls) > 1:
        place = first_wrong(entries_of(task, seen(task, values)), key.result, settings_of(lab, task, variant)) or 0
        value = values[place]
    call = shown_call(task, calls[place])
    if task.svg and task.svg.length:
        return _wrong_lengths(value, task.svg, call, words)
    if len(calls) == 1 and isinstance(value, list) and len(value) != key.result.entries:
        return words("labs.wrong-length", call=call, n=len(value), expected=key.result.entries)
    return words("labs.wrong-value", call=call, shown=_show(value))


def _wrong_lengths(value: JSON, svg: Svg, call: str, words: Words) -> str:
    n = len(_drawn(value, svg))
    return words("labs.svg-length", n=n, call=call, mark=svg.mark, length=svg.length)


def kind_of(value: JSON) -> str:
    """Return the name of what a value is."""
    match value:
        case None:
            return "none"
        case bool():
            return "truth"
        case int() | float():
            return "number"
        case str():
            return "text"
        case dict():
            return "dict"
    return "list"


def _judge_tests(task: PythonTask, attempt: Attempt, words: Words) -> str | None:
    """Judge the learner's own tests: enough of them, no false alarm, no faulty version that passes."""
    if task.tests is None:
        return None
    own, *faulty = attempt.tests
    if len(own) < task.tests.least:
        return words("labs.tests-few", n=len(own), function=task.function, least=task.tests.least)
    for name, error in own.items():
        if error is not None:
            return words("labs.tests-fail", name=name, error=error)
    unseen = sum(all(error is None for error in report.values()) for report in faulty)
    return words("labs.tests-blind", n=unseen, of=len(faulty), function=task.function) if unseen else None


def _svg_problem(value: JSON, svg: Svg, call: str, words: Words) -> str | None:
    try:
        tree = _drawing(value)
    except ValueError as error:
        return words("labs.svg-none", call=call, error=error)
    title = tree.find(f"{SVG}title")
    if title is None or not (title.text or "").strip():
        return words("labs.svg-title")
    shown = " ".join(" ".join(text.itertext()) for text in tree.iter(f"{SVG}text"))
    for text in svg.texts:
        if " ".join(text.split()).casefold() not in " ".join(shown.split()).casefold():
            return words("labs.svg-text", text=text)
    return None


def _marks(value: JSON, svg: Svg) -> JSON:
    """Return how many marks a drawing has, or how long they are beside the longest; None where it shows none."""
    try:
        marks = _drawn(value, svg)
        return _proportions([float(mark.get(svg.length, "")) for mark in marks]) if svg.length else len(marks)
    except ValueError:
        return None


def _drawn(value: JSON, svg: Svg) -> list[ElementTree.Element]:
    return [*_drawing(value).iter(f"{SVG}{svg.mark}")]


def _proportions(lengths: list[float]) -> JSON:
    """Return lengths as shares of the largest; ValueError where they are no lengths."""
    if not all(0 <= length < math.inf for length in lengths):
        raise ValueError("a length is a number from 0 on")
    largest = max(lengths, default=0.0)
    return [length / largest if largest else 0.0 for length in lengths]


def _drawing(value: JSON) -> ElementTree.Element:
    """Return the tree of an SVG text; ValueError says why it is none."""
    if not isinstance(value, str):
        raise ValueError(f"it is {kind_of(value)}")
    if "<!DOCTYPE" in value or "<!ENTITY" in value:
        raise ValueError("it declares a document type; leave that out")
    try:
        tree = ElementTree.fromstring(value)
    except ElementTree.ParseError as error:
        raise ValueError(str(error)) from None
    if tree.tag != f"{SVG}svg":
        raise ValueError(f"its first element is {tree.tag}, without xmlns='{SVG[1:-1]}'")
    return tree


def _judge_answer(
    lab: Lab, task: AnswersTask, variant: str, attempt: Attempt, key: TaskKey, words: Words
) -> str | None:
    if attempt.error is not None:
        return attempt.error
    if is_right(lab, task, variant, attempt.value, key):
        return None
    known = feedback(lab, task, variant, attempt.value, key)
    return _joined(words("labs.wrong-answer", shown=_answer(attempt.value, words)), known)


def _answer(value: JSON, words: Words) -> str:
    if isinstance(value, bool):
        return words("labs.yes") if value else words("labs.no")
    if isinstance(value, list):
        return _cut(", ".join(str(entry) for entry in value))
    return _cut(str(value))


def _show(value: JSON) -> str:
    return _cut(repr(value))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _joined(*parts: str | None) -> str:
    return "; ".join(part.rstrip(".") for part in parts if part)
