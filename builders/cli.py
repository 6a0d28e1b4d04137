"""The command ``coursepack``: the only module that prints, shows progress and exits.

Commands load a course, check it, and hand it to a builder. Builders return problems; here they are
printed, sorted, one a line, and turned into the exit code: 1 where there is an error, 130 when interrupted.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from builders.course import Course, Form, Problem, Severity, read_course, write_atomic

if TYPE_CHECKING:
    from builders.pdf import Lock

app = typer.Typer(
    name="coursepack",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Build a course from one folder of plain files: site, workbook, exam papers, rubrics, flashcards.",
    epilog="Every command takes --course DIR (default: the current folder) and checks the course first.",
)
out = Console(soft_wrap=True, highlight=False, markup=False)
INTERRUPTED = 130
COLLECT_AFTER = 100_000
"""New objects between two rounds of garbage collection: a course is many objects that stay as long as the command."""
err = Console(stderr=True, soft_wrap=True, highlight=False, markup=False)


class PaperSize(StrEnum):
    """Sizes of printed pages."""

    A4 = "a4"
    LETTER = "letter"


class PaperEdition(StrEnum):
    """For whom an exam paper is printed."""

    STANDARD = "standard"
    LARGE_PRINT = "large-print"
    DYSLEXIA = "dyslexia"
    EXTRA_TIME = "extra-time"
    SCREEN_READER = "screen-reader"
    ALL = "all"


class Scale(StrEnum):
    """How much of a dataset is made."""

    TINY = "tiny"
    FULL = "full"


class Edition(StrEnum):
    """For whom a site or book is made."""

    STUDENT = "student"
    INSTRUCTOR = "instructor"


class TurnedEdge(StrEnum):
    """The edge over which a printer turns the paper."""

    LONG = "long"
    SHORT = "short"


class CardSides(StrEnum):
    """Which sides of flashcards a file holds."""

    BOTH = "both"
    FRONTS = "fronts"
    BACKS = "backs"


CourseOption = Annotated[
    Path, typer.Option("--course", metavar="DIR", help="The folder that holds objectives.yaml.", show_default="here")
]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Where outputs go.", show_default="build/ in the course")
]
PaperOption = Annotated[PaperSize, typer.Option("--paper", help="Size of the printed page.")]
PasswordOption = Annotated[
    bool,
    typer.Option(
        "--password", help="Lock what learners never see; asks for the password, or takes COURSEPACK_PASSWORD."
    ),
]
StrictOption = Annotated[bool, typer.Option("--strict", help="Count warnings as errors.")]


class Stop(Exception):
    """Ends a command with exit code 1; its problems have been printed."""


def main() -> None:
    """Run the command line; exit 1 on problems, 130 when interrupted or told to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    gc.set_threshold(COLLECT_AFTER)
    try:
        status = app(standalone_mode=False)
        if status == INTERRUPTED:  # typer turns the interrupt into a status and returns it
            raise KeyboardInterrupt
    except Stop:
        raise SystemExit(1) from None
    except (KeyboardInterrupt, typer.Abort):
        err.print("interrupted; finished outputs are whole, the one at work was left as it was before")
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:
        err.print(_os_message(error))
        raise SystemExit(1) from None
    except Exception as error:
        _explain_usage(error)
        _explain_setup(error)
        raise


def _explain_usage(error: Exception) -> None:
    """Show a mistake on the command line in the parser's own words, and exit 2.

    Its classes are private to typer; what they share is an exit code and a way to show themselves.
    """
    code, show = getattr(error, "exit_code", None), getattr(error, "show", None)
    if code is not None:
        if show is not None:
            show()
        raise SystemExit(code)


def _explain_setup(error: Exception) -> None:
    """Say which part of the set-up is missing and how to get it, and exit 1."""
    from builders.pdf import SetupMissing

    if isinstance(error, SetupMissing):
        err.print(str(error))
        raise SystemExit(1) from None


def _os_message(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}; free some space, or choose a folder you may write to with --out DIR"


@contextmanager
def _step(title: str) -> Iterator[Callable[[str], None]]:
    """Show what is being built, with a spinner on a terminal and a plain line elsewhere."""
    if err.is_terminal:
        with err.status(title) as status:
            yield lambda note: status.update(f"{title}: {note}")
        return
    err.print(title)
    yield lambda note: err.print(f"  {note}")


def _print_problems(problems: Iterable[Problem], *, strict: bool = False) -> bool:
    """Print problems sorted by place; return whether one of them fails the command."""
    failing = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    listed = sorted(set(problems))
    for problem in listed:
        err.print(str(problem))
    return any(problem.severity in failing for problem in listed)


