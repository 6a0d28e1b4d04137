"""Cards of a course as an Anki deck that learners can import again and again.

``build_decks(course, out)`` writes it. A note's identity is course and card id, never its text or place.
"""

from builders.decks.build import build_decks
from builders.decks.notes import Note, notes_of
from builders.decks.package import DeckInfo, cloze_numbers, find_problems, package

__all__ = ["DeckInfo", "Note", "build_decks", "cloze_numbers", "find_problems", "notes_of", "package"]
