"""Instances of items: draws, values, keys, order, and what is said where one cannot be made."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as examples
from hypothesis import strategies as st
from pydantic import TypeAdapter

from builders.course.items import Item
from builders.data.instances import combinations, draw_given, fill, is_computed, realise, realise_all

from builders.data.instances import Ground, Request  # isort: skip
from builders.data.numbers import intervals_of, numbers_of

ITEM: TypeAdapter[Item] = TypeAdapter(Item)
QUARTERS = [
    {"label": "Q3 2024", "from": "2024-07-01", "to": "2024-10-01"},
    {"label": "Q4 2024", "from": "2024-10-01", "to": "2025-01-01"},
    {"label": "Q1 2025", "from": "2025-01-01", "to": "2025-04-01"},
]
FUNCTIONS = """
import time
def rows(connection, given):
    return connection.execute("SELECT count(*) FROM t WHERE n <= ?", (given["n"],)).fetchone()[0]
def double(connection, given):
    return 2 * given["n"]
def word(connection, given):
    return "many"
def nothing(connection, given):
    return None
def infinite(connection, given):
    return float("inf")
def broken(connection, given):
    return 1 / 0
def leave(connection, given):
    import os
    os._exit(3)
"""


def make(kind: str = "numeric", **changes: Any) -> Any:
    own: dict[str, Any] = {
        "id": "X-1", "kind": kind, "objective": "O", "facets": ["main"], "topic": "T", "points": 1, "minutes": 1,
        "difficulty": 0.5, "stem": "How many?", "rationale": "So many.",
    }  # fmt: skip
    if kind == "numeric" and "value" not in changes:
        own["compute"] = {"sql": "SELECT count(*) FROM t"}
    return ITEM.validate_python(own | changes)


def choice(*texts: str, **changes: Any) -> Any:
    options = [{"text": text, "key": number == 0} for number, text in enumerate(texts)]
    return make("choice", options=options, **changes)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "made.sqlite"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE t (n INTEGER, day TEXT)")
    days = ["2024-08-01", "2024-11-05", "2024-12-24", "2025-01-01", "2025-02-02", "2025-03-31"]
    connection.executemany("INSERT INTO t VALUES (?, ?)", enumerate(days, start=1))
    connection.commit()
    connection.close()
    return path


@pytest.fixture(scope="module")
def functions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("items") / "01-all.py"
    path.write_text(FUNCTIONS)
    return path


DRAWN = {
    "n": {"range": [1, 6, 1]},
    "rate": {"range": [0.1, 0.3, 0.1]},
    "quarter": {"choose": QUARTERS},
    "fixed": "as it is",
}


def test_draws_that_follow_one_another_differ_until_all_have_been() -> None:
    item = make(given=DRAWN)
    assert combinations(item) == 6 * 3 * 3
    seen = [repr(draw_given(item, draw)) for draw in range(54)]
    assert len(set(seen)) == 54
    assert [repr(draw_given(item, draw)) for draw in range(54, 108)] == seen


@examples(st.integers(0, 2**64))
def test_a_draw_is_decided_by_id_and_number(draw: int) -> None:
    item = make(given=DRAWN)
    one = draw_given(item, draw)
    assert one == draw_given(make(given=DRAWN, stem="Another text?"), draw)
    assert one["n"] in range(1, 7)
    assert one["rate"] in (0.1, 0.2, 0.3)
    assert one["quarter"] in QUARTERS
    assert one["fixed"] == "as it is"


def test_items_of_other_ids_draw_on_their_own() -> None:
    draws = [[draw_given(make(id=f"X-{name}", given=DRAWN), draw)["n"] for draw in range(12)] for name in range(6)]
    assert len({tuple(draw) for draw in draws}) > 3


def test_values_that_go_together_stay_together(database: Path) -> None:
    item = make(
        given={"quarter": {"choose": QUARTERS}},
        compute={"sql": "SELECT sum(day >= '{{ given.quarter.from }}' AND day < '{{given.quarter.to}}') FROM t"},
        stem="How many in {{ given.quarter.label }}?",
        values={"n": {"sql": "SELECT count(*) FROM t", "format": "{:04}"}},
        rationale="Of {{ values.n }}.",
    )  # fmt: skip
    made = [realise(item, draw, database) for draw in range(3)]
    assert {(one.stem, one.value) for one in made} == {  # type: ignore[union-attr]
        ("How many in Q3 2024?", 1.0),
        ("How many in Q4 2024?", 2.0),
        ("How many in Q1 2025?", 3.0),
    }
    for one in made:
        assert not isinstance(one, list)
        assert (one.rationale, one.values, one.compute) == ("Of 0006.", {}, None)  # type: ignore[union-attr]
        assert ITEM.validate_python(one.model_dump(mode="json", exclude_defaults=True)) == one


def test_nothing_is_left_to_compute_in_a_case(database: Path, functions: Path) -> None:
    part = {
        "id": "a", "kind": "numeric", "stem": "Up to {{ given.n }}?", "points": 1, "compute": {"python": "rows"},
        "tolerance": "1%",
        "errors": [
            {"compute": {"python": "double"}, "misconception": "M-a", "feedback": "Not {{ values.twice }}."},
            {"value": 77, "misconception": "M-a", "feedback": "No."},
        ],
    }  # fmt: skip
    item = make(
        "case", stimulus="{{ given.n }} apples", parts=[part], given={"n": {"range": [2, 5, 1]}},
        values={"twice": {"python": "double"}},
    )  # fmt: skip
    case: Any = realise(item, 3, database, functions=functions)
    n = draw_given(item, 3)["n"]
    assert case.stimulus == f"{n} apples"
    assert (case.parts[0].value, case.parts[0].compute) == (n, None)
    assert [error.value for error in case.parts[0].errors] == [2 * n, 77]
    assert case.parts[0].errors[0].feedback == f"Not {2 * n}."
    assert case.given == {"n": n}
    assert not list(realise_all([Request(item, 0, Ground(database, functions))])[0].values)  # type: ignore[union-attr]


def test_a_key_keeps_the_raw_number(database: Path) -> None:
    item: Any = realise(make(compute={"sql": "SELECT 2.0 / 3"}), 0, database)
    assert item.value == 2 / 3


def test_queries_and_mutants_get_what_is_given(database: Path) -> None:
    mutant = {
        "misconception": "M-a",
        "sql": "SELECT n FROM t WHERE n < {{ given.n }}",
        "feedback": "{{ given.n }} too.",
    }
    item = make(
        "sql", dataset="d", key_sql="SELECT n FROM t WHERE n <= {{ given.n }}", given={"n": 4}, mutants=[mutant],
        scoring=[{"points": 1, "text": "up to {{ given.n }}"}],
    )  # fmt: skip
    made: Any = realise(item, 0, None)
    assert made.key_sql == "SELECT n FROM t WHERE n <= 4"
    assert (made.mutants[0].sql, made.mutants[0].feedback) == ("SELECT n FROM t WHERE n < 4", "4 too.")
    assert made.scoring[0].text == "up to 4"


def test_computed_numbers_in_logical_order_rise_and_others_stay() -> None:
    given = {"n": {"choose": [3, 40]}}
    texts = ("{{ given.n }} rows", "10 rows", "1,200 rows")
    for draw in range(2):
        item: Any = fill(
            choice(*texts, given=given, order="logical"), draw_given(choice(*texts, given=given), draw), {}
        )
        n = item.given["n"]
        assert [option.text for option in item.options] == sorted(
            [f"{n} rows", "10 rows", "1,200 rows"], key=lambda text: int(text.split()[0].replace(",", ""))
        )
        assert sum(option.key for option in item.options) == 1
    free: Any = fill(choice(*texts, given=given), {"n": 40}, {})
    assert [option.text for option in free.options] == ["40 rows", "10 rows", "1,200 rows"]
    written: Any = fill(choice("30", "20", "10", order="logical"), {}, {})
    assert [option.text for option in written.options] == ["30", "20", "10"]


def test_records_keep_pool_and_place() -> None:
    from builders.course.items import Pool

    item = choice("{{ given.n }}", "b", "c", given={"n": 1}).in_pool(Pool.SECURE)
    assert fill(item, {"n": 1}, {}).pool is Pool.SECURE


def test_facts_are_those_of_the_variant_or_stay() -> None:
    item = make(value=1, stem="Of {{ facts.a.b }}: {{ other }}, {{c1::x}}")
    assert fill(item, {}, {}).stem == item.stem
    assert fill(item, {}, {}, {"facts.a.b": "12"}).stem == "Of 12: {{ other }}, {{c1::x}}"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown value": (
        {"stem": "{{ values.totel }}", "values": {"total": {"sql": "SELECT 1"}}},
        "there is no value 'values.totel'; did you mean 'values.total'?",
    ),
    "an unknown given": ({"value": 1, "stem": "{{ given.x }}"}, "there is no value 'given.x'; none is defined yet"),
    "a part that is not there": (
        {"value": 1, "given": {"q": {"a": 1}}, "stem": "{{ given.q.b }}"},
        "there is no value 'given.q.b'; did you mean 'given.q.a'?",
    ),
    "a query that fails": (
        {"compute": {"sql": "SELECT x FROM t"}},
        "the number 'key': its query fails: no such column: x; mend 'sql'",
    ),
    "two rows": (
        {"compute": {"sql": "SELECT n FROM t"}},
        "the number 'key': its query fails: a fact is one row with one column; the query has more than one row",
    ),
    "a text as key": (
        {"compute": {"sql": "SELECT 'a'"}},
        "the number 'key': it gives the text 'a'; let it give a number",
    ),
    "no value": (
        {"compute": {"sql": "SELECT NULL"}},
        "the number 'key': it gives nothing; let it give one number or text",
    ),
    "no number": (
        {"compute": {"python": "infinite"}},
        "the number 'key': it gives inf; let it give a number that can be written",
    ),
    "a function that fails": (
        {"compute": {"python": "broken"}},
        "the number 'key': the function 'broken' fails: line 14: ZeroDivisionError: division by zero",
    ),
    "a format that does not fit": (
        {"value": 1, "values": {"a": {"python": "word", "format": "{:,}"}}},
        "the value 'a', 'many', cannot be written as '{:,}' (Cannot specify ',' with 's'.); mend its 'format'",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_made_is_told(changes: dict[str, Any], message: str, database: Path, functions: Path) -> None:
    problems = realise(make(given={"n": 1}) if not changes else make(**changes), 0, database, functions=functions)
    assert isinstance(problems, list)
    assert len(problems) == 1
    assert (problems[0].rule, problems[0].place.path) == ("VA03", "X-1")
    assert problems[0].message.startswith(f"'X-1': {message}"), problems[0].message


def test_a_function_without_a_file_is_told(database: Path, tmp_path: Path) -> None:
    item = make(compute={"python": "rows"})
    for functions, where in ((None, "a file of functions beside the items"), (tmp_path / "05-x.py", "'05-x.py'")):
        problems: Any = realise(item, 0, database, functions=functions)
        assert f"the function 'rows' has no file; write {where}" in problems[0].message


def test_a_function_that_ends_its_process_leaves_the_others_alone(database: Path, functions: Path) -> None:
    names = ("rows", "leave", "double", "rows")
    items = [make(id=f"X-{n}", given={"n": n}, compute={"python": name}) for n, name in enumerate(names, start=2)]
    made: Any = realise_all([Request(item, 0, Ground(database, functions)) for item in items])
    assert [one.value for one in (made[0], made[2], made[3])] == [2, 8, 5]
    assert "the functions of '01-all.py' fail" in made[1][0].message


def test_values_are_remembered_and_failures_are_not(database: Path) -> None:
    known: dict[str, Any] = {}
    good = Request(make(), 0, Ground(database))
    bad = Request(make(compute={"sql": "SELECT x"}), 0, Ground(database))
    realise_all([good, bad], known)
    assert list(known.values()) == [6]
    known[next(iter(known))] = 7
    again: Any = realise_all([good], known)[0]
    assert again.value == 7


def test_what_counts_as_computed() -> None:
    assert is_computed(make())
    assert is_computed(make(value=1, given={"a": 1}))
    assert not is_computed(make(value=1))
    assert is_computed(make(value=1, errors=[{"compute": {"python": "f"}, "misconception": "M-a", "feedback": "f"}]))


def test_numbers_in_texts() -> None:
    assert numbers_of(["1,234", "56", "7.5"]) == [1234, 56, 7.5]
    assert numbers_of(["$1,234.50", "$3"]) == [1234.5, 3]
    assert numbers_of(["3,5 km", "12 km"]) == [3.5, 12]
    assert numbers_of(["−3 %", "12 %"]) == [-3, 12]
    assert numbers_of(["3 km", "12 m"]) is None
    assert numbers_of(["3", "many"]) is None
    assert intervals_of(["10–20 rows", "20–30 rows"]) == [(10, 20), (20, 30)]
    assert intervals_of(["10–20 rows", "30 rows"]) is None
