"""Commands about the course as a whole: check it, build everything, print the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from builders.cli.books import make_html, make_workbook, print_booklets
from builders.cli.data import make_data
from builders.cli.decks import deck_sheets, make_decks
from builders.cli.exams import make_bank, make_exams, make_rubrics
from builders.cli.labs import make_labs
from builders.cli.shell import (
    CourseOption,
    Edition,
    OutOption,
    PaperSize,
    Stop,
    StrictOption,
    app,
    checked_course,
    err,
    out,
    output_folder,
)


@app.command()
def check(
    course: CourseOption = Path(),
    strict: StrictOption = False,
    show_gaps: Annotated[bool, typer.Option("--gaps", help="List the declared gaps.")] = False,
    data: Annotated[bool, typer.Option("--data", help="Try queries and facts on every variant of the data.")] = False,
    stress: Annotated[bool, typer.Option("--stress", help="Draw every computed item a hundred times.")] = False,
    waived: Annotated[bool, typer.Option("--waived", help="List the waived findings, each with its reason.")] = False,
) -> None:
    """Check everything authors write: shape first, then names, marks, keys and coverage.

    Prints every problem as path:line with what to do, and exits 1 if there is an error.
    """
    from builders.checks.coverage import gaps

    checked = checked_course(course, strict=strict, data=data, stress=stress, waived=waived)
    for gap in gaps(checked) if show_gaps else ():
        out.print(f"{gap.what}: {gap.reason}")


@app.command()
def build(course: CourseOption = Path(), out_dir: OutOption = None) -> None:
    """Build everything: site, workbook, exams, item bank, rubrics, decks, flashcard sheets, data, labs.

    Without assessments/secure that is all that learners get.
    """
    checked = checked_course(course)
    target = output_folder(course, out_dir)
    editions = list(Edition) if checked.secrets else [Edition.STUDENT]
    make_workbook(checked, target, editions, PaperSize)
    booklets = print_booklets(checked)
    for edition in editions:
        make_html(checked, target, edition, booklets)
    if checked.secrets:
        make_exams(checked, target, None, None, None, PaperSize.A4)
        make_bank(checked, target)
    make_rubrics(checked, target, PaperSize.A4)
    make_decks(course, target)
    for paper in PaperSize:
        deck_sheets(course, out_dir, paper)
    make_data(checked, target)
    make_labs(course, target)


@app.command()
def rules(
    code: Annotated[str | None, typer.Option(help="One rule only, such as MC07.", show_default="all")] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="As the page RULES.md.")] = False,
) -> None:
    """Print the manual of all rules: what must be true, why, how to mend it, when to waive it."""
    from builders.checks.manual import all_rules, manual_page, manual_text
    from builders.course import nearest
    from builders.labs import making as _  # noqa: F401 - enters its rules

    known = all_rules()
    chosen = [rule for rule in known if code is None or rule.code == code.upper()]
    if not chosen:
        err.print(f"there is no rule '{code}'" + nearest((code or "").upper(), [rule.code for rule in known]))
        raise Stop
    out.print((manual_page if markdown else manual_text)(chosen), end="")
