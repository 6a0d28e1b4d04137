"""Build the deck of a course, and release it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from markupsafe import Markup

from builders.course import Course, Problem, Words, read_words, write_atomic
from builders.decks.faces import Face, faces_of
from builders.decks.gaps import cloze_numbers, find_problems
from builders.decks.ledger import LEDGER, Ledger, ledger_text, read_ledger
from builders.decks.lists import spreadsheet, two_columns
from builders.decks.media import Media
from builders.decks.models import TEMPLATES
from builders.decks.notes import Note, notes_of
from builders.decks.package import DeckInfo, package
from builders.decks.release import Changes, Shipped, compare, find_conflicts, next_ledger, shipped
from builders.decks.updates import update_report
from builders.markup import Context, MarkupError, render
from builders.markup.templates import templates

FOLDER = Path(__file__).resolve().parents[1] / "templates" / "decks"
UPDATES = "assessments/cards/updates"
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Stack:
    """The cards of a course as they are now, their pictures, and what learners have (None: nothing yet)."""

    course: Course
    words: Words
    notes: tuple[Note, ...]
    media: dict[str, bytes]
    ledger: Ledger | None

    @property
    def changes(self) -> Changes:
        """What a release would bring."""
        return compare(self.notes, self.ledger)

    @property
    def name(self) -> str:
        """The name of the deck, as learners first got it."""
        return self.ledger.deck if self.ledger else self.course.about.title.replace("::", ": ")

    def released(self, time: int) -> Ledger:
        """Return the ledger after a release of everything at ``time`` (seconds since 1970)."""
        about = self.course.about
        return next_ledger(
            self.notes, self.ledger, slug=about.slug, deck=self.name, version=about.version, time=time, words=self.words
        )


def read_stack(course: Course) -> tuple[list[Problem], Stack | None]:
    """Return the cards of a course, or what is wrong with them.

    :raises ValueError: where the course was loaded with its secrets, none of which may reach a card.
    """
    if course.secrets:
        raise ValueError("decks are built from a course loaded without secrets")
    words, media = read_words(course.about.language), Media(course.about.slug)
    try:
        notes = tuple(notes_of(course, words, media))
    except MarkupError as error:
        return list(error.problems), None
    ledger = read_ledger(course.root)
    if isinstance(ledger, Problem):
        return [ledger], None
    problems = find_problems(notes)
    if ledger:
        problems += find_conflicts(notes, ledger, course.about.slug)
    return sorted(problems), None if problems else Stack(course, words, notes, media.files, ledger)


def build_decks(
    course: Course, out: Path, *, progress: Progress = lambda note: None
) -> tuple[list[Problem], list[Path]]:
    """Write the last release below ``out/student/decks``; return problems and the files written.

    ``SLUG.apkg`` is the package, ``SLUG.tsv`` a list for spreadsheets, ``SLUG-two-columns.tsv`` one for other
    programs, ``updates.html`` what was new in each release. Before the first release everything counts as released
    on the date of the course.
    """
    problems, stack = read_stack(course)
    if stack is None:
        return problems, []
    ledger = stack.ledger or stack.released(_midnight(course))
    notes = shipped(stack.notes, ledger, stack.media)
    progress(_state(stack, len(notes)))
    faces = list(faces_of((note for note, _ in notes), stack.words))
    folder, slug = out / "student" / "decks", course.about.slug
    files: dict[Path, bytes | str] = {
        folder / f"{slug}.apkg": package(notes, _info(stack, ledger, notes), stack.words, _used(notes, stack.media)),
        folder / f"{slug}.tsv": spreadsheet(faces),
        folder / f"{slug}-two-columns.tsv": two_columns(faces),
    }
    if reports := _reports(course):
        files[folder / "updates.html"] = _page(stack, reports)
    for path, data in files.items():
        write_atomic(path, data)
    return [], list(files)


def release_deck(course: Course, time: int) -> tuple[list[Problem], list[Path]]:
    """Release all cards as they are now, at ``time`` (seconds since 1970); return problems and the files written.

    Writes the ledger and the report to learners into the course. Without a change nothing is written.
    """
    problems, stack = read_stack(course)
    if stack is None:
        return problems, []
    changes = stack.changes
    if not changes and stack.ledger and stack.released(time).note_types == stack.ledger.note_types:
        return [], []
    ledger = stack.released(time)
    report = course.root / UPDATES / f"{ledger.latest.number:03}.md"
    write_atomic(report, update_report(changes, ledger, stack.words))
    write_atomic(course.root / LEDGER, ledger_text(ledger))
    return [], [course.root / LEDGER, report]


def deck_faces(course: Course) -> tuple[list[Problem], list[Face]]:
    """Return the cards of the last release as paper shows them, with formulas and pictures drawn."""
    problems, stack = read_stack(course)
    if stack is None:
        return problems, []
    names = {note.name for note in stack.notes} if stack.ledger is None else set(stack.ledger.active)
    drawn = notes_of(course, stack.words, None)
    return [], list(faces_of((note for note in drawn if note.name in names), stack.words))


def _state(stack: Stack, notes: int) -> str:
    """Say what the package holds, and what still waits for a release."""
    if stack.ledger is None:
        return f"{notes} notes, none released yet: run 'coursepack deck release' before learners get them"
    changes = stack.changes
    waiting = len(changes.new) + len(changes.changed) + len(changes.retired)
    note = f"; {waiting} changed since: 'coursepack deck status' lists them" if waiting else ""
    return f"{notes} notes of release {stack.ledger.latest.number}{note}"


def _midnight(course: Course) -> int:
    day = course.about.released
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def _used(notes: Iterable[Shipped], media: dict[str, bytes]) -> dict[str, bytes]:
    text = "".join("".join(note.fields) for note, _ in notes)
    return {name: data for name, data in media.items() if f'"{name}"' in text}


def _info(stack: Stack, ledger: Ledger, notes: list[Shipped]) -> DeckInfo:
    about, words = stack.course.about, stack.words
    used = sorted({tag for note, _ in notes for tag in note.tags if f"{about.slug}::obj::" in tag})
    searches = [
        "- " + words("decks.search_objective", tag=tag, text=stack.course.objectives[tag.rsplit("::", 1)[1]].text)
        for tag in used
    ]
    description = words(
        "decks.description",
        title=about.title,
        cards=sum(_cards(note) for note, _ in notes),
        notes=len(notes),
        version=ledger.latest.version,
        released=datetime.fromtimestamp(ledger.latest.time, UTC).date().isoformat(),
        licence=about.licence,
        attribution=" ".join(about.attribution.split()),
        searches="\n".join(searches),
        report=about.report_errors_to,
    )
    times = {kind: own.time for kind, own in ledger.note_types.items()}
    return DeckInfo(about.slug, stack.name, description, ledger.latest.time, times)


def _cards(note: Note) -> int:
    """Return how many cards a note makes."""
    if note.kind == "cloze":
        return len(cloze_numbers(note.fields[0]))
    if note.kind == "basic":
        return 2 if note.fields[2] else 1
    return len(TEMPLATES[note.kind])


def _reports(course: Course) -> list[str]:
    """Return the reports of all releases, the newest first."""
    return [path.read_text(encoding="utf-8") for path in sorted((course.root / UPDATES).glob("*.md"), reverse=True)]


def _page(stack: Stack, reports: list[str]) -> str:
    """Return the reports as a page, below how to update."""
    about, words = stack.course.about, stack.words
    head = f"# {words('decks.updates', title=about.title)}\n\n{words('decks.how_to_update')}\n\n"
    body = render(head + "\n".join(reports), Context(stack.course.root, heading=1))
    title = words("decks.updates", title=about.title)
    template = templates(FOLDER).get_template("updates.html")
    return template.render(language=about.language, title=title, body=Markup(body))
