"""The base of all records, and how a shape mistake becomes a Problem."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Self, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from builders.course.problem import NOWHERE, Place, Problem, nearest
from builders.course.yamlfile import Document, Located


class Record(BaseModel):
    """A frozen record that knows the place in the file it was read from."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    _at: Place = PrivateAttr(default_factory=lambda: NOWHERE)  # a plain default would be copied for each record

    @property
    def at(self) -> Place:
        """The file and line this record begins on."""
        private = self.__pydantic_private__  # as `self._at`, without pydantic's slow way there
        return private["_at"] if private else NOWHERE

    @model_validator(mode="wrap")
    @classmethod
    def _remember_place(cls, data: Any, handler: Callable[[Any], Self]) -> Self:
        record = handler(data)
        if isinstance(data, Located):
            record._at = data.place
        return record


Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]*$", max_length=80)]
Text = Annotated[str, Field(min_length=1)]
Points = Annotated[float, Field(gt=0, multiple_of=0.5, description="points")]
Minutes = Annotated[float, Field(gt=0, description="minutes")]


class Bloom(StrEnum):
    """The six levels of the revised taxonomy (Anderson and Krathwohl 2001), lowest first."""

    REMEMBER = "remember"
    UNDERSTAND = "understand"
    APPLY = "apply"
    ANALYZE = "analyze"
    EVALUATE = "evaluate"
    CREATE = "create"

    @property
    def rank(self) -> int:
        """1 for Remember to 6 for Create."""
        return list(Bloom).index(self) + 1


class Waiver(Record):
    """A rule that does not hold here, and why."""

    rule: Text
    reason: Text


R = TypeVar("R", bound=Record)


def parse_record(kind: type[R], document: Document) -> tuple[R | None, list[Problem]]:
    """Validate a whole document as one record; every shape mistake becomes a Problem."""
    try:
        return kind.model_validate(document.data), []
    except ValidationError as error:
        return None, [_problem(detail, document, kind) for detail in _causes(error)]


def _causes(error: ValidationError) -> list[Any]:
    """Return the errors without those that only echo a deeper one: a list is short when an entry is wrong."""
    details = error.errors(include_url=False)
    places = [detail["loc"] for detail in details]

    def echoes(detail: Any) -> bool:
        own = detail["loc"]
        return detail["type"] == "too_short" and any(len(loc) > len(own) and loc[: len(own)] == own for loc in places)

    return [detail for detail in details if not echoes(detail)]


def _problem(detail: Any, document: Document, kind: type[Record]) -> Problem:
    location = detail["loc"]
    place = document.place(location)
    return Problem(place, "SHAPE", _message(detail, kind))


def _message(detail: Any, kind: type[Record]) -> str:
    name = next((str(step) for step in reversed(detail["loc"]) if isinstance(step, str)), "the file")
    match detail["type"]:
        case "extra_forbidden":
            return f"unknown key '{name}'" + nearest(name, _fields_at(kind, detail["loc"]))
        case "missing":
            return f"the key '{name}' is missing; add it"
        case "enum" | "literal_error":
            allowed = re.findall(r"'([^']+)'", detail["ctx"]["expected"])
            return f"'{detail['input']}' is not a value of '{name}'" + nearest(str(detail["input"]), allowed)
        case "union_tag_invalid":
            ctx = detail["ctx"]
            allowed = re.findall(r"'([^']+)'", ctx["expected_tags"])
            return f"'{ctx['tag']}' is not a kind" + nearest(ctx["tag"], allowed)
        case "union_tag_not_found":
            return "the key 'kind' is missing; add it"
        case "model_type" | "model_attributes_type":
            return f"'{name}' must be a record of keys and values; indent its keys below it"
        case "tuple_type" | "list_type":
            return f"'{name}' must be a list; begin each entry with '- ' or write [a, b]"
        case "value_error":
            return str(detail["ctx"]["error"])
        case "too_short":
            return f"'{name}' has too few entries; it needs at least {detail['ctx']['min_length']}"
        case "string_pattern_mismatch":
            return f"'{detail['input']}' is no id; use letters, digits, '-' and '.' only"
    message = detail["msg"][0].lower() + detail["msg"][1:]
    return f"'{name}': {message}; the value is {detail['input']!r}"[:400]


def _fields_at(kind: type[Record], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys allowed in the record that ``location`` leads into."""
    candidates: set[type[Record]] = {kind}
    for step in location[:-1]:
        inner: set[type[Record]] = set()
        for record in candidates:
            inner |= _records_in(record, step)
        candidates = inner or candidates
    return sorted({key for record in candidates for key in _keys(record)})


@cache
def _keys(record: type[Record]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in record.model_fields.items())


def _records_in(record: type[Record], step: int | str) -> set[type[Record]]:
    """Return the record types that a key (or, in a union, a tag) of this record leads to."""
    if isinstance(step, int):
        return {record}
    kinds = record.model_fields.get("kind")
    if kinds is not None and step in get_args(kinds.annotation):
        return {record}
    for name, field in record.model_fields.items():
        if step in (name, field.alias):
            return set(_record_types(field.annotation))
    return set()


def _record_types(annotation: Any) -> list[type[Record]]:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return [annotation]
    return [record for argument in get_args(annotation) for record in _record_types(argument)]
