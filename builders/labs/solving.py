"""From what somebody wrote to attempts: solutions, mutants and learners' work go the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from builders.course import Lab, Words
from builders.course.labs import AnswersTask, LabKind, LabTask, PythonTask, Solution
from builders.labs.answers import AnswerError, normal_solution, normalise
from builders.labs.running import Attempt, run_functions, run_queries
from builders.labs.submission import Part


def attempt_parts(lab: Lab, parts: Mapping[str, Part], database: Path | None, words: Words) -> dict[str, Attempt]:
    """Run what a learner wrote for each task of a lab of queries or questions."""
    if lab.kind is LabKind.SQL:
        assert database is not None, "a lab of queries has a dataset"
        return run_queries({task: part.text for task, part in parts.items()}, database)
    tasks = {task.id: task for task in lab.tasks if isinstance(task, AnswersTask)}
    return {name: _answer(tasks[name], part.text, words) for name, part in parts.items()}


def _answer(task: AnswersTask, text: str, words: Words) -> Attempt:
    try:
        return Attempt(normalise(text, task, words))
    except AnswerError as error:
        return Attempt(error=str(error))


def attempt_script(tasks: Sequence[LabTask], source: str, database: Path | None) -> dict[str, Attempt]:
    """Run a learner's script and call the functions of tasks."""
    return run_functions(source, [task for task in tasks if isinstance(task, PythonTask)], database)


def attempt_solutions(
    solutions: Mapping[str, tuple[LabTask, Solution]], database: Path | None, words: Words
) -> dict[str, Attempt]:
    """Run solutions of the author, each by a name of its own, with the task that it is for."""
    queries = {name: str(solution) for name, (task, solution) in solutions.items() if task.kind is LabKind.SQL}
    found = run_queries(queries, database) if queries and database else {}
    for name, (task, solution) in solutions.items():
        if isinstance(task, PythonTask):
            found[name] = run_functions(str(solution), [task], database)[task.id]
        if isinstance(task, AnswersTask):
            found[name] = _own_answer(task, solution, words)
    return found


def _own_answer(task: AnswersTask, solution: Solution, words: Words) -> Attempt:
    try:
        return Attempt(normal_solution(solution, task, words))
    except AnswerError as error:
        return Attempt(error=str(error))
