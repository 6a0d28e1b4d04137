"""Files and catalogues that the records promise."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest

from builders.course import digest, languages, read_words, replaced_folder, write_atomic
from builders.course.schemas import FILES, FOLDER, schema_text

ROOT = Path(__file__).parent.parent.parent
COURSES = [ROOT, ROOT / "tests" / "courses" / "tiny"]
REFERENCE = re.compile(r"\A# yaml-language-server: \$schema=(\S+)\n")
UNREAD = {"catalogues", "transcripts"}
"""Folders of a course's own files, which no command reads."""


@pytest.mark.parametrize("name", FILES)
def test_schema_file_is_current(name: str) -> None:
    stored = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert stored == schema_text(FILES[name]), "run: python -m builders.course.schemas"
    assert json.loads(stored)["additionalProperties"] is False


def yaml_files() -> list[Path]:
    found = []
    for course in COURSES:
        found += [course / "objectives.yaml", *course.glob("assessments/**/*.yaml"), *course.glob("source/**/*.yaml")]
    return sorted(path for path in found if "openapi" not in path.name and path.parent.name not in UNREAD)


@pytest.mark.parametrize("path", yaml_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_names_its_schema(path: Path) -> None:
    match = REFERENCE.match(path.read_text(encoding="utf-8"))
    assert match, "begin the file with '# yaml-language-server: $schema=…' so that editors help"
    assert (path.parent / match[1]).resolve().parent == FOLDER
    assert (path.parent / match[1]).is_file()


def test_languages_have_the_same_words() -> None:
    english = read_words("en").entries
    for language in languages():
        other = read_words(language).entries
        assert sorted(other) == sorted(english)
        for key, entry in english.items():
            assert fields(entry) == fields(other[key]), f"{language}: {key}"


def fields(entry: object) -> set[str]:
    """Return the {values} that a text expects."""
    return set(re.findall(r"\{(\w+)", str(entry.get("other") if isinstance(entry, dict) else entry)))


def test_words_know_singular_and_unknown_language() -> None:
    with pytest.raises(KeyError):
        read_words("xx")


def test_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    target = tmp_path / "a" / "paper.pdf"
    write_atomic(target, b"old")
    with pytest.raises(TypeError):
        write_atomic(target, 3.5)  # type: ignore[arg-type]
    assert target.read_bytes() == b"old"
    assert [path.name for path in target.parent.iterdir()] == ["paper.pdf"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_interrupted_folder_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "exams"
    with replaced_folder(target) as folder:
        (folder / "a.txt").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        interrupt(target)
    assert (target / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["exams"]


def interrupt(target: Path) -> None:
    with replaced_folder(target) as folder:
        (folder / "a.txt").write_text("new")
        raise KeyboardInterrupt


def test_finished_folder_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "exams"
    for name in ("old.txt", "new.txt"):
        with replaced_folder(target) as folder:
            (folder / name).write_text("x")
    assert [path.name for path in target.iterdir()] == ["new.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["exams"]


def test_digest_keeps_parts_apart() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("ä") == digest("ä".encode())
