"""Each check of ``inspect`` finds its fault in a PDF that is clean but for it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from builders.pdf import inspect
from tests.pdf.conftest import Make
from tests.pdf.judges import faults

OURS = frozenset(["figure without place", "run without tag", "page not in the parent tree", "wrong parents"])
"""Faults that only our own checks know."""

HTML = """<h1>One</h1><h2>Two</h2><ul><li>item <a href="https://example.org/">link</a></li></ul>
<table><thead><tr><th>head</th></tr></thead><tbody><tr><td>cell</td></tr></tbody></table>
<p>text<span class="footnote">note</span></p><p>more<span class="footnote">another</span></p>
<p><img src="arrow.svg" alt="An arrow"></p>"""


@pytest.fixture(scope="module")
def clean() -> dict[str, bytes]:
    """One rendered document for all cases."""
    return {}


@pytest.fixture
def pdf(clean: dict[str, bytes], make: Make) -> Iterator[pikepdf.Pdf]:
    if not clean:
        clean["data"] = make(HTML).data
    with pikepdf.open(io.BytesIO(clean["data"])) as pdf:
        yield pdf


def rules(pdf: pikepdf.Pdf) -> set[str]:
    out = io.BytesIO()
    pdf.save(out)
    return {finding.rule for finding in inspect(out.getvalue())}


def tag(pdf: pikepdf.Pdf, name: str) -> Any:
    """Return the first tag of a name."""
    wanted = Name(f"/{name}")
    return next(o for o in pdf.objects if isinstance(o, Dictionary) and "/P" in o and o.get("/S") == wanted)


def font(pdf: pikepdf.Pdf, key: str, value: pikepdf.Object) -> Any:
    return next(o for o in pdf.objects if isinstance(o, Dictionary) and o.get(key) == value)


def link(pdf: pikepdf.Pdf) -> Any:
    return pdf.pages[0].obj.Annots[0]


def rename(name: str, new: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        tag(pdf, name).S = Name(f"/{new}")

    return change


def without(name: str, key: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        del tag(pdf, name)[key]

    return change


def paint(content: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].contents_add(content)

    return change


def drop_metadata(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


def drop_font_file(pdf: pikepdf.Pdf) -> None:
    del font(pdf, "/Type", Name.FontDescriptor)["/FontFile2"]


def drop_unicode(pdf: pikepdf.Pdf) -> None:
    del font(pdf, "/Subtype", Name.Type0)["/ToUnicode"]


def map_role(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.RoleMap = Dictionary(Musing=Name.P)
    tag(pdf, "P").S = Name.Musing


def same_note_ids(pdf: pikepdf.Pdf) -> None:
    for note in [o for o in pdf.objects if isinstance(o, Dictionary) and o.get("/S") == Name.Note]:
        note.ID = pikepdf.String("note")


def forget_tag(pdf: pikepdf.Pdf) -> None:
    del tag(pdf, "H1").K


def point_elsewhere(pdf: pikepdf.Pdf) -> None:
    pdf.Root.StructTreeRoot.ParentTree.Nums[1] = Array([tag(pdf, "H1")] * 40)


def drop_parents(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0].obj.StructParents


def unset(path: str) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        *above, key = path.split()
        target: Any = pdf.Root
        for name in above:
            target = target[name]
        del target[key]

    return change


def change_link(key: str, value: object = None) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        if value is None:
            del link(pdf)[key]
        else:
            link(pdf)[key] = value

    return change


def drop_tabs(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0].obj.Tabs


FAULTS: dict[str, tuple[str, Callable[[pikepdf.Pdf], None]]] = {
    "not marked": ("ua-catalog", unset("/MarkInfo")),
    "no language": ("ua-catalog", unset("/Lang")),
    "no title bar": ("ua-catalog", unset("/ViewerPreferences /DisplayDocTitle")),
    "no metadata": ("ua-metadata", drop_metadata),
    "font not embedded": ("ua-font", drop_font_file),
    "font without characters": ("ua-font", drop_unicode),
    "unknown tag": ("ua-tag", rename("Span", "Musing")),
    "cell outside its row": ("ua-tag", rename("TR", "Div")),
    "block in an item": ("ua-list", rename("LBody", "Div")),
    "figure without words": ("ua-alt", without("Figure", "/Alt")),
    "figure without place": ("ua-alt", without("Figure", "/A")),
    "header without scope": ("ua-scope", without("TH", "/A")),
    "first heading of level 2": ("ua-heading", rename("H1", "H2")),
    "level left out": ("ua-heading", rename("H2", "H3")),
    "notes without ids": ("ua-note", without("Note", "/ID")),
    "notes with one id": ("ua-note", same_note_ids),
    "tab order": ("ua-link", drop_tabs),
    "link without words": ("ua-link", change_link("/Contents")),
    "link without tag": ("ua-link", rename("Link", "Span")),
    "link without parent": ("ua-link", change_link("/StructParent")),
    "link with another's parent": ("ua-link", change_link("/StructParent", 0)),
    "unmarked content": ("ua-content", paint(b"0 0 9 9 re f")),
    "artifact in a run": ("ua-content", paint(b"/Span << /MCID 0 >> BDC /Artifact BMC 0 0 9 9 re f EMC EMC")),
    "run without tag": ("ua-content", paint(b"/Span << /MCID 99 >> BDC 0 0 9 9 re f EMC")),
    "page not in the parent tree": ("ua-parent", drop_parents),
    "wrong parents": ("ua-parent", point_elsewhere),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str, pdf: pikepdf.Pdf) -> None:
    rule, spoil = FAULTS[name]
    spoil(pdf)
    assert rule in rules(pdf)


def test_clean(pdf: pikepdf.Pdf) -> None:
    assert rules(pdf) == set()


def test_a_mapped_role_is_a_standard_tag(pdf: pikepdf.Pdf) -> None:
    map_role(pdf)
    assert rules(pdf) == set()


def test_tagged_content_must_be_on_the_page(pdf: pikepdf.Pdf) -> None:
    forget_tag(pdf)
    assert "ua-content" in rules(pdf)


def test_an_untagged_pdf_is_refused() -> None:
    with pikepdf.new() as empty:
        empty.add_blank_page()
        assert {"ua-catalog", "ua-metadata", "ua-parent"} <= rules(empty)


@pytest.mark.parametrize("name", [*FAULTS, ""])
def test_another_judge_agrees(name: str, pdf: pikepdf.Pdf, tmp_path: Path) -> None:
    """Every fault that is a matter for PDF/UA-1 is one for the other judge too; a clean document is none for it."""
    if name:
        FAULTS[name][1](pdf)
    pdf.save(tmp_path / "spoilt.pdf")
    assert bool(faults(tmp_path / "spoilt.pdf")) == (name != "" and name not in OURS)
