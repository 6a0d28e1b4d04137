"""The files that learners start with, made from the records of labs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

from builders.course import Course, Lab, LabKind, LabTask, Words, read_words, replaced_folder, write_atomic
from builders.course.labs import AnswerKind, AnswersTask, PythonTask, SqlTask
from builders.labs.running import calls_of
from builders.markup import practice_values
from builders.markup.text import VALUE

COMMENT = {LabKind.SQL: "-- ", LabKind.PYTHON: "# ", LabKind.ANSWERS: "# "}
WIDTH = 100
"""Characters of a line."""


def starter_text(course: Course, lab: Lab) -> str:
    """Return the text of the file that a learner starts with."""
    words, values = read_words(course.about.language), practice_values(course)
    head = [
        words("labs.file-title", id=lab.id, title=lab.title),
        *_wrapped(_filled(lab.intro, values)),
        words(f"labs.file-{lab.kind}"),
        words("labs.file-check", file=lab.file_name),
    ]
    blocks = ["\n".join(_commented(head, lab.kind))]
    blocks += [_task_text(lab, task, _filled(task.prompt, values), words) for task in lab.tasks]
    gap = "\n\n\n" if lab.kind is LabKind.PYTHON else "\n\n"
    return gap.join(blocks) + "\n"


def _filled(text: str, values: Mapping[str, str]) -> str:
    """Return a text with the facts that it quotes, as they are on the practice data."""
    return VALUE.sub(lambda match: values.get(match[1], match[0]), text)


def _task_text(lab: Lab, task: LabTask, prompt: str, words: Words) -> str:
    points = words("labs.points", n=task.points)
    lines = [f"{words('labs.task')} {task.id}: {task.title} ({points})", *_wrapped(prompt), *_asked(task, words)]
    body = {LabKind.SQL: "", LabKind.PYTHON: _function(task), LabKind.ANSWERS: f"{task.id}: "}[lab.kind]
    return "\n".join([*_commented(lines, lab.kind), body])


def _asked(task: LabTask, words: Words) -> Iterator[str]:
    """Yield what the answer must look like."""
    if isinstance(task, SqlTask):
        columns = words("labs.columns", columns=", ".join(task.columns))
        yield f"{columns}; {words('labs.ordered')}" if task.ordered else columns
    if isinstance(task, AnswersTask) and task.choices:
        key = "labs.choices-list" if task.answer is AnswerKind.LIST else "labs.choices"
        yield words(key, choices=", ".join(task.choices))
    elif isinstance(task, AnswersTask) and task.answer is not AnswerKind.TEXT:
        yield words(f"labs.kind-{task.answer}")


def _function(task: LabTask) -> str:
    """Return the function to complete: the author's beginning, or one that is not begun."""
    if not isinstance(task, PythonTask):
        return ""
    if task.starter:
        return task.starter.rstrip()
    calls = calls_of(task)
    names = ", ".join(_parameter(argument, place) for place, argument in enumerate(calls[0] if calls else (), start=1))
    return f"def {task.function}({names}):\n    raise NotImplementedError"


def _parameter(argument: object, place: int) -> str:
    match argument:
        case {"csv": str(table)}:
            return f"{table}_csv"
        case {"database": True}:
            return "connection"
    return f"argument_{place}"


def _wrapped(text: str) -> list[str]:
    """Return a text in lines that fit; lists and code keep their lines."""
    return [
        line
        for paragraph in text.strip().splitlines()
        for line in textwrap.wrap(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
    ]


def _commented(lines: list[str], kind: LabKind) -> list[str]:
    return [f"{COMMENT[kind]}{line}".rstrip() for line in lines]


def write_starter(course: Course, lab: Lab, folder: Path) -> Path:
    """Write the file a learner starts with into a folder and return it.

    Raises FileExistsError where it is there already: a learner's work is never overwritten.
    """
    path = folder / lab.file_name
    if path.exists():
        raise FileExistsError(path)
    write_atomic(path, starter_text(course, lab))
    return path


def build_starters(course: Course, target: Path) -> list[Path]:
    """Write all files that learners start with into ``student/labs`` of a folder; return them."""
    folder = target / "student" / "labs"
    with replaced_folder(folder) as fresh:
        for lab in course.labs:
            write_starter(course, lab, fresh)
    return [folder / lab.file_name for lab in course.labs]
