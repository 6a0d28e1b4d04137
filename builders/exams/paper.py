"""The paper of a form: what a learner is handed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePosixPath

from markupsafe import Markup

from builders.course import Form, FormEntry, Kind, Place, Problem, Severity
from builders.course.blueprints import FormSection
from builders.course.items import Case
from builders.course.lessons import split_front_matter
from builders.exams.blocks import UNSPLIT, blocks_of, splitting
from builders.exams.editions import STANDARD, Edition, Setting
from builders.exams.fields import page_layout
from builders.exams.forms import item_of, with_layout
from builders.exams.marking import number_list
from builders.exams.pagination import Block, PagePlan, fewest_pages, plan_pages, rounded_up
from builders.exams.printing import Printing, finding_problems
from builders.markup import View
from builders.pdf import Finding, Measured, Pdf
from builders.pdf.press import Document

SPILLS = "FM10"
REFERENCE_SIZES = (0.95, 0.9, 0.86, 0.82)
"""The sizes of a reference card's text, in em of the paper's; smaller ones are tried where a few lines spill over."""
SPILL = 0.25
"""What is less than this share of a page is not worth a page of its own."""

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
class SectionHead:
    """What stands above the first question of a section."""

    title: Markup
    questions: str
    count: int
    points: float
    minutes: float
    instructions: Markup


@dataclass(frozen=True)
class Question:
    """A question where it is printed; ``whole`` questions stay on one page."""

    entry: FormEntry
    html: Markup
    whole: bool
    section: SectionHead | None = None

    @property
    def id(self) -> str:
        """The id of its box on the page."""
        return f"question-{self.entry.number}"


@dataclass(frozen=True)
class PaperPlan:
    """How a paper is printed: its pages, and the size and the blank pages of its reference card.

    ``split`` are the numbers of questions that may go over the page. Without ``card`` the reference card is left out,
    without ``body`` all but the card: so they are measured.
    """

    pages: PagePlan = field(default_factory=PagePlan)
    reference_size: float = REFERENCE_SIZES[0]
    reference_blanks: int = 0
    split: frozenset[int] = frozenset()
    body: bool = True
    card: bool = True

    @property
    def lines(self) -> Mapping[str, int]:
        """The lines of each open question, by its id."""
        return dict(self.pages.lines)

    @property
    def css(self) -> str:
        """The rules that begin pages."""
        return f"{', '.join(self.pages.starts)} {{ break-before: page; margin-top: 0; }}" if self.pages.starts else ""


@dataclass(frozen=True)
class Paper:
    """A form's paper in one edition: its source, its PDF, and how its pages were planned."""

    form: Form
    setting: Setting
    html: str
    pdf: Pdf
    plan: PaperPlan = field(default_factory=PaperPlan)
    problems: tuple[Problem, ...] = ()

    @property
    def question_pages(self) -> int:
        """The pages before the reference card, declared blanks included; all pages without one."""
        card = self.pdf.areas.get("reference")
        return card[0].page - 1 if card else self.pdf.pages


@dataclass(frozen=True)
class Card:
    """A reference card as it fits its leaf: its size, its pages, and which share of the last one is full.

    A card of one page is said to fill it.
    """

    size: float
    pages: int
    spill: float


def make_papers(forms: Sequence[Form], printing: Printing, setting: Setting = STANDARD) -> list[Paper]:
    """Return the papers of a blueprint's forms in one edition: all with the same number of pages, a multiple of 2 or 4.

    The standard papers' forms have the places of their answer fields. A form that was laid out before gets as many
    pages as then, so that it can be made again alone.
    """
    press = printing.press
    measured = press.side_by_side([partial(_measure, form, printing, setting) for form in forms])
    card = fit_card(forms[0], printing, setting)
    split = [splitting(form, one, setting) for form, one in zip(forms, measured, strict=True)]
    blocks = [list(blocks_of(*one, setting)) for one in zip(forms, measured, split, strict=True)]
    height = measured[0].room
    pages = _question_pages(forms, blocks, height, card.pages if card else 0, setting)
    plans = [
        replace(_plan(own, height, pages, card), split=numbers) for own, numbers in zip(blocks, split, strict=True)
    ]
    work = [partial(make_paper, form, printing, setting, plan) for form, plan in zip(forms, plans, strict=True)]
    return [_finished(paper, card, printing) for paper in press.side_by_side(work)]


