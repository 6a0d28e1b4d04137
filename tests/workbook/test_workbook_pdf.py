"""The finished files, judged by other programs."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pytest

from builders.pdf import inspect
from tests.pdf.judges import faults
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
