"""The course that ships, built once in the main edition of each output, and judged by other programs."""

from __future__ import annotations

import csv
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from builders.checks.secrecy import LONG_ENOUGH, SENTENCE, check_secrecy, secrets_of, squeezed, strings_of
from builders.course import Course, Pool, read_course
from builders.data import dump_hash

ROOT = Path(__file__).parent.parent.parent
COMMANDS = (
    ["html"],
    ["html", "--edition", "instructor"],
    ["workbook", "--paper", "a4"],
    ["exams"],
    ["rubrics"],
    ["decks"],
    ["data"],
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build everything as the command line does; return the output folder."""
    out = tmp_path_factory.mktemp("whole")
    for command in COMMANDS:
        done = subprocess.run(
            [sys.executable, "-m", "builders.cli", *command, "--out", str(out)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return out


@cache
def course() -> Course:
    loaded = read_course(ROOT, secrets=True).course
    assert loaded is not None
    return loaded


def pdf_text(path: Path) -> str:
    return subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, text=True, check=True).stdout


def deck_text(path: Path, folder: Path) -> str:
    with zipfile.ZipFile(path) as archive:
        archive.extract("collection.anki2", folder)
    connection = sqlite3.connect(folder / "collection.anki2")
    fields = " ".join(row[0] for row in connection.execute("SELECT flds FROM notes ORDER BY id"))
    connection.close()
    return BeautifulSoup(fields, "html.parser").get_text(" ")


def texts_below(folder: Path, scratch: Path) -> dict[str, str]:
    """Return the squeezed text of every artefact in a folder, by name."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.startswith("data/csv/"):
            continue  # rows, not texts; test_only_public_variants_reach_a_learner looks at them
        if path.suffix == ".pdf":
            found[name] = squeezed(pdf_text(path))
        elif path.suffix == ".apkg":
            found[name] = squeezed(deck_text(path, scratch))
        elif path.suffix in (".html", ".svg"):
            text = path.read_text(encoding="utf-8")
            found[name] = squeezed(BeautifulSoup(text, "html.parser").get_text(" ")) + squeezed(text)
        elif path.suffix in (".js", ".json", ".txt", ".csv", ".xml", ".inv", ".map", ".sql", ".md", ".py"):
            found[name] = squeezed(path.read_bytes().decode("utf-8", errors="replace"))
    return found


def pieces(record: Any) -> Iterator[str]:
    """Yield the sentences of a record that are long enough to be its own."""
    for text in strings_of(record):
        yield from (sentence for sentence in SENTENCE.split(text) if len(squeezed(sentence)) >= LONG_ENOUGH)


def test_there_are_secrets_to_look_for() -> None:
    assert len({secret.owner for secret in secrets_of(course())}) >= 27


def test_no_secret_reaches_a_learner(built: Path, tmp_path: Path) -> None:
    texts = texts_below(built / "student", tmp_path)
    assert {Path(name).suffix for name in texts} >= {".html", ".pdf", ".apkg", ".js"}
    assert [str(problem) for problem in check_secrecy(course(), texts)] == []


def test_only_public_variants_reach_a_learner(built: Path) -> None:
    """Databases for learners hash to the public manifest, and nothing names a seed or a secure variant's file."""
    data = built / "student" / "data"
    wanted: dict[str, dict[str, str]] = {}
    for dataset in course().spine.datasets:
        manifest = json.loads((ROOT / (dataset.manifest or "")).read_text(encoding="utf-8"))
        for variant in dataset.public_variants:
            name = dataset.id if variant == dataset.practice else f"{dataset.id}-{variant}"
            wanted[name] = manifest[variant]["full"]
    assert {path.stem: dump_hash(path) for path in data.glob("*.sqlite")} == wanted
    tables = wanted[course().spine.datasets[0].id]
    names = {
        path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file() and path.suffix != ".sqlite"
    }
    assert names == {"README.txt", *(f"csv/{table}.csv" for table in tables)}
    seeds = [record.seed.encode() for record in course().secure_datasets]
    assert seeds
    secure = [variant for dataset in course().spine.datasets for variant in dataset.secure_variants]
    assert len(secure) >= 8
    for path in (path for path in (built / "student").rglob("*") if path.is_file()):
        assert not any(f"-{variant}." in path.name for variant in secure), path
        assert not any(seed in path.read_bytes() for seed in seeds), path


def test_extracts_hold_the_rows_of_the_practice_data(built: Path) -> None:
    data = built / "student" / "data"
    dataset = course().spine.datasets[0]
    connection = sqlite3.connect(data / f"{dataset.id}.sqlite")
    for path in sorted((data / "csv").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        (count,) = connection.execute(f'SELECT count(*) FROM "{path.stem}"').fetchone()
        assert (len(rows), len({len(row) for row in [header, *rows]})) == (count, 1), path
    connection.close()


def test_instructors_get_the_secure_variants(built: Path) -> None:
    names = {path.name for path in (built / "instructor" / "data").iterdir()}
    assert names == {
        f"{dataset.id}-{variant}.sqlite" for dataset in course().spine.datasets for variant in dataset.secure_variants
    }


def test_the_search_for_secrets_finds_them(built: Path, tmp_path: Path) -> None:
    """The same search over instructor output finds items, keys and samples: it is no blind search."""
    texts = texts_below(built / "instructor", tmp_path)
    everything = "".join(texts.values())
    found = {secret.owner for secret in secrets_of(course()) if squeezed(secret.text) in everything}
    printed = {
        entry["item"]["id"] for path in built.rglob("form.json") for entry in json.loads(path.read_text())["entries"]
    }
    used = printed & {item.id for item in course().pool(Pool.SECURE)}
    assert used
    assert used <= found
    assert {"PT04-2", "PT04-3", "PT04-4"} <= found


def test_answers_for_instructors_are_not_in_student_output(built: Path, tmp_path: Path) -> None:
    """The lessons' own notes and answers: public as source, but not printed for learners."""
    texts = texts_below(built / "student", tmp_path)
    hidden = [
        (lesson.id, piece)
        for lesson in course().lessons
        for name in ("answer", "instructor-note")
        for block in lesson.named(name)
        if name == "instructor-note" or block.options.get("audience", "instructor") == "instructor"
        for line in block.body.split("\n")
        for piece in pieces(re.sub(r"\{\w+\}`[^`]*`|:::.*|^:\w+:.*", ". ", line))
    ]
    assert len(hidden) > 50
    shown = squeezed(" ".join(_visible(lesson.text) for lesson in course().lessons))
    leaks = [
        (name, piece, artefact)
        for name, piece in hidden
        for artefact, text in texts.items()
        if squeezed(piece) in text and squeezed(piece) not in shown
    ]
    assert leaks == []


def _visible(text: str) -> str:
    """Return a lesson without its blocks for instructors."""
    lines, hidden, marks = [], False, 0
    for line in text.split("\n"):
        opening = re.match(r"^(:{3,})\{(answer|instructor-note)\}", line)
        if opening and not hidden:
            hidden, marks = True, len(opening[1])
        elif hidden and re.fullmatch(rf":{{{marks}}}\s*", line):
            hidden = False
        elif not hidden:
            lines.append(line)
    return "\n".join(lines)


def pdfs(built: Path) -> list[Path]:
    found = sorted(built.rglob("*.pdf"))
    assert len(found) >= 10
    return found


def test_every_pdf_is_sound(built: Path) -> None:
    for path in pdfs(built):
        subprocess.run(["qpdf", "--check", str(path)], check=True, capture_output=True)
        info = subprocess.run(["pdfinfo", str(path)], check=True, capture_output=True, text=True).stdout
        assert re.search(r"^Tagged: +yes", info, re.MULTILINE), path
        assert re.search(r"^Title: +\S", info, re.MULTILINE), path
        fonts = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout
        for line in fonts.splitlines()[2:]:
            embedded, subset = line.split()[-5:-3]
            assert (embedded, subset) == ("yes", "yes"), (path, line)


def test_every_pdf_passes_the_accessibility_checks(built: Path) -> None:
    from builders.pdf import inspect

    for path in pdfs(built):
        assert list(inspect(path.read_bytes())) == [], path


def test_every_page_has_ink_or_says_that_it_is_blank(built: Path, tmp_path: Path) -> None:
    from PIL import Image

    for path in pdfs(built):
        pages = tmp_path / path.stem
        pages.mkdir(exist_ok=True)
        subprocess.run(["pdftoppm", "-r", "20", "-gray", str(path), str(pages / "p")], check=True)
        for page in sorted(pages.glob("*.pgm")):
            with Image.open(page) as image:
                assert min(image.tobytes()) < 160, f"{path}: {page.stem} is empty"
        shutil.rmtree(pages)


def test_course_text_carries_version_and_rights(built: Path) -> None:
    about = course().about
    for path in (built / "student").glob("workbook*.pdf"):
        text = squeezed(pdf_text(path))
        for part in (
            about.version,
            about.released.isoformat(),
            about.licence,
            about.attribution,
            about.report_errors_to,
        ):
            assert squeezed(part) in text, (path, part)
    page = BeautifulSoup((built / "student" / "html" / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert about.title in page.get_text()


def test_quiz_has_its_slots_in_both_forms(built: Path) -> None:
    blueprint = next(blueprint for blueprint in course().blueprints if blueprint.id == "quiz-05")
    used: list[str] = []
    for letter in blueprint.forms:
        form = json.loads((built / "instructor" / "exams" / "quiz-05" / letter / "form.json").read_text())
        assert [entry["slot"] for entry in form["entries"]] == [slot.id for slot in blueprint.slots]
        assert form["points"] == blueprint.points
        used += [entry["item"]["id"] for entry in form["entries"]]
    assert len(used) == len(set(used)) == 2 * len(blueprint.slots)
