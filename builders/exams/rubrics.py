"""Rubric sheets of performance tasks: for learners, and with scored samples for instructors."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from markupsafe import Markup

from builders.course import Course, Problem, Severity, replaced_folder
from builders.course.tasks import PerformanceTask, Sample
from builders.exams.printing import Printing, finding_problems
from builders.markup import Layout, rubric_html
from builders.pdf import Paper, Pdf

FOLDER = "rubrics"
STYLES = {Layout.ANALYTIC: ("rubric.css", "landscape.css"), Layout.SINGLE_POINT: ("rubric.css",)}
"""The layouts that are printed. Five levels side by side need a wide page."""


@dataclass(frozen=True)
class PrintedSample:
    """A scored sample as it is printed."""

    sample: Sample
    text: Markup
    comment: Markup
    percent: float


def build_rubrics(
    course: Course, out: Path, *, paper: str = "a4", progress: Callable[[str], None] = lambda note: None
) -> tuple[list[Problem], list[Path]]:
    """Print the rubrics of all performance tasks; return problems and files.

    Writes ``out/student/rubrics/TASK/{analytic,single-point}.pdf``, and to ``out/instructor/rubrics`` the same with
    the scored samples and a ``grading.csv``. With an error both folders stay as they were.

    :raises SetupMissing: when what PDF files need is not installed.
    """
    # Learners' sheets are made from a course that holds no secret, so that none can reach them.
    public = replace(course, samples=(), items=(), secrets=False)
    editions = {"student": Printing(public, Paper(paper)), "instructor": Printing(course, Paper(paper))}
    unreadable = _text_problems(editions["instructor"])
    if unreadable:
        return unreadable, []
    contents: dict[str, dict[PurePosixPath, bytes]] = {}
    for edition, printing in editions.items():
        contents[edition] = dict(_sheets(printing, edition == "instructor", progress))
    problems = sorted({problem for printing in editions.values() for problem in printing.problems})
    if any(problem.severity is Severity.ERROR for problem in problems):
        return problems, []
    return problems, [file for edition in contents for file in _write(contents[edition], out / edition / FOLDER)]


def _text_problems(printing: Printing) -> list[Problem]:
    """Return what cannot be rendered on any sheet, before one is laid out: its layout would only echo it."""
    for task in printing.course.tasks:
        for layout in STYLES:
            sheet_html(task, layout, printing, secure=True)
    return sorted(set(printing.problems))


def _write(sheets: dict[PurePosixPath, bytes], target: Path) -> list[Path]:
    if not sheets:
        return []
    with replaced_folder(target) as folder:
        for name, data in sheets.items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(data)
    return [target / name for name in sheets]


def _sheets(printing: Printing, secure: bool, progress: Callable[[str], None]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Yield the files of one edition."""
    for task in sorted(printing.course.tasks, key=lambda task: task.id):
        progress(task.id)
        folder = PurePosixPath(PurePosixPath(task.at.path).stem or task.id)
        for layout in STYLES:
            pdf = make_sheet(task, layout, printing, secure=secure)
            printing.note(finding_problems(pdf.findings, f"{layout} rubric of {task.id}", task.at), task.at)
            yield folder / f"{layout}.pdf", pdf.data
        if secure:
            yield folder / "grading.csv", grading_csv(task, printing).encode("utf-8-sig")


def make_sheet(task: PerformanceTask, layout: Layout, printing: Printing, *, secure: bool) -> Pdf:
    """Lay out a rubric sheet; ``secure`` adds the scored samples to the analytic one, and marks every page."""
    styles = [*STYLES[layout], *(["secure.css"] if secure else [])]
    title = printing.word("task-rubric", title=task.title)
    return printing.make_pdf(
        sheet_html(task, layout, printing, secure=secure), title, printing.course.about.title, *styles
    )


def sheet_html(task: PerformanceTask, layout: Layout, printing: Printing, *, secure: bool) -> str:
    """Return a rubric sheet as HTML; texts that cannot be rendered are noted in the printing."""
    context = printing.context(task.at, f"{task.id}-", heading=3)
    samples = secure and layout is Layout.ANALYTIC
    return printing.fill(
        "rubric.html",
        task=task,
        layout=layout.value,
        secure=secure,
        objectives=[(printing.course.objectives[name], share) for name, share in task.objectives.items()],
        prompt=printing.text(task.prompt, context.within("prompt")),
        rubric=printing.attempt(task.at, rubric_html, task, printing.words, context, layout),
        samples=[_print_sample(sample, task, printing) for sample in _samples(task, printing)] if samples else [],
        criteria={criterion.id: criterion for criterion in task.criteria},
    )


def _samples(task: PerformanceTask, printing: Printing) -> list[Sample]:
    found = [sample for sample in printing.course.samples if sample.task == task.id]
    return sorted(found, key=lambda sample: sample.level)


def _print_sample(sample: Sample, task: PerformanceTask, printing: Printing) -> PrintedSample:
    context = printing.context(sample.at, f"{task.id}-sample-{sample.level}-", heading=4)
    text = printing.text(sample.text, context.within("text"))
    comment = printing.text(sample.comment, context.within("comment"))
    return PrintedSample(sample, text, comment, total_percent(sample, task))


def total_percent(sample: Sample, task: PerformanceTask) -> float:
    """Return what a sample scores, in percent: the sum of weight × level ÷ 4 over the criteria."""
    return sum(
        criterion.weight * sample.scores[criterion.id].level / 4
        for criterion in task.criteria
        if criterion.id in sample.scores
    )


def grading_csv(task: PerformanceTask, printing: Printing) -> str:
    """Return a table to fill in, a row for each learner: a level from 0 to 4 for each criterion, and a comment.

    The second row holds the weights in percent, so that a spreadsheet can compute the total.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    criteria = [criterion.id for criterion in task.criteria]
    words = [printing.word(key) for key in ("learner", "id", "rater")]
    writer.writerow([*words, *criteria, printing.word("comment")])
    weights = [criterion.weight for criterion in task.criteria]
    writer.writerow([printing.word("weight-percent"), "", "", *weights, ""])
    return text.getvalue()
