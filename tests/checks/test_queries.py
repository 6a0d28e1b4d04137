"""Keys, mutants and instances, tried on the databases of the small course."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.checks import queries
from builders.checks.databases import variant_database
from builders.checks.instances import practice_instances
from builders.checks.queries import check_queries
from builders.course import Course, Problem, read_course
from builders.data import run_query
from builders.data.instances import is_finished
from builders.data.ordering import is_limited, is_ordered, with_ties_broken

TINY = Path(__file__).parent.parent / "courses" / "tiny"
ITEM: dict[str, Any] = {
    "objective": "pflegen", "facets": ["kette"], "topic": "TB", "points": 1, "minutes": 2, "difficulty": 0.5,
    "status": "reviewed", "stem": "Wie viele Fahrten?", "rationale": "So viele.",
}  # fmt: skip
COUNT = "SELECT count(*) FROM fahrten"


def sql(key: str, *mutants: str, **changes: Any) -> dict[str, Any]:
    wrong = [{"misconception": "M-geht-schon", "sql": mutant, "feedback": "Nein."} for mutant in mutants]
    own = {"id": "neu-1", "kind": "sql", "dataset": "fahrten", "key_sql": key, "mutants": wrong}
    return ITEM | own | {"scoring": [{"points": 1, "text": "die Zahl"}]} | changes


def numeric(**changes: Any) -> dict[str, Any]:
    return ITEM | {"id": "neu-1", "kind": "numeric"} | changes


def load(folder: Path, *items: dict[str, Any], pool: str = "secure/items", functions: str = "") -> Course:
    """The small course with more items and their functions."""
    if not folder.exists():
        shutil.copytree(TINY, folder)
    path = folder / "assessments" / pool / "02-daten.yaml"
    path.write_text(yaml.safe_dump({"items": list(items)}, sort_keys=False, allow_unicode=True), encoding="utf-8")
    path.with_suffix(".py").write_text(functions, encoding="utf-8")
    loaded = read_course(folder, secrets=True)
    assert loaded.course, loaded.problems
    return loaded.course


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the course, so that its databases are made once."""
    return tmp_path_factory.mktemp("course") / "tiny"


def found(course: Course, *, every: bool = False) -> list[str]:
    return [f"{one.rule} {one.message}" for one in check_queries(course, lambda note: None, every=every)]


def test_the_small_course_is_clean(root: Path) -> None:
    assert found(load(root)) == []


HERE = "the key query of 'neu-1' on 'uebung'"
KEYS = {
    "fails": (sql("SELECT kn FROM fahrten"), f"CQ01 {HERE} fails: no such column: kn; mend 'key_sql'"),
    "two statements": (sql("SELECT 1; SELECT 2"), f"CQ01 {HERE} fails: more than one statement; write exactly one"),
    "empty": (sql("SELECT tag FROM fahrten WHERE km < 0"), f"CQ01 {HERE} gives no value; ask for what the data holds"),
    "no order": (
        sql("SELECT name FROM raeder GROUP BY name", ordered=True),
        f"CQ01 {HERE} has no ORDER BY, and order counts; add one",
    ),
    "ties that the way rows are read decides": (
        sql("SELECT fahrt_id FROM fahrten ORDER BY tag", ordered=True),
        f"CQ01 {HERE} leaves ties open",
    ),
    "ties after groups": (
        sql("SELECT name, length(name) > 5 AS n FROM raeder GROUP BY name ORDER BY n", ordered=True),
        f"CQ01 {HERE} leaves ties open",
    ),
    "a limit among ties": (
        sql("SELECT fahrt_id FROM fahrten ORDER BY tag LIMIT 3 -- the first"),
        f"CQ01 {HERE} leaves ties open",
    ),
    "a limit of anything": (sql("SELECT fahrt_id FROM fahrten LIMIT 3;"), f"CQ01 {HERE} leaves ties open"),
    "an order inside": (
        sql("SELECT max(a) FROM (SELECT fahrt_id AS a FROM fahrten LIMIT 3)"),
        f"CQ01 {HERE} gives something else where rows are read in another order (",
    ),
    "slow": (
        sql("WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t WHERE x < 9e9) SELECT max(x) FROM t"),
        f"CQ01 {HERE} fails: took longer than 1 million steps; mend 'key_sql'",
    ),
}


@pytest.mark.parametrize(("item", "message"), KEYS.values(), ids=KEYS)
def test_a_key_that_will_not_do_is_told(
    item: dict[str, Any], message: str, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "STEPS", 1_000_000)
    messages = found(load(root, item))
    assert len(messages) == 1
    assert messages[0].startswith(message), messages[0]


