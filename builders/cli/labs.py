"""Commands about labs: files to begin with, checks, digests."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from builders.cli.shell import (
    CourseOption,
    OutOption,
    Stop,
    app,
    checked_course,
    err,
    load_course,
    out,
    output_folder,
    print_files,
    print_lines,
    ruled_course,
    step,
    stop_on,
)
from builders.course import write_atomic

lab_app = typer.Typer(no_args_is_help=True, help="Begin a lab, check what you wrote, and make its digests.")
app.add_typer(lab_app, name="lab")
LabFile = Annotated[Path, typer.Argument(metavar="FILE", help="Your file, such as sql-1.sql.")]
LabName = Annotated[str, typer.Argument(metavar="LAB", help="The id of the lab, such as SQL-1.")]


@lab_app.command("start")
def lab_start(
    name: LabName,
    course: CourseOption = Path(),
    out_dir: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where your file goes.")] = Path(),
) -> None:
    """Write the file you start with: the tasks of a lab with room for your work. It overwrites nothing."""
    from builders.course import nearest
    from builders.labs.starting import write_starter

    loaded = load_course(course, secrets=False)
    labs = {lab.id.upper(): lab for lab in loaded.labs}
    if name.upper() not in labs:
        err.print(f"no lab is called {name}" + nearest(name.upper(), labs))
        raise Stop
    try:
        out.print(str(write_starter(loaded, labs[name.upper()], out_dir)))
    except FileExistsError as error:
        err.print(f"{error} is there already; move it away, or choose another folder with --out DIR")
        raise Stop from None


@lab_app.command("check")
def lab_check(file: LabFile, course: CourseOption = Path()) -> None:
    """Check your file on the public data, task by task; exits 0 where all is right, else 1."""
    from builders.course import read_words
    from builders.data import DatasetError
    from builders.labs.checking import check_file, report_lines
    from builders.labs.submission import FileError

    loaded = load_course(course, secrets=False)
    try:
        with step(str(file)) as note:
            report = check_file(loaded, file, note)
    except (FileError, DatasetError) as error:
        err.print(f"{file}: {error}")
        raise Stop from None
    print_lines(report_lines(report, read_words(loaded.about.language)))
    if not report.right:
        raise Stop


@lab_app.command("digest")
def lab_digest(
    name: Annotated[str | None, typer.Argument(metavar="LAB", help="One lab only.", show_default="all")] = None,
    course: CourseOption = Path(),
) -> None:
    """Run the secret solutions and write what checking needs of them, which gives no answer away. Commit it."""
    from builders.course import nearest
    from builders.labs.making import make_keys

    loaded = ruled_course(course)
    chosen = tuple(lab for lab in loaded.labs if name is None or lab.id.upper() == name.upper())
    if name is not None and not chosen:
        err.print(f"no lab is called {name}" + nearest(name.upper(), loaded.labs_by_id))
        raise Stop
    with step("Trying solutions and mutants") as note:
        texts, problems = make_keys(loaded, chosen, note)
        stop_on(problems)
    for name, text in texts.items():
        write_atomic(loaded.root / name, text)
    print_files(loaded.root / name for name in texts)


@app.command()
def labs(course: CourseOption = Path(), out_dir: OutOption = None) -> None:
    """Write the files that learners start their labs with into build/student/labs."""
    checked_course(course)
    make_labs(course, output_folder(course, out_dir))


def make_labs(root: Path, target: Path) -> None:
    """Write starters from a course loaded without its secrets, so that no solution can reach one."""
    from builders.labs.starting import build_starters

    with step("Building labs"):
        files = build_starters(load_course(root, secrets=False), target)
    print_files(files)
