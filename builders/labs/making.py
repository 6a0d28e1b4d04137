"""From the secret solutions to the public keys; and what is wrong with a lab, seen when it is tried."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from builders.checks.databases import side_by_side, variant_database
from builders.checks.rules import Finding, data_rule, problems_of
from builders.course import Course, Lab, LabTask, Problem, Words, read_words
from builders.course.labs import LabSolutions, Solution, TaskSolution
from builders.labs.digests import is_sturdy, make_digest
from builders.labs.judging import feedback, is_right, judge, kind_of, seen
from builders.labs.keys import (
    LabKeys,
    TaskKey,
    Wrong,
    basis_of,
    entries_of,
    keys_path,
    keys_text,
    read_keys,
    settings_of,
    variants_of,
)
from builders.labs.running import Attempt
from builders.labs.solving import attempt_solutions

Progress = Callable[[str], None]
MOST_ENTRIES = 1_000
"""Rows of a result that a learner can make sense of."""
Named = dict[str, tuple[LabTask, Solution]]
Tried = Mapping[str, Mapping[str, Attempt]]
"""Attempts by variant and name: "3" is the solution of task 3, "3 accept 0" another, "3 wrong 1" a mutant."""


@dataclass(frozen=True)
class Trial:
    """A lab whose solutions and mutants were run on all its variants, and the keys that follow."""

    lab: Lab
    solutions: LabSolutions
    variants: tuple[str, ...]
    tried: Tried
    keys: LabKeys
    words: Words

    def right(self, task: LabTask, name: str) -> str | None:
        """Return what a learner would be told who handed this in; None where it is right."""
        attempts = {variant: self.tried[variant][name] for variant in self.variants}
        return judge(self.lab, task, attempts, self.keys.tasks[task.id], self.words)


def try_lab(course: Course, lab: Lab, solutions: LabSolutions, progress: Progress) -> Trial:
    """Run the solutions and mutants of a lab on its public variants, and make its keys.

    Raises DatasetError where a database cannot be made.
    """
    words, variants = read_words(course.about.language), variants_of(course, lab)
    named, dataset = _named(lab, solutions), course.datasets.get(lab.dataset or "")

    def attempt(variant: str) -> dict[str, Attempt]:
        database: Path | None = variant_database(course, dataset, variant, progress) if dataset else None
        return attempt_solutions(named, database, words)

    progress(f"lab {lab.id}")
    found = dict(side_by_side(attempt, variants))
    tried = {variant: found[variant] for variant in variants}
    tasks = {
        task.id: {variant: _key(lab, task, solutions.by_task[task.id], variant, tried[variant]) for variant in variants}
        for task in _solved(lab, solutions)
    }
    return Trial(lab, solutions, variants, tried, LabKeys(basis_of(course, lab, solutions), tasks), words)


def _solved(lab: Lab, solutions: LabSolutions) -> Iterator[LabTask]:
    return (task for task in lab.tasks if task.id in solutions.by_task)


def _named(lab: Lab, solutions: LabSolutions) -> Named:
    named: Named = {}
    for task in _solved(lab, solutions):
        solution = solutions.by_task[task.id]
        named[task.id] = task, solution.solution
        named |= {f"{task.id} accept {number}": (task, other) for number, other in enumerate(solution.accept)}
        named |= {f"{task.id} wrong {number}": (task, wrong.solution) for number, wrong in enumerate(solution.mutants)}
    return named


def _key(lab: Lab, task: LabTask, solution: TaskSolution, variant: str, tried: Mapping[str, Attempt]) -> TaskKey:
    settings = settings_of(lab, task, variant)
    value = tried[task.id].value
    accept = [seen(task, tried[f"{task.id} accept {number}"].value) for number in range(len(solution.accept))]
    wrong = [
        (seen(task, attempt.value), mutant.feedback)
        for number, mutant in enumerate(solution.mutants)
        if (attempt := tried[f"{task.id} wrong {number}"]).error is None
    ]
    return TaskKey(
        make_digest(entries_of(task, seen(task, value)), settings, hints=True),
        tuple(make_digest(entries_of(task, other), settings, hints=False) for other in accept),
        tuple(Wrong(make_digest(entries_of(task, other), settings, hints=False), text) for other, text in wrong),
        tuple(kind_of(entry) for entry in value) if task.kind == "python" and isinstance(value, list) else (),
    )


def make_keys(course: Course, labs: tuple[Lab, ...], progress: Progress) -> tuple[dict[str, str], tuple[Problem, ...]]:
    """Return the texts of the files of keys by path, and what is wrong with the labs that they are for."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for lab in labs:
        solutions = course.solutions_by_lab.get(lab.id)
        if solutions is None:
            continue
        trial = try_lab(course, lab, solutions, progress)
        problems += _problems(trial)
        texts[keys_path(lab.id)] = keys_text(lab, trial.keys)
    return texts, tuple(sorted({*problems}))


