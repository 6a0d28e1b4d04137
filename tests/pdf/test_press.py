"""What documents share, what runs beside them, and what is read of their contents."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from builders.pdf import Face, Paper, Press, beside
from builders.pdf.accessibility import Run, read_runs
from builders.pdf.press import Document
from builders.pdf.records import Format
from builders.pdf.sheets import read_styles
from builders.pdf.stamping import subset
from tests.pdf.conftest import META, SAMPLES, Make


class RefusedError(Exception):
    """Ends a piece of work."""


def refuse() -> None:
    raise RefusedError(["why"])


def test_style_sheets_are_read_once() -> None:
    assert read_styles(["p { color: #333 }"], SAMPLES) is read_styles(("p { color: #333 }",), SAMPLES)
    assert read_styles([], SAMPLES).fonts is read_styles(["p { color: #333 }"], SAMPLES).fonts


def test_a_fault_of_a_style_sheet_is_told_for_every_document(make: Make) -> None:
    found = [make("<p>text</p>", "p { colour: red }").findings for _ in range(2)]
    assert [[finding.rule for finding in findings] for findings in found] == [["pdf-render"]] * 2


def test_a_document_is_the_same_alone_and_after_others() -> None:
    documents = [Document(f"<p>{'text ' * size}</p>", META, SAMPLES, (), Format(Paper.A4)) for size in (9, 1, 5)]
    told: list[tuple[int, int]] = []
    together = Press(workers=2).render_all(documents, lambda ready, count: told.append((ready, count)))
    assert [pdf.data for pdf in together] == [Press().render(document).data for document in documents]
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_work_beside_has_a_process_of_its_own() -> None:
    done: list[int] = []
    assert beside(os.getpid, lambda: done.append(os.getpid())) != done[0] == os.getpid()
    with pytest.raises(RefusedError, match="why"):
        beside(refuse, lambda: None)


@pytest.fixture
def pdf() -> Iterator[pikepdf.Pdf]:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        yield pdf


CONTENTS = {
    "a run, an artifact": (b"/P <</MCID 3>> BDC (f) Tj EMC /Artifact BMC 0 0 m S EMC", [3, None], 0),
    "dictionary without spaces": (b"/P<</MCID 0>>BDC[<0f>-5<46>]TJ EMC", [0], 0),
    "named properties": (b"/P /MC0 BDC 1 0 0 RG EMC", [None], 0),
    "letters of strings": (b"(S \\) (f) BDC EMC) pop <5366> % S f Do\n", [], 0),
    "painted outside": (b"q 0 0 9 9 re f Q [<0f>]TJ /Im0 Do 1 0 0 rg /GS0 gs W n", [], 3),
    "an image in the content": (b"BI /W 1 /H 1 ID f S f EI", [], 1),
}


@pytest.mark.parametrize("name", CONTENTS)
def test_runs_of_a_page(name: str, pdf: pikepdf.Pdf) -> None:
    content, numbers, unmarked = CONTENTS[name]
    pdf.pages[0].obj.Contents = pdf.make_stream(content)
    runs = list(read_runs(pdf.pages[0], 1))
    assert [run.number for run in runs if isinstance(run, Run)] == numbers
    messages = [run.message for run in runs if not isinstance(run, Run)]
    assert messages == ([f"{unmarked} pieces are painted without a mark"] if unmarked else [])


def test_stamps_bring_no_tables_of_shaping() -> None:
    font = TTFont(io.BytesIO(subset(Face("IBM Plex Sans"), "0123")))
    assert not {"GSUB", "GPOS"} & set(font.keys())
