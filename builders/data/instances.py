"""Instances of items: a draw of what an item is given, its values computed, and nothing left to compute.

The same item, draw, database and functions give the same instance: a draw is decided by the item's id and
the number of the draw, never by chance. `draw_given` and `fill` are pure; `realise` asks the database and
calls the functions beside the items, those of many instances in one process.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders.course.draws import Choose, Range, flat_values
from builders.course.files import digest
from builders.course.items import Case, ChoiceBody, Compute, Item, MultipleResponseBody, NumericBody
from builders.course.problem import Place, Problem, nearest
from builders.course.record import Record
from builders.data.limited import JSON, Call, LimitedError, Outcome, call_limited
from builders.data.numbers import numbers_of
from builders.data.query import QueryError, fact_value

RULE = "VA03"
TOKEN = re.compile(r"\{\{\s*((?:given|values|facts)(?:\.[\w-]+)+)\s*\}\}")
"""A value that stands in a text; other double braces are no business of ours."""
LEFT_ALONE = frozenset(("given", "values", "compute"))
SECONDS = 20.0
"""How long the functions of one file may take for all instances together."""

Raw = int | float | str
Known = MutableMapping[str, Any]
"""Values that were computed before, by a digest of everything they depend on."""


@dataclass(frozen=True)
class Ground:
    """What instances stand on.

    ``database``   of the variant; None where the course has no dataset
    ``functions``  the file of functions beside the items; it need not exist
    ``facts``      the facts as the variant has them, written; None: facts in texts stay as they are
    """

    database: Path | None = None
    functions: Path | None = None
    facts: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Request:
    """An instance to make."""

    item: Item
    draw: int
    ground: Ground


class InstanceError(Exception):
    """A value that cannot be had; the message says what is wrong and what to do."""


# ---- Draws ----


def draws_of(item: Item) -> dict[str, Choose | Range]:
    """Return what an item draws, by name."""
    return {name: value for name, value in item.given.items() if isinstance(value, Choose | Range)}


def combinations(item: Item) -> int:
    """Return how many different draws an item has: 1 where it draws nothing."""
    return math.prod(len(draw.values) for draw in draws_of(item).values())


def draw_given(item: Item, draw: int) -> dict[str, Any]:
    """Return what an item is given in one of its draws.

    All combinations stand on a circle; the item's id decides where draw 0 is, and how far the next one. So
    draws that follow one another differ as long as there are combinations left.
    """
    count = combinations(item)
    step = _keyed(item, "step") % count or 1
    while math.gcd(step, count) > 1:
        step += 1
    place = (_keyed(item, "start") + draw * step) % count
    given: dict[str, Any] = dict(item.given)
    for name, drawn in draws_of(item).items():
        place, index = divmod(place, len(drawn.values))
        given[name] = drawn.values[index]
    return given


def _keyed(item: Item, purpose: str) -> int:
    return int(digest("draw", purpose, item.id)[:16], 16)


# ---- What is computed ----


@dataclass(frozen=True)
class Source:
    """Something to compute for an item; ``name`` is unique in it: ``values.total``, ``key``, ``b error 1``."""

    name: str
    compute: Compute
    number: bool


def sources_of(item: Item) -> Iterator[Source]:
    """Yield everything that is computed for an item."""
    for name, value in item.values.items():
        yield Source(f"values.{name}", value, number=False)
    for label, body in bodies_of(item):
        if body.compute:
            yield Source(f"{label}key", body.compute, number=True)
        for number, error in enumerate(body.errors, start=1):
            if error.compute:
                yield Source(f"{label}error {number}", error.compute, number=True)


def bodies_of(item: Item) -> Iterator[tuple[str, NumericBody]]:
    """Yield the numeric bodies of an item, each with the label that begins the names of its sources."""
    if isinstance(item, NumericBody):
        yield "", item
    if isinstance(item, Case):
        yield from ((f"{part.id} ", part) for part in item.parts if isinstance(part, NumericBody))


def is_computed(item: Item) -> bool:
    """Whether instances of an item can differ from what is written, by draw or by variant."""
    return bool(item.given) or any(True for _ in sources_of(item))


def needs_database(item: Item) -> bool:
    """Whether making an instance of an item takes a database."""
    return any(True for _ in sources_of(item))


def is_finished(item: Item) -> bool:
    """Whether nothing of an item is left to draw or to compute."""
    return not draws_of(item) and not needs_database(item)


# ---- Filling in ----


def fill(
    item: Item, given: Mapping[str, Any], computed: Mapping[str, Raw], facts: Mapping[str, str] | None = None
) -> Item:
    """Return an item with these values in all its texts, queries and keys, and nothing left to compute.

    Numeric options in logical order are sorted anew. Raises InstanceError where a name is unknown or a
    value cannot be written.
    """
    texts = _texts(item, given, computed, facts)
    written = _rewritten(item, lambda text: substitute(text, texts, facts is not None))
    keyed = _with_keys(written, computed).model_copy(update={"given": dict(given), "values": {}})
    instance: Item = _sorted(keyed, item)
    return instance


def _texts(
    item: Item, given: Mapping[str, Any], computed: Mapping[str, Raw], facts: Mapping[str, str] | None
) -> dict[str, str]:
    texts = {f"given.{name}": str(value) for name, value in flat_values(given).items()}
    for name, value in item.values.items():
        texts[f"values.{name}"] = _formatted(name, value.format, computed[f"values.{name}"])
    return texts | dict(facts or {})


def _formatted(name: str, pattern: str, raw: Raw) -> str:
    try:
        return pattern.format(raw)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError) as error:
        message = f"the value '{name}', {raw!r}, cannot be written as '{pattern}' ({error}); mend its 'format'"
        raise InstanceError(message) from None


def substitute(text: str, texts: Mapping[str, str], facts: bool = True) -> str:
    """Return a text with its values; without ``facts`` those stay as they are. An unknown name: InstanceError."""

    def write(match: re.Match[str]) -> str:
        name = match[1]
        if name in texts:
            return texts[name]
        if name.startswith("facts.") and not facts:
            return match[0]
        raise InstanceError(f"there is no value '{name}'" + nearest(name, texts))

    return TOKEN.sub(write, text) if "{{" in text else text


def _rewritten(value: Any, write: Callable[[str], str]) -> Any:
    """Return a value with all its texts written anew; records keep their places."""
    if type(value) is str:
        return write(value)
    if isinstance(value, tuple):
        return tuple(_rewritten(entry, write) for entry in value)
    if isinstance(value, dict):
        return {key: _rewritten(entry, write) for key, entry in value.items()}
    if isinstance(value, Record):
        names = [name for name in type(value).model_fields if name not in LEFT_ALONE]
        return value.model_copy(update={name: _rewritten(getattr(value, name), write) for name in names})
    return value


def _with_keys(item: Any, computed: Mapping[str, Raw]) -> Any:
    """Return an item whose numeric keys and foreseen errors have their computed numbers."""
    if isinstance(item, Case):
        return item.model_copy(update={"parts": tuple(_keyed_body(f"{p.id} ", p, computed) for p in item.parts)})
    return _keyed_body("", item, computed)


def _keyed_body(label: str, body: Any, computed: Mapping[str, Raw]) -> Any:
    if not isinstance(body, NumericBody):
        return body
    errors = tuple(
        error.model_copy(update={"value": _number(computed, f"{label}error {number}", error.value), "compute": None})
        for number, error in enumerate(body.errors, start=1)
    )
    value = _number(computed, f"{label}key", body.value)
    return body.model_copy(update={"value": value, "compute": None, "errors": errors})


def _number(computed: Mapping[str, Raw], name: str, written: float | None) -> float | None:
    return float(computed[name]) if name in computed else written


def _sorted(item: Any, original: Item) -> Any:
    """Return an item whose numeric options, where their order is logical and some were computed, rise again."""
    if isinstance(item, Case) and isinstance(original, Case):
        pairs = zip(item.parts, original.parts, strict=True)
        return item.model_copy(update={"parts": tuple(_sorted_body(own, old) for own, old in pairs)})
    return _sorted_body(item, original)


def _sorted_body(body: Any, original: Any) -> Any:
    logical = isinstance(body, ChoiceBody | MultipleResponseBody) and body.order == "logical"
    if not logical or body.options == original.options:
        return body
    numbers = numbers_of([option.text for option in body.options])
    if numbers is None:
        return body
    order = sorted(range(len(numbers)), key=lambda place: numbers[place])
    return body.model_copy(update={"options": tuple(body.options[place] for place in order)})


# ---- Computing ----


@dataclass
class _Job:
    """A source on its way: where it belongs, and what it gave."""

    request: Request
    source: Source
    given: dict[str, Any]
    key: str = ""
    raw: Any = None
    error: str | None = None

    def take(self, outcome: Outcome) -> None:
        """Note what a function returned, or how it failed."""
        self.raw = outcome.value
        if outcome.error is not None:
            self.error = f"the function '{self.source.compute.python}' fails: {outcome.error}; mend it"


def realise(item: Item, draw: int, database: Path | None, **ground: Any) -> Item | list[Problem]:
    """Return an instance of an item; ``ground`` are ``functions`` and ``facts`` of `Ground`."""
    return realise_all([Request(item, draw, Ground(database, **ground))])[0]


def realise_all(requests: Sequence[Request], known: Known | None = None) -> list[Item | list[Problem]]:
    """Return an instance for each request, or what is wrong with it.

    Values in ``known`` are not computed again; new ones are added to it.
    """
    memory: Known = {} if known is None else known
    made: list[tuple[dict[str, Any], list[_Job]]] = []
    for request in requests:
        given = draw_given(request.item, request.draw)
        made.append((given, [_Job(request, source, given) for source in sources_of(request.item)]))
    _compute([job for _, jobs in made for job in jobs], memory)
    return [_finish(request, given, jobs) for request, (given, jobs) in zip(requests, made, strict=True)]


def _finish(request: Request, given: dict[str, Any], jobs: Sequence[_Job]) -> Item | list[Problem]:
    item = request.item
    problems = [_problem(item, f"{_what(job.source)}: {job.error}") for job in jobs if job.error]
    if problems:
        return problems
    try:
        return fill(item, given, {job.source.name: job.raw for job in jobs}, request.ground.facts)
    except InstanceError as error:
        return [_problem(item, str(error))]


def _problem(item: Item, message: str) -> Problem:
    return Problem(item.at if item.at.path else Place(item.id), RULE, f"'{item.id}': {message}")


def _what(source: Source) -> str:
    return f"the value '{source.name[7:]}'" if source.name.startswith("values.") else f"the number '{source.name}'"


def _compute(jobs: Sequence[_Job], memory: Known) -> None:
    """Give each job its number or text, from memory where it is there."""
    for job in jobs:
        job.key = _key(job)
    waiting = {job.key: job for job in jobs if job.key not in memory}
    for job in waiting.values():
        if job.source.compute.sql is not None:
            _ask(job)
    _call([job for job in waiting.values() if job.source.compute.python])
    for key, job in waiting.items():
        job.error = job.error or _fault(job.raw, job.source)
        if job.error is None:
            memory[key] = job.raw
    for job in jobs:
        job.raw, job.error = memory.get(job.key), None if job.key in memory else waiting[job.key].error


def _key(job: _Job) -> str:
    """Return a digest of everything a value depends on."""
    ground, compute = job.request.ground, job.source.compute
    database = ground.database.name if ground.database else ""
    functions = ground.functions if compute.python else None
    code = functions.read_bytes() if functions and functions.is_file() else b""
    given = repr(sorted(flat_values(job.given).items()))
    return digest("value", database, compute.sql or "", compute.python or "", code, given, str(job.source.number))


def _ask(job: _Job) -> None:
    """Run the query of a job."""
    database, sql = job.request.ground.database, job.source.compute.sql or ""
    if database is None:
        job.error = "a query needs a dataset; name it with 'dataset'"
        return
    try:
        texts = {f"given.{name}": str(value) for name, value in flat_values(job.given).items()}
        job.raw = fact_value(database, substitute(sql, texts))
    except (QueryError, InstanceError) as error:
        job.error = f"its query fails: {error}; mend 'sql'"


def _call(jobs: Sequence[_Job]) -> None:
    """Call the functions of jobs, those of one file in one process."""
    by_file: defaultdict[Path | None, list[_Job]] = defaultdict(list)
    for job in jobs:
        by_file[job.request.ground.functions].append(job)
    for script, own in by_file.items():
        if script is None or not script.is_file():
            where = f"'{script.name}' beside the items" if script else "a file of functions beside the items"
            for job in own:
                job.error = f"the function '{job.source.compute.python}' has no file; write {where}"
        else:
            _call_file(script, own)


def _call_file(script: Path, jobs: Sequence[_Job]) -> None:
    """Call functions of one file; where the process fails as a whole, each by itself, to find the culprit."""
    calls = [_as_call(job) for job in jobs]
    try:
        outcomes = call_limited(script, calls, seconds=SECONDS)
    except LimitedError as error:
        if len(jobs) == 1:
            jobs[0].error = f"the functions of '{script.name}' fail: {error}; mend them"
            return
        half = len(jobs) // 2
        _call_file(script, jobs[:half])
        _call_file(script, jobs[half:])
        return
    for job, outcome in zip(jobs, outcomes, strict=True):
        job.take(outcome)


def _as_call(job: _Job) -> Call:
    given: JSON = dict(job.given)
    database = job.request.ground.database
    function = job.source.compute.python or ""
    return Call(function, (given,), database) if database else Call(function, (None, given))


def _fault(raw: Any, source: Source) -> str | None:
    """Return what is wrong with a value, or nothing."""
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        found = "nothing" if raw is None else repr(raw)
        return f"it gives {found}; let it give one number or text"
    if isinstance(raw, float) and not math.isfinite(raw):
        return f"it gives {raw}; let it give a number that can be written"
    if source.number and isinstance(raw, str):
        return f"it gives the text {raw!r}; let it give a number"
    return None