def check_labs(course: Course, progress: Progress, *, every: bool = False) -> tuple[Problem, ...]:
    """Return what is wrong with labs: keys that are missing or stale; with ``every``, solutions are tried before.

    Raises DatasetError where a database cannot be made.
    """
    texts: dict[str, str] = {}
    if every:
        texts, problems = make_keys(course, course.labs, progress)
        if problems:
            return problems
    return problems_of("LB03", fresh_keys(course, texts))


REMEDY = "run `coursepack lab digest` with the solutions at hand"


@data_rule("LB03")
def fresh_keys(course: Course, texts: Mapping[str, str]) -> Iterator[Finding]:
    """The public digests of a lab are there, and were made from its tasks and solutions as they are now."""
    for lab in course.labs:
        solutions, path = course.solutions_by_lab.get(lab.id), keys_path(lab.id)
        try:
            keys = read_keys(course.root, lab)
        except ValueError:
            yield Finding(lab, f"the digests of the lab '{lab.id}' cannot be read; {REMEDY}")
            continue
        if keys is None:
            yield Finding(lab, f"the lab '{lab.id}' has no digests, so that nobody can check it; {REMEDY}")
        elif solutions and keys.basis != basis_of(course, lab, solutions):
            yield Finding(lab, f"the digests of the lab '{lab.id}' are older than its tasks or solutions; {REMEDY}")
        elif path in texts and (course.root / path).read_text(encoding="utf-8") != texts[path]:
            yield Finding(lab, f"the digests of the lab '{lab.id}' are not those of its solutions; {REMEDY}")


def _problems(trial: Trial) -> Iterator[Problem]:
    yield from problems_of("LB04", solutions_are_right(trial))
    yield from problems_of("LB05", mutants_are_told_apart(trial))
    yield from problems_of("LB06", results_can_be_compared(trial))


@data_rule("LB04")
def solutions_are_right(trial: Trial) -> Iterator[Finding]:
    """The solution of a task runs on every public variant, gives something, and is judged right, as are its like."""
    for task in _solved(trial.lab, trial.solutions):
        solution = trial.solutions.by_task[task.id]
        for name in (task.id, *(f"{task.id} accept {number}" for number in range(len(solution.accept)))):
            message = trial.right(task, name)
            if message:
                yield Finding(solution, f"the solution of task {task.id} is not right: {message}; mend it")
        for variant in trial.variants:
            if not trial.keys.tasks[task.id][variant].result.entries:
                message = f"the solution of task {task.id} gives nothing on '{variant}'; ask for what the data holds"
                yield Finding(solution, message)


@data_rule("LB05")
def mutants_are_told_apart(trial: Trial) -> Iterator[Finding]:
    """A mutant runs, is not right on the practice variant, and gives something else than the other mutants.

    Otherwise its misconception would go unseen, or be taken for another.
    """
    for task in _solved(trial.lab, trial.solutions):
        solution = trial.solutions.by_task[task.id]
        for number, mutant in enumerate(solution.mutants):
            message = _mutant_problem(trial, task, number)
            if message:
                yield Finding(mutant, f"a mutant of task {task.id} {message}")


def _mutant_problem(trial: Trial, task: LabTask, number: int) -> str | None:
    practice = trial.variants[0]
    attempt, key = trial.tried[practice][f"{task.id} wrong {number}"], trial.keys.tasks[task.id][practice]
    if attempt.error is not None:
        return f"fails: {attempt.error}; let it give the result that the misconception leads to"
    if trial.right(task, f"{task.id} wrong {number}") is None:
        return "is judged right; the misconception would go unseen"
    value = seen(task, attempt.value)
    if is_right(trial.lab, task, practice, value, key):
        if getattr(task, "tests", None):
            return None  # what is wrong are its tests
        return f"gives the right result on '{practice}'; the misconception would go unseen there"
    said = feedback(trial.lab, task, practice, value, key)
    if said != trial.solutions.by_task[task.id].mutants[number].feedback:
        return "gives the same result as another one; tell them apart or drop one"
    return None


@data_rule("LB06")
def results_can_be_compared(trial: Trial) -> Iterator[Finding]:
    """A result is short enough to compare, and no two rows differ by so little that the tolerance confuses them."""
    for task in _solved(trial.lab, trial.solutions):
        solution = trial.solutions.by_task[task.id]
        for variant in trial.variants:
            settings = settings_of(trial.lab, task, variant)
            entries = entries_of(task, seen(task, trial.tried[variant][task.id].value))
            result = trial.keys.tasks[task.id][variant].result
            if len(entries) > MOST_ENTRIES:
                message = f"the result of task {task.id} has {len(entries)} entries; ask for at most {MOST_ENTRIES}"
                yield Finding(solution, message)
            elif not is_sturdy(entries, result, settings):
                message = f"the tolerance of task {task.id} confuses its rows on '{variant}'; make it smaller"
                yield Finding(solution, message)
