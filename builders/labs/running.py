"""What learners and authors wrote is run on a database, always in limited processes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builders.course.files import write_atomic
from builders.course.labs import PythonTask
from builders.data import query
from builders.data.extracts import write_extracts
from builders.data.limited import JSON, Call, LimitedError, Outcome, Reason, call_limited

QUERY_SECONDS = 2.0
"""How long a query may take; it is stopped a little later where a single step of it takes long."""
STOP_SECONDS = 4.0
CALL_SECONDS = 5.0
"""How long a call of a function may take."""
MOST_ROWS = 10_000
MEMORY_MB = 512
SCRIPT = "solution.py"
"""The name of every script while it runs: what people call their files may be too long for a folder or worse."""

TESTS = "_lab_run_tests"
DRIVER = f'''

def {TESTS}(function, faulty):
    """Run the tests of a function, and again with each faulty one in its place: names and what they raised."""
    def run():
        found = {{}}
        for name in sorted(name for name in names if name.startswith("test_" + function)):
            try:
                names[name]()
                found[name] = None
            except BaseException as error:
                found[name] = (type(error).__name__ + ": " + str(error)[:300]).rstrip(": ")
        return found
    names = globals()
    kept = dict(names)
    results = [run()]
    for code in faulty:
        exec(compile(code, "faulty", "exec"), names)
        results.append(run())
        names.update(kept)
    return results
'''


@dataclass(frozen=True)
class Attempt:
    """What a task's work gave on one database: a value, or why there is none."""

    value: JSON = None
    error: str | None = None
    truncated: bool = False
    """Whether there are more rows than anybody wants to compare."""
    tests: tuple[Mapping[str, str | None], ...] = ()
    """What tests raised: first those on the own function, then on each faulty one."""


def run_queries(queries: Mapping[str, str], database: Path) -> dict[str, Attempt]:
    """Run the query of each task; one that hangs or crashes does not touch the others."""
    calls = [
        Call("query_as_data", (str(database.resolve()), sql, QUERY_SECONDS, MOST_ROWS)) for sql in queries.values()
    ]
    seconds = QUERY_SECONDS * max(1, len(calls)) + STOP_SECONDS
    found = _run(Path(query.__file__), calls, [database], seconds, STOP_SECONDS)
    return {task: _query_attempt(outcome) for task, outcome in zip(queries, found, strict=True)}


def _query_attempt(outcome: Outcome | LimitedError) -> Attempt:
    match outcome:
        case Outcome(value={"error": str(error)}):
            return Attempt(error=error)
        case Outcome(value={"columns": list(), "rows": list(), "truncated": bool(truncated)} as value, error=None):
            return Attempt(value, truncated=truncated)
        case LimitedError(reason=Reason.TIME):
            return Attempt(error=f"took longer than {QUERY_SECONDS:g} s")
        case LimitedError():
            return Attempt(error=str(outcome))
    # A line of our own code, in which memory ran out, tells a learner nothing.
    return Attempt(error=re.sub(r"^line \d+: ", "", outcome.error or "the query gave no result"))


def run_functions(source: str, tasks: Sequence[PythonTask], database: Path | None) -> dict[str, Attempt]:
    """Call the functions of a script as each task says."""
    tables = {
        argument["csv"] for task in tasks for call in task.all_calls for argument in call if _is_extract(argument)
    }
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        script = Path(folder) / "script" / SCRIPT
        write_atomic(script, source + DRIVER)
        extracts = Path(folder) / "csv"
        extracts.mkdir()
        if database and tables:
            write_extracts(database, extracts, tables)
        calls = [call for task in tasks for call in _calls(task, extracts, database)]
        found = iter(_run(script, calls, [extracts], CALL_SECONDS * max(2, len(calls)), CALL_SECONDS))
        return {task.id: _attempt(task, found) for task in tasks}


def calls_of(task: PythonTask) -> tuple[tuple[Any, ...], ...]:
    """Return the arguments of each call; a function that is only tested by the learner is not called."""
    return () if task.tests and not task.arguments and not task.calls else task.all_calls


def _calls(task: PythonTask, extracts: Path, database: Path | None) -> Iterable[Call]:
    for arguments in calls_of(task):
        connected = bool(arguments) and arguments[0] == {"database": True}
        given = tuple(
            str(extracts / f"{argument['csv']}.csv") if _is_extract(argument) else argument
            for argument in arguments[1 if connected else 0 :]
        )
        yield Call(task.function, given, database if connected else None)
    if task.tests:
        yield Call(TESTS, (task.function, list(task.tests.faulty)))


def _attempt(task: PythonTask, outcomes: Iterable[Outcome | LimitedError]) -> Attempt:
    """Put the outcomes of a task's calls together."""
    found = iter(outcomes)
    values: list[JSON] = []
    errors = []
    for arguments in calls_of(task):
        outcome = next(found)
        error = str(outcome) if isinstance(outcome, LimitedError) else outcome.error
        values.append(outcome.value if isinstance(outcome, Outcome) else None)
        if error:
            errors.append(f"{shown_call(task, arguments)}: {error}")
    tests: tuple[Mapping[str, str | None], ...] = ()
    if task.tests:
        match next(found):
            case Outcome(value=list(reports), error=None):
                tests = tuple(report for report in reports if isinstance(report, dict))  # type: ignore[misc]
            case Outcome(error=str(error)):
                errors.append(error)
            case LimitedError() as failure:
                errors.append(str(failure))
    return Attempt(values, errors[0] if errors else None, tests=tests)


def shown_call(task: PythonTask, arguments: Sequence[Any]) -> str:
    """Return a call as a learner would write it: a table by the name of its extract."""
    return f"{task.function}({', '.join(_shown(argument) for argument in arguments)})"


def _shown(argument: Any) -> str:
    if _is_extract(argument):
        return repr(f"{argument['csv']}.csv")
    return "connection" if argument == {"database": True} else repr(argument)


def _is_extract(argument: Any) -> bool:
    return isinstance(argument, dict) and set(argument) == {"csv"}


def _run(
    script: Path, calls: Sequence[Call], readable: Sequence[Path], seconds: float, each: float
) -> list[Outcome | LimitedError]:
    """Call functions; where the process fails as a whole, go on behind the call that made it fail."""
    found: list[Outcome | LimitedError] = []
    while len(found) < len(calls):
        left = calls[len(found) :]
        try:
            found += call_limited(script, left, readable=readable, seconds=seconds, memory_mb=MEMORY_MB, each=each)
        except LimitedError as error:
            found += error.done
            # What fails before the first call fails before every call.
            found += [error] * (1 if error.loaded else len(calls) - len(found))
    return found
