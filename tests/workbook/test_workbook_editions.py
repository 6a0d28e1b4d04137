"""Editions beside the two that every course needs: what they hold, what they leave out, what they say of the rest."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pytest
import zxingcpp
from PIL import Image

import builders
from builders.book.workbook import build_workbook
from builders.book.workbook.choosing import cut_links, narrow, only_exercises, shifted
from builders.book.workbook.editions import EDITIONS, edition_of
from builders.book.workbook.fields import fill_in
from builders.book.workbook.records import Chapter, ChapterKind, Extract, Manuscript, Mark, Note
from builders.book.workbook.setting import Setting
from builders.pdf import inspect
from tests.pdf.judges import faults
from tests.workbook.conftest import Books
from tests.workbook.judges import page_texts, run, squeezed


@pytest.mark.parametrize(
    ("name", "only", "loose_leaf", "stem"),
    [
        ("student", "", False, "workbook"),
        ("student", "M05", False, "workbook-m05"),
        ("student", "", True, "workbook-loose-leaf"),
        ("large-print", "", False, "workbook-large-print"),
        ("exercises", "L05.2", True, "workbook-exercises-l05.2-loose-leaf"),
    ],
)
def test_no_two_editions_share_a_file(name: str, only: str, loose_leaf: bool, stem: str) -> None:
    assert edition_of(name, only, loose_leaf=loose_leaf).stem == stem


def test_answers_go_to_the_folder_of_instructors() -> None:
    assert {name for name, edition in EDITIONS.items() if edition.instructor} == {"instructor", "solutions"}


def chapter(name: str, kind: ChapterKind, html: str = "") -> Chapter:
    return Chapter(name, kind, name, "1", "T", html, marks=(Mark(f"{name}--a", "words"),), notes=(NOTE,))


NOTE = Note("n", (), "Label", "", "")
BOOK = Manuscript(
    (
        chapter("m01", ChapterKind.MODULE),
        chapter("l01-1", ChapterKind.LESSON, '<a class="ref" href="#card--x">card</a>'),
        chapter("l01-2", ChapterKind.LESSON),
        chapter("m02", ChapterKind.MODULE),
        chapter("card", ChapterKind.APPENDIX),
        chapter("other", ChapterKind.APPENDIX),
    )
)


@pytest.mark.parametrize(
    ("only", "kept"),
    [("M01", ["m01", "l01-1", "l01-2", "card"]), ("L01.1", ["m01", "l01-1", "card"]), ("M02", ["m02"])],
)
def test_a_part_of_the_course_keeps_the_appendices_it_names(only: str, kept: list[str]) -> None:
    assert [one.id for one in narrow(BOOK, only).chapters] == kept


def test_the_module_of_a_single_lesson_is_its_title_alone() -> None:
    module = narrow(BOOK, "L01.1").chapters[0]
    assert (module.title, module.marks, module.notes) == ("T", (), ())


def test_exercises_keep_only_the_marks_that_they_print() -> None:
    extract = Extract("l--x", "Exercise", '<h4 id="l--x">Exercise</h4>')
    marks = (Mark("l--x", "Exercise"), Mark("l--y", "Elsewhere"))
    lesson = Chapter("l", ChapterKind.LESSON, "l", "1.1", "T", "<p>text</p>", marks=marks, extracts=(extract,))
    cut = only_exercises(lesson)
    assert (cut.html, cut.marks) == ('<h2 id="l--x">Exercise</h2>', marks[:1])


def test_headings_begin_below_the_title() -> None:
    assert shifted("<h4>a</h4><h5>b</h5>") == "<h2>a</h2><h3>b</h3>"


def test_links_to_what_is_left_out_say_where_it_stands() -> None:
    kept, lost = '<a class="ref" id="r" href="#x">here</a>', '<a class="ref" id="s" href="#y">there</a>'
    term = '<a class="term" href="#z">word</a>'
    cut = cut_links(f"{kept} {lost} {term}", {"x"}, {"y": "lesson 5.3"}.__getitem__)
    assert cut == f'{kept} there <span class="elsewhere">(lesson 5.3)</span> word'


class Make:
    """Builds editions of the tides, each once."""

    def __init__(self, root: Path, out: Path) -> None:
        self.root, self.out = root, out

    def __call__(self, edition: str, only: str = "", *, loose_leaf: bool = False) -> Path:
        problems, (file,) = build_workbook(
            self.root, self.out, edition=edition, papers=("a4",), only=only, loose_leaf=loose_leaf
        )
        assert [str(problem) for problem in problems] == []
        assert inspect(file.read_bytes()) == []
        assert faults(file) == []
        run("qpdf", "--check", file)
        return file


@pytest.fixture(scope="module")
def make(tides: Books, tmp_path_factory: pytest.TempPathFactory) -> Make:
    return Make(tides.root, tmp_path_factory.mktemp("editions"))


def test_one_lesson_is_a_booklet(make: Make) -> None:
    text = squeezed("".join(page_texts(make("student", "L01.1"))))
    assert "Module1Water" in text
    assert "lesson1.2" in text  # where a link leads that the booklet does not hold
    assert "INSTRUCTORFITS" not in text


def test_one_module_has_a_cover_and_its_own_answers(make: Make) -> None:
    pages = page_texts(make("student", "M01"))
    assert "Module 1 Water" in pages[0]
    assert any(page.startswith("Answers") for page in pages)
    assert not any("Contents" in page for page in pages)


def test_hand_outs_hold_exercises_and_no_answer(make: Make) -> None:
    text = squeezed("".join(page_texts(make("exercises"))))
    assert "Exercise1.2.1" in text
    assert "Summary" not in text
    assert "INSTRUCTOR" not in text


def test_solutions_name_the_page_of_each_exercise(make: Make, tides: Books) -> None:
    text = squeezed("".join(page_texts(make("solutions"))))
    page = next(
        number
        for number, words in enumerate(tides.texts()[4:], start=1)
        if "Exercise 1.2.2" in words and "Hints" not in words
    )
    assert "INSTRUCTORFITS" in text
    assert f"page{page}oftheworkbook" in text


def fields(file: Path) -> dict[str, tuple[int, pikepdf.Object]]:
    """Return the fields of a PDF by name, each with page and sides; a file may name any two corners."""
    with pikepdf.open(file) as pdf:
        reachable = {str(field.T) for field in pdf.Root.AcroForm.Fields}
        found = {}
        for number, page in enumerate(pdf.pages):
            for note in page.obj.get("/Annots", []):
                if note.Subtype == "/Widget":
                    assert str(note.T) in reachable
                    assert str(note.TU)
                    across, down = (sorted(float(value) for value in list(note.Rect)[start::2]) for start in (0, 1))
                    found[str(note.T)] = (number, [across[0], down[0], across[1], down[1]])
        return found


def test_fields_lie_over_the_room_to_write(make: Make, tides: Books) -> None:
    file = make("screen")
    found = fields(file)
    assert {name.split("-")[0] for name in found} >= {"X01"}
    for number, (left, low, right, high) in found.values():
        assert 0 < left < right < 595
        assert 0 < low < high < 842
        assert right - left > 8 or number  # a box to tick is smaller than a line
    assert len(page_texts(file)) == len(tides.texts())


ITEMS = Path(builders.__file__).parent / "templates/items"


def places_of_items() -> list[str]:
    """Return the tags of the templates that mark where an item is answered on paper."""
    templates = (path.read_text() for path in sorted(ITEMS.glob("*.html")))
    tags = [tag for text in templates for tag in re.findall(r"<(?:span|u|div)\b[^>]*data-area=[^>]+>", text)]
    plain = [re.sub(r"{%.*?%}", "", tag).replace("{{ q.id }}", "l05-2--practice-x--q5-2-1") for tag in tags]
    return [re.sub(r"{{.*?}}", "1", tag) for tag in plain if "area }}-" not in tag]


@pytest.mark.parametrize("place", places_of_items())
def test_every_place_to_answer_has_a_field(place: str, setting: Setting) -> None:
    field = fill_in(place, [], {}, setting)
    assert 'class="field"' in field
    assert 'title="Practice 5.2.1' in field


def test_editions_say_how_they_are_used(make: Make) -> None:
    assert "Click into the room" in " ".join(" ".join(page_texts(make("screen"))[:6]).split())
    large = " ".join(" ".join(page_texts(make("large-print"))[:9]).split())
    assert "Numbers in the margin" in large
    assert "A word in bold" in large


@pytest.mark.parametrize(("edition", "number"), [("student", "1.1"), ("exercises", "1.2"), ("large-print", "1.2")])
def test_a_lesson_names_its_page_on_the_site(make: Make, tmp_path: Path, edition: str, number: str) -> None:
    """Read from a grey picture of the printed page by a program that did not draw the code."""
    file = make(edition, "M01" if edition == "student" else "")
    pages = page_texts(file)
    address = f"tides.example/guide/{number}.html"
    page = next(place for place, text in enumerate(pages, start=1) if squeezed(address) in squeezed(text))
    run("pdftoppm", "-gray", "-r", "110", "-f", str(page), "-l", str(page), "-png", "-singlefile", file, tmp_path / "p")
    with Image.open(tmp_path / "p.png") as picture:
        assert [code.text for code in zxingcpp.read_barcodes(picture)] == [f"https://{address}"]


def test_large_print_names_the_pages_of_the_standard_edition(make: Make, tides: Books) -> None:
    large, standard = page_texts(make("large-print")), tides.texts()
    assert len(large) > len(standard)
    page = next(number for number, text in enumerate(standard[4:], start=1) if text.startswith("Module 1"))
    opening = next(text for text in large if "Module 1" in text and "In this module" in text)
    assert str(page) in opening.split()
    sizes = run("pdffonts", make("large-print"))
    assert "IBMPlexSerif" not in sizes.replace("-", "")


def test_loose_leaves_are_numbered_in_their_module(make: Make) -> None:
    with pikepdf.open(make("student", loose_leaf=True)) as pdf:
        labels = [page.label for page in pdf.pages]
    assert {"C-1", "1-1", "A-1"} <= set(labels)
    assert "2-1" in labels
