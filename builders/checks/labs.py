"""Rules about labs and their solutions, as far as records tell; what must be tried is in ``builders.labs``."""

from __future__ import annotations

from collections.abc import Iterator

from builders.checks.rules import Finding, rule
from builders.course.course import Course
from builders.course.labs import PythonTask
from builders.course.loader import SECURE
from builders.course.problem import nearest


@rule("LB01")
def every_task_has_a_solution(course: Course) -> Iterator[Finding]:
    """Each task of a lab has one solution in ``assessments/secure/labs``, and there is none without its task.

    Where that folder is kept elsewhere, nothing is said.
    """
    if not course.secrets or not (course.root / SECURE).is_dir():
        return
    for lab in course.labs:
        solutions = course.solutions_by_lab.get(lab.id)
        if solutions is None:
            yield Finding(lab, f"the lab '{lab.id}' has no solutions; write them into {SECURE}/labs")
            continue
        for task in lab.tasks:
            if task.id not in solutions.by_task:
                yield Finding(task, f"task {task.id} of '{lab.id}' has no solution; add it to {solutions.at.path}")
        known = {task.id for task in lab.tasks}
        seen: set[str] = set()
        for solution in solutions.tasks:
            if solution.id not in known:
                yield Finding(solution, f"'{lab.id}' has no task {solution.id}" + nearest(solution.id, known))
            if solution.id in seen:
                yield Finding(solution, f"task {solution.id} of '{lab.id}' has two solutions; keep one of them")
            seen.add(solution.id)
    for record in course.solutions:
        if record.lab not in course.labs_by_id:
            yield Finding(record, f"the lab '{record.lab}' does not exist" + nearest(record.lab, course.labs_by_id))


@rule("LB02")
def functions_get_data_that_exists(course: Course) -> Iterator[Finding]:
    """A function that gets a connection gets it first, and only a lab with a dataset hands out data."""
    for lab in course.labs:
        for task in lab.tasks:
            calls = task.all_calls if isinstance(task, PythonTask) else ()
            arguments = [(place, argument) for call in calls for place, argument in enumerate(call)]
            if any(place and argument == {"database": True} for place, argument in arguments):
                yield Finding(task, "the connection must be the first argument; put '{database: true}' first")
            data = [
                argument
                for _, argument in arguments
                if isinstance(argument, dict) and {"csv", "database"} & {*argument}
            ]
            if data and lab.dataset is None:
                yield Finding(task, f"the lab '{lab.id}' has no dataset to hand out; name one with 'dataset'")


@rule("LB07")
def known_lab(course: Course) -> Iterator[Finding]:
    """``{lab}`` names a lab that exists, so that the lesson shows its tasks."""
    for lesson in course.lessons:
        for block in lesson.named("lab"):
            if block.argument not in course.labs_by_id:
                message = f"the lab '{block.argument}' does not exist" + nearest(block.argument, course.labs_by_id)
                yield Finding(lesson, message, block.place)
