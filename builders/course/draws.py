"""What an item is given: fixed values, or draws, from which each instance of the item takes one."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from builders.course.record import Record

NAME = re.compile(r"[a-z][a-z0-9_]*")
MOST = 10_000
"""How many values a range may have."""


def _name(text: str) -> str:
    if not NAME.fullmatch(text):
        raise ValueError(f"'{text}' is no name of a value; use small letters, digits and '_', a letter first")
    return text


def _scalar(value: Any) -> Any:
    """Return a text or number; a date is its text, as YAML reads one without quotes."""
    if isinstance(value, date):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError(f"{value!r} is no text and no number; put it in quotes, or name its parts in a mapping")
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{value!r} is no number that can be written; give one, or put the word in quotes")
    return value


def _value(value: Any) -> Any:
    """Return a text or number, or a mapping of such: several values that go together."""
    if isinstance(value, Mapping):
        return {_name(str(key)): _scalar(part) for key, part in value.items()}
    return _scalar(value)


def _fixed(value: Any) -> Any:
    draw = "{choose: [a, b]} or {range: [low, high, step]}"
    if isinstance(value, list | tuple):
        raise ValueError(f"a list is no value; to draw one of its entries write {draw}")
    if isinstance(value, Mapping) and any(isinstance(part, list | tuple | Mapping) for part in value.values()):
        raise ValueError(f"neither a value nor a draw; write a plain value, {draw}")
    return _value(value)


Name = Annotated[str, AfterValidator(_name)]
VALUE_SCHEMA = {"type": ["string", "number", "object"], "additionalProperties": {"type": ["string", "number"]}}
Value = Annotated[Any, BeforeValidator(_value), WithJsonSchema(VALUE_SCHEMA)]
Fixed = Annotated[Any, BeforeValidator(_fixed), WithJsonSchema(VALUE_SCHEMA)]


class Choose(Record):
    """A draw of one of the listed values; entries that are mappings hold values that go together."""

    choose: Annotated[tuple[Value, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _alike(self) -> Choose:
        shapes = {tuple(entry) if isinstance(entry, Mapping) else None for entry in self.choose}
        if len({frozenset(shape or ()) for shape in shapes}) > 1:
            raise ValueError("the entries of 'choose' are not alike; give each the same keys, or make all plain values")
        if any(entry in self.choose[:place] for place, entry in enumerate(self.choose)):
            raise ValueError("an entry of 'choose' stands twice; drop it, every entry is as likely as the others")
        return self

    @property
    def values(self) -> tuple[Any, ...]:
        """What may be drawn, in order."""
        return self.choose


def _three_numbers(value: Any) -> Any:
    numbers = value if isinstance(value, list | tuple) else ()
    if len(numbers) != 3 or not all(_is_number(number) for number in numbers):
        raise ValueError(f"{value!r} is no range; write three numbers: [low, high, step]")
    return value


def _is_number(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, int) and not isinstance(value, bool)


class Range(Record):
    """A draw of a number from ``low`` to ``high``, both included, in steps."""

    range: Annotated[tuple[int | float, int | float, int | float], BeforeValidator(_three_numbers)]

    @model_validator(mode="after")
    def _counts(self) -> Range:
        low, high, step = self.range
        if step <= 0 or high <= low:
            raise ValueError(f"the range [{low}, {high}, {step}] holds no two numbers; write [low, high, step]")
        if self._count > MOST:
            raise ValueError(f"the range [{low}, {high}, {step}] has more than {MOST} numbers; take a larger step")
        return self

    @property
    def _count(self) -> int:
        low, high, step = (Decimal(str(number)) for number in self.range)
        return int((high - low) / step) + 1

    @property
    def values(self) -> tuple[Any, ...]:
        """What may be drawn, in order: whole numbers where all three are whole."""
        low, _, step = (Decimal(str(number)) for number in self.range)
        whole = all(isinstance(number, int) for number in self.range)
        return tuple(int(n) if whole else float(n) for n in (low + place * step for place in range(self._count)))


def _kind(value: Any) -> str:
    if isinstance(value, Choose) or (isinstance(value, Mapping) and "choose" in value):
        return "choose"
    if isinstance(value, Range) or (isinstance(value, Mapping) and "range" in value):
        return "range"
    return "fixed"


Given = Annotated[
    Annotated[Choose, Tag("choose")] | Annotated[Range, Tag("range")] | Annotated[Fixed, Tag("fixed")],
    Discriminator(_kind),
]
"""A value that an item is given, or a draw of one."""


def flat_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by the name texts use: ``quarter.label`` for the key ``label`` of the value ``quarter``."""
    found: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{key}": part for key, part in value.items()}
        else:
            found[name] = value
    return found
