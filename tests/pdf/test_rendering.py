"""What comes out of ``render``, judged by poppler and qpdf, and what is reported beside it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from builders.course.problem import Place, Severity
from builders.pdf import Finding, FontsMissing, Format, Paper, inspect, page_texts, render
from builders.pdf.fonts import FAMILIES, NODE_MODULES, read_font
from builders.pdf.system import pango_message, weasyprint
from tests.pdf import judges
from tests.pdf.conftest import META, SAMPLES, Make

ROOT = Path(__file__).parents[2]
CHAPTER = (SAMPLES / "chapter.html").read_text("utf-8")
FORMATS = [Format(paper, binding, large) for paper in Paper for binding in (False, True) for large in (False, True)]

RENDER_IN_ANOTHER_PROCESS = """
import hashlib
from tests.pdf.conftest import META, SAMPLES
from builders.pdf import render
pdf = render((SAMPLES / "chapter.html").read_text("utf-8"), meta=META, base_url=SAMPLES)
print(hashlib.sha256(pdf.data).hexdigest())
"""


def run_python(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, in the project's folder."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_same_bytes_in_every_process(make: Make) -> None:
    here = hashlib.sha256(make(CHAPTER).data).hexdigest()
    there = [run_python(RENDER_IN_ANOTHER_PROCESS, PYTHONHASHSEED=seed).stdout.strip() for seed in ("1", "2")]
    assert [here, *there] == [here] * 3


def test_same_bytes_after_other_documents(make: Make) -> None:
    first = make(CHAPTER).data
    make("<p>something else</p>")
    assert make(CHAPTER).data == first


@pytest.mark.parametrize("layout", FORMATS, ids=str)
def test_the_sample_chapter_is_clean(layout: Format, save: Callable[..., Path], make: Make) -> None:
    assert make(CHAPTER, layout=layout).findings == ()
    path = save(CHAPTER, layout=layout)
    assert inspect(path.read_bytes()) == []
    judges.run("qpdf", "--check", path)


def test_poppler_reads_the_meta_data(save: Callable[..., Path]) -> None:
    info = judges.info(save("<title>Another</title><meta name=author content=Nobody><p>text</p>"))
    assert info["Title"] == "Rows & grains"
    assert info["Author"] == "A. Author"
    assert info["Subject"] == "Databases and SQL"
    assert info["Keywords"] == "sql, grain"
    assert info["CreationDate"].startswith("2026-01-15")
    assert info["ModDate"].startswith("2026-01-15")
    assert info["Tagged"] == "yes"


def test_our_fonts_are_embedded_and_no_other(save: Callable[..., Path]) -> None:
    sans = '<p style="font-family: DejaVu Serif, Arial, sans-serif">text ✗ <b>bold</b> <code>code ├──</code></p>'
    rows = judges.fonts(save(CHAPTER + sans))
    names = {row[0].split("+")[1].replace("-", " ").removesuffix(" Italic").removesuffix(" Semi Bold") for row in rows}
    assert names == FAMILIES
    assert all(row[1:] == ["yes", "yes", "yes"] for row in rows)


def test_characters_of_the_course_are_in_our_fonts(make: Make) -> None:
    text = (
        "→ ← ↔ ≤ ≥ × − ≠ ≈ ± ÷ ⇒ ∈ ∪ ∩ ∑ √ ∞ ✓ ✗ ☐ ☑ ☒ ■ □ ▲ ▼ ● ○ ★ … – — “ ” ‘ ’ « » § ° µ π σ α β λ Δ Ω € £ ½ ² ₂"
        "⟨ ⟩ ⌊ ⌋ ⚠ ✎ é ü ß ł Ж"
    )
    code = "│ ─ ┌ ┐ └ ┘ ├ ┤ ┬ ┴ ┼ ═ ║ ╔ ╗ ╚ ╝ █ ▓ ▒ ░ ␣ ⏎ ↵"
    styles = ("", "<em>", "<strong>", '<span style="font-family: var(--sans)">')
    html = "".join(f"<p>{style}{text}" for style in styles) + f"<pre>{code}{text}</pre>"
    assert make(html).findings == ()


def test_a_missing_glyph_is_found_where_it_stands(make: Make) -> None:
    pdf = make('<p>text</p><div style="break-before: page" id="x1"><p>漢</p></div>')
    (finding,) = pdf.findings
    assert (finding.rule, finding.page, finding.element) == ("pdf-glyph", 2, "x1")
    assert "“漢” (U+6F22)" in finding.message


def test_a_font_of_somebody_else_is_reported(make: Make, tmp_path: Path) -> None:
    face = "@font-face { font-family: Mine; src: url('font:dejavu-fonts-ttf/ttf/DejaVuSerif.ttf') }"
    (finding,) = make("<p style='font-family: Mine'>text</p>", face).findings
    assert finding.rule == "pdf-font"
    assert "'Mine'" in finding.message


@pytest.mark.parametrize(
    ("html", "part"),
    [
        ('<img src="lost.svg" alt="lost">', "lost.svg"),
        ('<img src="https://example.org/a.png" alt="away">', "nothing from the network"),
        ('<img src="../conftest.py" alt="outside">', "outside the course"),
        ('<p><a href="#nowhere">gone</a></p>', "#nowhere"),
        ('<p id="a">one</p><p id="a">two</p>', "'a'"),
        ('<p style="colour: red">text</p>', "colour"),
    ],
)
def test_what_the_renderer_logs_is_a_finding(
    html: str, part: str, make: Make, capfd: pytest.CaptureFixture[str]
) -> None:
    findings = [finding for finding in make(html).findings if finding.rule == "pdf-render"]
    assert part in findings[0].message
    assert capfd.readouterr() == ("", "")


def test_a_finding_becomes_a_problem_of_its_source() -> None:
    finding = Finding("pdf-split", "the box goes on on page 4", 3, "X05.2-1", Severity.WARNING)
    problem = finding.problem(Place("source/05/index.md", 12))
    assert str(problem) == "source/05/index.md:12: warning: page 3, #X05.2-1: the box goes on on page 4 [pdf-split]"


def test_anchors_and_headings_are_where_poppler_sees_the_words(save: Callable[..., Path], make: Make) -> None:
    html = '<h1 id="one">One</h1><h2 id="two" style="break-before: page">Two</h2>'
    pdf, words = make(html), {word: place for word, *place in judges.words(save(html))}
    assert [(heading.level, heading.text) for heading in pdf.headings] == [(1, "One"), (2, "Two")]
    for name, word in (("one", "One"), ("two", "Two")):
        page, left, top = words[word]
        spot = pdf.anchors[name]
        assert spot.page == page
        assert spot.x == pytest.approx(left, abs=2)
        assert spot.y == pytest.approx(top, abs=8)
    assert pdf.pages == 2


def test_the_line_before_an_inline_element_is_filled(make: Make) -> None:
    """The first word of a run stood alone where the run fitted on the line but for the space at its end."""
    html = "<p>A table is a list of statements of the same shape. The table <b>signups</b> says something.</p>"
    for width in range(98, 103):
        first = page_texts(make(html, f"p {{ width: {width}mm }}").data)[0].splitlines()[0]
        assert len(first) > 30, f"{width} mm: {first}"


def test_lines_of_spaced_words_are_filled(make: Make) -> None:
    """Where a line came out a hair too wide, it was cut after its first word."""
    html = (
        "<p>Use the reference card; you need nothing else. Write queries for SQLite, one clause a line. Small slips of "
        "spelling cost nothing where your meaning is clear.</p>"
    )
    spaced = "p {{ width: {}mm; max-width: none; font-size: 13pt; letter-spacing: .035em; word-spacing: .16em }}"
    widths = [width / 4 for width in range(440, 640, 3)]
    for width in widths:
        lines = page_texts(make(html, spaced.format(width)).data)[0].splitlines()
        assert min(len(line.split()) for line in lines[:-1]) > 1, f"{width} mm: {lines}"


def test_weasyprint_still_breaks_lines_too_early() -> None:
    """When a release mends this, linebreak.py can go."""
    code = """
