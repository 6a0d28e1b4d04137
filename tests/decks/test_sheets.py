"""Cards on paper, measured in the finished PDF: every back lies behind its front, and nothing is cut off."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import pypdfium2
import pytest

from builders.course import Course, read_words
from builders.decks import Edge, Sheet, Sides, build_sheets, build_test_sheet, deck_faces
from builders.pdf import Paper, inspect
from tests.decks.conftest import load

MM = 25.4 / 72
PATH = 2
XHTML = "{http://www.w3.org/1999/xhtml}"
SHEETS = {
    "a4-8-long": Sheet(),
    "a4-16-short": Sheet(cards=16, edge=Edge.SHORT),
    "letter-8-short": Sheet(Paper.LETTER, edge=Edge.SHORT),
    "letter-16-long": Sheet(Paper.LETTER, 16),
    "shifted": Sheet(offset=(1.5, -0.8)),
}


class Word(NamedTuple):
    """A word with its middle in millimetres from the left and the top."""

    text: str
    x: float
    y: float


class Side(NamedTuple):
    """A page as measured: its size, the cuts that its crop marks show, and its words. Millimetres."""

    width: float
    height: float
    columns: list[float]
    rows: list[float]
    words: list[Word]

    def labels(self) -> dict[tuple[int, int], str]:
        """Return what stands in the lowest 9 mm of each cell, by row and column."""
        found: dict[tuple[int, int], str] = {}
        for word in sorted(self.words, key=lambda word: (round(word.y), word.x)):
            row = sum(word.y > cut for cut in self.rows) - 1
            column = sum(word.x > cut for cut in self.columns) - 1
            if self.rows[row + 1] - word.y < 9:
                found[row, column] = found.get((row, column), "") + word.text
        return found


def sides(path: Path) -> list[Side]:
    bbox = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, text=True, check=True).stdout
    texts = ElementTree.fromstring(bbox).iter(f"{XHTML}page")
    with pypdfium2.PdfDocument(path) as document:
        return [side(page, words) for page, words in zip(document, texts, strict=True)]


def side(page: pypdfium2.PdfPage, words: ElementTree.Element) -> Side:
    width, height = page.get_size()
    boxes = [found.get_bounds() for found in page.get_objects(filter=[PATH])]
    edge = [box for box in boxes if box[3] < 30 or box[1] > height - 30 or box[2] < 20 or box[0] > width - 20]
    down = {(left + right) / 2 * MM for left, low, right, high in edge if right - left < 2 < high - low}
    across = {(height - (low + high) / 2) * MM for left, low, right, high in edge if high - low < 2 < right - left}
    found = [
        Word(word.text or "", sum(float(word.attrib[n]) for n in ("xMin", "xMax")) / 2 * MM,
             sum(float(word.attrib[n]) for n in ("yMin", "yMax")) / 2 * MM)
        for word in words.iter(f"{XHTML}word")
    ]  # fmt: skip
    return Side(width * MM, height * MM, merged(down), merged(across), found)


def merged(places: set[float]) -> list[float]:
    """Return places in order, those within a twentieth of a millimetre as one."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > 0.05:
            found.append(place)
    return found


def turned(back: Side, sheet: Sheet) -> tuple[list[float], list[float]]:
    """Return where the cuts of a back lie seen from the front, its offset taken away."""
    x, y = sheet.offset
    columns, rows = [cut - x for cut in back.columns], [cut - y for cut in back.rows]
    if sheet.edge is Edge.LONG:
        return sorted(back.width - cut for cut in columns), rows
    return columns, sorted(back.height - cut for cut in rows)


@pytest.fixture(scope="module", params=SHEETS)
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sheet, list[Side], Path]:
    sheet = SHEETS[request.param]
    problems, files = build_sheets(load("tiny"), tmp_path_factory.mktemp("sheets"), sheet)
    assert problems == []
    return sheet, sides(files[0]), files[0]


def test_cuts_of_both_sides_are_the_same(printed: tuple[Sheet, list[Side], Path]) -> None:
    sheet, pages, _ = printed
    for front, back in zip(pages[::2], pages[1::2], strict=True):
        for cuts, behind in zip((front.columns, front.rows), turned(back, sheet), strict=True):
            assert cuts == pytest.approx(behind, abs=0.1)
        assert len(front.columns) - 1 == {8: 2, 16: 4}[sheet.cards]


