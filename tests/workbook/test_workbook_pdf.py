"""The finished files, judged by other programs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from builders.book.workbook.book import Job, Printed, print_book
from builders.book.workbook.build import load_manuscript
from builders.book.workbook.editions import edition_of
from builders.book.workbook.fields import field_name
from builders.book.workbook.furniture import LEFT_SHIFT
from builders.book.workbook.paging import LEFT, WIDTH
from builders.book.workbook.setting import Setting
from builders.course import read_course, read_words
from builders.pdf import Paper, Press, inspect
from tests.pdf.judges import Word, boxes, faults
from tests.workbook.conftest import Books
from tests.workbook.judges import info, run

EDITIONS = ("student", "instructor")
SIZES = {"a4": "595.276 x 841.89 pts (A4)", "letter": "612 x 792 pts (letter)"}


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("paper", SIZES)
def test_files_are_sound(tides: Books, edition: str, paper: str) -> None:
    path = tides.path(edition, paper)
    run("qpdf", "--check", path)
    facts = info(path)
    assert facts["Tagged"] == "yes"
    assert facts["Page size"] == SIZES[paper]
    assert facts["CreationDate"].startswith("2025-06-21")
    assert facts["Title"].startswith("Reading the tide: for people who walk on sand – Workbook")
    assert inspect(path.read_bytes()) == []
    assert faults(path) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_font_is_embedded_and_subset(tides: Books, edition: str) -> None:
    for line in run("pdffonts", tides.path(edition)).splitlines()[2:]:
        embedded, subset = line.split()[-5:-3]
        assert (embedded, subset) == ("yes", "yes"), line


def labels(path: Path) -> list[str]:
    with pikepdf.open(path) as pdf:
        return [page.label for page in pdf.pages]


def test_front_matter_is_numbered_apart(tides: Books) -> None:
    found = labels(tides.path())
    assert found[:4] == ["i", "ii", "iii", "iv"]
    assert found[4:] == [str(number) for number in range(1, len(found) - 3)]


def test_leaves_are_numbered_between_the_pages(tides: Books) -> None:
    found = labels(tides.path("instructor"))
    leaves = [label for label in found if not label.isdigit() and label[0].isdigit()]
    assert leaves
    assert all(
        labels_of[-1] in "bdf" for labels_of in (group(leaves, page) for page in {label[:-1] for label in leaves})
    )
    assert [label for label in found if label not in leaves] == labels(tides.path())


def group(leaves: list[str], page: str) -> str:
    """Return the letters of the pages of one leaf, in order."""
    return "".join(label[-1] for label in leaves if label[:-1] == page)


def outline(path: Path) -> dict[str, int]:
    """Return the words of the outline, each with its page, counted from 1."""
    found: dict[str, int] = {}
    with pikepdf.open(path) as pdf, pdf.open_outline() as tree:
        waiting = list(tree.root)
        while waiting:
            item = waiting.pop()
            assert isinstance(item.destination, pikepdf.Array)
            found[item.title] = pikepdf.Page(item.destination[0]).index + 1
            waiting += item.children
    return found


def test_the_outline_leads_to_its_headings(tides: Books) -> None:
    texts = tides.texts()
    entries = outline(tides.path())
    assert {"Contents", "About this course", "Module 1 Water", "1.2 Tables", "Reference", "Answers", "Index"} <= set(
        entries
    )
    assert any(title.startswith("Exercise 1.2.3") for title in entries)
    for title, page in entries.items():
        assert "".join(title.split()) in "".join(texts[page - 1].split())


def test_no_link_leads_out_of_the_file_or_to_nothing(tides: Books) -> None:
    for edition in EDITIONS:
        with pikepdf.open(tides.path(edition)) as pdf:
            names = {str(name) for name in pdf.Root.Names.Dests.Names[::2]}
            for page in pdf.pages:
                for link in page.obj.get("/Annots", []):
                    if "/A" in link:
                        assert str(link.A.URI).startswith(("https://example.org", "https://tides.example/", "mailto:"))
                    else:
                        assert str(link.Dest) in names


def test_german_course_speaks_german(tiny: Books) -> None:
    facts = info(tiny.path("instructor"))
    assert facts["Title"] == "Fahrrad pflegen: ein Grundkurs – Arbeitsheft, Ausgabe für Lehrende"
    texts = "\n".join(tiny.texts("instructor"))
    for word in ("Inhalt", "So arbeiten Sie mit diesem Heft", "Modul 1", "Lösungen", "Glossar", "Register", "Blatt zu"):
        assert word in texts
    for word in ("page ", "Answer", "Contents", "Exercise", "Instructor"):
        assert word not in texts
    for edition in EDITIONS:
        assert inspect(tiny.path(edition).read_bytes()) == []
        assert faults(tiny.path(edition)) == []


def print_edition(books: Books, edition: str) -> tuple[Job, Printed]:
    """Return what a book of the tides is made from, and the book."""
    course = read_course(books.root).course
    assert course is not None
    cache = books.root / ".cache" / "book"
    manuscript = load_manuscript((cache / "student" / "manuscript.pickle").read_bytes())
    setting = Setting(course, read_words("en"), edition_of(edition), Paper.A4)
    job = Job({"student": manuscript}, setting, Press(cache / "parts"))
    return job, print_book(job)


Box = tuple[int, float, float, float, float]
"""A page of the file (from 0), and the left, lower, right and upper edge in points."""

POINTS = 72 / 25.4
HEIGHT, TEXT_WIDTH = 841.89, (210 - 25 - 19) * POINTS
EDGE = 2.0
"""Points that a field may reach over its room: the rules around it."""


def rooms(job: Job, book: Printed) -> Iterator[tuple[str, Box]]:
    """Yield the rooms to write in as they were laid out, by the names of their fields."""
    places = {(page.part, page.page): number for number, page in enumerate(book.order) if page.part}
    for part, pdf in book.parts.items():
        for name, areas in pdf.areas.items():
            for one in areas:
                left, top, right, low = (
                    side * POINTS for side in (one.x, one.y, one.x + one.width, one.y + one.height)
                )
                yield field_name(name), (places[part, one.page - 1], left, HEIGHT - low, right, HEIGHT - top)
    front = sum(page.label.style == "r" for page in book.order)
    for space in (space for chapter in job.student.chapters for space in chapter.spaces if space.table is None):
        spot = book.anchors[space.id]
        low = spot.y + space.millimetres * POINTS
        yield (
            field_name(space.part),
            (front + spot.page - 1, spot.x, HEIGHT - low, spot.x + TEXT_WIDTH, HEIGHT - spot.y),
        )


def test_fields_lie_over_their_rooms(tides: Books) -> None:
    """Each is on the page of its room and inside it; in one that goes over the page the first is where it begins."""
    job, book = print_edition(tides, "screen")
    known = dict(rooms(job, book))
    with pikepdf.open(io.BytesIO(book.data)) as pdf:
        fields = {
            str(note.T): (number, *(float(side) for side in note.Rect))
            for number, page in enumerate(pdf.pages)
            for note in page.obj.get("/Annots", [])
            if note.Subtype == "/Widget"
        }
    spaces = [space for chapter in job.student.chapters for space in chapter.spaces]
    plain = {field_name(space.part) for space in spaces if space.table is None}
    over = {name: name if name in known else name.rpartition("-")[0] for name in fields}
    assert plain <= set(over.values())
    for name, (page, left, low, right, top) in ((name, known[over[name]]) for name in fields if over[name] in known):
        on, x, y, u, v = fields[name]
        assert left - EDGE < x < u < right + EDGE, name
        if name in known or name.endswith("-1"):  # a room that goes over the page has other fields on the next
            assert on == page, name
            assert y < v < top + EDGE, name
            assert low - EDGE < y or name not in known, name
    others = {name for name in fields if over[name] not in known}
    cells = tuple(field_name(space.part) for space in spaces if space.table is not None)
    assert all(name.startswith(cells) or "--before-" in name or "--after-" in name for name in others)


def beside(number: Word, words: list[Word]) -> str:
    """Return the first words on the line beside a number in the margin."""
    line = [word for word in words if abs(word.top - number.top) < 9 and word.left > number.right]
    return "".join(word.text for word in line[:3])


def is_in_margin(word: Word) -> bool:
    """Whether a word is a number whose right edge is that of the column of page numbers."""
    edge = LEFT + WIDTH + (0 if word.page % 2 else LEFT_SHIFT)
    return word.text.isdigit() and abs(word.right - edge) < 0.3


def test_margins_of_large_print_name_the_page_on_which_their_line_stands(tides: Books, tmp_path: Path) -> None:
    file = tmp_path / "large.pdf"
    file.write_bytes(print_edition(tides, "large-print")[1].data)
    standard = ["".join(text.split()) for text in tides.texts()[4:]]
    words = boxes(file)
    numbers = [word for word in words if is_in_margin(word)]
    lines = [
        (int(number.text), beside(number, [word for word in words if word.page == number.page])) for number in numbers
    ]
    assert [(page, line) for page, line in lines if line not in standard[page - 1]] == []
    assert sum(bool(line) for _, line in lines) > 9  # the others stand beside room to write
    begun = {spot.page for spot in print_edition(tides, "student")[1].anchors.values()}
    named = [page for page, _ in lines]
    assert named == sorted(set(named))
    assert set(named) >= begun - {max(begun)}  # the index, which is another one in large print