import builders.pdf.system
builders.pdf.system.mend_line_breaks = lambda weasyprint: None
from tests.pdf.conftest import META, SAMPLES
from builders.pdf import page_texts, render
html = "<p>A table is a list of statements of the same shape. The table <b>signups</b> says something.</p>"
print(page_texts(render(html, meta=META, base_url=SAMPLES, css=["p { width: 100mm }"]).data)[0].splitlines()[0])
"""
    assert run_python(code).stdout.strip() == "A"


def test_missing_fonts_name_the_command(tmp_path: Path, make: Make) -> None:
    with pytest.raises(FontsMissing, match="run: make setup"):
        read_font("@ibm/plex-sans/fonts/complete/woff/IBMPlexSans-Regular.woff", tmp_path)
    with pytest.raises(FontsMissing, match="run: make setup"):
        make("<p>text</p>", "@font-face { font-family: Gone; src: url('font:gone.woff') }")


def test_missing_pango_names_the_command() -> None:
    code = """
import cffi
from tests.pdf.conftest import META, SAMPLES
from builders.pdf import PangoMissing, render
def refuse(self, name, flags=0):
    raise OSError(f"cannot load library '{name}'")
cffi.FFI.dlopen = refuse
try:
    render("<p>text", meta=META, base_url=SAMPLES)
except PangoMissing as error:
    print(error)
"""
    done = run_python(code)
    assert done.stdout.count("\n") == 1, done.stdout + done.stderr
    assert "apt-get install libpango-1.0-0" in done.stdout or "brew install pango" in done.stdout


def test_each_platform_has_its_command() -> None:
    assert "apt-get install" in pango_message("linux", "no")
    assert "brew install pango" in pango_message("darwin", "no")


def test_weasyprint_is_imported_when_first_needed() -> None:
    done = run_python("import sys, builders.pdf; print('weasyprint' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr


def test_base_url_is_the_only_folder_read(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "secret.svg").write_bytes((SAMPLES / "arrow.svg").read_bytes())
    (tmp_path / "inside" / "link.svg").symlink_to(tmp_path / "secret.svg")
    pdf = render('<img src="link.svg" alt="a link out">', meta=META, base_url=tmp_path / "inside")
    assert [finding.rule for finding in pdf.findings] == ["pdf-render"]


def test_the_families_are_those_of_the_base_stylesheet() -> None:
    rules = (ROOT / "builders/templates/print/base.css").read_text("utf-8").split("@font-face")[1:]
    assert {rule.split('"')[1] for rule in rules} == FAMILIES
    assert all((NODE_MODULES / rule.split("font:")[1].split('"')[0]).is_file() for rule in rules)
    assert weasyprint().VERSION
