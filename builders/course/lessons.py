"""Lessons and modules: front matter, and the directives that carry exercises, practice and examples.

Prose stays MyST text; only the directive fences are read here, so that coverage can be computed
without running Sphinx.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from builders.course.problem import Place, Problem
from builders.course.record import Id, Minutes, Points, Record, Text, Waiver, parse_record
from builders.course.yamlfile import Document, Located, parse_yaml

FENCE = re.compile(r"^(?P<indent> *)(?P<marks>:{3,})\{(?P<name>[\w-]+)\}[ \t]*(?P<argument>.*)$")
CLOSE = re.compile(r"^ *(?P<marks>:{3,})[ \t]*$")
CODE = re.compile(r"^ *(?P<marks>`{3,}|~{3,})")
OPTION = re.compile(r"^ *:(?P<key>[\w-]+):[ \t]*(?P<value>.*)$")
ROLE = re.compile(r"\{(?P<role>term|fact)\}`(?P<target>[^`]+)`")
HEADING = re.compile(r"^(?P<marks>#{1,6}) +(?P<text>.+?)\s*$")
SPACE = re.compile(r"^(?P<kind>lines|grid|dots|box|table)(?: +(?P<amount>\d+)(?P<unit>mm)?)?$")


class Audience(StrEnum):
    """Who is given an answer: learners find theirs at the back of the book."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class Space:
    """Room to write: ``lines`` are counted, ``grid``, ``dots`` and ``box`` are high in millimetres."""

    kind: str
    amount: int

    @classmethod
    def parse(cls, text: str) -> Space:
        """Read ``lines 6``, ``grid 60mm``, ``dots 60mm``, ``box 40mm`` or ``table``; a ValueError names these."""
        match = SPACE.match(text.strip())
        kind = match["kind"] if match else ""
        wants = {"lines": None, "table": None}.get(kind, "mm")
        if not match or (kind != "table" and not match["amount"]) or match["unit"] != wants:
            raise ValueError(
                f"'{text}' is no writing space; write 'lines 6', 'grid 60mm', 'dots 60mm', 'box 40mm' or 'table'"
            )
        return cls(kind, int(match["amount"] or 0))


@dataclass(frozen=True)
class Block:
    """A directive of a lesson: its name, argument, options and body, and the blocks inside it."""

    name: str
    argument: str
    options: dict[str, str]
    body: str
    place: Place
    children: tuple[Block, ...] = ()

    def walk(self) -> Iterator[Block]:
        """Yield this block and all blocks inside it."""
        yield self
        for child in self.children:
            yield from child.walk()


class Exercise(Record):
    """A workbook exercise as its options state it."""

    id: Id
    title: Text
    objective: Id
    facets: Annotated[tuple[Text, ...], Field(min_length=1)]
    points: Points | None = None
    minutes: Minutes
    space: Text
    answers: tuple[Audience, ...]

    @property
    def writing_space(self) -> Space:
        """The space as a record."""
        return Space.parse(self.space)


class LessonFields(Record):
    """The front matter of a lesson."""

    id: Annotated[str, Field(pattern=r"^L\d{2}\.\d+$")]
    objectives: Annotated[tuple[Id, ...], Field(min_length=1)]
    facets: Annotated[tuple[Text, ...], Field(min_length=1)]
    minutes: Minutes
    planned: Text | None = None
    waivers: tuple[Waiver, ...] = ()


class ModuleFields(Record):
    """The front matter of a module's ``index.md``."""

    id: Annotated[str, Field(pattern=r"^M\d{2}$")]
    topic: Id | None = None
    minutes: Minutes
    planned: Text | None = None


@dataclass(frozen=True)
class Reference:
    """A name that prose refers to through a role: a glossary term or a fact."""

    role: str
    target: str
    place: Place


@dataclass(frozen=True)
class Lesson:
    """A lesson file, read far enough to check it."""

    fields: LessonFields
    title: str
    path: str
    module: str
    blocks: tuple[Block, ...]
    exercises: tuple[Exercise, ...]
    references: tuple[Reference, ...]
    text: str
    first_line: int = 1

    @property
    def id(self) -> str:
        """The lesson's id, such as ``L05.2``."""
        return self.fields.id

    @property
    def at(self) -> Place:
        """The place of its front matter."""
        return self.fields.at

    @property
    def waivers(self) -> tuple[Waiver, ...]:
        """The rules that do not hold of it, and why."""
        return self.fields.waivers

    def named(self, name: str) -> tuple[Block, ...]:
        """Return all blocks of this name, in order, nested ones too."""
        return tuple(block for top in self.blocks for block in top.walk() if block.name == name)

    @property
    def practice(self) -> tuple[tuple[str, Place], ...]:
        """The ids of practice items shown in the lesson, and where."""
        return tuple((item, block.place) for block in self.named("practice") for item in block.argument.split())


@dataclass(frozen=True)
class Module:
    """A module: its folder and its lessons in reading order."""

    fields: ModuleFields
    title: str
    path: str
    lessons: tuple[Lesson, ...]

    @property
    def id(self) -> str:
        """The module's id, such as ``M05``."""
        return self.fields.id

    @property
    def slug(self) -> str:
        """The name of its folder, such as ``05-databases-and-sql``."""
        return self.path.split("/")[-2]