def _stop_on(problems: Iterable[Problem], *, strict: bool = False) -> None:
    if _print_problems(problems, strict=strict):
        raise Stop


def _load(root: Path, *, secrets: bool) -> Course:
    """Read a course, or print its problems and stop."""
    loaded = read_course(root, secrets=secrets)
    _stop_on(loaded.problems)
    assert loaded.course is not None, "a course without errors is loaded"
    return loaded.course


def _checked(
    root: Path, *, strict: bool = False, data: bool = False, stress: bool = False, waived: bool = False
) -> Course:
    """Read a course with its secrets, run all rules, print problems and the count of gaps; stop on errors.

    With ``data``, what needs a database is tried on every variant, not only on practice; with ``stress``, computed
    items in a hundred draws; with ``waived``, findings that a waiver excuses are listed with its reason.
    """
    from builders.checks import apply_rules
    from builders.checks.coverage import gaps

    course = _load(root, secrets=True)
    report = apply_rules(course)
    problems = report.problems
    if not any(problem.severity is Severity.ERROR for problem in problems):
        problems += _check_data(course, every=data, stress=stress)
    found = gaps(course)
    failed = _print_problems(problems, strict=strict)
    for excused in report.excused if waived else ():
        out.print(f"{excused.problem}: {excused.reason}")
    err.print(_summary(course, problems, report.waived, len(found)))
    if failed:
        raise Stop
    return course


def _check_data(course: Course, *, every: bool, stress: bool) -> tuple[Problem, ...]:
    """Make databases, and run on them what needs one; nothing runs where a generator fails."""
    from builders.checks.databases import build_databases
    from builders.checks.facts import check_facts
    from builders.checks.hashes import check_hashes
    from builders.checks.listings import check_listings
    from builders.checks.queries import check_queries
    from builders.checks.stress import stress_items

    with _step("Making databases") as note:
        built, problems = build_databases(course, note, every=every)
        if problems:
            return problems
        if every:
            problems += check_hashes(course, built, note)
    with _step("Parsing listings") as note:
        problems += check_listings(course, note)
    with _step("Running key queries") as note:
        problems += check_queries(course, note, every=every)
    if stress:
        with _step("Drawing computed items a hundred times") as note:
            problems += stress_items(course, note)
    with _step("Measuring facts") as note:
        problems += check_facts(course, note, every=every)
    if not course.labs:
        return problems
    from builders.labs.making import check_labs

    with _step("Checking labs") as note:
        return problems + check_labs(course, note, every=every)


def _summary(course: Course, problems: tuple[Problem, ...], waived: int, gaps: int) -> str:
    counts = [sum(problem.severity is severity for problem in problems) for severity in Severity]
    size = f"{len(course.lessons)} lessons, {len(course.items)} items, {len(course.cards)} cards"
    found = f"{counts[0]} errors, {counts[1]} warnings, {counts[2]} notes, {waived} waived"
    return f"{size}: {found}; {gaps} declared gaps"


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

    checked = _checked(course, strict=strict, data=data, stress=stress, waived=waived)
    for gap in gaps(checked) if show_gaps else ():
        out.print(f"{gap.what}: {gap.reason}")


@app.command()
def html(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    edition: Annotated[Edition, typer.Option(help="For learners, or with answers and notes.")] = Edition.STUDENT,
) -> None:
    """Build the website; it works from a disk without a network."""
    _html(_checked(course), _output(course, out_dir), edition)


def _html(course: Course, target: Path, edition: Edition) -> None:
    from builders.book.build import build_html
    from builders.checks.coverage import coverage

    with _step(f"Building the site ({edition})") as note:
        _stop_on(build_html(course.root, target, edition=edition.value, coverage=coverage(course), progress=note))
    out.print(str(target / edition / "html" / "index.html"))


@app.command()
def workbook(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    edition: Annotated[Edition | None, typer.Option(help="One edition only.", show_default="both")] = None,
    paper: Annotated[PaperSize | None, typer.Option(help="One paper size only.", show_default="both")] = None,
) -> None:
    """Build the workbook as PDF: student and instructor editions, A4 and Letter."""
    checked = _checked(course)
    editions = [edition] if edition else list(Edition)
    papers = [paper] if paper else list(PaperSize)
    _workbook(checked, _output(course, out_dir), editions, papers)


