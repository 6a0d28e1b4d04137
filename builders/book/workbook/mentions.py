"""Where a lesson treats a glossary term: the paragraphs of a section that names it often go into the index.

A term that is explained over several pages gets a range of pages there, although its author marked it once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from docutils import nodes
from sphinx import addnodes

from builders.book import nodes as course
from builders.book.workbook.writers.figures import holders
from builders.course import Course

OFTEN = 3
"""A section that says a term so many times treats it."""

ASIDE = (
    course.exercise_box,
    course.practice_set,
    course.summary_box,
    course.objectives_box,
    course.instructor_note,
    course.answer_box,
    course.hint_box,
    nodes.table,
    nodes.footnote,
)
"""What uses words without explaining them, or stands elsewhere in the book."""


def term_names(taught: Course) -> dict[str, str]:
    """Return the glossary's name of each term, by the term and its aliases in lower case."""
    found = {alias.casefold(): entry.term for entry in taught.glossary for alias in entry.aliases}
    found |= {entry.term.casefold(): entry.term for entry in taught.spine.terms}
    return found | {entry.term.casefold(): entry.term for entry in taught.glossary}


def mark_mentions(doctree: nodes.document, names: Mapping[str, str]) -> None:
    """Put an index entry at the head of each paragraph that takes part in treating a term."""
    if not names:
        return
    longest_first = sorted(names, key=lambda name: (-len(name), name))
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
    for section in doctree.findall(nodes.section):
        said = [(one, mentions(one.astext(), pattern, names)) for one in prose_of(section)]
        often = {term for term, times in sum((found for _, found in said), Counter()).items() if times >= OFTEN}
        for paragraph, found in said:
            entries = [("single", term, "", "", None) for term in sorted(often & found.keys())]
            if entries:
                paragraph.insert(0, addnodes.index(entries=entries))


def mentions(text: str, pattern: re.Pattern[str], names: Mapping[str, str]) -> Counter[str]:
    """Return how often a text says each term, by its name in the glossary."""
    return Counter(names[match[0].casefold()] for match in pattern.finditer(text))


def prose_of(section: nodes.section) -> Iterator[nodes.paragraph]:
    """Yield the paragraphs of a section that explain, those of the sections inside it left out."""
    for paragraph in section.findall(nodes.paragraph):
        inside = list(holders(paragraph))
        nearest = next(one for one in inside if isinstance(one, nodes.section))
        if nearest is section and not any(isinstance(one, ASIDE) for one in inside):
            yield paragraph