def _measure(form: Form, printing: Printing, setting: Setting) -> Measured:
    return printing.press.measure(paper_document(form, printing, setting, PaperPlan(card=False)))


def _question_pages(
    forms: Sequence[Form], blocks: Sequence[Sequence[Block]], height: float, card_pages: int, setting: Setting
) -> int:
    """Return how many pages the questions of every form get."""
    if setting.edition is Edition.STANDARD and forms[0].layout:
        return forms[0].layout.question_pages
    if kept := setting.kept_pages(forms[0]):
        return kept
    fewest = max(fewest_pages(own, height) for own in blocks)
    leaves = rounded_up(card_pages, 2)
    return rounded_up(rounded_up(fewest, 2) + leaves, forms[0].page_multiple) - leaves


def _plan(blocks: Sequence[Block], height: float, pages: int, card: Card | None) -> PaperPlan:
    plan = plan_pages(blocks, height, pages)
    return PaperPlan(plan, card.size, card.pages % 2) if card else PaperPlan(plan)


def fit_card(form: Form, printing: Printing, setting: Setting) -> Card | None:
    """Return the reference card in the largest size at which no few lines spill over to a page of their own."""
    if form.reference is None:
        return None
    cards = []
    for size in REFERENCE_SIZES:
        document = paper_document(form, printing, setting, PaperPlan(reference_size=size, body=False))
        measured = printing.press.measure(document)
        last = measured.areas["reference"][-1]
        spill = last.height / measured.room if measured.pages > 1 else 1.0
        cards.append(Card(size, measured.pages, spill))
        if spill >= SPILL:
            break
    fitting = [card for card in cards if card.spill >= SPILL]
    return fitting[0] if fitting else cards[0]


def make_paper(form: Form, printing: Printing, setting: Setting, plan: PaperPlan) -> Paper:
    """Lay out the paper of a form."""
    document = paper_document(form, printing, setting, plan)
    return Paper(form, setting, document.html, printing.press.render(document), plan)


def paper_document(form: Form, printing: Printing, setting: Setting, plan: PaperPlan) -> Document:
    """Return the paper as a document to lay out."""
    title = f"{form.title} – {printing.word('form', letter=form.letter)}"
    if setting.edition is not Edition.STANDARD:
        title += f" – {edition_name(printing, setting)}"
    html = paper_html(form, printing, setting, plan)
    return printing.document(html, title, form.course, *setting.styles, large=setting.large)


def edition_name(printing: Printing, setting: Setting) -> str:
    """Return what an edition is called."""
    return printing.word(f"edition-{setting.edition.value}", factor=setting.time)


def _finished(paper: Paper, card: Card | None, printing: Printing) -> Paper:
    """Return a paper with what is wrong with it, and in the standard edition with the places of its fields."""
    problems = list(paper_problems(paper, printing))
    if card and card.spill < SPILL:
        share = round(100 * card.spill)
        message = f"its last page is {share} % full even in small print; shorten it by some lines, so that it fits"
        place = Place(paper.form.reference or "")
        problems.append(Problem(place, SPILLS, f"the reference card spills over: {message}", Severity.WARNING))
    form = paper.form
    if paper.setting.edition is Edition.STANDARD:
        form = with_layout(form, page_layout(form, paper.pdf, printing.paper, paper.question_pages))
    return Paper(form, paper.setting, paper.html, paper.pdf, paper.plan, tuple(problems))


def paper_html(form: Form, printing: Printing, setting: Setting = STANDARD, plan: PaperPlan | None = None) -> str:
    """Return the paper as HTML; texts that cannot be rendered are noted in the printing."""
    plan = plan or PaperPlan()
    return printing.fill(
        "paper.html",
        form=form,
        setting=setting,
        edition="" if setting.edition is Edition.STANDARD else edition_name(printing, setting),
        plan=plan,
        questions=list(print_questions(form, printing, setting, plan)) if plan.body else [],
        rules=scoring_rules(form),
        instructions=written_instructions(form, printing),
        reference=reference_html(form, printing) if plan.card else None,
        has_reference=form.reference is not None,
        sheet=form.answer_sheet and setting.own_sheet,
        sheet_questions=", ".join(_on_sheet(form, printing)),
    )


