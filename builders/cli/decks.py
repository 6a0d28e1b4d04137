"""Commands about flashcards: packages, releases, sheets."""

from __future__ import annotations

import time
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from builders.cli.shell import (
    CourseOption,
    OutOption,
    PaperOption,
    PaperSize,
    app,
    checked_course,
    err,
    load_course,
    out,
    output_folder,
    print_files,
    step,
    stop_on,
)


class TurnedEdge(StrEnum):
    """The edge over which a printer turns the paper."""

    LONG = "long"
    SHORT = "short"


class CardSides(StrEnum):
    """Which sides of flashcards a file holds."""

    BOTH = "both"
    FRONTS = "fronts"
    BACKS = "backs"


@app.command()
def decks(course: CourseOption = Path(), out_dir: OutOption = None) -> None:
    """Build the Anki deck."""
    checked_course(course)
    make_decks(course, output_folder(course, out_dir))


def make_decks(root: Path, target: Path) -> None:
    """Build decks from a course loaded without its secrets, so that none can reach a card."""
    from builders.decks import build_decks

    with step("Building decks") as note:
        problems, files = build_decks(load_course(root, secrets=False), target, progress=note)
        stop_on(problems)
    print_files(files)


deck = typer.Typer(no_args_is_help=True, help="Release flashcards, and print them.")
app.add_typer(deck, name="deck")


@deck.command("status")
def deck_status(course: CourseOption = Path()) -> None:
    """List what a release would bring: new, changed and retired notes."""
    from builders.decks import read_stack

    problems, stack = read_stack(load_course(course, secrets=False))
    stop_on(problems)
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

    checked_course(course)
    problems, files = release_deck(load_course(course, secrets=False), int(time.time()))
    stop_on(problems)
    print_files(files)
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
    loaded, target = load_course(course, secrets=False), output_folder(course, out_dir)
    with step("Building flashcard sheets") as note:
        if test_sheet:
            print_files(build_test_sheet(loaded, target, sheet))
            return
        problems, files = build_sheets(loaded, target, sheet, progress=note)
        stop_on(problems)
    print_files(files)
