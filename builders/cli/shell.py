"""What all commands share: the terminal, options, loading with its problems printed, and how a command ends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from builders.course import Course, Problem, Severity, read_course

app = typer.Typer(
    name="coursepack",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Build a course from one folder of plain files: site, workbook, exam papers, rubrics, flashcards.",
    epilog="Every command takes --course DIR (default: the current folder) and checks the course first.",
)
out = Console(soft_wrap=True, highlight=False, markup=False)
INTERRUPTED = 130
COLLECT_AFTER = 100_000
"""New objects between two rounds of garbage collection: a course is many objects that stay as long as the command."""
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


class PaperSize(StrEnum):
    """Sizes of printed pages."""

    A4 = "a4"
    LETTER = "letter"


class Edition(StrEnum):
    """For whom a site or book is made."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


CourseOption = Annotated[
    Path, typer.Option("--course", metavar="DIR", help="The folder that holds objectives.yaml.", show_default="here")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Where outputs go.", show_default="build/ in the course")
]
PaperOption = Annotated[PaperSize, typer.Option("--paper", help="Size of the printed page.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")]


class Stop(Exception):
    """Ends a command with exit code 1; its problems have been printed."""


@contextmanager
def step(title: str) -> Iterator[Callable[[str], None]]:
    """Show what is being built, with a spinner on a terminal and a plain line elsewhere."""
    if err.is_terminal:
        with err.status(title) as status:
            yield lambda note: status.update(f"{title}: {note}")
        return
    err.print(title)
    yield lambda note: err.print(f"  {note}")


def print_problems(problems: Iterable[Problem], *, strict: bool = False) -> bool:
    """Print problems sorted by place; return whether one of them fails the command."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    listed = sorted(set(problems))
    for problem in listed:
        err.print(str(problem))
    return any(problem.severity in failing for problem in listed)


def stop_on(problems: Iterable[Problem], *, strict: bool = False) -> None:
    """Print problems, and stop where one of them fails the command."""
    if print_problems(problems, strict=strict):
        raise Stop


def load_course(root: Path, *, secrets: bool) -> Course:
    """Read a course, or print its problems and stop."""
    loaded = read_course(root, secrets=secrets)
    stop_on(loaded.problems)
    assert loaded.course is not None, "a course without errors is loaded"
    return loaded.course


def checked_course(
    root: Path, *, strict: bool = False, data: bool = False, stress: bool = False, waived: bool = False
) -> Course:
    """Read a course with its secrets, run all rules, print problems and the count of gaps; stop on errors.

    With ``data``, what needs a database is tried on every variant, not only on practice; with ``stress``, computed
    items in a hundred draws; with ``waived``, findings that a waiver excuses are listed with its reason.
    """
    from builders.checks import apply_rules
    from builders.checks.coverage import gaps

    course = load_course(root, secrets=True)
    report = apply_rules(course)
    problems = report.problems
    if not any(problem.severity is Severity.ERROR for problem in problems):
        problems += _check_data(course, every=data, stress=stress)
    found = gaps(course)
    failed = print_problems(problems, strict=strict)
    for excused in report.excused if waived else ():
        out.print(f"{excused.problem}: {excused.reason}")
    err.print(_summary(course, problems, report.waived, len(found)))
    if failed:
        raise Stop
    return course


def _check_data(course: Course, *, every: bool, stress: bool) -> tuple[Problem, ...]:
    """Make databases, and run on them what needs one; nothing runs where a generator fails."""
    from builders.checks.databases import build_databases
    from builders.checks.facts import check_facts
    from builders.checks.hashes import check_hashes
    from builders.checks.listings import check_listings
    from builders.checks.queries import check_queries
    from builders.checks.stress import stress_items

    with step("Making databases") as note:
        built, problems = build_databases(course, note, every=every)
        if problems:
            return problems
        if every:
            problems += check_hashes(course, built, note)
    with step("Parsing listings") as note:
        problems += check_listings(course, note)
    with step("Running key queries") as note:
        problems += check_queries(course, note, every=every)
    if stress:
        with step("Drawing computed items a hundred times") as note:
            problems += stress_items(course, note)
    with step("Measuring facts") as note:
        problems += check_facts(course, note, every=every)
    if not course.labs:
        return problems
    from builders.labs.making import check_labs

    with step("Checking labs") as note:
        return problems + check_labs(course, note, every=every)


def _summary(course: Course, problems: tuple[Problem, ...], waived: int, gaps: int) -> str:
    counts = [sum(problem.severity is severity for problem in problems) for severity in Severity]
    size = f"{len(course.lessons)} lessons, {len(course.items)} items, {len(course.cards)} cards"
    found = f"{counts[0]} errors, {counts[1]} warnings, {counts[2]} notes, {waived} waived"
    return f"{size}: {found}; {gaps} declared gaps"


def print_files(files: Iterable[Path]) -> None:
    """Print where files were written."""
    for file in files:
        out.print(str(file))


def ruled_course(root: Path) -> Course:
    """Read a course with its secrets and run the rules that need no database; stop on errors."""
    from builders.checks import apply_rules

    course = load_course(root, secrets=True)
    stop_on(apply_rules(course).problems)
    return course


def print_lines(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        out.print(line)


def output_folder(course: Path, out_dir: Path | None) -> Path:
    """Return where outputs go: the folder asked for, else build in the course."""
    return (out_dir or course / "build").resolve()
