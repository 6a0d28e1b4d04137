"""An exam as pictures: all pages, drawn as they are, and a contact sheet that shows each of them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy
import pikepdf
import pytest
from bs4 import BeautifulSoup
from PIL import Image

from builders.exams.preview import build_preview, png
from builders.pdf import encrypt
from tests.exams.conftest import Built
from tests.exams.judge import info_of


@pytest.fixture(scope="module")
def drawn(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the exam, and the pictures of its pages beside it."""
    out = tmp_path_factory.mktemp("preview")
    shutil.copytree(built.out / "instructor/exams", out / "instructor/exams")
    problems, files = build_preview(built.course, out, "exam")
    assert problems == []
    assert files == [out / "instructor/exams/exam/preview/index.html"]
    return files[0].parent


def test_every_page_is_drawn_and_shown(built: Built, drawn: Path) -> None:
    pages = {
        f"{letter}-{path.stem}": int(info_of(path)["Pages"])
        for letter in "AB"
        for path in built.form(letter).glob("*.pdf")
    }
    wanted = {f"{name}-{page:02}.png" for name, count in pages.items() for page in range(1, count + 1)}
    assert {path.name for path in drawn.glob("*.png")} == wanted
    sheet = BeautifulSoup((drawn / "index.html").read_text("utf-8"), "html.parser")
    assert {image["src"] for image in sheet.find_all("img")} == wanted
    assert {link["href"] for link in sheet.find_all("a")} == wanted
    assert len({image["alt"] for image in sheet.select("h2:first-of-type ~ ul img")}) > 1


def test_a_picture_is_the_page(built: Built, drawn: Path, tmp_path: Path) -> None:
    """Poppler draws the same page; the two differ less than two pages do."""
    command = ["pdftoppm", "-r", "96", "-f", "1", "-l", "1", "-gray", "-png", built.form("A") / "paper.pdf"]
    subprocess.run([*command, tmp_path / "page"], check=True)
    theirs = Image.open(next(tmp_path.glob("page*.png"))).convert("L")
    ours = Image.open(drawn / "A-paper-01.png").convert("L").resize(theirs.size)
    near, far = (numpy.asarray(image.reduce(8), dtype=int) for image in (ours, theirs))
    other = numpy.asarray(Image.open(drawn / "A-paper-02.png").convert("L").resize(theirs.size).reduce(8), dtype=int)
    assert numpy.abs(near - far).mean() < 3 < numpy.abs(other - far).mean()
    assert numpy.asarray(ours).min() < 60


@pytest.mark.parametrize("colour", [(0, 0, 0), (200, 30, 60)])
def test_pictures_are_sound(tmp_path: Path, colour: tuple[int, int, int]) -> None:
    pixels = numpy.full((7, 5, 3), 255, dtype=numpy.uint8)
    pixels[2, 3] = colour
    (tmp_path / "one.png").write_bytes(png(pixels))
    read = numpy.asarray(Image.open(tmp_path / "one.png").convert("RGB"))
    assert (read == pixels).all()


def test_one_form_only(built: Built, tmp_path: Path) -> None:
    shutil.copytree(built.out / "instructor/exams", tmp_path / "instructor/exams")
    build_preview(built.course, tmp_path, "exam", form="B")
    names = [path.name for path in (tmp_path / "instructor/exams/exam/preview").glob("*.png")]
    assert names
    assert all(name.startswith("B-") for name in names)


@pytest.mark.parametrize(
    ("name", "form", "message"),
    [
        ("exom", None, "no exam 'exom' was built; did you mean 'exam'?"),
        ("exam", "C", "has no form 'C'; use one of: A, B"),
    ],
)
def test_what_was_not_built_cannot_be_shown(built: Built, name: str, form: str | None, message: str) -> None:
    problems, files = build_preview(built.course, built.out, name, form=form)
    assert files == []
    assert message in problems[0].message


def test_a_locked_document_is_named(built: Built, tmp_path: Path) -> None:
    folder = tmp_path / "instructor/exams/exam/A"
    shutil.copytree(built.form("A"), folder)
    (folder / "key.pdf").write_bytes(encrypt((folder / "key.pdf").read_bytes(), "a secret"))
    problems, files = build_preview(built.course, tmp_path, "exam")
    assert [problem.message[:29] for problem in problems] == ["opens only with its password;"]
    assert files == []
    assert not (folder.parent / "preview").exists()
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(folder / "key.pdf")
