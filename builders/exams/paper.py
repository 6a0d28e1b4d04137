"""The paper of a form: what a learner is handed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from markupsafe import Markup

from builders.course import Form, FormEntry, Item, Kind, Place, Problem
from builders.course.items import Case
from builders.course.lessons import split_front_matter
from builders.exams.forms import item_of
from builders.exams.printing import Printing, finding_problems
from builders.markup import View
from builders.pdf import Finding, Pdf

UNSPLIT = "FM08"

RULES: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("rule-one", frozenset({Kind.CHOICE, Kind.TRUE_FALSE})),
    ("rule-several", frozenset({Kind.MULTIPLE_RESPONSE})),
    ("rule-matching", frozenset({Kind.MATCHING})),
    ("rule-ordering", frozenset({Kind.ORDERING})),
    ("rule-numeric", frozenset({Kind.NUMERIC})),
    ("rule-cloze", frozenset({Kind.CLOZE})),
    ("rule-points", frozenset({Kind.SQL, Kind.PYTHON, Kind.SHORT_ANSWER})),
    ("rule-criteria", frozenset({Kind.ESSAY, Kind.TASK})),
)
"""The sentences of the instructions that say how answers are scored, and the kinds they are printed for."""


@dataclass(frozen=True)
class Question:
    """A question where it is printed; ``whole`` questions stay on one page."""

    entry: FormEntry
    html: Markup
    whole: bool

    @property
    def id(self) -> str:
        """The id of its box on the page."""
        return f"question-{self.entry.number}"


@dataclass(frozen=True)
class Blanks:
    """Declared empty pages: before the reference card, so that it is a leaf of its own, and at the end."""

    before_reference: int = 0
    at_end: int = 0


@dataclass(frozen=True)
class Paper:
    """A form's paper: its source, its PDF, and where its parts are."""

    form: Form
    html: str
    pdf: Pdf
    blanks: Blanks

    @property
    def question_pages(self) -> int:
        """The number of pages that questions take, without declared blanks."""
        reference = self.pdf.anchors.get("reference")
        last = reference.page - 1 if reference else self.pdf.pages - self.blanks.at_end
        return last - self.blanks.before_reference

    @property
    def reference_pages(self) -> int:
        """The number of pages that the reference card takes; 0 without one."""
        return self.pdf.pages - self.question_pages - self.blanks.before_reference - self.blanks.at_end


def make_papers(forms: tuple[Form, ...], printing: Printing) -> list[Paper]:
    """Return the papers of a blueprint's forms: all with the same even number of pages."""
    papers = [make_paper(form, printing) for form in forms]
    blanks = plan_blanks([(paper.question_pages, paper.reference_pages) for paper in papers])
    return [
        paper if wanted == paper.blanks else make_paper(paper.form, printing, wanted)
        for paper, wanted in zip(papers, blanks, strict=True)
    ]


def plan_blanks(pages: list[tuple[int, int]]) -> list[Blanks]:
    """Return the blank pages each paper needs, from the pages of its questions and of its reference card."""
    questions = max(count for count, _ in pages)
    questions += questions % 2
    return [
        Blanks(questions - count, reference % 2) if reference else Blanks(0, questions - count)
        for count, reference in pages
    ]


def make_paper(form: Form, printing: Printing, blanks: Blanks | None = None) -> Paper:
    """Lay out the paper of a form."""
    html = paper_html(form, printing, blanks or Blanks())
    title = f"{form.title} – {printing.word('form', letter=form.letter)}"
    pdf = printing.make_pdf(html, title, form.course, "paper.css")
    return Paper(form, html, pdf, blanks or Blanks())


def paper_html(form: Form, printing: Printing, blanks: Blanks) -> str:
    """Return the paper as HTML; texts that cannot be rendered are noted in the printing."""
    return printing.fill(
        "paper.html",
        form=form,
        questions=[print_question(entry, printing) for entry in form.entries],
        rules=scoring_rules(form),
        instructions=_instructions(form, printing),
        reference=_reference(form, printing),
        blanks=blanks,
    )


def print_question(entry: FormEntry, printing: Printing) -> Question:
    """Return a question as it stands on the paper."""
    html = printing.item(entry, View.PAPER, heading=2)
    return Question(entry, html, not may_split(item_of(entry)))


def may_split(item: Item) -> bool:
    """Whether the author declared, by a waiver with a reason, that the question may go over the page."""
    return any(waiver.rule == UNSPLIT for waiver in item.waivers)


def kinds_of(form: Form) -> set[Kind]:
    """Return the kinds of a form's questions; of a case, those of its parts."""
    items = [item_of(entry) for entry in form.entries]
    parts = [part.kind for item in items if isinstance(item, Case) for part in item.parts]
    return {item.kind for item in items} | set(parts)


def scoring_rules(form: Form) -> list[str]:
    """Return the names of the sentences that say how this form is scored."""
    kinds = kinds_of(form)
    return [name for name, printed_for in RULES if kinds & printed_for]


def _instructions(form: Form, printing: Printing) -> Markup:
    if form.instructions is None:
        return Markup()
    return printing.text(form.instructions, printing.context(blueprint_place(form, printing), "instructions-"))


def _reference(form: Form, printing: Printing) -> Markup | None:
    """Return the reference card as HTML; None without one, or where its file cannot be read."""
    if form.reference is None:
        return None
    path = PurePosixPath(form.reference)
    try:
        text = (printing.course.root / path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"the reference card cannot be read ({error}); correct 'reference' in the blueprint"
        printing.note([Problem(Place(path.as_posix()), "READ", message)], Place())
        return None
    _, body, before = split_front_matter(text)
    context = printing.context(Place(path.as_posix(), before + 1), "reference-", heading=2)
    return printing.text(body, context)


def paper_problems(paper: Paper, printing: Printing) -> Iterator[Problem]:
    """Yield what is wrong with a laid-out paper; what concerns a question names its item and form."""
    for finding in paper.pdf.findings:
        entry = _entry_of(finding, paper.form)
        if entry:
            yield _question_problem(finding, entry, paper.form, printing)
        else:
            place = blueprint_place(paper.form, printing)
            yield from finding_problems([finding], f"paper of form {paper.form.letter}", place)


def blueprint_place(form: Form, printing: Printing) -> Place:
    """Return where the blueprint of a form stands; nowhere if it is gone."""
    return next((own.at for own in printing.course.blueprints if own.id == form.blueprint), Place())


def _entry_of(finding: Finding, form: Form) -> FormEntry | None:
    for entry in form.entries:
        own = f"q{entry.number}"
        if finding.element in (own, f"question-{entry.number}") or finding.element.startswith(f"{own}-"):
            return entry
    return None


def _question_problem(finding: Finding, entry: FormEntry, form: Form, printing: Printing) -> Problem:
    item = item_of(entry)
    place = printing.place_of(item)
    name = f"item '{item.id}', question {entry.number} of form {form.letter}"
    if finding.rule == "pdf-split":
        remedy = f"shorten it, or waive {UNSPLIT} with a reason to let it break"
        return Problem(place, UNSPLIT, f"{name} does not fit on one page; {remedy}")
    return Problem(place, finding.rule, f"{name}: {finding.message}", finding.severity)