def _workbook(course: Course, target: Path, editions: Iterable[Edition], papers: Iterable[PaperSize]) -> None:
    from builders.book.workbook import build_workbook

    for edition in editions:
        with _step(f"Building the workbook ({edition})") as note:
            problems, files = build_workbook(
                course.root, target, edition=edition.value, papers=tuple(paper.value for paper in papers), progress=note
            )
            _stop_on(problems)
        _print_files(files)


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


def _print_files(files: Iterable[Path]) -> None:
    for file in files:
        out.print(str(file))


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
    checked = _checked(course)
    editions = tuple(dict.fromkeys(edition or ()))
    _exams(checked, _output(course, out_dir), blueprint, forms, seed, paper, editions, extra_time, lock)


def _exams(
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
    from builders.exams import build_exams

    if not course.secrets:
        err.print("exams need assessments/secure, which this copy of the course does not hold; put it there")
        raise Stop
    with _step("Building exams") as note:
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
        _stop_on(problems)
    _print_files(files)


blueprint_app = typer.Typer(no_args_is_help=True, help="Look at blueprints: what exams are to hold.")
app.add_typer(blueprint_app, name="blueprint")


@blueprint_app.command("list")
def blueprint_list(course: CourseOption = Path()) -> None:
    """List the blueprints with their forms, questions, points and minutes."""
    from builders.exams.outline import blueprint_lines

    _print_lines(blueprint_lines(_load(course, secrets=False)))


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

    loaded = _load(course, secrets=False)
    blueprints = {blueprint.id: blueprint for blueprint in loaded.blueprints}
    if name not in blueprints:
        err.print(f"no blueprint is called {name}" + nearest(name, blueprints))
        raise Stop
    _print_lines(outline(blueprints[name], loaded))
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

    kept = keep_form(_load(course, secrets=True), form, (day or datetime.now()).date())
    if isinstance(kept, list):
        _stop_on(kept)
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
    with _step("Making the form again") as note:
        rebuilt = rebuild(form, _output(course, out_dir), lock=lock, progress=note)
        _stop_on(rebuilt.problems)
    _print_files(rebuilt.files)
    err.print(f"{len(rebuilt.same)} files are the same bytes as then, {len(rebuilt.other)} are not")
    if rebuilt.form and (course / "objectives.yaml").is_file():
        _compare(rebuilt.form, course)
    if rebuilt.other:
        raise Stop


def _compare(form: Form, root: Path) -> None:
    """Print which items of a form have changed in the bank since it was made."""
    from builders.exams.rebuild import change_lines, find_changes

    with _step("Comparing its items with the bank") as note:
        changes = find_changes(form, _load(root, secrets=True), note)
    _print_lines(change_lines(changes))
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

    with _step("Drawing pages") as note:
        problems, files = build_preview(
            _load(course, secrets=True), _output(course, out_dir), name, form=form, progress=note
        )
        _stop_on(problems)
    _print_files(files)


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
    _print_files(files)


@app.command()
def bank(course: CourseOption = Path(), out_dir: OutOption = None) -> None:
    """Make the page on which instructors browse the item bank: items, keys, use in forms, findings."""
    _bank(_checked(course), _output(course, out_dir))


def _bank(course: Course, target: Path) -> None:
    from builders.exams.bank import build_bank

    with _step("Making the bank page") as note:
        problems, files = build_bank(course, target, note)
        _stop_on(problems)
    _print_files(files)


@app.command()
def rubrics(course: CourseOption = Path(), out_dir: OutOption = None, paper: PaperOption = PaperSize.A4) -> None:
    """Print the rubrics of the performance tasks: analytic, single-point, and a CSV for grading."""
    _rubrics(_checked(course), _output(course, out_dir), paper)


def _rubrics(course: Course, target: Path, paper: PaperSize) -> None:
    from builders.exams import build_rubrics

    with _step("Building rubrics") as note:
        problems, files = build_rubrics(course, target, paper=paper, progress=note)
        _stop_on(problems)
    _print_files(files)


@app.command()
def decks(course: CourseOption = Path(), out_dir: OutOption = None) -> None:
    """Build the Anki deck."""
    _checked(course)
    _decks(course, _output(course, out_dir))


def _decks(root: Path, target: Path) -> None:
    """Build decks from a course loaded without its secrets, so that none can reach a card."""
    from builders.decks import build_decks

    with _step("Building decks") as note:
        problems, files = build_decks(_load(root, secrets=False), target, progress=note)
        _stop_on(problems)
    _print_files(files)


deck = typer.Typer(no_args_is_help=True, help="Release flashcards, and print them.")
app.add_typer(deck, name="deck")


@deck.command("status")
def deck_status(course: CourseOption = Path()) -> None:
    """List what a release would bring: new, changed and retired notes."""
    from builders.decks import read_stack

    problems, stack = read_stack(_load(course, secrets=False))
    _stop_on(problems)
    assert stack is not None, "cards without problems make a stack"
    changes = stack.changes
    for sign, names in (
        ("new", [note.name for note in changes.new]),
        ("changed", [change.note.name for change in changes.changed]),
        ("retired", [name for name, _ in changes.retired]),
    ):
        for name in names:
            out.print(f"{sign:8} {name}")
    last = f"since release {stack.ledger.latest.number}" if stack.ledger else "before the first release"
    err.print(f"{len(changes.new)} new, {len(changes.changed)} changed, {len(changes.retired)} retired {last}")


@deck.command("release")
def deck_release(course: CourseOption = Path()) -> None:
    """Release all cards as they are now: move the ledger, and write what learners are told. Commit both."""
    from builders.decks import release_deck

    _checked(course)
    problems, files = release_deck(_load(course, secrets=False), int(time.time()))
    _stop_on(problems)
    _print_files(files)
    if not files:
        err.print("nothing has changed since the last release")


@deck.command("sheets")
def deck_sheets(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    paper: PaperOption = PaperSize.A4,
    cards: Annotated[int, typer.Option("--per-sheet", help="Cards a sheet: 8 or 16.")] = 8,
    edge: Annotated[
        TurnedEdge, typer.Option(help="The edge over which the printer turns the paper.")
    ] = TurnedEdge.LONG,
    sides: Annotated[CardSides, typer.Option(help="One side only, to turn the paper by hand.")] = CardSides.BOTH,
    offset: Annotated[
        tuple[float, float], typer.Option(help="Millimetres right and down by which the backs are moved.")
    ] = (0.0, 0.0),
    test_sheet: Annotated[bool, typer.Option("--test-sheet", help="A sheet that shows the offset you need.")] = False,
) -> None:
    """Print flashcards as duplex sheets to cut out; every back lies behind its front."""
    from builders.decks import Edge, Sheet, Sides, build_sheets, build_test_sheet
    from builders.pdf import Paper

    if cards not in (8, 16):
        raise typer.BadParameter("write 8 or 16", param_hint="--per-sheet")
    sheet = Sheet(Paper(paper), cards, Edge(edge), Sides(sides), offset)
    loaded, target = _load(course, secrets=False), _output(course, out_dir)
    with _step("Building flashcard sheets") as note:
        if test_sheet:
            _print_files(build_test_sheet(loaded, target, sheet))
            return
        problems, files = build_sheets(loaded, target, sheet, progress=note)
        _stop_on(problems)
    _print_files(files)


@app.command()
def data(
    course: CourseOption = Path(),
    out_dir: OutOption = None,
    variant: Annotated[str | None, typer.Option(help="One variant only.", show_default="all")] = None,
    scale: Annotated[Scale, typer.Option(help="Whole databases, or small ones for trying out.")] = Scale.FULL,
    manifest: Annotated[bool, typer.Option("--manifest", help="Write down what every table hashes to.")] = False,
    measure: Annotated[bool, typer.Option("--measure", help="Measure every fact on every variant.")] = False,
    write: Annotated[bool, typer.Option("--write", help="With --measure: put public values into the facts.")] = False,
) -> None:
    """Build the databases of the course, and its tables as CSV; secure variants go to instructors only.

    With --measure the secure values of facts are written anew, and public ones that differ from what the author
    expects are printed as lines of the facts file.
    """
    if write and not measure:
        raise typer.BadParameter("it goes with --measure only", param_hint="--write")
    if manifest or measure:
        loaded = _ruled(course)
        if manifest:
            _manifests(loaded)
        if measure:
            _measure(loaded, write)
    elif variant is None and scale is Scale.FULL:
        _data(_checked(course), _output(course, out_dir))
    else:
        _some_data(_checked(course), _output(course, out_dir), variant, scale)


def _ruled(root: Path) -> Course:
    """Read a course with its secrets and run the rules that need no database; stop on errors."""
    from builders.checks import apply_rules

    course = _load(root, secrets=True)
    _stop_on(apply_rules(course).problems)
    return course


def _data(course: Course, target: Path) -> None:
    """Write data for learners from a course loaded without its secrets, then the secure variants."""
    from builders.variants import build_data

    for loaded in (_load(course.root, secrets=False), course):
        with _step(f"Building data ({_audience(loaded)})") as note:
            problems, files = build_data(loaded, target, progress=note)
            _stop_on(problems)
        _print_files(files)


def _some_data(course: Course, target: Path, variant: str | None, scale: Scale) -> None:
    from builders.variants import build_some

    for loaded in (_load(course.root, secrets=False), course):
        with _step(f"Building data ({_audience(loaded)})") as note:
            problems, files = build_some(loaded, target, variant=variant, scale=scale.value, progress=note)
            _stop_on(problems)
        _print_files(files)


def _audience(course: Course) -> Edition:
    return Edition.INSTRUCTOR if course.secrets else Edition.STUDENT


def _manifests(course: Course) -> None:
    from builders.variants import write_manifests

    with _step("Hashing tables") as note:
        problems, files = write_manifests(course, note)
        _stop_on(problems)
    _print_files(files)


def _measure(course: Course, write: bool) -> None:
    from builders.variants import measure

    with _step("Measuring facts") as note:
        found = measure(course, note, write=write)
        _stop_on(found.problems)
    for line in found.lines:
        out.print(line)
    _print_files(found.files)


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

    loaded = _load(course, secrets=False)
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

    loaded = _load(course, secrets=False)
    try:
        with _step(str(file)) as note:
            report = check_file(loaded, file, note)
    except (FileError, DatasetError) as error:
        err.print(f"{file}: {error}")
        raise Stop from None
    _print_lines(report_lines(report, read_words(loaded.about.language)))
    if not report.right:
        raise Stop


@lab_app.command("digest")
def lab_digest(
    name: Annotated[str | None, typer.Argument(metavar="LAB", help="One lab only.", show_default="all")] = None,
    course: CourseOption = Path(),
) -> None:
    """Run the secret solutions and write what checking needs of them, which gives no answer away. Commit it."""
    from builders.course import nearest, write_atomic
    from builders.labs.making import make_keys

    loaded = _ruled(course)
    chosen = tuple(lab for lab in loaded.labs if name is None or lab.id.upper() == name.upper())
    if name is not None and not chosen:
        err.print(f"no lab is called {name}" + nearest(name.upper(), loaded.labs_by_id))
        raise Stop
    with _step("Trying solutions and mutants") as note:
        texts, problems = make_keys(loaded, chosen, note)
        _stop_on(problems)
    for name, text in texts.items():
        write_atomic(loaded.root / name, text)
    _print_files(loaded.root / name for name in texts)


@app.command()
def labs(course: CourseOption = Path(), out_dir: OutOption = None) -> None:
    """Write the files that learners start their labs with into build/student/labs."""
    _checked(course)
    _labs(course, _output(course, out_dir))


def _labs(root: Path, target: Path) -> None:
    """Write starters from a course loaded without its secrets, so that no solution can reach one."""
    from builders.labs.starting import build_starters

    with _step("Building labs"):
        files = build_starters(_load(root, secrets=False), target)
    _print_files(files)


def _print_lines(lines: Iterable[str]) -> None:
    for line in lines:
        out.print(line)


@app.command()
def build(course: CourseOption = Path(), out_dir: OutOption = None) -> None:
    """Build everything: site, workbook, exams, item bank, rubrics, decks, flashcard sheets, data, labs.

    Without assessments/secure that is all that learners get.
    """
    checked = _checked(course)
    target = _output(course, out_dir)
    editions = list(Edition) if checked.secrets else [Edition.STUDENT]
    for edition in editions:
        _html(checked, target, edition)
    _workbook(checked, target, editions, PaperSize)
    if checked.secrets:
        _exams(checked, target, None, None, None, PaperSize.A4)
        _bank(checked, target)
    _rubrics(checked, target, PaperSize.A4)
    _decks(course, target)
    for paper in PaperSize:
        deck_sheets(course, out_dir, paper)
    _data(checked, target)
    _labs(course, target)


@app.command()
def serve(
    course: CourseOption = Path(),
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on this computer.")] = 8000,
) -> None:
    """Show the site in a browser and rebuild it on every change."""
    from builders.book.serve import serve_site

    serve_site(course.resolve(), port)


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


def _output(course: Path, out_dir: Path | None) -> Path:
    return (out_dir or course / "build").resolve()


def command_names() -> list[str]:
    """Return the names of all commands, for tests of the Makefile and the docs."""
    group: Any = typer.main.get_command(app)
    return sorted(group.commands)


if __name__ == "__main__":
    main()
