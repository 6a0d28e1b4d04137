"""Cards of a course as an Anki deck that learners can import again and again, and on paper.

``build_decks(course, out)`` writes what was last released, ``release_deck(course, time)`` releases what has changed,
``build_sheets(course, out, sheet)`` writes duplex sheets to cut out. A note's identity is course and card id, never
its text or place; its modification time moves only with a release that changes it.
"""

from builders.decks.build import Stack, build_decks, deck_faces, read_stack, release_deck
from builders.decks.faces import Face, faces_of
from builders.decks.gaps import cloze_numbers, find_problems
from builders.decks.notes import Note, notes_of
from builders.decks.package import DeckInfo, package
from builders.decks.release import Changes, Shipped
from builders.decks.sheets import Edge, Sheet, Sides, build_sheets, build_test_sheet

__all__ = [
    "Changes",
    "DeckInfo",
    "Edge",
    "Face",
    "Note",
    "Sheet",
    "Shipped",
    "Sides",
    "Stack",
    "build_decks",
    "build_sheets",
    "build_test_sheet",
    "cloze_numbers",
    "deck_faces",
    "faces_of",
    "find_problems",
    "notes_of",
    "package",
    "read_stack",
    "release_deck",
]
