"""What holds of the engine as a whole: it knows no course, and imports run downwards only."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from builders.course import read_course

ROOT = Path(__file__).parent.parent.parent
BUILDERS = ROOT / "builders"
KNOWS: dict[str, set[str]] = {
    "course": set(),
    "markup": {"course"},
    "data": {"course"},
    "pdf": {"course"},
    "checks": {"course", "markup", "data", "pdf"},
    "exams": {"course", "markup", "data", "pdf", "checks"},
    "decks": {"course", "markup", "data", "pdf", "checks"},
    "book": {"course", "markup", "data", "pdf", "checks"},
    "variants": {"course", "data", "checks"},
    "labs": {"course", "markup", "data", "checks"},
    "cli": {"course", "markup", "data", "pdf", "checks", "exams", "decks", "book", "variants", "labs"},
}
"""The packages each package may import from, besides itself."""


def modules() -> list[Path]:
    return sorted(BUILDERS.rglob("*.py"))


def imported(path: Path) -> set[str]:
    """Return the packages of ours that a module imports from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
        found |= {name.split(".")[1] for name in names if name.startswith("builders.")}
    return found


@pytest.mark.parametrize("package", KNOWS)
def test_imports_run_downwards(package: str) -> None:
    for path in modules():
        if path.relative_to(BUILDERS).parts[0] == package:
            assert imported(path) <= KNOWS[package] | {package}, path


def test_every_package_is_in_the_picture() -> None:
    packages = {path.parent.name for path in BUILDERS.glob("*/__init__.py")}
    assert packages == set(KNOWS)


def test_engine_knows_no_course() -> None:
    """No name of the course that ships stands in the engine: company, items, tasks, topics.

    An id of one plain word, such as a card's, may be a word of the language.
    """
    course = read_course(ROOT, secrets=True).course
    assert course is not None
    ids = [one.id for one in (*course.items, *course.cards, *course.blueprints)]
    names = [dataset.id for dataset in course.spine.datasets] + [name for name in ids if not name.isalpha()]
    names += [task.title for task in course.tasks]
    names += [topic.title for topic in course.spine.topics] + [course.about.title]
    pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in names), re.IGNORECASE)
    files = [path for path in BUILDERS.rglob("*") if path.suffix in (".py", ".html", ".css", ".js", ".yaml", ".json")]
    assert len(files) > 80
    for path in files:
        match = pattern.search(path.read_text(encoding="utf-8"))
        assert match is None, f"{path.relative_to(ROOT)} names '{match[0] if match else ''}'"


def test_only_the_command_line_prints_and_exits() -> None:
    for path in modules():
        if path.parent.name == "cli":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("print", "exit", "input"), path
