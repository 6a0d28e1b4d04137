"""Commands that make the site and the workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from builders.cli.shell import (
    CourseOption,
    Edition,
    OutOption,
    PaperSize,
    app,
    checked_course,
    out,
    output_folder,
    print_files,
    step,
    stop_on,
)
from builders.course import Course


class WorkbookEdition(StrEnum):
    """Editions of the workbook."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"
    SOLUTIONS = "solutions"
    LARGE_PRINT = "large-print"
    SCREEN = "screen"
    EXERCISES = "exercises"
    ALL = "all"


@app.command()
def html(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    edition: Annotated[Edition, typer.Option(help="For learners, or with answers and notes.")] = Edition.STUDENT,
    booklets: Annotated[
        bool, typer.Option("--booklets", help="Let each lesson's page offer the lesson as a PDF to print.")
    ] = False,
) -> None:
    """Build the website; it works from a disk without a network."""
    checked = checked_course(course)
    make_html(checked, output_folder(course, out_dir), edition, print_booklets(checked) if booklets else None)


def print_booklets(course: Course) -> Path:
    """Make a booklet of each lesson; return their folder."""
    from builders.book.booklets import make_booklets

    with step("Printing lessons as booklets") as note:
        problems, folder = make_booklets(course, note)
        stop_on(problems)
    return folder


def make_html(course: Course, target: Path, edition: Edition, booklets: Path | None = None) -> None:
    """Build one edition of the site; ``booklets`` is the folder of lessons to print."""

    from builders.book.build import build_html
    from builders.checks.coverage import coverage

    rows = coverage(course)
    with step(f"Building the site ({edition})") as note:
        stop_on(build_html(course.root, target, edition=edition.value, coverage=rows, booklets=booklets, progress=note))
    out.print(str(target / edition / "html" / "index.html"))


@app.command()
def workbook(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    edition: Annotated[
        WorkbookEdition | None, typer.Option(help="One edition only, or all.", show_default="student and instructor")
    ] = None,
    paper: Annotated[PaperSize | None, typer.Option(help="One paper size only.", show_default="both")] = None,
    module: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One module as a book of its own: 05 or M05.")
    ] = None,
    lesson: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="One lesson as a booklet of its own: 5.2 or L05.2.")
    ] = None,
    loose_leaf: Annotated[
        bool, typer.Option("--loose-leaf", help="Number pages module by module, as 5-12, for ring binders.")
    ] = False,
) -> None:
    """Build the workbook as PDF: for learners, with answers, in large print, to fill in on a screen, as hand-outs."""
    checked = checked_course(course)
    only = find_part(checked, module, lesson)
    papers = [paper] if paper else list(PaperSize)
    make_workbook(checked, output_folder(course, out_dir), chosen_editions(edition), papers, only, loose_leaf)


def chosen_editions(edition: WorkbookEdition | None) -> list[WorkbookEdition]:
    """Return the editions asked for; none stands for the two that every course needs."""
    if edition is WorkbookEdition.ALL:
        return [one for one in WorkbookEdition if one is not WorkbookEdition.ALL]
    return [edition] if edition else [WorkbookEdition.STUDENT, WorkbookEdition.INSTRUCTOR]


def find_part(course: Course, module: str | None, lesson: str | None) -> str:
    """Return the id of the module or lesson asked for, empty for the whole course."""
    if module is not None and lesson is not None:
        raise typer.BadParameter("name a module or a lesson, not both")
    if module is not None:
        return find_id(module, "--module", [one.id for one in course.modules])
    return find_id(lesson, "--lesson", [one.id for one in course.lessons]) if lesson is not None else ""


def find_id(asked: str, option: str, known: Sequence[str]) -> str:
    """Return the id that somebody means by its numbers, such as M05 for ``5`` and L05.2 for ``05.2``."""
    found = [name for name in known if numbers_of(name) == numbers_of(asked)]
    if not found:
        raise typer.BadParameter(f"there is no {asked}; known: {', '.join(known)}", param_hint=option)
    return found[0]


def numbers_of(name: str) -> list[int]:
    """Return the numbers in a name: 5 and 2 of L05.2."""
    return [int(number) for number in re.findall(r"\d+", name)]


def make_workbook(
    course: Course,
    target: Path,
    editions: Iterable[StrEnum],
    papers: Iterable[PaperSize],
    only: str = "",
    loose_leaf: bool = False,
) -> None:
    """Build editions of the workbook on papers of these sizes: of the whole course, or of one module or lesson."""
    from builders.book.workbook import build_workbook

    sizes = tuple(paper.value for paper in papers)
    for edition in editions:
        with step(f"Building the workbook ({edition})") as note:
            problems, files = build_workbook(
                course.root,
                target,
                edition=edition.value,
                papers=sizes,
                only=only,
                loose_leaf=loose_leaf,
                progress=note,
            )
            stop_on(problems)
        print_files(files)


@app.command()
def serve(
    course: CourseOption = Path(),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this computer.")] = 8000,
) -> None:
    """Show the site in a browser and rebuild it on every change."""
    from builders.book.serve import serve_site

    serve_site(course.resolve(), port)
