"""Rules about values: what a text quotes in double braces is given, computed, or a fact; none is there in vain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from builders.checks.rules import Finding, rule
from builders.course.course import Course
from builders.course.draws import Choose, flat_values
from builders.course.items import Compute, Item
from builders.course.problem import Place, Severity, nearest
from builders.course.record import Record
from builders.data.instances import LEFT_ALONE, TOKEN, sources_of


def texts_of(value: Any, place: Place) -> list[tuple[str, Place]]:
    """Return every text in a record with the place of the record that holds it, but none of what it computes with."""
    found: list[tuple[str, Place]] = []
    _collect(value, place, found)
    return found


def _collect(value: Any, place: Place, found: list[tuple[str, Place]]) -> None:
    """Add the texts of a value; a list that is handed on is much quicker here than generators in generators."""
    if type(value) is str:
        found.append((value, place))
    elif isinstance(value, Record):
        inner = value.at if value.at.path else place
        for name, entry in vars(value).items():
            if name not in LEFT_ALONE:
                _collect(entry, inner, found)
    elif isinstance(value, tuple | dict):
        for entry in value.values() if isinstance(value, dict) else value:
            _collect(entry, place, found)


def given_names(item: Item) -> set[str]:
    """Return the names by which texts use what an item is given: ``given.quarter.label``."""
    known = {name: value.values[0] if isinstance(value, Choose) else value for name, value in item.given.items()}
    return {f"given.{name}" for name in flat_values(known)}


def _quoted(item: Item) -> Iterator[tuple[str, Place]]:
    """Yield the names that an item's texts quote."""
    for text, place in texts_of(item, item.at):
        yield from ((name, place) for name in TOKEN.findall(text))


def _asked(item: Item) -> Iterator[tuple[str, Compute]]:
    """Yield the names that an item's computing queries use."""
    for source in sources_of(item):
        yield from ((name, source.compute) for name in TOKEN.findall(source.compute.sql or ""))


@rule("VA01")
def known_values(course: Course) -> Iterator[Finding]:
    """A name in double braces is ``given`` with the item, one of its ``values``, or a fact of the course.

    What goes together in one draw is named with its key: ``{{ given.quarter.label }}``. The query of a value may use
    what is given, and nothing else: values are computed side by side.
    """
    facts = {f"facts.{fact.id}" for fact in course.facts}
    for item in course.items:
        given = given_names(item)
        known = given | {f"values.{name}" for name in item.values} | facts
        for name, place in _quoted(item):
            if name not in known:
                yield Finding(item, f"there is no value '{name}'" + nearest(name, known), place)
        for name, compute in _asked(item):
            if name not in given:
                message = f"a computed value cannot use '{name}'" + nearest(name, given)
                yield Finding(item, message, compute.at)


@rule("VA02", Severity.WARNING)
def used_values(course: Course) -> Iterator[Finding]:
    """What an item is given or computes is used: a draw that nobody sees makes instances that are the same.

    Functions are handed everything that is given, so an item with one uses it all.
    """
    for item in course.items:
        used = {name for name, _ in (*_quoted(item), *_asked(item))}
        calls = any(source.compute.python for source in sources_of(item))
        for name in item.given:
            if not calls and not any(f"{other}.".startswith(f"given.{name}.") for other in used):
                yield Finding(item, f"nothing uses '{name}' of 'given'; quote it as {{{{ given.{name} }}}} or drop it")
        for name, value in item.values.items():
            if f"values.{name}" not in used:
                message = f"nothing uses the value '{name}'; quote it as {{{{ values.{name} }}}} or drop it"
                yield Finding(item, message, value.at)
