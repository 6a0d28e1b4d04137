"""Leaves of the instructor edition: what stands between the pages, and after which page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from string import ascii_lowercase

from builders.book.workbook.answers import own_ids
from builders.book.workbook.numbering import Group, page_label
from builders.book.workbook.printing import read_style
from builders.book.workbook.records import Chapter, Manuscript, Note, Space
from builders.book.workbook.references import apart
from builders.book.workbook.setting import Setting
from builders.book.workbook.templates import TEMPLATES
from builders.pdf import Pdf

LINES = 26
"""Ruled lines on the empty side of a leaf."""

LeafPages = Mapping[int, tuple[int, int]]
"""For each page that a leaf follows: the first page of the leaf in its part (from 0), and how many pages it has."""


@dataclass(frozen=True)
class LeafEntry:
    """An answer or a note on a leaf: its id, its heading and its content as HTML, the id of its part if it is one."""

    id: str
    heading: str
    html: str
    part: str = ""


@dataclass(frozen=True)
class Leaf:
    """What follows a page called ``label``; ``filler`` asks for an empty side, so that later pages keep theirs."""

    page: int
    label: str
    entries: tuple[LeafEntry, ...]
    filler: bool = False


def plan_leaves(
    student: Manuscript,
    instructor: Manuscript,
    elsewhere: Sequence[Space],
    pages: Mapping[str, int],
    groups: Sequence[Group],
) -> list[Leaf]:
    """Return the leaves: the answers that stand neither in their room nor at the back, and the notes."""
    entries: dict[int, list[LeafEntry]] = {}
    solutions = {part: one for chapter in instructor.chapters for part, one in chapter.solutions.items()}
    for space in elsewhere:
        if not solutions[space.part].at_back:
            entry = LeafEntry(f"leaf--{space.id}", space.title, own_ids(solutions[space.part].html, "leaf"), space.part)
            entries.setdefault(pages[space.id], []).append(entry)
    for note, after in notes_in_place(student, instructor):
        entry = LeafEntry(f"leaf--{note.id}", note.title or note.label, own_ids(note.html, "leaf"))
        entries.setdefault(pages[after], []).append(entry)
    return [Leaf(page, page_label(page, groups).text, tuple(found)) for page, found in sorted(entries.items())]


def notes_in_place(student: Manuscript, instructor: Manuscript) -> Iterator[tuple[Note, str]]:
    """Yield the notes, each with the id of the last thing before it in the student edition."""
    chapters = {chapter.docname: chapter for chapter in student.chapters}
    for chapter in instructor.chapters:
        shown = chapters[chapter.docname]
        for note in chapter.notes:
            yield note, note_anchor(note, shown)


def note_anchor(note: Note, chapter: Chapter) -> str:
    """Return the id that a note follows: the end of the chapter, where nothing of the chapter follows the note."""
    known = set(chapter.order)
    before = next((name for name in note.before if name in known), chapter.id)
    return chapter.end if not chapter.order or before == chapter.order[-1] else before


def leaves_html(leaves: Sequence[Leaf], pages: Mapping[str, str], setting: Setting) -> str:
    """Return the leaves; their links lead to the other parts."""
    html = setting.fill("leaves.html", leaves=leaves, lines=LINES)
    return apart(html, pages)


def leaves_style(leaves: Sequence[Leaf]) -> str:
    """Return the style that counts the pages of each leaf from a."""
    rules = (
        f".leaf-{leaf.page} {{ page: leaf-{leaf.page}; }} @page :nth(1 of leaf-{leaf.page}) {{ counter-set: page 1; }}"
        for leaf in leaves
    )
    return "\n".join([read_style(TEMPLATES / "leaves.css"), *rules])


def fill_up(leaves: Sequence[Leaf], pdf: Pdf) -> list[Leaf]:
    """Return the leaves with an empty side on those that have an odd number of pages."""
    sizes = leaf_pages(leaves, pdf)
    return [replace(leaf, filler=sizes[leaf.page][1] % 2 == 1) for leaf in leaves]


def leaf_pages(leaves: Sequence[Leaf], pdf: Pdf) -> LeafPages:
    """Return where each leaf is in its part."""
    starts = [pdf.anchors[f"leaf-{leaf.page}"].page - 1 for leaf in leaves]
    ends = [*starts[1:], pdf.pages]
    return {leaf.page: (start, end - start) for leaf, start, end in zip(leaves, starts, ends, strict=True)}


def leaf_labels(leaves: Sequence[Leaf], pdf: Pdf) -> dict[str, str]:
    """Return the label of the page on which each entry begins, such as 41a."""
    starts = leaf_pages(leaves, pdf)
    return {
        entry.id: f"{leaf.label}{ascii_lowercase[pdf.anchors[entry.id].page - 1 - starts[leaf.page][0]]}"
        for leaf in leaves
        for entry in leaf.entries
    }
