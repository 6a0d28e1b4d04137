"""From a course to the folders of its exams: complete, or as they were before."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from builders.checks.forms import check_forms
from builders.course import Blueprint, Course, Form, Place, Problem, Severity, nearest, replaced_folder
from builders.course.blueprints import Made, PrintedEdition
from builders.exams.assemble import assemble, find_unequal
from builders.exams.editions import Edition, Setting, settings_of
from builders.exams.forms import form_text, with_layout
from builders.exams.key import key_html, make_key
from builders.exams.marking import guide_html, make_guide
from builders.exams.paper import Paper, blueprint_place, make_papers, paper_html
from builders.exams.printing import Printing, finding_problems
from builders.exams.proof import make_proof, sha256, software
from builders.exams.screen import make_screen_paper
from builders.exams.sheet import AnswerSheet, make_sheet
from builders.pdf import Lock, Pdf
from builders.pdf import Paper as PaperSize
from builders.pdf.press import Press

FOLDER = Path("instructor/exams")
CACHE = Path("instructor/.cache")
"""Where laid-out documents are kept: they hold exams, so they lie with the outputs of instructors."""
Progress = Callable[[str], None]


def build_exams(
    course: Course,
    out: Path,
    *,
    blueprint: str | None = None,
    forms: int | None = None,
    seed: int | None = None,
    paper: str = "a4",
    editions: Sequence[str] = (),
    extra_time: float = 1.5,
    workers: int | None = None,
    lock: Lock | None = None,
    progress: Progress = lambda note: None,
) -> tuple[list[Problem], list[Path]]:
    """Assemble and print the forms of one blueprint, or of all that are not planned; return problems and files.

    Writes ``out/instructor/exams/BLUEPRINT/FORM/{paper,key,rubric,proof}.pdf`` and ``form.json``, and a paper for each
    of the ``editions`` (values of `Edition`, or ``all``) beside the standard one. A blueprint with an error, or with
    forms that the rules about forms refuse, leaves its folder as it was. What did not change is taken from
    ``out/instructor/.cache``. ``course`` is loaded with its secrets.

    :raises SetupMissing: when what PDF files need is not installed.
    """
    selected, problems = _select(course, blueprint)
    settings = settings_of(editions, extra_time)
    if lock:
        shutil.rmtree(out / CACHE, ignore_errors=True)
    press = Press(None if lock else out / CACHE, workers or os.cpu_count() or 1)
    files: list[Path] = []
    for own in selected:
        progress(f"{own.id}: choosing items")
        note = partial(_note, progress, own.id)
        made = assemble(course, own, forms=forms, seed=seed, progress=note)
        if isinstance(made, list):
            problems += made
            continue
        problems += find_unequal(own, made)
        given_away = check_forms(made, course)
        problems += given_away
        if any(problem.severity is Severity.ERROR for problem in given_away):
            continue
        printing = Printing(course, PaperSize(paper), press=press)
        unreadable = text_problems(made, printing)
        if unreadable:
            problems += unreadable
            continue
        sets = print_sets(made, printing, settings, note)
        found = [problem for one in sets for problem in one.problems]
        problems += found
        if not any(problem.severity is Severity.ERROR for problem in found):
            files += write_sets(sets, out / FOLDER / own.id, lock)
    press.clear_out()
    return sorted(set(problems)), files


def _note(progress: Progress, blueprint: str, text: str) -> None:
    progress(f"{blueprint}: {text}")


def _select(course: Course, name: str | None) -> tuple[list[Blueprint], list[Problem]]:
    """Return the blueprint of this name, or all that are not planned."""
    if name is None:
        return [own for own in course.blueprints if own.planned is None], []
    found = [own for own in course.blueprints if own.id == name]
    hint = nearest(name, [own.id for own in course.blueprints])
    place = Place("assessments/blueprints")
    return found, [] if found else [Problem(place, "REF01", f"there is no blueprint '{name}'{hint}")]


def text_problems(forms: tuple[Form, ...], printing: Printing) -> list[Problem]:
    """Return what cannot be rendered in any document, before one is laid out: its layout would only echo it."""
    for form in forms:
        paper_html(form, printing)
        key_html(form, printing)
        guide_html(form, printing)
    return sorted(set(printing.problems))


@dataclass(frozen=True)
class PrintedSet:
    """What is printed for one form, by the names of the files, and what is wrong with it."""

    form: Form
    files: Mapping[str, bytes]
    problems: tuple[Problem, ...]


def print_sets(
    forms: tuple[Form, ...], printing: Printing, settings: Sequence[Setting], progress: Progress
) -> list[PrintedSet]:
    """Return the documents of each form: its papers, its key, its marking guide, its record."""
    letters = ", ".join(form.letter for form in forms)
    editions: list[list[PaperFiles]] = []
    for setting in settings:
        progress(f"laying out the papers of forms {letters} ({setting.edition.value})")
        editions.append(print_edition(forms, printing, setting))
    editions[0] = with_sheets(editions[0], printing)
    laid_out = [files.form for files in editions[0]]
    progress(f"keys and marking guides of forms {letters}")
    documents = _instructors_documents(laid_out, printing)
    work = [
        partial(_printed_set, form, [edition[place] for edition in editions], documents[place], printing)
        for place, form in enumerate(laid_out)
    ]
    return printing.press.side_by_side(work)


@dataclass(frozen=True)
class PaperFiles:
    """The files of a form's paper in one edition; ``form`` has the places of its fields."""

    form: Form
    files: Mapping[str, bytes]
    printed: PrintedEdition
    problems: tuple[Problem, ...]


