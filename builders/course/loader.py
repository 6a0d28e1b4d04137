"""Reads a course folder into a `Course`: the first pass of every command, for shape only.

``assessments/secure`` is opened only when secrets are asked for, so that nothing made from a course
loaded without them can leak.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from builders.course.blueprints import Blueprint
from builders.course.cards import CardFile
from builders.course.course import Course
from builders.course.items import Item, ItemFile, Pool
from builders.course.labs import Lab, LabSolutions
from builders.course.lessons import Lesson, Module, parse_lesson, parse_module
from builders.course.objectives import (
    Fact,
    FactFile,
    GlossaryFile,
    GlossaryTerm,
    Misconception,
    MisconceptionFile,
    SecureDataset,
    Spine,
)
from builders.course.problem import Place, Problem
from builders.course.record import Record, parse_record
from builders.course.tasks import PerformanceTask, Sample
from builders.course.yamlfile import parse_yaml

SPINE = "objectives.yaml"
SECURE = "assessments/secure"
R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Loaded:
    """What a folder holds: the course where every file has the right shape, else the problems."""

    course: Course | None
    problems: tuple[Problem, ...]


class _Reader:
    """Reads files below a root and collects their problems."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def text(self, path: Path) -> str | None:
        """Return a file's text, or None with a problem where it cannot be read."""
        try:
            return path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            self._problem(path, "not UTF-8 text; save the file as UTF-8", line)
        except OSError as error:
            self._problem(path, f"cannot be read: {error.strerror}; check that it is there and readable")
        return None

    def record(self, kind: type[R], path: Path) -> R | None:
        """Return the record a YAML file holds, or None with problems."""
        text = self.text(path)
        if text is None:
            return None
        document, problems = parse_yaml(text, self.name(path))
        self.problems += problems
        if problems:
            return None
        if document.node is None:
            self._problem(path, "the file is empty; add its records or delete it")
            return None
        record, problems = parse_record(kind, document)
        self.problems += problems
        return record

    def records(self, kind: type[R], pattern: str) -> Iterator[tuple[Path, R]]:
        """Yield each file that matches the pattern with its record."""
        for path in sorted(self.root.glob(pattern)):
            record = self.record(kind, path)
            if record is not None:
                yield path, record

    def name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()

    def _problem(self, path: Path, message: str, line: int = 1) -> None:
        self.problems.append(Problem(Place(self.name(path), line), "READ", message))


def read_course(root: Path, *, secrets: bool = False) -> Loaded:
    """Read the course in a folder. With ``secrets`` the secure folder is read too, where there is one.

    The course is None as soon as one file has a wrong shape: rules about meaning would only echo it.
    """
    root = root.resolve()
    secrets = secrets and (root / SECURE).is_dir()
    reader = _Reader(root)
    if not (root / SPINE).is_file():
        message = f"no course here: '{SPINE}' is missing; run inside a course folder or name one with --course DIR"
        return Loaded(None, (Problem(Place(SPINE), "READ", message),))
    spine = reader.record(Spine, root / SPINE)
    modules = _modules(reader)
    items = _items(reader, secrets)
    cards = tuple(card for _, file in reader.records(CardFile, "assessments/cards/*.yaml") for card in file.cards)
    tasks = tuple(task for _, task in reader.records(PerformanceTask, "assessments/tasks/*.yaml"))
    samples = _samples(reader) if secrets else ()
    blueprints = tuple(record for _, record in reader.records(Blueprint, "assessments/blueprints/*.yaml"))
    misconceptions = _misconceptions(reader)
    glossary = _glossary(reader)
    secure_datasets = _secure_datasets(reader) if secrets else ()
    labs = tuple(lab for _, lab in reader.records(Lab, "assessments/labs/*.yaml"))
    solutions = tuple(record for _, record in reader.records(LabSolutions, f"{SECURE}/labs/*.yaml")) if secrets else ()
    facts = _facts(reader, spine, secure_datasets) if spine else ()
    if spine is None or reader.problems:
        return Loaded(None, tuple(sorted(set(reader.problems))))
    course = Course(
        root,
        spine,
        modules,
        items,
        cards,
        tasks,
        samples,
        blueprints,
        misconceptions,
        glossary,
        facts,
        secrets,
        secure_datasets,
        labs,
        solutions,
    )
    return Loaded(course, ())


def _items(reader: _Reader, secrets: bool) -> tuple[Item, ...]:
    """Read the items; the folder, not the author's memory, says who may see them."""
    found: list[Item] = []
    for _, file in reader.records(ItemFile, "assessments/items/*.yaml"):
        pool = file.pool or Pool.PRACTICE
        found += (item.in_pool(pool) for item in file.items)
    if secrets:
        for _, file in reader.records(ItemFile, f"{SECURE}/items/*.yaml"):
            found += (item.in_pool(Pool.SECURE) for item in file.items)
    return tuple(found)


def _samples(reader: _Reader) -> tuple[Sample, ...]:
    return tuple(sample for _, sample in reader.records(Sample, f"{SECURE}/samples/*/*.yaml"))


def _misconceptions(reader: _Reader) -> tuple[Misconception, ...]:
    files = reader.records(MisconceptionFile, "assessments/misconceptions.yaml")
    return tuple(misconception for _, file in files for misconception in file.misconceptions)


def _glossary(reader: _Reader) -> tuple[GlossaryTerm, ...]:
    return tuple(term for _, file in reader.records(GlossaryFile, "source/glossary.yaml") for term in file.terms)


def _secure_datasets(reader: _Reader) -> tuple[SecureDataset, ...]:
    return tuple(record for _, record in reader.records(SecureDataset, f"{SECURE}/datasets/*.yaml"))


def _facts(reader: _Reader, spine: Spine, secure: tuple[SecureDataset, ...]) -> tuple[Fact, ...]:
    """Read the facts; where secrets were read, they know their values on secure variants too."""
    more = {record.dataset: record.expected for record in secure}
    found: list[Fact] = []
    for dataset in spine.datasets:
        file = reader.record(FactFile, reader.root / dataset.facts) if dataset.facts else None
        expected = more.get(dataset.id, {})
        found += (fact.with_secure(expected.get(fact.id, {})) for fact in file.facts) if file else ()
    return tuple(found)


def _modules(reader: _Reader) -> tuple[Module, ...]:
    """Read every folder of ``source/`` whose name begins with two digits."""
    found: list[Module] = []
    for index in sorted(reader.root.glob("source/[0-9][0-9]-*/index.md")):
        text = reader.text(index)
        lessons = tuple(_lessons(reader, index.parent))
        if text is None:
            continue
        module, problems = parse_module(text, reader.name(index), lessons)
        reader.problems += problems
        if module:
            found.append(module)
    return tuple(found)


def _lessons(reader: _Reader, folder: Path) -> Iterator[Lesson]:
    for path in sorted(folder.glob("[0-9][0-9]-*.md")):
        text = reader.text(path)
        if text is None:
            continue
        lesson, problems = parse_lesson(text, reader.name(path), folder.name)
        reader.problems += problems
        if lesson:
            yield lesson
