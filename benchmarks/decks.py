"""How long a package takes: beside plain genanki, and beside Anki's own exporter.

    python -m benchmarks.decks

CPU seconds, the best of three runs; ``ratio`` compares with our own package in the same run. The last line is a deck
of 4,000 subdecks with a note each, which plain genanki writes in quadratic time.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import genanki
from anki.collection import Collection, DeckIdLimit, ExportAnkiPackageOptions

from builders.course import read_words
from builders.course.problem import NOWHERE
from builders.decks import DeckInfo, Note, Shipped, package
from builders.decks.models import note_type, stable_id
from builders.decks.notes import guid

TIME = 1_790_000_000
SLUG = "bench"
WORDS = read_words("en")


def best_of_three(run: Callable[[], object]) -> float:
    """Return the CPU seconds of the fastest run: a busy machine makes them no longer."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def make_notes(size: int, subdecks: int = 0) -> list[Shipped]:
    """Return notes with a question and an answer of usual length."""
    return [
        Shipped(
            Note(
                f"n{number}",
                guid(SLUG, f"n{number}"),
                "basic",
                (
                    f"<p>What does row {number} of the table stand for?</p>",
                    f"<p>For delivery {number}.</p>",
                    "",
                    *[""] * 3,
                ),
                (f"{SLUG}::obj::A{number % 9}",),
                NOWHERE,
                f"Part {number}" if subdecks else "",
            ),
            TIME,
        )
        for number in range(size)
    ]


def ours(notes: list[Shipped]) -> bytes:
    """Write the notes as we do."""
    return package(notes, DeckInfo(SLUG, "Bench", "", TIME, {"basic": TIME}), WORDS, {})


def plain_genanki(notes: list[Shipped], folder: Path) -> None:
    """Write the same notes with genanki alone."""
    model = note_type(SLUG, "basic", TIME, WORDS)
    decks: dict[str, genanki.Deck] = {}
    for note, _ in notes:
        name = f"Bench::{note.subdeck}" if note.subdeck else "Bench"
        deck = decks.setdefault(name, genanki.Deck(stable_id(SLUG, name), name))
        deck.add_note(genanki.Note(model, list(note.fields), guid=note.guid, tags=list(note.tags)))
    genanki.Package(list(decks.values())).write_to_file(folder / "plain.apkg", timestamp=TIME)


def anki_export(notes: list[Shipped], folder: Path) -> None:
    """Add the same notes to a collection and let Anki export it."""
    collection = Collection(str(folder / f"{time.monotonic_ns()}.anki2"))
    deck = collection.decks.id("Bench")
    model = collection.models.by_name("Basic")
    for note, _ in notes:
        own = collection.new_note(model)
        own.fields = list(note.fields[:2])
        collection.add_note(own, deck)
    options = ExportAnkiPackageOptions(with_scheduling=False, with_media=False, legacy=True)
    collection.export_anki_package(out_path=str(folder / "anki.apkg"), options=options, limit=DeckIdLimit(deck))
    collection.close()


def main() -> None:
    """Print the table."""
    print(f"{'notes':>6} {'ours':>7} {'genanki':>8} {'ratio':>6} {'Anki':>7} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in (1_000, 10_000):
            notes = make_notes(size)
            own = best_of_three(lambda notes=notes: ours(notes))
            plain = best_of_three(lambda notes=notes: plain_genanki(notes, folder))
            anki = best_of_three(lambda notes=notes: anki_export(notes, folder))
            print(f"{size:>6} {own:7.2f} {plain:8.2f} {plain / own:6.1f} {anki:7.2f} {anki / own:6.1f}")
        notes = make_notes(4_000, subdecks=4_000)
        own = best_of_three(lambda: ours(notes))
        start = time.process_time()
        plain_genanki(notes, folder)
        plain = time.process_time() - start
        print(f"4,000 subdecks: ours {own:.2f} s, genanki {plain:.1f} s, ratio {plain / own:.0f}")


if __name__ == "__main__":
    main()
