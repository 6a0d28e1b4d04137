"""Commands about exams: forms and their documents, blueprints, the bank, rubrics."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from builders.cli.shell import (
    CourseOption,
    OutOption,
    PaperOption,
    PaperSize,
    Stop,
    app,
    checked_course,
    err,
    load_course,
    out,
    output_folder,
    print_files,
    print_lines,
    step,
    stop_on,
)
from builders.course import Course, Form, write_atomic

if TYPE_CHECKING:
    from builders.pdf import Lock


class PaperEdition(StrEnum):
    """For whom an exam paper is printed."""

    STANDARD = "standard"
    LARGE_PRINT = "large-print"
    DYSLEXIA = "dyslexia"
    EXTRA_TIME = "extra-time"
    SCREEN_READER = "screen-reader"
    ALL = "all"


PasswordOption = Annotated[
    bool,
    typer.Option(
        "--password", help="Lock what learners never see; asks for the password, or takes COURSEPACK_PASSWORD."
    ),
]


def _lock(wanted: bool) -> Lock | None:
    """Return the password to put on documents: from the environment, else asked for twice and never shown."""
    from builders.pdf import Lock

    if not wanted:
        return None
    password, owner = os.environ.get("COURSEPACK_PASSWORD"), os.environ.get("COURSEPACK_OWNER_PASSWORD")
    if not password and not sys.stdin.isatty():
        err.print("there is no password; put it into COURSEPACK_PASSWORD, or run the command in a terminal")
        raise Stop
    return Lock(
        password or typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True), owner or None
    )


@app.command()
def exams(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    blueprint: Annotated[str | None, typer.Option(help="One blueprint only.", show_default="all")] = None,
    forms: Annotated[
        int | None, typer.Option(min=1, max=26, help="How many forms.", show_default="as the blueprint says")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Another draw.", show_default="as the blueprint says")] = None,
    paper: PaperOption = PaperSize.A4,
    edition: Annotated[
        list[PaperEdition] | None,
        typer.Option(help="Print this edition beside the standard one; give the option once for each."),
    ] = None,
    extra_time: Annotated[float, typer.Option(min=1.05, max=3, help="The factor of the edition extra-time.")] = 1.5,
    password: PasswordOption = False,
) -> None:
    """Assemble exam forms from blueprints: paper, key, rubric, proof sheet and form.json for each."""
    lock = _lock(password)
    checked = checked_course(course)
    editions = tuple(dict.fromkeys(edition or ()))
    make_exams(checked, output_folder(course, out_dir), blueprint, forms, seed, paper, editions, extra_time, lock)


def make_exams(
    course: Course,
    target: Path,
    blueprint: str | None,
    forms: int | None,
    seed: int | None,
    paper: PaperSize,
    editions: tuple[PaperEdition, ...] = (),
    extra_time: float = 1.5,
    lock: Lock | None = None,
) -> None:
    """Build the forms of one blueprint, or of all."""

    from builders.exams import build_exams

    if not course.secrets:
        err.print("exams need assessments/secure, which this copy of the course does not hold; put it there")
        raise Stop
    with step("Building exams") as note:
        problems, files = build_exams(
            course,
            target,
            blueprint=blueprint,
            forms=forms,
            seed=seed,
            paper=paper,
            editions=[edition.value for edition in editions],
            extra_time=extra_time,
            lock=lock,
            progress=note,
        )
        stop_on(problems)
    print_files(files)


blueprint_app = typer.Typer(no_args_is_help=True, help="Look at blueprints: what exams are to hold.")
app.add_typer(blueprint_app, name="blueprint")


@blueprint_app.command("list")
def blueprint_list(course: CourseOption = Path()) -> None:
    """List the blueprints with their forms, questions, points and minutes."""
    from builders.exams.outline import blueprint_lines

    print_lines(blueprint_lines(load_course(course, secrets=False)))


@blueprint_app.command("show")
def blueprint_show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The id of the blueprint, such as midterm.")],
    course: CourseOption = Path(),
) -> None:
    """Print a blueprint's table of topics and levels, its totals, and its margins as declared and as computed.

    Exits 1 where its slots cannot meet a margin.
    """
    from builders.course import nearest
    from builders.exams.outline import outline

    loaded = load_course(course, secrets=False)
    blueprints = {blueprint.id: blueprint for blueprint in loaded.blueprints}
    if name not in blueprints:
        err.print(f"no blueprint is called {name}" + nearest(name, blueprints))
        raise Stop
    print_lines(outline(blueprints[name], loaded))
    if not all(margin.possible for margin in blueprints[name].margin_ranges()):
        raise Stop


exam_app = typer.Typer(no_args_is_help=True, help="Handle the forms of exams.")
app.add_typer(exam_app, name="exam")


@exam_app.command("keep")
def exam_keep(
    form: Annotated[Path, typer.Argument(metavar="FORM", help="The form.json of a form that was given.")],
    course: CourseOption = Path(),
    day: Annotated[
        datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Day of the sitting.", show_default="today")
    ] = None,
) -> None:
    """Keep a form that was given in assessments/secure/administered, for blueprints that limit exposure.

    A form that was changed after it was made is refused, and one of another course, blueprint or bank.
    """
    from builders.exams import keep_form

    kept = keep_form(load_course(course, secrets=True), form, (day or datetime.now()).date())
    if isinstance(kept, list):
        stop_on(kept)
    else:
        out.print(str(kept))


@exam_app.command("rebuild")
def exam_rebuild(
    form: Annotated[Path, typer.Argument(metavar="FORM", help="The form.json of a form that was made.")],
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    password: PasswordOption = False,
) -> None:
    """Make all documents of a form again from its form.json: the same bytes, without the bank.

    Where the course is at hand, items that have changed in the bank since are listed, with what changed. Exits 1 where
    a file is not the same bytes.
    """
    from builders.exams.rebuild import rebuild

    lock = _lock(password)
    with step("Making the form again") as note:
        rebuilt = rebuild(form, output_folder(course, out_dir), lock=lock, progress=note)
        stop_on(rebuilt.problems)
    print_files(rebuilt.files)
    err.print(f"{len(rebuilt.same)} files are the same bytes as then, {len(rebuilt.other)} are not")
    if rebuilt.form and (course / "objectives.yaml").is_file():
        _compare(rebuilt.form, course)
    if rebuilt.other:
        raise Stop


def _compare(form: Form, root: Path) -> None:
    """Print which items of a form have changed in the bank since it was made."""
    from builders.exams.rebuild import change_lines, find_changes

    with step("Comparing its items with the bank") as note:
        changes = find_changes(form, load_course(root, secrets=True), note)
    print_lines(change_lines(changes))
    err.print(f"{len(changes)} of {len(form.entries)} items have changed in the bank since")


@exam_app.command("preview")
def exam_preview(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The id of the blueprint, such as midterm.")],
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    form: Annotated[str | None, typer.Option(help="The letter of one form.", show_default="all")] = None,
) -> None:
    """Draw the pages of an exam that was built as pictures, with a page to look at them all."""
    from builders.exams.preview import build_preview

    with step("Drawing pages") as note:
        problems, files = build_preview(
            load_course(course, secrets=True), output_folder(course, out_dir), name, form=form, progress=note
        )
        stop_on(problems)
    print_files(files)


@app.command("lock")
def lock_files(files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="PDF files.")]) -> None:
    """Put a password on PDF files, such as the instructor's workbook: AES with 256 bits, readable to screen readers."""
    from builders.pdf import is_locked

    lock = _lock(True)
    assert lock is not None, "a password was asked for"
    for file in files:
        data = file.read_bytes()
        if not data.startswith(b"%PDF-") or is_locked(data):
            err.print(f"{file}: no PDF file, or locked already; it stays as it is")
            raise Stop
        write_atomic(file, lock.put_on(data))
    print_files(files)


@app.command()
def bank(course: CourseOption = Path(), out_dir: OutOption = None) -> None:
    """Make the page on which instructors browse the item bank: items, keys, use in forms, findings."""
    make_bank(checked_course(course), output_folder(course, out_dir))


def make_bank(course: Course, target: Path) -> None:
    """Build the page of the bank."""

    from builders.exams.bank import build_bank

    with step("Making the bank page") as note:
        problems, files = build_bank(course, target, note)
        stop_on(problems)
    print_files(files)


@app.command()
def rubrics(course: CourseOption = Path(), out_dir: OutOption = None, paper: PaperOption = PaperSize.A4) -> None:
    """Print the rubrics of the performance tasks: analytic, single-point, and a CSV for grading."""
    make_rubrics(checked_course(course), output_folder(course, out_dir), paper)


def make_rubrics(course: Course, target: Path, paper: PaperSize) -> None:
    """Print the rubrics of the performance tasks."""

    from builders.exams import build_rubrics

    with step("Building rubrics") as note:
        problems, files = build_rubrics(course, target, paper=paper, progress=note)
        stop_on(problems)
    print_files(files)
