"""Ask a database one question, safely: read only, one statement, within a time limit."""

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

Value = int | float | str | bytes | None
Row = tuple[Value, ...]

FACT_SECONDS = 10.0
"""How long the query of a fact may take."""
LONGEST_VALUE = 1_000_000
"""Bytes of the longest text a query may make: one function call is not interrupted."""
LONGEST_PATTERN = 200
"""Bytes of the longest LIKE or GLOB pattern, for the same reason."""
COMPILE_SECONDS = 2.0
"""How long listing the steps of a compiled statement may take."""
STEPS = 2_000
"""Steps of SQLite's virtual machine between two looks at the clock."""

READING = frozenset((sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE))
FORBIDDEN_FUNCTIONS = frozenset(("load_extension", "fts3_tokenizer"))
REASONS = {
    sqlite3.SQLITE_ATTACH: "may not attach another database",
    sqlite3.SQLITE_DETACH: "may not detach a database",
    sqlite3.SQLITE_PRAGMA: "may not use PRAGMA",
    sqlite3.SQLITE_TRANSACTION: "may not begin or end a transaction",
    sqlite3.SQLITE_SAVEPOINT: "may not begin or end a transaction",
}
WRITING = "may not write: only SELECT is allowed"
EXPLAINED = re.compile(r"(\s|--[^\n]*\n|/\*.*?\*/)*explain\b", re.IGNORECASE | re.DOTALL)
DEFINING = re.compile(r"(\s|--[^\n]*\n|/\*.*?\*/)*(create|alter|drop)\b", re.IGNORECASE | re.DOTALL)
BLANK = re.compile(r"(\s|;|--[^\n]*(\n|$)|/\*.*?\*/)*", re.DOTALL)
NO_PARAMETERS: Mapping[str, object] = MappingProxyType({})


class QueryError(Exception):
    """A query was refused or failed; the message says why, in words for an author or a learner."""