def _on_sheet(form: Form, printing: Printing) -> Iterator[str]:
    """Yield what is answered on the answer sheet: the closed questions, and the closed parts of cases."""
    items = [(entry.number, item_of(entry)) for entry in form.entries]
    yield number_list([number for number, item in items if item.kind.closed])
    for number, item in items:
        for part in item.parts if isinstance(item, Case) else ():
            if part.kind.closed:
                yield printing.word("question-part", question=str(number), part=part.id)


def print_questions(form: Form, printing: Printing, setting: Setting, plan: PaperPlan) -> Iterator[Question]:
    """Yield the questions as they stand on the paper; the first of a section has its heading."""
    heads = {section.questions[0]: section for section in form.sections}
    for entry in form.entries:
        minutes = setting.minutes(entry.minutes)
        html = printing.item(entry, View.PAPER, heading=3 if form.sections else 2, lines=plan.lines, minutes=minutes)
        section = heads.get(entry.number)
        head = section_head(form, section, printing, setting) if section else None
        yield Question(entry, html, entry.number not in plan.split, head)


def section_head(form: Form, section: FormSection, printing: Printing, setting: Setting) -> SectionHead:
    """Return the heading of a section with what its questions add up to."""
    own = [entry for entry in form.entries if entry.number in section.questions]
    context = printing.context(blueprint_place(form, printing), f"section-{own[0].number}-", heading=3)
    instructions = printing.text(section.instructions, context) if section.instructions else Markup()
    return SectionHead(
        Markup.escape(section.title),
        number_list([entry.number for entry in own]),
        len(own),
        sum(entry.points for entry in own),
        sum(setting.minutes(entry.minutes) for entry in own),
        instructions,
    )


def kinds_of(form: Form) -> set[Kind]:
    """Return the kinds of a form's questions; of a case, those of its parts."""
    items = [item_of(entry) for entry in form.entries]
    parts = [part.kind for item in items if isinstance(item, Case) for part in item.parts]
    return {item.kind for item in items} | set(parts)


def scoring_rules(form: Form) -> list[str]:
    """Return the names of the sentences that say how this form is scored."""
    kinds = kinds_of(form)
    return [name for name, printed_for in RULES if kinds & printed_for]


def written_instructions(form: Form, printing: Printing) -> Markup:
    """Return the blueprint's own instructions as HTML."""
    if form.instructions is None:
        return Markup()
    return printing.text(form.instructions, printing.context(blueprint_place(form, printing), "instructions-"))


def reference_html(form: Form, printing: Printing) -> Markup | None:
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
            yield _question_problem(finding, entry, paper, printing)
        else:
            place = blueprint_place(paper.form, printing)
            yield from finding_problems([finding], f"{paper_name(paper)} of form {paper.form.letter}", place)


def blueprint_place(form: Form, printing: Printing) -> Place:
    """Return where the blueprint of a form stands; nowhere if it is gone."""
    return next((own.at for own in printing.course.blueprints if own.id == form.blueprint), Place())


def _entry_of(finding: Finding, form: Form) -> FormEntry | None:
    for entry in form.entries:
        own = f"q{entry.number}"
        if finding.element in (own, f"question-{entry.number}") or finding.element.startswith(f"{own}-"):
            return entry
    return None


def paper_name(paper: Paper) -> str:
    """Return what to call a paper in a message."""
    edition = paper.setting.edition
    return "paper" if edition is Edition.STANDARD else f"{edition.value} paper"


def _question_problem(finding: Finding, entry: FormEntry, paper: Paper, printing: Printing) -> Problem:
    item = item_of(entry)
    place = printing.place_of(item)
    where = "" if paper.setting.edition is Edition.STANDARD else f" ({paper.setting.edition.value})"
    name = f"item '{item.id}', question {entry.number} of form {paper.form.letter}{where}"
    if finding.rule == "pdf-split":
        remedy = f"shorten it, or waive {UNSPLIT} with a reason to let it break"
        return Problem(place, UNSPLIT, f"{name} does not fit on one page; {remedy}")
    return Problem(place, finding.rule, f"{name}: {finding.message}", finding.severity)
