"""Build the deck of a course."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from builders.course import Course, Problem, Words, read_words, write_atomic
from builders.decks.models import TEMPLATES
from builders.decks.notes import Note, notes_of
from builders.decks.package import DeckInfo, cloze_numbers, find_problems, package
from builders.markup import MarkupError


def build_decks(
    course: Course, out: Path, *, progress: Callable[[str], None] = lambda note: None
) -> tuple[list[Problem], list[Path]]:
    """Write ``student/decks/<slug>.apkg`` below ``out``; return problems and the files written.

    The course must be loaded without its secrets, so that no secure text can reach a card.
    """
    if course.secrets:
        raise ValueError("decks are built from a course loaded without secrets")
    words = read_words(course.about.language)
    try:
        notes = list(notes_of(course, words))
    except MarkupError as error:
        return list(error.problems), []
    problems = find_problems(notes)
    if problems:
        return problems, []
    progress(f"{len(notes)} notes")
    target = out / "student" / "decks" / f"{course.about.slug}.apkg"
    write_atomic(target, package(notes, _info(course, notes, words), words))
    return [], [target]


def _info(course: Course, notes: list[Note], words: Words) -> DeckInfo:
    about = course.about
    released = datetime(about.released.year, about.released.month, about.released.day, tzinfo=UTC)
    used = sorted({tag for note in notes for tag in note.tags if f"{about.slug}::obj::" in tag})
    searches = [
        "- " + words("decks.search_objective", tag=tag, text=course.objectives[tag.rsplit("::", 1)[1]].text)
        for tag in used
    ]
    description = words(
        "decks.description",
        title=about.title,
        cards=sum(_cards(note) for note in notes),
        notes=len(notes),
        version=about.version,
        released=about.released.isoformat(),
        licence=about.licence,
        attribution=" ".join(about.attribution.split()),
        searches="\n".join(searches),
        report=about.report_errors_to,
    )
    return DeckInfo(about.slug, about.title.replace("::", ": "), description, int(released.timestamp()))


def _cards(note: Note) -> int:
    """Return how many cards a note makes."""
    if note.kind == "cloze":
        return len(cloze_numbers(note.fields[0]))
    if note.kind == "basic":
        return 2 if note.fields[2] else 1
    return len(TEMPLATES[note.kind])