def split_front_matter(text: str) -> tuple[str, str, int]:
    """Return front matter, body, and the number of lines before the body."""
    if not text.startswith("---\n"):
        return "", text, 0
    head, mark, body = text[4:].partition("\n---\n")
    if not mark:
        return "", text, 0
    return head, body, head.count("\n") + 3


def parse_lesson(text: str, path: str, module: str) -> tuple[Lesson | None, list[Problem]]:
    """Read a lesson file; None where its front matter is wrong."""
    head, body, before = split_front_matter(text)
    if not head:
        return None, [Problem(Place(path), "SHAPE", "a lesson begins with front matter; add 'id', 'objectives', …")]
    document, problems = parse_yaml(head, path, first_line=2)
    fields, more = parse_record(LessonFields, document)
    problems += more
    lines = body.split("\n")
    blocks, unclosed = parse_blocks(lines, path, before)
    problems += unclosed
    exercises, wrong = _exercises(blocks)
    problems += wrong
    if fields is None or problems:
        return None, problems
    title, references = _title(lines), tuple(_references(lines, path, before))
    return Lesson(fields, title, path, module, blocks, exercises, references, body, before + 1), []


def parse_module(text: str, path: str, lessons: tuple[Lesson, ...]) -> tuple[Module | None, list[Problem]]:
    """Read a module's ``index.md``."""
    head, body, _ = split_front_matter(text)
    document, problems = parse_yaml(head or "{}", path, first_line=2)
    fields, more = parse_record(ModuleFields, document)
    problems += more
    if fields is None or problems:
        return None, problems
    return Module(fields, _title(body.split("\n")), path, lessons), []


def _title(lines: list[str]) -> str:
    for line in lines:
        match = HEADING.match(line)
        if match and len(match["marks"]) == 1:
            return match["text"]
    return ""


def _references(lines: list[str], path: str, before: int) -> Iterator[Reference]:
    for number, line in enumerate(lines, start=before + 1):
        for match in ROLE.finditer(line):
            target = match["target"]
            named = re.search(r"<([^>]+)>$", target)
            yield Reference(match["role"], named[1] if named else target, Place(path, number))


@dataclass
class _Open:
    """A directive whose closing fence has not come yet."""

    marks: int
    name: str
    argument: str
    start: int
    children: list[Block]


def parse_blocks(lines: list[str], path: str, before: int) -> tuple[tuple[Block, ...], list[Problem]]:
    """Read the colon-fence directives of a text; ``before`` lines of the file precede it."""
    stack = [_Open(0, "", "", -1, [])]
    code = ""
    for number, line in enumerate(lines):
        fence = CODE.match(line)
        if code:
            code = "" if fence and fence["marks"].startswith(code) and line.strip() == fence["marks"] else code
        elif fence:
            code = fence["marks"]
        elif match := FENCE.match(line):
            stack.append(_Open(len(match["marks"]), match["name"], match["argument"].strip(), number, []))
        elif (match := CLOSE.match(line)) and len(stack) > 1 and len(match["marks"]) >= stack[-1].marks:
            opened = stack.pop()
            stack[-1].children.append(_block(opened, lines, number, path, before))
    problems = [
        Problem(
            Place(path, before + opened.start + 1),
            "FENCE",
            f"the directive '{opened.name}' is never closed; add a line '{':' * opened.marks}' after its text",
        )
        for opened in stack[1:]
    ]
    return tuple(stack[0].children), problems


def _block(opened: _Open, lines: list[str], end: int, path: str, before: int) -> Block:
    inner = lines[opened.start + 1 : end]
    options: dict[str, str] = {}
    while inner and (match := OPTION.match(inner[0])):
        options[match["key"]] = match["value"].strip()
        inner = inner[1:]
    place = Place(path, before + opened.start + 1)
    return Block(opened.name, opened.argument, options, "\n".join(inner), place, tuple(opened.children))


def _exercises(blocks: tuple[Block, ...]) -> tuple[tuple[Exercise, ...], list[Problem]]:
    found: list[Exercise] = []
    problems: list[Problem] = []
    for block in (inner for top in blocks for inner in top.walk() if inner.name == "exercise"):
        exercise, wrong = _exercise(block)
        problems += wrong
        if exercise:
            found.append(exercise)
    return tuple(found), problems


def _exercise(block: Block) -> tuple[Exercise | None, list[Problem]]:
    """Turn the options of an exercise directive into its record."""
    data: dict[str, Any] = dict(block.options)
    data["title"] = block.argument
    data["facets"] = data.get("facets", "").replace(",", " ").split()
    data["answers"] = [
        child.options.get("audience", Audience.INSTRUCTOR) for child in block.children if child.name == "answer"
    ]
    located = Located(data)
    located.place = block.place
    record, problems = parse_record(Exercise, Document(block.place.path, located, None))
    problems = [Problem(block.place, p.rule, p.message, p.severity) for p in problems]
    if record:
        try:
            Space.parse(record.space)
        except ValueError as error:
            return None, [Problem(block.place, "SHAPE", str(error))]
    return record, problems