@dataclass(frozen=True)
class Result:
    """What a query returned."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    truncated: bool = False
    """Whether there were more rows than were asked for."""


def run_query(
    database: Path,
    sql: str,
    parameters: Mapping[str, object] = NO_PARAMETERS,
    *,
    seconds: float = 2.0,
    rows: int = 10_000,
    steps: int | None = None,
    backwards: bool = False,
) -> Result:
    """The first `rows` rows of one SELECT, with named parameters such as `:since`.

    `steps` limits the work by a count that is the same on every computer. `backwards` reads tables
    from the other end, which changes whatever the query leaves open, such as an order.

    Raises QueryError for a syntax error, an unknown name, a second statement, anything that
    would write or reach beyond the database, and where it takes longer than `seconds` or `steps`.
    """
    with closing(_open(database)) as connection:
        if backwards:
            connection.execute("PRAGMA reverse_unordered_selects = ON")
        guard = _Guard(reading_only=True, steps=steps)
        with guard.watching(connection, seconds):
            cursor = connection.execute(sql, dict(parameters))
            if cursor.description is None:
                raise QueryError("there is no query; write one SELECT")
            found = cursor.fetchmany(rows + 1)
        columns = tuple(column[0] for column in cursor.description)
        return Result(columns, tuple(found[:rows]), len(found) > rows)


def query_as_data(database: str, sql: str, seconds: float, rows: int) -> dict[str, object]:
    """What `run_query` gives, as plain data for a process that calls this one: a result, or why there is none."""
    try:
        result = run_query(Path(database), sql, seconds=seconds, rows=rows)
    except QueryError as error:
        return {"error": str(error)}
    shown = [[f"x'{value.hex()}'" if isinstance(value, bytes) else value for value in row] for row in result.rows]
    return {"columns": list(result.columns), "rows": shown, "truncated": result.truncated}


def prepare(source: Path | str, sql: str) -> None:
    """Check that one statement is valid SQL for a database (a path) or for a schema (its SQL text).

    The statement is compiled, not run, so that it may also create or change something.
    Raises QueryError for a syntax error, an unknown table or column, or a second statement.
    """
    explained = sql if EXPLAINED.match(sql) else f"EXPLAIN {sql}"
    connection = _open(source) if isinstance(source, Path) else _from_schema(source)
    with closing(connection), _Guard(reading_only=False).watching(connection, COMPILE_SECONDS):
        connection.execute(explained, _AnyParameter())


def schema_of(database: Path) -> str:
    """The SQL text that makes the tables, views and indexes of a database, without its rows."""
    with closing(_open(database)) as connection:
        made = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        return ";\n".join(row[0] for row in connection.execute(made)) + ";"


def prepare_script(schema: str, script: str) -> None:
    """Check that every statement of a script is valid SQL for a schema; a table it creates is known from then on.

    Statements are compiled; only those that create, alter or drop something are run, on a copy without rows.
    Raises QueryError as `prepare` does, with `statement` counted from 1.
    """
    with closing(_from_schema(schema)) as connection:
        for number, statement in enumerate(statements(script), start=1):
            guard = _Guard(reading_only=False)
            try:
                with guard.watching(connection, COMPILE_SECONDS):
                    connection.execute(
                        statement if EXPLAINED.match(statement) else f"EXPLAIN {statement}", _AnyParameter()
                    )
                    if DEFINING.match(statement):
                        connection.execute(statement, _AnyParameter())
            except QueryError as error:
                raise QueryError(f"statement {number}: {error}" if number > 1 else str(error)) from None


def statements(script: str) -> Iterator[str]:
    """The statements of a script, without what is only comment or space."""
    rest = ""
    for piece in re.split(r"(?<=;)", script):
        rest += piece
        if sqlite3.complete_statement(rest):
            if not BLANK.fullmatch(rest):
                yield rest
            rest = ""
    if not BLANK.fullmatch(rest):
        yield rest


def fact_value(database: Path, sql: str) -> Value:
    """The value of a fact: what a query with one row and one column returns.

    Raises QueryError as `run_query` does, and for any other number of rows or columns.
    """
    result = run_query(database, sql, seconds=FACT_SECONDS, rows=2)
    if len(result.columns) != 1 or len(result.rows) != 1:
        rows = ("no row", "one row", "more than one row")[len(result.rows)]
        raise QueryError(f"a fact is one row with one column; the query has {rows}, columns: {len(result.columns)}")
    return result.rows[0][0]


def _open(database: Path) -> sqlite3.Connection:
    if not database.is_file():
        raise QueryError(f"there is no database {database}")
    # Without an isolation level the sqlite3 module never begins a transaction by itself.
    address = f"{database.resolve().as_uri()}?mode=ro&immutable=1"
    return sqlite3.connect(address, uri=True, isolation_level=None)


def _from_schema(schema: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    try:
        connection.executescript(schema)
    except sqlite3.Error as error:
        connection.close()
        raise QueryError(f"the schema is not valid: {error}") from None
    return connection


class _AnyParameter(dict[str, object]):
    """Gives NULL for every named parameter, which is enough to compile a statement."""

    def __missing__(self, name: str) -> None:
        return None


class _Guard:
    """Watches one query: says no to what it may not do, and stops it when its time is up."""

    def __init__(self, *, reading_only: bool, steps: int | None = None) -> None:
        self._reading_only = reading_only
        self._reason: str | None = None
        self._late = False
        self._steps = steps
        self._done = 0

    @contextmanager
    def watching(self, connection: sqlite3.Connection, seconds: float) -> Iterator[None]:
        """Let the query in the block compute for `seconds`; whatever SQLite reports becomes a QueryError.

        Time in which other programs compute does not count, so that a busy computer refuses no query.
        """
        end = time.thread_time() + seconds
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, LONGEST_PATTERN)
        connection.set_authorizer(self._authorise)
        connection.set_progress_handler(lambda: self._is_late(end), STEPS)
        try:
            yield
        except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
            late = f"took longer than {self._limit(seconds)}" if self._late else None
            raise QueryError(late or self._reason or _in_words(error)) from None

    def _authorise(self, action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_FUNCTION and second in FORBIDDEN_FUNCTIONS:
            self._reason = f"may not use the function {second}"
        elif action == sqlite3.SQLITE_UPDATE and first == "sqlite_master":
            # How SQLite declares json_each and the like to itself; it refuses a real UPDATE here anyway.
            return sqlite3.SQLITE_OK
        elif self._reading_only and action not in READING:
            self._reason = REASONS.get(action, WRITING)
        elif action in (sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_PRAGMA):
            # Some pragmas act while they are compiled.
            self._reason = REASONS[action]
        else:
            return sqlite3.SQLITE_OK
        return sqlite3.SQLITE_DENY

    def _is_late(self, end: float) -> bool:
        self._done += STEPS
        self._late = time.thread_time() > end or self._exceeded
        return self._late

    @property
    def _exceeded(self) -> bool:
        return self._steps is not None and self._done > self._steps

    def _limit(self, seconds: float) -> str:
        if self._exceeded and self._steps:
            return f"{self._steps // 1_000_000} million steps"
        return f"{seconds:g} s"


def _in_words(error: Exception) -> str:
    """The message of SQLite, where it is not already clear."""
    text = str(error)
    if "one statement at a time" in text:
        return "more than one statement; write exactly one"
    if text.startswith("Binding") and "has no name" in text:
        return "a parameter has no name; write :name, not ?"
    if text == "incomplete input":
        return "the statement is not complete"
    if found := re.search(r"value for binding (?:parameter )?:(\w+)", text):
        return f"the parameter :{found[1]} has no value"
    return text