GOOD = {
    "a count": sql(COUNT),
    "nothing, on purpose": sql("SELECT tag FROM fahrten WHERE km < 0", checks={"nonempty": False}),
    "ties of equal rows": sql("SELECT tag FROM fahrten ORDER BY tag LIMIT 3", ordered=True),
    "ties decided": sql("SELECT fahrt_id, km FROM fahrten ORDER BY km DESC, fahrt_id LIMIT 5;", ordered=True),
    "sums in any order": sql("SELECT rad_id, sum(km), avg(km) FROM fahrten GROUP BY rad_id"),
    "an order in a text": sql("SELECT 'order by 1 limit 2' AS a, count(*) FROM fahrten -- limit"),
    "nobody compares": sql(COUNT, COUNT, checks={"distinct": False}),
}


@pytest.mark.parametrize("item", GOOD.values(), ids=GOOD)
def test_a_good_key_is_let_alone(item: dict[str, Any], root: Path) -> None:
    assert found(load(root, item)) == []


MUTANTS = {
    "equal": (sql(COUNT, "SELECT count(km) FROM fahrten"), "gives the same result as the key"),
    "fails": (sql(COUNT, "SELECT count(x) FROM fahrten"), "cannot be compared with its key: no such column: x"),
    "the same but for order": (
        sql("SELECT name FROM raeder ORDER BY name", "SELECT name FROM raeder ORDER BY name DESC", ordered=False),
        "gives the same result as the key",
    ),
    "too near": (
        sql("SELECT 1000, 'a'", "SELECT 1010, 'a'", checks={"min_gap_pct": 2}),
        "is only 0.99 % from the key, and 'min_gap_pct' asks for 2; set it apart",
    ),
}


@pytest.mark.parametrize(("item", "message"), MUTANTS.values(), ids=MUTANTS)
def test_a_mutant_that_nobody_would_see_is_told(item: dict[str, Any], message: str, root: Path) -> None:
    messages = found(load(root, item))
    assert len(messages) == 1
    assert messages[0].startswith(f"CQ02 a mutant of 'neu-1' on 'uebung' {message}"), messages[0]


FAR = [
    sql("SELECT 1000, 'a'", "SELECT 1030, 'a'", checks={"min_gap_pct": 2}),
    sql("SELECT 1000, 'a'", "SELECT 1001, 'b'", checks={"min_gap_pct": 2}),
    sql("SELECT 1000 UNION ALL SELECT 5", "SELECT 1000", checks={"min_gap_pct": 2}),
    sql("SELECT name FROM raeder ORDER BY name", "SELECT name FROM raeder ORDER BY name DESC", ordered=True),
]


@pytest.mark.parametrize("item", FAR)
def test_a_mutant_far_enough_is_let_alone(item: dict[str, Any], root: Path) -> None:
    assert found(load(root, item)) == []


def test_a_mutant_that_equals_its_key_on_an_exam_variant_only(root: Path) -> None:
    course = load(root)
    database = variant_database(course, course.spine.datasets[0], "klausur", lambda note: None)
    exam = run_query(database, COUNT).rows[0][0]
    course = load(root, sql(COUNT, f"SELECT {exam}"))
    assert found(course) == []
    assert [message[:40] for message in found(course, every=True)] == ["CQ02 a mutant of 'neu-1' on 'klausur' gi"]


def test_practice_items_are_tried_on_public_variants(root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "tiny"
    shutil.copytree(root, copy)
    (copy / "assessments/secure/items/02-daten.yaml").unlink(missing_ok=True)
    course = load(copy, sql("SELECT kn FROM fahrten"), pool="items")
    assert [message.split("'")[3] for message in found(course, every=True)] == ["uebung", "uebung-2"]


INSTANCES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a value that cannot be computed": (
        numeric(compute={"sql": "SELECT x FROM fahrten"}),
        ["VA03 'neu-1': the number 'key': its query fails: no such column: x; mend 'sql'"],
    ),
    "a function that is not there": (
        numeric(compute={"python": "fehlt"}),
        ["VA03 'neu-1': the number 'key': the function 'fehlt' fails:"],
    ),
    "a wrong number that is right": (
        numeric(
            compute={"sql": COUNT}, tolerance="5%",
            errors=[{"compute": {"python": "zu_viel"}, "misconception": "M-geht-schon", "feedback": "Nein."}],
        ),
        ["NU01 'neu-1' on 'uebung': the wrong value "],
    ),
    "options that meet in a draw": (
        ITEM | {
            "id": "neu-1", "kind": "choice", "order": "logical", "given": {"n": {"choose": [2, 4]}},
            "values": {"doppelt": {"sql": "SELECT 2 * {{ given.n }}"}},
            "options": [
                {"text": "{{ given.n }}", "key": True},
                {"text": "4", "misconception": "M-geht-schon", "feedback": "Nein."},
                {"text": "{{ values.doppelt }}", "misconception": "M-geht-schon", "feedback": "Nein."},
            ],
        },
        [f"MC13 'neu-1' on 'uebung' in draw {draw}: '4' stands twice" for draw in range(2)],
    ),
}  # fmt: skip
FUNCTIONS = """
def zu_viel(connection, given):
    return connection.execute("SELECT count(*) FROM fahrten").fetchone()[0] + 1
"""


