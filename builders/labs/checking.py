"""Checking a learner's file: read, run on all public variants, judged task by task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from builders.checks.databases import variant_database
from builders.course import Course, Lab, LabKind, LabTask, Words, nearest, read_words
from builders.labs.judging import judge
from builders.labs.keys import LabKeys, read_keys, variants_of
from builders.labs.running import Attempt
from builders.labs.solving import attempt_parts, attempt_script
from builders.labs.submission import FileError, Part, lab_of, parse_answers, parse_sql, read_text

Progress = Callable[[str], None]
NOT_BEGUN = ": NotImplementedError"
"""What the functions of a file that was just started raise."""


@dataclass(frozen=True)
class Verdict:
    """What is said of one task: ``message`` says what is wrong, and is None where all is right."""

    task: LabTask
    message: str | None = None
    begun: bool = True

    @property
    def right(self) -> bool:
        """Whether the task earns its points."""
        return self.begun and self.message is None


@dataclass(frozen=True)
class Report:
    """What is said of a learner's file."""

    lab: Lab
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether every task is right."""
        return all(verdict.right for verdict in self.verdicts)

    @property
    def points(self) -> float:
        """The points earned."""
        return sum(verdict.task.points for verdict in self.verdicts if verdict.right)


def check_file(course: Course, path: Path, progress: Progress) -> Report:
    """Check a learner's file.

    Raises FileError where it cannot be read or belongs to no lab, DatasetError where a database cannot be made.
    """
    words = read_words(course.about.language)
    text = read_text(path.read_bytes(), words)
    lab, keys = _lab(course, lab_of(text, path.stem), words)
    if lab.kind is LabKind.PYTHON:
        return _report(lab, _check_script(course, lab, keys, text, path.name, progress, words), (), words)
    parts = parse_sql(text, words) if lab.kind is LabKind.SQL else parse_answers(text)
    return _check_parts(course, lab, keys, parts, progress, words)


def _lab(course: Course, name: str, words: Words) -> tuple[Lab, LabKeys]:
    labs = {lab.id.upper(): lab for lab in course.labs}
    if name not in labs:
        raise FileError(words("labs.no-lab", id=name, nearest=nearest(name, labs)))
    lab = labs[name]
    keys = read_keys(course.root, lab)
    if keys is None or any(task.id not in keys.tasks for task in lab.tasks):
        raise FileError(words("labs.no-digests", id=lab.id))
    return lab, keys


def _check_parts(
    course: Course, lab: Lab, keys: LabKeys, parts: Mapping[str, Part], progress: Progress, words: Words
) -> Report:
    known = {task.id for task in lab.tasks}
    notes = [words("labs.unknown-task", task=task) for task in parts if task not in known]
    if not parts:
        notes.append(words("labs.not-written"))
    runnable = {task: part for task, part in parts.items() if task in known and part.text and not part.problem}
    attempts = {
        variant: attempt_parts(lab, runnable, database, words)
        for variant, database in _databases(course, lab, progress)
    }
    messages: dict[str, str | None] = {task: part.problem for task, part in parts.items() if part.problem}
    for task in lab.tasks:
        if task.id in runnable:
            messages[task.id] = _judged(lab, task, attempts, keys, words)
    return _report(lab, messages, notes, words)


def _check_script(
    course: Course, lab: Lab, keys: LabKeys, source: str, name: str, progress: Progress, words: Words
) -> dict[str, str | None]:
    attempts = {
        variant: attempt_script(lab, source, name, database) for variant, database in _databases(course, lab, progress)
    }
    practice = next(iter(attempts.values()))
    begun = [task for task in lab.tasks if not (practice[task.id].error or "").endswith(NOT_BEGUN)]
    return {task.id: _judged(lab, task, attempts, keys, words) for task in begun}


def _databases(course: Course, lab: Lab, progress: Progress) -> list[tuple[str, Path | None]]:
    dataset = course.datasets.get(lab.dataset or "")
    return [
        (variant, variant_database(course, dataset, variant, progress) if dataset else None)
        for variant in variants_of(course, lab)
    ]


def _judged(
    lab: Lab, task: LabTask, attempts: Mapping[str, Mapping[str, Attempt]], keys: LabKeys, words: Words
) -> str | None:
    mine = {variant: found[task.id] for variant, found in attempts.items()}
    known = {variant: keys.tasks[task.id][variant] for variant in attempts}
    return judge(lab, task, mine, known, words)


def _report(lab: Lab, messages: Mapping[str, str | None], notes: tuple[str, ...] | list[str], words: Words) -> Report:
    verdicts = (
        Verdict(task, messages.get(task.id), task.id in messages)
        if task.id in messages
        else Verdict(task, words("labs.not-begun"), begun=False)
        for task in lab.tasks
    )
    return Report(lab, tuple(verdicts), tuple(notes))


def report_lines(report: Report, words: Words) -> list[str]:
    """Return a report as lines of plain text."""
    lines = [words("labs.heading", id=report.lab.id, title=report.lab.title), *(f"! {note}" for note in report.notes)]
    for verdict in report.verdicts:
        sign = "✓" if verdict.right else "✗" if verdict.begun else "·"
        message = f": {verdict.message}" if verdict.message else ""
        lines.append(f"{sign} {verdict.task.id} {verdict.task.title}{message}")
    right = sum(verdict.right for verdict in report.verdicts)
    total = report.lab.points
    tasks = len(report.verdicts)
    return [*lines, words("labs.points-of", points=report.points, total=total, right=right, tasks=tasks)]
