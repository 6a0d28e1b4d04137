"""From a course to the folders of its exams: complete, or as they were before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from builders.course import Blueprint, Course, Form, Place, Problem, Severity, nearest, replaced_folder
from builders.exams.assemble import assemble, find_unequal
from builders.exams.forms import form_text
from builders.exams.key import key_html, make_key
from builders.exams.marking import guide_html, make_guide
from builders.exams.paper import Blanks, Paper, blueprint_place, make_papers, paper_html, paper_problems
from builders.exams.printing import Printing, finding_problems
from builders.pdf import Paper as PaperSize
from builders.pdf import Pdf

FOLDER = Path("instructor/exams")
Progress = Callable[[str], None]


def build_exams(
    course: Course,
    out: Path,
    *,
    blueprint: str | None = None,
    forms: int | None = None,
    seed: int | None = None,
    paper: str = "a4",
    progress: Progress = lambda note: None,
) -> tuple[list[Problem], list[Path]]:
    """Assemble and print the forms of one blueprint, or of all that are not planned; return problems and files.

    Writes ``out/instructor/exams/BLUEPRINT/FORM/{paper,key,rubric}.pdf`` and ``form.json``. A blueprint with an error
    leaves its folder as it was. ``course`` is loaded with its secrets.

    :raises SetupMissing: when what PDF files need is not installed.
    """
    selected, problems = _select(course, blueprint)
    files: list[Path] = []
    for own in selected:
        progress(f"{own.id}: choosing items")
        note = partial(_note, progress, own.id)
        made = assemble(course, own, forms=forms, seed=seed, progress=note)
        if isinstance(made, list):
            problems += made
            continue
        problems += find_unequal(own, made)
        printing = Printing(course, PaperSize(paper))
        unreadable = _text_problems(made, printing)
        if unreadable:
            problems += unreadable
            continue
        sets = list(_print_sets(made, printing, progress))
        found = [problem for one in sets for problem in one.problems]
        problems += found
        if not any(problem.severity is Severity.ERROR for problem in found):
            files += _write(sets, out / FOLDER / own.id)
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


def _text_problems(forms: tuple[Form, ...], printing: Printing) -> list[Problem]:
    """Return what cannot be rendered in any document, before one is laid out: its layout would only echo it."""
    for form in forms:
        paper_html(form, printing, Blanks())
        key_html(form, printing)
        guide_html(form, printing)
    return sorted(set(printing.problems))


@dataclass(frozen=True)
class PrintedSet:
    """What is printed for one form, and what is wrong with it."""

    form: Form
    paper: Pdf
    key: Pdf
    guide: Pdf
    problems: tuple[Problem, ...]

    def files(self) -> dict[str, bytes]:
        """Return the content of each file of the form's folder."""
        return {
            "paper.pdf": self.paper.data,
            "key.pdf": self.key.data,
            "rubric.pdf": self.guide.data,
            "form.json": form_text(self.form).encode(),
        }


def _print_sets(forms: tuple[Form, ...], printing: Printing, progress: Progress) -> Iterator[PrintedSet]:
    letters = ", ".join(form.letter for form in forms)
    progress(f"{forms[0].blueprint}: laying out the papers of forms {letters}")
    papers = make_papers(forms, printing)
    uneven = list(_page_problems(papers, printing))
    for paper in papers:
        form = paper.form
        progress(f"{form.blueprint}: key and marking guide of form {form.letter}")
        key, guide = make_key(form, printing), make_guide(form, printing)
        place = blueprint_place(form, printing)
        problems = [
            *uneven,
            *paper_problems(paper, printing),
            *finding_problems(key.findings, f"key of form {form.letter}", place),
            *finding_problems(guide.findings, f"marking guide of form {form.letter}", place),
        ]
        yield PrintedSet(form, paper.pdf, key, guide, tuple(problems))


def _page_problems(papers: list[Paper], printing: Printing) -> Iterator[Problem]:
    """Yield a problem where papers of one blueprint differ in length, or cannot be printed on both sides."""
    pages = {paper.form.letter: paper.pdf.pages for paper in papers}
    if len(set(pages.values())) > 1 or any(count % 2 for count in pages.values()):
        listed = ", ".join(f"form {letter} {count}" for letter, count in pages.items())
        message = f"the papers' pages are not the same even number ({listed}); report this with the blueprint"
        yield Problem(blueprint_place(papers[0].form, printing), "FM09", message)


def _write(sets: list[PrintedSet], target: Path) -> list[Path]:
    names = [Path(own.form.letter, name) for own in sets for name in own.files()]
    with replaced_folder(target) as folder:
        for own in sets:
            (folder / own.form.letter).mkdir()
            for name, data in own.files().items():
                (folder / own.form.letter / name).write_bytes(data)
    return [target / name for name in names]
