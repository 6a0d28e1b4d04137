"""Commands about datasets: databases for learners and instructors, manifests, measured facts."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from builders.cli.shell import (
    CourseOption,
    Edition,
    OutOption,
    app,
    checked_course,
    load_course,
    out,
    output_folder,
    print_files,
    ruled_course,
    step,
    stop_on,
)
from builders.course import Course


class Scale(StrEnum):
    """How much of a dataset is made."""

    TINY = "tiny"
    FULL = "full"


@app.command()
def data(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    variant: Annotated[str | None, typer.Option(help="One variant only.", show_default="all")] = None,
    scale: Annotated[Scale, typer.Option(help="Whole databases, or small ones for trying out.")] = Scale.FULL,
    manifest: Annotated[bool, typer.Option("--manifest", help="Write down what every table hashes to.")] = False,
    measure: Annotated[bool, typer.Option("--measure", help="Measure every fact on every variant.")] = False,
    write: Annotated[bool, typer.Option("--write", help="With --measure: put public values into the facts.")] = False,
) -> None:
    """Build the databases of the course, and its tables as CSV; secure variants go to instructors only.

    With --measure the secure values of facts are written anew, and public ones that differ from what the author
    expects are printed as lines of the facts file.
    """
    if write and not measure:
        raise typer.BadParameter("it goes with --measure only", param_hint="--write")
    if manifest or measure:
        loaded = ruled_course(course)
        if manifest:
            _manifests(loaded)
        if measure:
            _measure(loaded, write)
    elif variant is None and scale is Scale.FULL:
        make_data(checked_course(course), output_folder(course, out_dir))
    else:
        _some_data(checked_course(course), output_folder(course, out_dir), variant, scale)


def make_data(course: Course, target: Path) -> None:
    """Write data for learners from a course loaded without its secrets, then the secure variants."""
    from builders.variants import build_data

    for loaded in (load_course(course.root, secrets=False), course):
        with step(f"Building data ({_audience(loaded)})") as note:
            problems, files = build_data(loaded, target, progress=note)
            stop_on(problems)
        print_files(files)


def _some_data(course: Course, target: Path, variant: str | None, scale: Scale) -> None:
    from builders.variants import build_some

    for loaded in (load_course(course.root, secrets=False), course):
        with step(f"Building data ({_audience(loaded)})") as note:
            problems, files = build_some(loaded, target, variant=variant, scale=scale.value, progress=note)
            stop_on(problems)
        print_files(files)


def _audience(course: Course) -> Edition:
    return Edition.INSTRUCTOR if course.secrets else Edition.STUDENT


def _manifests(course: Course) -> None:
    from builders.variants import write_manifests

    with step("Hashing tables") as note:
        problems, files = write_manifests(course, note)
        stop_on(problems)
    print_files(files)


def _measure(course: Course, write: bool) -> None:
    from builders.variants import measure

    with step("Measuring facts") as note:
        found = measure(course, note, write=write)
        stop_on(found.problems)
    for line in found.lines:
        out.print(line)
    print_files(found.files)