def test_every_back_lies_behind_its_front(printed: tuple[Sheet, list[Side], Path]) -> None:
    sheet, pages, _ = printed
    seen: list[str] = []
    for front, back in zip(pages[::2], pages[1::2], strict=True):
        rows, columns = len(front.rows) - 1, len(front.columns) - 1
        behind = {
            (row, columns - 1 - column) if sheet.edge is Edge.LONG else (rows - 1 - row, column): text
            for (row, column), text in back.labels().items()
        }
        assert front.labels() == behind
        seen += front.labels().values()
    assert len(seen) == len(deck_faces(load("tiny"))[1])


def test_all_words_of_all_cards_are_there(printed: tuple[Sheet, list[Side], Path]) -> None:
    _, pages, _ = printed
    text = "".join("".join(word.text for word in page.words) for page in pages)
    for expected in ("Bremshebel", "Abwischen", "Bremsprobe", "Welcher", "nachRegen"):
        assert expected in text.replace(" ", "")


def test_sheets_are_tagged_and_sound(printed: tuple[Sheet, list[Side], Path]) -> None:
    _, _, path = printed
    assert subprocess.run(["qpdf", "--check", path], capture_output=True, check=False).returncode == 0
    assert inspect(path.read_bytes()) == []


def test_one_side_alone(tmp_path: Path) -> None:
    both, fronts, backs = (
        sides(build_sheets(load("tiny"), tmp_path, Sheet(sides=own))[1][0])
        for own in (Sides.BOTH, Sides.FRONTS, Sides.BACKS)
    )
    assert [page.words for page in fronts] == [page.words for page in both[::2]]
    assert [page.words for page in backs] == [page.words for page in both[1::2]]


def test_a_card_that_does_not_fit_is_refused(tiny: Course, tmp_path: Path) -> None:
    long = tiny.cards[3].model_copy(update={"back": "Erst abwischen, dann ölen, dann wieder abwischen. " * 40})
    cards = tuple(long if card.id == long.id else card for card in tiny.cards)
    problems, files = build_sheets(replace(tiny, cards=cards), tmp_path, Sheet())
    assert files == []
    assert [problem.rule for problem in problems] == ["DK20"]
    assert "'karte-oelen'" in problems[0].message
    assert not (tmp_path / "student").exists()


def test_the_test_sheet_shows_the_offset(tmp_path: Path) -> None:
    sheet = Sheet(offset=(2.0, 1.0))
    path = build_test_sheet(load("tiny"), tmp_path, sheet)[0]
    with pypdfium2.PdfDocument(path) as document:
        crosses = [cross(page) for page in document]
    assert crosses[1][0] - crosses[0][0] == pytest.approx(2.0, abs=0.1)
    assert crosses[1][1] - crosses[0][1] == pytest.approx(1.0, abs=0.1)


def cross(page: pypdfium2.PdfPage) -> tuple[float, float]:
    """Return the middle of the 40 mm cross."""
    height = page.get_size()[1]
    boxes = [found.get_bounds() for found in page.get_objects(filter=[PATH])]
    down = next((left + right) / 2 for left, low, right, high in boxes if abs((high - low) * MM - 40) < 1)
    across = next((low + high) / 2 for left, low, right, high in boxes if abs((right - left) * MM - 40) < 1)
    return down * MM, (height - across) * MM


def test_same_bytes_twice(tmp_path: Path) -> None:
    first, second = (build_sheets(load("tiny"), tmp_path / name, Sheet())[1][0].read_bytes() for name in ("1", "2"))
    assert first == second


def test_lists_for_other_programs(tmp_path: Path) -> None:
    from tests.decks.conftest import build

    folder = build(load("tiny"), tmp_path).parent
    faces = deck_faces(load("tiny"))[1]
    lines = (folder / "rad-two-columns.tsv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(faces)
    assert all(line.count("\t") == 1 for line in lines)
    assert "Wie heißt das Zahnrad am Hinterrad?\tRitzel" in lines
    table = (folder / "rad.tsv").read_text(encoding="utf-8").splitlines()
    assert table[0] == "id\tfront\tback\ttags"
    assert read_words("de")("decks.define") in "\n".join(table)
