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
from builders.labs.submission import FileError, Part, lab_of, parse_answers, parse_sql, read_file, read_text

Progress = Callable[[str], None]
NOT_BEGUN = ": NotImplementedError"
"""What the functions of a file that was just started raise."""
LONGEST_MESSAGE = 500
"""Characters of a message that are shown, whatever a learner's code says in its errors."""


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
    text = read_text(read_file(path, words), words)
    lab, keys = _lab(course, lab_of(text, path.stem), words)
    check = _Check(course, lab, keys, progress, words)
    if lab.kind is LabKind.PYTHON:
        return _report(lab, check.script(text), (), words)
    parts = parse_sql(text, words) if lab.kind is LabKind.SQL else parse_answers(text)
    return _report(lab, check.parts(parts), _notes(lab, parts, words), words)


def _lab(course: Course, name: str, words: Words) -> tuple[Lab, LabKeys]:
    labs = {lab.id.upper(): lab for lab in course.labs}
    if name not in labs:
        raise FileError(words("labs.no-lab", id=name, nearest=nearest(name, labs)))
    lab = labs[name]
    try:
        keys = read_keys(course.root, lab)
    except ValueError:
        keys = None
    variants = set(variants_of(course, lab))
    if keys is None or any(not variants <= keys.tasks.get(task.id, {}).keys() for task in lab.tasks):
        raise FileError(words("labs.no-digests", id=lab.id))
    return lab, keys


def _notes(lab: Lab, parts: Mapping[str, Part], words: Words) -> tuple[str, ...]:
    """Say what of a file belongs to no task."""
    if not parts:
        return (words("labs.not-written"),)
    known = {task.id for task in lab.tasks}
    return tuple(words("labs.unknown-task", task=task) for task in parts if task not in known)


Attempts = dict[str, Attempt]
Messages = dict[str, str | None]
"""What is wrong with each task that was begun; None where it is right."""


@dataclass(frozen=True)
class _Check:
    """One check under way: a lab with its keys, and the words to use."""

    course: Course
    lab: Lab
    keys: LabKeys
    progress: Progress
    words: Words

    def parts(self, parts: Mapping[str, Part]) -> Messages:
        """Judge a file that holds a part for each task."""
        known = {task.id: parts[task.id] for task in self.lab.tasks if task.id in parts}
        runnable = {name: part for name, part in known.items() if part.text and not part.problem}

        def attempt(tasks: list[LabTask], database: Path | None) -> Attempts:
            chosen = {task.id: runnable[task.id] for task in tasks}
            return attempt_parts(self.lab, chosen, database, self.words)

        refused: Messages = {name: part.problem for name, part in known.items() if part.problem}
        return refused | self._judged([task for task in self.lab.tasks if task.id in runnable], attempt)

    def script(self, source: str) -> Messages:
        """Judge a script with a function for each task."""
        return self._judged(list(self.lab.tasks), lambda tasks, database: attempt_script(tasks, source, database))

    def _judged(self, tasks: list[LabTask], attempt: Callable[[list[LabTask], Path | None], Attempts]) -> Messages:
        """Judge tasks on practice, and those that are right there on the other variants as well."""
        practice, *others = variants_of(self.course, self.lab)
        tried = {practice: attempt(tasks, self._database(practice))}
        tasks = [task for task in tasks if not (tried[practice][task.id].error or "").endswith(NOT_BEGUN)]
        messages = {task.id: self._message(task, tried) for task in tasks}
        right = [task for task in tasks if messages[task.id] is None]
        for variant in others if right else ():
            tried[variant] = attempt(right, self._database(variant))
        return messages | {task.id: self._message(task, tried) for task in right}

    def _database(self, variant: str) -> Path | None:
        dataset = self.course.datasets.get(self.lab.dataset or "")
        return variant_database(self.course, dataset, variant, self.progress) if dataset else None

    def _message(self, task: LabTask, tried: Mapping[str, Attempts]) -> str | None:
        mine = {variant: attempts[task.id] for variant, attempts in tried.items()}
        return judge(self.lab, task, mine, self.keys.tasks[task.id], self.words)


def _report(lab: Lab, messages: Mapping[str, str | None], notes: tuple[str, ...], words: Words) -> Report:
    verdicts = (
        Verdict(task, messages.get(task.id), task.id in messages)
        if task.id in messages
        else Verdict(task, words("labs.not-begun"), begun=False)
        for task in lab.tasks
    )
    return Report(lab, tuple(verdicts), notes)


def report_lines(report: Report, words: Words) -> list[str]:
    """Return a report as lines of plain text."""
    lines = [words("labs.heading", id=report.lab.id, title=report.lab.title), *(f"! {note}" for note in report.notes)]
    for verdict in report.verdicts:
        sign = "✓" if verdict.right else "✗" if verdict.begun else "·"
        message = f": {_on_one_line(verdict.message)}" if verdict.message else ""
        lines.append(f"{sign} {verdict.task.id} {verdict.task.title}{message}")
    right = sum(verdict.right for verdict in report.verdicts)
    total = report.lab.points
    tasks = len(report.verdicts)
    return [*lines, words("labs.points-of", points=report.points, total=total, right=right, tasks=tasks)]


def _on_one_line(text: str) -> str:
    """Return a message without signs that move the cursor or begin a line, which would let it look like another one."""
    cut = text if len(text) <= LONGEST_MESSAGE else text[: LONGEST_MESSAGE - 1] + "…"
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in cut)
