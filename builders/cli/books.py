"""Commands that make the site and the workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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

if TYPE_CHECKING:
    pass


@app.command()
def html(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    edition: Annotated[Edition, typer.Option(help="For learners, or with answers and notes.")] = Edition.STUDENT,
) -> None:
    """Build the website; it works from a disk without a network."""
    make_html(checked_course(course), output_folder(course, out_dir), edition)


def make_html(course: Course, target: Path, edition: Edition) -> None:
    """Build one edition of the site."""

    from builders.book.build import build_html
    from builders.checks.coverage import coverage

    with step(f"Building the site ({edition})") as note:
        stop_on(build_html(course.root, target, edition=edition.value, coverage=coverage(course), progress=note))
    out.print(str(target / edition / "html" / "index.html"))


@app.command()
def workbook(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    edition: Annotated[Edition | None, typer.Option(help="One edition only.", show_default="both")] = None,
    paper: Annotated[PaperSize | None, typer.Option(help="One paper size only.", show_default="both")] = None,
) -> None:
    """Build the workbook as PDF: student and instructor editions, A4 and Letter."""
    checked = checked_course(course)
    editions = [edition] if edition else list(Edition)
    papers = [paper] if paper else list(PaperSize)
    make_workbook(checked, output_folder(course, out_dir), editions, papers)


def make_workbook(course: Course, target: Path, editions: Iterable[Edition], papers: Iterable[PaperSize]) -> None:
    """Build editions of the workbook on papers of these sizes."""

    from builders.book.workbook import build_workbook

    for edition in editions:
        with step(f"Building the workbook ({edition})") as note:
            problems, files = build_workbook(
                course.root, target, edition=edition.value, papers=tuple(paper.value for paper in papers), progress=note
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
