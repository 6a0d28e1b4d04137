"""A book joined from parts is the book laid out whole in one go: words, places, links, outline, tags, fields.

The whole one is the slow way, in which the renderer itself counts pages, mirrors margins and sets running heads.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from benchmarks.whole import whole_document
from builders.book.workbook import build_workbook
from builders.book.workbook.book import Job, Printed, print_book
from builders.book.workbook.build import load_manuscript
from builders.book.workbook.editions import edition_of
from builders.book.workbook.gate import whole_links
from builders.book.workbook.setting import Setting
from builders.course import read_course, read_words
from builders.pdf import Paper, Pdf, Press, inspect, read_links
from builders.pdf.accessibility import Tagged
from builders.pdf.joining import roman
from tests.pdf.judges import Word, boxes, run
from tests.workbook.conftest import Books

NEAR = 2.5
"""Points: stamped words are set without kerning; in the whole book they are laid over their room, a little higher."""

TOP = 62.0
"""Points: what stands higher is the running head, which is cut where it is too long, instead of going on."""

PIECES = re.compile(r"\w+|\W")
"""What a judge may join to words in one book and not in the other: a number, and the comma after it."""

PAGED = re.compile(r"\(\w+ (\w+)\)$")
"""The end of what a link is called that prints a page."""

ROOM = frozenset(["Part", "Document", "Span", "NonStruct"])
"""Tags that mean nothing: parts, and the room for what is stamped."""


@dataclass(frozen=True)
class Pair:
    """A joined book, its body laid out whole, and the files of both."""

    joined: Printed
    whole: Pdf
    joined_file: Path
    whole_file: Path

    @property
    def front(self) -> int:
        """How many pages come before page 1."""
        return sum(page.label.style == "r" for page in self.joined.order)


def make_pair(root: Path, folder: Path, edition: str) -> Pair:
    course = read_course(root).course
    assert course is not None
    manuscript = load_manuscript((root / ".cache/book/student/manuscript.pickle").read_bytes())
    setting = Setting(course, read_words(course.about.language), edition_of(edition), Paper.A4)
    joined = print_book(Job({"student": manuscript}, setting, Press(root / ".cache/book/parts")))
    whole = Press().render(whole_document(setting, joined))
    files = folder / "joined.pdf", folder / "whole.pdf"
    files[0].write_bytes(joined.data)
    files[1].write_bytes(whole.data)
    return Pair(joined, whole, *files)


@pytest.fixture(scope="module", params=["student", "screen"])
def pair(tiny: Books, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Pair:
    return make_pair(tiny.root, tmp_path_factory.mktemp("pair"), request.param)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    root, folder = Path(__file__).parents[2], tmp_path_factory.mktemp("real")
    assert build_workbook(root, folder, edition="student", papers=("a4",))[0] == []
    return make_pair(root, folder, "student")


def by_page(path: Path, skipped: int = 0) -> dict[int, list[Word]]:
    """Return the words of each page; some pages at the start are not counted."""
    found: dict[int, list[Word]] = defaultdict(list)
    for word in boxes(path):
        found[word.page - skipped].append(word)
    return found


def below_head(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if word.top > TOP]


def pieces(words: Sequence[Word]) -> Counter[str]:
    return Counter(piece for word in words for piece in PIECES.findall(word.text))


def is_there(word: Word, others: Sequence[Word]) -> bool:
    """Whether a word is at its place, alone or as a part of a longer one."""
    return any(
        abs(word.top - other.top) < NEAR
        and other.left - NEAR < word.left < (other.left if word.text == other.text else other.right) + NEAR
        for other in others
        if word.text in other.text
    )


def check_words(pair: Pair) -> None:
    """Every word of a page is on the same page of the other, at the same place: page numbers too."""
    joined, whole = by_page(pair.joined_file, pair.front), by_page(pair.whole_file)
    assert whole.keys() == {page for page in joined if page > 0}
    for page in sorted(whole):
        ours, theirs = below_head(joined[page]), below_head(whole[page])
        assert pieces(ours) == pieces(theirs), page
        assert [word for word in theirs if not is_there(word, ours)] == [], page


def check_heads(pair: Pair) -> None:
    """Running heads are the same, or as much as there is room for; one that repeats the title below may be missing."""
    joined, whole = by_page(pair.joined_file, pair.front), by_page(pair.whole_file)
    opening = {place - pair.front for place, page in enumerate(pair.joined.order, 1) if page.part and page.page == 0}
    for page in sorted(whole):
        ours, theirs = ([word.text for word in side[page] if word.top < TOP] for side in (joined, whole))
        if page in opening:
            title, theirs = theirs[: len(theirs) - len(ours)], theirs[len(theirs) - len(ours) :]
            assert [word.text for word in whole[page]][len(title) : 2 * len(title)] == title, page
        kept = [word.rstrip("…,;:–-") for word in ours]
        assert kept == [word.rstrip(",;:–-") for word in theirs[: len(kept)]], page
        assert len(ours) == len(theirs) or ours[-1].endswith("…"), page


def check_links(pair: Pair) -> None:
    """Links lead from the same pages to the same places, and print the same words."""
    joined = [link for link in read_links(pair.joined.data) if link.page >= pair.front]
    whole = list(read_links(pair.whole.data))
    shown = [
        Counter((link.page - shift, link.target - shift, link.name, re.sub(r"\W", "", link.shown)) for link in links)
        for links, shift in ((joined, pair.front), (whole, 0))
    ]
    assert sum(shown[0].values()) > 10
    assert shown[0] - shown[1] == shown[1] - shown[0] == Counter()


def check_references(pair: Pair) -> None:
    """What a link says and prints is how the page is called to which it leads; the front matter is no exception."""
    with pikepdf.open(pair.joined_file) as pdf:
        labels = [page.label for page in pdf.pages]
    links = whole_links(list(read_links(pair.joined.data)))
    paged = [(link, match[1]) for link in links if (match := PAGED.search(link.words))]
    assert len(paged) > 10
    assert [link for link, number in paged if number != labels[link.target] or number not in link.shown] == []


def check_labels(pair: Pair) -> None:
    """Pages are called i, ii …, and then as the renderer counts them: 1, 2 …"""
    with pikepdf.open(pair.joined_file) as pdf:
        labels = [page.label for page in pdf.pages]
    front = [roman(number) for number in range(1, pair.front + 1)]
    assert labels == [*front, *(str(number) for number in range(1, pair.whole.pages + 1))]


def check_sheets(pair: Pair) -> None:
    """Sheets are of one size. Their margins are those of the other book, or words would not stand at their places."""
    with pikepdf.open(pair.joined_file) as joined, pikepdf.open(pair.whole_file) as whole:
        sizes = {
            (round(float(box[2] - box[0]), 1), round(float(box[3] - box[1]), 1))
            for box in (page.mediabox for pdf in (joined, whole) for page in pdf.pages)
        }
    assert sizes == {(595.3, 841.9)}


def outline(path: Path, front: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []

    def descend(items: list[pikepdf.OutlineItem]) -> None:
        for item in items:
            assert isinstance(item.destination, pikepdf.Array)
            found.append((item.title, pikepdf.Page(item.destination[0]).index - front))
            descend(item.children)

    with pikepdf.open(path) as pdf, pdf.open_outline() as tree:
        descend(list(tree.root))
    return [entry for entry in found if entry[1] >= 0]


def check_outline(pair: Pair) -> None:
    """Bookmarks are the same, as deep as those of the joined book go."""
    joined = outline(pair.joined_file, pair.front)
    whole = outline(pair.whole_file, 0)
    assert len(joined) > 5
    assert [entry for entry in whole if entry in set(joined)] == joined
    assert {page for _, page in whole} == {page for _, page in joined}


def check_tags(pair: Pair) -> None:
    """One tree holds the tags of all parts, and everything drawn is in it or an artifact."""
    assert inspect(pair.joined.data) == []
    with pikepdf.open(pair.joined_file) as pdf:
        roots = [
            one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/StructTreeRoot"
        ]
        assert len(roots) == 1
        assert [str(kid.S) for kid in roots[0].K] == ["/Document"]
    assert "No syntax or stream encoding errors" in run("qpdf", "--check", pair.joined_file)


def tags(path: Path, front: int) -> list[tuple[str, str, int]]:
    """Return the tags after the front matter in reading order: name, text alternative, page."""
    with pikepdf.open(path) as pdf:
        tagged = Tagged(pdf)
        found = [
            (tag.name, str(tag.element.get("/Alt", "")), tagged.number_of(tag.page) - front)
            for tag in tagged.tags
            if tag.name not in ROOM
        ]
    return [tag for tag in found if tag[2] > 0]


def check_reading(pair: Pair) -> None:
    """Both are read aloud in the same order: the same tags on the same pages, with the same text alternatives."""
    joined, whole = tags(pair.joined_file, pair.front), tags(pair.whole_file, 0)
    assert len(joined) > 100
    assert joined == whole


def fields(path: Path, front: int) -> dict[str, tuple[int, tuple[int, ...]]]:
    """Return the fields by name, each with its page (from 0) and its sides in points from those of the sheet."""
    found = {}
    with pikepdf.open(path) as pdf:
        for number, page in enumerate(pdf.pages):
            for note in page.obj.get("/Annots", []):
                if note.Subtype == "/Widget":
                    sides = [float(side) for side in note.Rect]
                    left = float(page.mediabox[0])
                    found[str(note.T)] = (number - front, tuple(round(sides[n] - left * (1 - n % 2)) for n in range(4)))
    return found


def check_fields(pair: Pair) -> None:
    """Fields are on the same pages, at the same places; only the screen edition has any."""
    joined = fields(pair.joined_file, pair.front)
    assert joined == fields(pair.whole_file, 0)
    assert bool(joined) == ("textarea" in "".join(pair.joined.html.values()))


CHECKS = [
    check_words,
    check_heads,
    check_links,
    check_references,
    check_labels,
    check_sheets,
    check_outline,
    check_tags,
    check_reading,
    check_fields,
]


@pytest.mark.parametrize("check", CHECKS)
def test_the_joined_book_is_the_book_laid_out_whole(pair: Pair, check: Callable[[Pair], None]) -> None:
    check(pair)


@pytest.mark.full
@pytest.mark.parametrize("check", CHECKS)
def test_the_joined_course_is_the_course_laid_out_whole(real: Pair, check: Callable[[Pair], None]) -> None:
    check(real)
