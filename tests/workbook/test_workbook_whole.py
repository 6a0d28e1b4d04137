"""A book joined from parts is the book laid out whole in one go: words, places, links, outline, tags.

The whole one is the slow way, in which the renderer itself counts pages, mirrors margins and sets running heads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
import pytest

from benchmarks.whole import whole_document
from builders.book.workbook import build_workbook
from builders.book.workbook.assembly import Setting
from builders.book.workbook.book import Job, Printed, print_book
from builders.book.workbook.build import load_manuscript
from builders.book.workbook.editions import edition_of
from builders.course import read_course, read_words
from builders.pdf import Paper, Pdf, Press, inspect, read_links
from tests.pdf.judges import run, words
from tests.workbook.conftest import Books

NEAR = 2.5
"""Points: stamped words are set without kerning; in the whole book they are laid over their room, a little higher."""

TOP = 62.0
"""Points: what stands higher is the running head, which is cut where it is too long, instead of going on."""


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


def make_pair(root: Path, folder: Path) -> Pair:
    course = read_course(root).course
    assert course is not None
    manuscript = load_manuscript((root / ".cache/book/student/manuscript.pickle").read_bytes())
    setting = Setting(course, read_words(course.about.language), edition_of("student"), Paper.A4)
    joined = print_book(Job({"student": manuscript}, setting, Press(root / ".cache/book/parts")))
    whole = Press().render(whole_document(manuscript, setting, joined))
    files = folder / "joined.pdf", folder / "whole.pdf"
    files[0].write_bytes(joined.data)
    files[1].write_bytes(whole.data)
    return Pair(joined, whole, *files)


@pytest.fixture(scope="module")
def pair(tiny: Books, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return make_pair(tiny.root, tmp_path_factory.mktemp("pair"))


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    root, folder = Path(__file__).parents[2], tmp_path_factory.mktemp("real")
    assert build_workbook(root, folder, edition="student", papers=("a4",))[0] == []
    return make_pair(root, folder)


def check_words(pair: Pair) -> None:
    """Every word of a page is on the same page of the other, at the same place."""
    joined = [(word, page - pair.front, x, y) for word, page, x, y in words(pair.joined_file) if page > pair.front]
    whole = words(pair.whole_file)
    pages = {page for _, page, _, _ in whole}
    assert pages == {page for _, page, _, _ in joined}
    for page in sorted(pages):
        ours, theirs = ([(x, y, w) for w, on, x, y in side if on == page and y > TOP] for side in (joined, whole))
        assert Counter(word for _, _, word in ours) == Counter(word for _, _, word in theirs), page
        for x, y, word in theirs:
            assert any(word == w and abs(x - u) < NEAR and abs(y - v) < NEAR for u, v, w in ours), (page, word, x, y)


def heads(side: list[tuple[str, int, float, float]], page: int) -> list[str]:
    return [word for word, on, _, y in side if on == page and y < TOP]


def check_heads(pair: Pair) -> None:
    """Running heads are the same, or as much of them as there is room for."""
    joined = [(word, page - pair.front, x, y) for word, page, x, y in words(pair.joined_file)]
    whole = words(pair.whole_file)
    for page in range(1, pair.whole.pages + 1):
        ours, theirs = heads(joined, page), heads(whole, page)
        kept = [word.rstrip("…,;:–-") for word in ours]
        assert kept == [word.rstrip(",;:–-") for word in theirs[: len(kept)]], page
        assert len(ours) == len(theirs) or ours[-1].endswith("…"), page


def check_links(pair: Pair) -> None:
    """Links lead from the same pages to the same places, and print the same words."""
    joined = [link for link in read_links(pair.joined.data) if link.page >= pair.front]
    whole = list(read_links(pair.whole.data))
    shown = [
        Counter((link.page - shift, link.target - shift, link.name, "".join(link.shown.split())) for link in links)
        for links, shift in ((joined, pair.front), (whole, 0))
    ]
    assert sum(shown[0].values()) > 10
    assert shown[0] == shown[1]


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


CHECKS = [check_words, check_heads, check_links, check_outline, check_tags]


@pytest.mark.parametrize("check", CHECKS)
def test_the_joined_book_is_the_book_laid_out_whole(pair: Pair, check: Callable[[Pair], None]) -> None:
    check(pair)


@pytest.mark.full
@pytest.mark.parametrize("check", CHECKS)
def test_the_joined_course_is_the_course_laid_out_whole(real: Pair, check: Callable[[Pair], None]) -> None:
    check(real)
