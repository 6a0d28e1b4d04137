"""What ``base.css`` promises, measured on the page."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from builders.pdf import Format, Paper
from tests.pdf import judges
from tests.pdf.conftest import SAMPLES

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "builders/templates/print/base.css").read_text("utf-8")
CHAPTER = (SAMPLES / "chapter.html").read_text("utf-8")
MM = 72 / 25.4


@pytest.mark.parametrize(
    ("paper", "size"), [(Paper.A4, "595.276 x 841.89 pts (A4)"), (Paper.LETTER, "612 x 792 pts (letter)")]
)
def test_paper(paper: Paper, size: str, save: Callable[..., Path]) -> None:
    assert judges.info(save("<p>text</p>", layout=Format(paper)))["Page size"] == size


@pytest.mark.parametrize(("binding", "left_edges"), [(False, [22, 22]), (True, [25, 19])])
def test_margins(binding: bool, left_edges: list[int], save: Callable[..., Path]) -> None:
    path = save('<p>Text</p><p class="new-page">Text</p>', layout=Format(binding=binding))
    lefts = [left / MM for word, _, left, _ in judges.words(path) if word == "Text"]
    assert lefts == pytest.approx(left_edges, abs=0.5)


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        (False, [("One", 1, "right"), ("1/2", 1, "right"), ("Two", 2, "right"), ("2/2", 2, "right")]),
        (True, [("One", 1, "right"), ("1/2", 1, "right"), ("Book", 2, "left"), ("2/2", 2, "left")]),
    ],
)
def test_running_heads_and_folios(
    binding: bool, expected: list[tuple[str, int, str]], save: Callable[..., Path]
) -> None:
    css = """html { --running-left: string(part); --running-right: string(chapter);
                    --folio: counter(page) "/" counter(pages) } body { padding: 0 30mm }"""
    html = '<h1>Book</h1><h2>One</h2><p>text</p><h2 class="new-page">Two</h2><p>text</p>'
    margin = [
        (word, page, "left" if left < 150 else "right")
        for word, page, left, top in judges.words(save(html, css, layout=Format(binding=binding)))
        if not 20 * MM < top < 270 * MM
    ]
    assert sorted(margin) == sorted(expected)


def dark_rows(path: Path, column: float = 0.5) -> list[float]:
    """Return the heights (mm from the top) of the lines that cross a column of the first page."""
    picture = path.with_suffix("")
    judges.run("pdftoppm", "-r", "254", "-gray", "-singlefile", "-png", path, picture)
    with Image.open(picture.with_suffix(".png")) as image:
        grey = image.convert("L").crop((round(image.width * column), 0, round(image.width * column) + 1, image.height))
        dark = [y for y, value in enumerate(grey.get_flattened_data()) if value < 160]
    groups = itertools.groupby(enumerate(dark), lambda pair: pair[1] - pair[0])
    runs = [[y for _, y in group] for _, group in groups]
    return [sum(run) / len(run) / 10 for run in runs]


def test_writing_lines_are_8_mm_apart(save: Callable[..., Path]) -> None:
    rows = dark_rows(save('<div class="space space-lines">' + "<div></div>" * 5 + "</div>", "html { --folio: none }"))
    assert len(rows) == 5
    assert [after - before for before, after in itertools.pairwise(rows)] == pytest.approx([8] * 4, abs=0.2)


def test_squares_are_5_mm_wide(save: Callable[..., Path]) -> None:
    path = save('<div class="space space-grid" style="height: 40mm"></div>', "html { --folio: none }")
    rows = dark_rows(path, column=0.513)
    assert [after - before for before, after in itertools.pairwise(rows)] == pytest.approx([5] * 8, abs=0.2)


def test_nothing_is_coloured(tmp_path: Path, save: Callable[..., Path]) -> None:
    judges.run("pdftoppm", "-r", "40", "-png", save(CHAPTER), tmp_path / "page")
    for picture in tmp_path.glob("page-*.png"):
        with Image.open(picture) as image:
            assert all(max(pixel) == min(pixel) for pixel in image.convert("RGB").get_flattened_data())


def test_a_long_line_of_code_is_whole_and_marked(save: Callable[..., Path]) -> None:
    line = "SELECT " + ", ".join(f"column_number_{n}" for n in range(12))
    text = judges.run("pdftotext", "-raw", save(f"<pre>{line}</pre>", "html { --folio: none }"), "-")
    assert "".join(text.split()) == "".join(line.split())
    assert text.count("\n") > 2


def test_a_table_repeats_its_head_and_keeps_its_rows(save: Callable[..., Path]) -> None:
    rows = "".join(f"<tr><td>Row{n}<br>end{n}</td></tr>" for n in range(60))
    words = judges.words(save(f"<table><thead><tr><th>Head</th></tr></thead><tbody>{rows}</tbody></table>"))
    pages = {word: page for word, page, _, _ in words}
    assert [page for word, page, _, _ in words if word == "Head"] == list(range(1, max(pages.values()) + 1))
    assert all(pages[f"Row{n}"] == pages[f"end{n}"] for n in range(60))


def test_a_short_table_stays_on_one_page(save: Callable[..., Path]) -> None:
    rows = "".join(f"<tr><td>Row{n}</td></tr>" for n in range(8))
    words = judges.words(save(f'<p style="height: 230mm">filler</p><table><tbody>{rows}</tbody></table>'))
    assert {page for word, page, _, _ in words if word.startswith("Row")} == {2}


def test_large_print_is_18_points_and_upright(save: Callable[..., Path]) -> None:
    path = save("<p>some <em>words</em></p>", layout=Format(large=True))
    assert {row[0].split("+")[1] for row in judges.fonts(path)} == {"IBM-Plex-Sans", "IBM-Plex-Sans-Semi-Bold"}
    tops = [top for word, _, _, top in judges.words(save("<p>a<br>b</p>", layout=Format(large=True))) if word in "ab"]
    assert tops[1] - tops[0] == pytest.approx(18 * 1.5, abs=0.5)


@pytest.mark.parametrize("pattern", [r"display:\s*(inline-)?(flex|grid)", r"leader\(", "dotted", "gradient", "rgb|hsl"])
def test_what_print_does_badly_is_not_used(pattern: str) -> None:
    assert not re.search(pattern, CSS)


def test_packages_are_pinned_and_installed() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    wanted = {**package["dependencies"], **package["devDependencies"]}
    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in entry for path, entry in locked.items() if path)
    for name, version in wanted.items():
        installed = json.loads((ROOT / "node_modules" / name / "package.json").read_text("utf-8"))
        assert installed["version"] == version


def test_no_package_runs_a_script_when_installed() -> None:
    package = json.loads((ROOT / "package.json").read_text("utf-8"))
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    scripts = {path.removeprefix("node_modules/") for path, entry in locked.items() if entry.get("hasInstallScript")}
    assert scripts <= {name for name, allowed in package["allowScripts"].items() if not allowed}