@pytest.mark.parametrize(("item", "messages"), INSTANCES.values(), ids=INSTANCES)
def test_rules_hold_of_instances_too(item: dict[str, Any], messages: list[str], root: Path) -> None:
    told = found(load(root, item, functions=FUNCTIONS))
    assert [message[: len(start)] for message, start in zip(sorted(told), messages, strict=True)] == messages


def test_nothing_runs_twice(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = load(root, sql(COUNT, "SELECT count(kn) FROM fahrten"))
    first = found(course)
    assert len(first) == 1

    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a query ran again")

    monkeypatch.setattr(queries, "run_query", refuse)
    assert found(course) == first
    with pytest.raises(AssertionError):
        found(load(root, sql("SELECT max(km) FROM fahrten")))


def test_practice_items_are_made_for_learners_and_exam_items_left(root: Path, tmp_path: Path) -> None:
    copy = tmp_path / "tiny"
    shutil.copytree(root, copy)
    text = "Von {{ given.n }} bis {{ values.alle }}: {{ facts.fahrten.anzahl }}."
    item = numeric(
        stem=text, given={"n": {"range": [1, 9, 1]}}, values={"alle": {"sql": COUNT}}, compute={"sql": COUNT}
    )
    load(copy, item | {"id": "neu-2"})
    course = load(copy, item, numeric(id="neu-3", compute={"sql": "SELECT x"}), pool="items")
    made, problems = practice_instances(course, lambda note: None)
    assert [one.message for one in problems] == [
        "'neu-3': the number 'key': its query fails: no such column: x; mend 'sql'"
    ]
    assert made.items_by_id["neu-3"] == course.items_by_id["neu-3"]
    assert [is_finished(item) for item in made.items if item.id in ("neu-1", "neu-3")] == [True, False]
    assert made.items_by_id["neu-2"] == course.items_by_id["neu-2"]
    shown: Any = made.items_by_id["neu-1"]
    number = run_query(variant_database(course, course.spine.datasets[0], "uebung", lambda note: None), COUNT).rows[0][
        0
    ]
    assert shown.stem == f"Von {shown.given['n']} bis {number}: {{{{ facts.fahrten.anzahl }}}}."
    assert shown.value == number


def test_where_the_outermost_order_and_limit_are() -> None:
    query = "SELECT a FROM t WHERE b IN (SELECT b FROM u ORDER BY b LIMIT 1) AND c = ' limit ' -- order by\n"
    assert not is_ordered(query)
    assert not is_limited(query)
    assert with_ties_broken(query + "ORDER  BY a LIMIT 2;", 1, "DESC").endswith("ORDER  BY a\n, 1 DESC\nLIMIT 2;")
    assert with_ties_broken("SELECT 1", 2, "ASC") == "SELECT 1\n\nORDER BY 1 ASC, 2 ASC\n"


def test_problems_stand_at_the_item_or_its_mutant(root: Path) -> None:
    course = load(root, sql("SELECT x"), sql(COUNT, "SELECT y", id="neu-2"))
    problems: tuple[Problem, ...] = check_queries(course, lambda note: None)
    places = {problem.place for problem in problems}
    assert places == {course.items_by_id["neu-1"].at, course.items_by_id["neu-2"].mutants[0].at}  # type: ignore[union-attr]


@pytest.mark.full
def test_keys_and_mutants_of_this_repository_hold_on_every_variant() -> None:
    course = read_course(Path(__file__).parents[2], secrets=True).course
    assert course is not None
    assert found(course, every=True) == []
