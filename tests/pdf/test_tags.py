"""The tags of a document, as poppler reads them. A case is a file in ``tags/`` and the tree beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from builders.pdf import inspect
from builders.pdf.system import weasyprint
from tests.pdf import judges
from tests.pdf.conftest import SAMPLES

CASE_FOLDER = Path(__file__).parent / "tags"
CASES = sorted(CASE_FOLDER.glob("*.html"), key=lambda path: path.stem)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_tree(case: Path, save: Callable[..., Path]) -> None:
    path = save(case.read_text("utf-8"))
    assert judges.tree(path) == case.with_suffix(".txt").read_text("utf-8")
    assert inspect(path.read_bytes()) == []
    judges.run("qpdf", "--check", path)


def test_pictures_are_named(save: Callable[..., Path]) -> None:
    path = save((CASE_FOLDER / "pictures.html").read_text("utf-8"))
    with pikepdf.open(path) as pdf:
        named = [str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item]
    assert sorted(name for name in named if name.strip()) == ["An arrow", "a square", "x squared"]


def test_the_box_of_a_figure_is_where_the_figure_is(save: Callable[..., Path]) -> None:
    path = save('<style>@page { margin: 20mm }</style><img src="arrow.svg" alt="An arrow" style="display: block">')
    with pikepdf.open(path) as pdf:
        (figure,) = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and o.get("/S") == "/Figure"]
        left, bottom, right, top = (float(value) * 25.4 / 72 for value in figure.A.BBox)
    assert (round(left), round(right)) == (20, 80)
    assert (round(297 - top), round(297 - bottom)) == (20, 35)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<a href="https://example.org/">the reference</a>', "the reference"),
        ('<a href="https://example.org/" aria-label="Reference of SQLite">[3]</a>', "Reference of SQLite"),
        ('<a href="https://example.org/"><img src="arrow.svg" alt="The map"></a>', "The map"),
        ('<a href="#x">exercise <b>5.2</b>\n on rows</a>', "exercise 5.2 on rows"),
        ('<a href="https://example.org/"><img src="arrow.svg" alt=""></a>', "https://example.org/"),
    ],
)
def test_a_link_is_announced_by_its_words(html: str, words: str, save: Callable[..., Path]) -> None:
    path = save(f'<p id="x">{html}</p>')
    with pikepdf.open(path) as pdf:
        assert [str(link.Contents) for page in pdf.pages for link in page.obj.Annots] == [words]


def test_another_language_is_marked(save: Callable[..., Path]) -> None:
    path = save((CASE_FOLDER / "language.html").read_text("utf-8"))
    with pikepdf.open(path) as pdf:
        spans = [o for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/S" in o and "/Lang" in o]
        assert [str(span.Lang) for span in spans] == ["de"]


def test_weasyprint_still_has_the_defects() -> None:
    """When a release mends one of these, the step in tags.py that mends it can go."""
    cases = ("list-of-paragraphs", "table", "pictures")
    html = "".join((CASE_FOLDER / f"{case}.html").read_text("utf-8") for case in cases)
    raw = weasyprint().HTML(string=f"<html lang=en><title>t</title>{html}", base_url=f"{SAMPLES}/")
    head = weasyprint().CSS(string="@page { @top-left { content: 'head' } }")
    rules = {finding.rule for finding in inspect(raw.write_pdf(pdf_variant="pdf/ua-1", stylesheets=[head]))}
    assert rules == {"ua-list", "ua-scope", "ua-alt", "ua-content"}
