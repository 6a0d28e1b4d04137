"""YAML with line numbers: every mapping remembers where it stands, and a doubled key is a problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import yaml

from builders.course.problem import Place, Problem

try:
    from yaml import CSafeLoader as Loader
except ImportError:  # pragma: no cover - a PyYAML without libyaml is slower, not different
    from yaml import SafeLoader as Loader  # type: ignore[assignment]


class Located(dict[str, Any]):
    """A mapping of a YAML file that knows its place."""

    place: Place


@dataclass(frozen=True)
class Document:
    """A parsed file: plain data (mappings are `Located`), and its nodes for looking lines up."""

    path: str
    data: Any
    node: yaml.Node | None

    def place(self, location: tuple[int | str, ...]) -> Place:
        """Return the place of the deepest node that ``location`` (keys and indexes) reaches."""
        node = self.node
        line = 1 if node is None else node.start_mark.line + 1
        for step in location:
            found = _child(node, step)
            if found is not None:
                node, line = found
        return Place(self.path, line)


def _child(node: yaml.Node | None, step: int | str) -> tuple[yaml.Node, int] | None:
    """Return the child under a key or index, with the line of its key."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return value, key.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child = node.value[step]
        return child, child.start_mark.line + 1
    return None


def load_yaml(text: str) -> Any:
    """Return what a YAML file of our own holds, as plain data."""
    return yaml.load(text, Loader)


def parse_yaml(text: str, path: str, first_line: int = 1) -> tuple[Document, list[Problem]]:
    """Parse one YAML document; ``first_line`` is the line of the file on which ``text`` begins."""
    padded = "\n" * (first_line - 1) + text
    loader = Loader(padded)
    try:
        node = loader.get_single_node()
        problems: list[Problem] = []
        data = None if node is None else _construct(loader, node, path, problems)
    except yaml.MarkedYAMLError as error:
        return Document(path, None, None), [_syntax_problem(error, path)]
    except RecursionError:
        message = "a record contains itself through an alias (*name); write it out instead"
        return Document(path, None, None), [Problem(Place(path), "YAML", message)]
    except yaml.YAMLError as error:
        return Document(path, None, None), [Problem(Place(path), "YAML", f"not readable as YAML: {error}")]
    finally:
        loader.dispose()
    return Document(path, data, node), problems


def _syntax_problem(error: yaml.MarkedYAMLError, path: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    what = " ".join(str(part) for part in (error.context, error.problem) if part)
    hint = "check indentation, and put quotes around text that holds ': ' or begins with a special character"
    return Problem(Place(path, line), "YAML", f"not valid YAML: {what}; {hint}")


def _construct(loader: Any, node: yaml.Node, path: str, problems: list[Problem]) -> Any:
    """Turn a node into plain data, reporting doubled keys."""
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, problems)
    if isinstance(node, yaml.SequenceNode):
        return [_construct(loader, child, path, problems) for child in node.value]
    try:
        return loader.construct_object(node)
    except ValueError as error:
        place = Place(path, node.start_mark.line + 1)
        problems.append(
            Problem(place, "YAML", f"'{node.value}' is no value of its kind: {error}; correct it or quote it")
        )
        return None


def _mapping(loader: Any, node: yaml.MappingNode, path: str, problems: list[Problem]) -> Located:
    data = Located()
    data.place = Place(path, node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node)
        if not isinstance(key, str | int):
            key = str(key)
        if key in data:
            place = Place(path, key_node.start_mark.line + 1)
            problems.append(Problem(place, "YAML", f"the key '{key}' stands twice in one record; keep one of them"))
        data[key] = _construct(loader, value_node, path, problems)
    return data