def print_edition(forms: Sequence[Form], printing: Printing, setting: Setting) -> list[PaperFiles]:
    """Return the papers of all forms in one edition."""
    if setting.edition is Edition.SCREEN_READER:
        return _screen_edition(forms, printing, setting)
    papers = make_papers(forms, printing, setting)
    uneven = tuple(_page_problems(papers, printing))
    return [
        PaperFiles(
            paper.form,
            {f"{setting.stem}.pdf": paper.pdf.data},
            setting.printed(paper.question_pages),
            (*uneven, *paper.problems),
        )
        for paper in papers
    ]


def with_sheets(papers: Sequence[PaperFiles], printing: Printing) -> list[PaperFiles]:
    """Return the standard papers with their answer sheets, where the blueprint asks for them."""
    if not papers[0].form.answer_sheet:
        return list(papers)
    sheets = printing.press.side_by_side([partial(make_sheet, paper.form, printing) for paper in papers])
    return [_with_sheet(paper, sheet) for paper, sheet in zip(papers, sheets, strict=True)]


def _with_sheet(paper: PaperFiles, sheet: AnswerSheet) -> PaperFiles:
    layout = paper.form.layout
    assert layout is not None, "a standard paper was laid out"
    form = with_layout(paper.form, layout.model_copy(update={"sheet": sheet.fields}))
    files = {**paper.files, **({"answer-sheet.pdf": sheet.pdf.data} if sheet.pdf.pages else {})}
    return PaperFiles(form, files, paper.printed, (*paper.problems, *sheet.problems))


def _screen_edition(forms: Sequence[Form], printing: Printing, setting: Setting) -> list[PaperFiles]:
    papers = printing.press.side_by_side([partial(make_screen_paper, form, printing, setting) for form in forms])
    return [
        PaperFiles(
            paper.pdf.form,
            {f"{setting.stem}.html": paper.html.encode(), f"{setting.stem}.pdf": paper.pdf.pdf.data},
            setting.printed(),
            paper.pdf.problems,
        )
        for paper in papers
    ]


def _instructors_documents(forms: Sequence[Form], printing: Printing) -> list[dict[str, Pdf]]:
    """Return the documents of each form that learners never see, by the names of their files."""
    work = [partial(make, form, printing) for form in forms for make in INSTRUCTORS.values()]
    made = iter(printing.press.side_by_side(work))
    return [{name: next(made) for name in INSTRUCTORS} for _ in forms]


INSTRUCTORS: dict[str, Callable[[Form, Printing], Pdf]] = {"key": make_key, "rubric": make_guide}
"""What is printed for instructors only, by the names of the files."""
NAMES = {"key": "key", "rubric": "marking guide"}
LOCKED = ("key.pdf", "rubric.pdf", "proof.pdf")
"""The documents that a password is put on: those that learners are never handed."""


def _printed_set(
    form: Form, papers: Sequence[PaperFiles], documents: Mapping[str, Pdf], printing: Printing
) -> PrintedSet:
    place = blueprint_place(form, printing)
    problems = [problem for paper in papers for problem in paper.problems]
    for name, pdf in documents.items():
        problems += finding_problems(pdf.findings, f"{NAMES.get(name, name)} of form {form.letter}", place)
    files = {name: data for paper in papers for name, data in paper.files.items()}
    files |= {f"{name}.pdf": pdf.data for name, pdf in documents.items()}
    proof = make_proof(form, files, printing)
    problems += finding_problems(proof.findings, f"proof sheet of form {form.letter}", place)
    files["proof.pdf"] = proof.data
    made = Made(
        software=software(),
        paper=printing.paper.value,
        editions=tuple(paper.printed for paper in papers),
        files={name: sha256(data) for name, data in files.items()},
    )
    files["form.json"] = form_text(form.model_copy(update={"made": made})).encode()
    return PrintedSet(form, files, tuple(problems))


def _page_problems(papers: Sequence[Paper], printing: Printing) -> Iterator[Problem]:
    """Yield a problem where papers of one blueprint differ in length, or do not fill their sheets."""
    pages = {paper.form.letter: paper.pdf.pages for paper in papers}
    multiple = papers[0].form.page_multiple
    if len(set(pages.values())) > 1 or any(count % multiple for count in pages.values()):
        listed = ", ".join(f"form {letter} {count}" for letter, count in pages.items())
        message = f"the pages of the papers are not the same multiple of {multiple} ({listed}); report this"
        yield Problem(blueprint_place(papers[0].form, printing), "FM09", message)


def write_sets(sets: Sequence[PrintedSet], target: Path, lock: Lock | None = None) -> list[Path]:
    """Write the files of forms into a folder, each form into one of its letter; return their paths."""
    names = [Path(own.form.letter, name) for own in sets for name in own.files]
    with replaced_folder(target) as folder:
        for own in sets:
            (folder / own.form.letter).mkdir()
            write_files(own, folder / own.form.letter, lock)
    return [target / name for name in names]


def write_files(printed: PrintedSet, folder: Path, lock: Lock | None = None) -> None:
    """Write the files of a form into a folder; a lock goes on those that learners are never handed."""
    for name, data in printed.files.items():
        (folder / name).write_bytes(lock.put_on(data) if lock and name in LOCKED else data)
