"""The frozen transcripts: each planted mistake is one, each correction is right, and no page says which is which."""

from __future__ import annotations

import ast
import json
import operator
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from builders.data import QueryError, build_database, fact_value, prepare, run_query
from builders.data.limited import Call, Outcome, call_limited

ROOT = Path(__file__).parents[2]
SECRETS = ROOT / "assessments" / "secure" / "transcripts"
LARKPOST = ROOT / "source" / "larkpost"
PAGES = LARKPOST / "assistant"
GENERATOR = LARKPOST / "dataset" / "generate.py"
SCHEMA = (GENERATOR.parent / "schema.sql").read_text(encoding="utf-8")
API = LARKPOST / "api" / "larkpost-openapi.yaml"
FACTS = yaml.safe_load((LARKPOST / "facts.yaml").read_text(encoding="utf-8"))["facts"]
VARIANTS = ("practice", "practice-2")
WIDEST = 76
"""Characters of a line of code that fit on a page of 160 mm."""
RELATIONS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt}
ALWAYS_MET = 12
"""The first so many classes of mistakes must all occur."""

CATALOGUES = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(SECRETS.glob("t-*.yaml"))]
ERRORS = [(catalogue, error) for catalogue in CATALOGUES for error in catalogue["errors"]]
CLASSES = [entry["id"] for entry in yaml.safe_load((SECRETS / "classes.yaml").read_text(encoding="utf-8"))["classes"]]


def page(catalogue: dict[str, Any]) -> str:
    return (ROOT / catalogue["page"]).read_text(encoding="utf-8")


def answer(text: str) -> str:
    """What the assistant says: all that follows the first heading of an answer."""
    return text.split("## Answer\n", 1)[1]


def listings(text: str) -> list[tuple[str, str]]:
    """The language and content of every fenced block of a page."""
    return [(token.info, token.content) for token in MarkdownIt().parse(text) if token.type == "fence"]


def filled(template: str, text: str, code: str = "") -> str:
    """A query or script with the page's listings, its answer and the corrected code put in."""
    values = {f"listing {number}": content for number, (_, content) in enumerate(listings(text), start=1)}
    values |= {"code": code, "answer": answer(text)}
    for name, value in values.items():
        template = template.replace(f"{{{name}}}", value.strip().removesuffix(";"))
    return template


def each_check() -> list[Any]:
    """The checks of every mistake and of every correction, with the id by which pytest names them."""
    return [
        pytest.param(catalogue, error, check, id=f"{error['id']}-{kind}-{number}")
        for catalogue, error in ERRORS
        for kind, holder in (("wrong", error), ("right", error["correction"]))
        for number, check in enumerate(holder["checks"], start=1)
    ]


@pytest.fixture(scope="session")
def databases() -> dict[str, Path]:
    return {variant: build_database(GENERATOR, variant, "full", ROOT / ".cache" / "data") for variant in VARIANTS}


@pytest.mark.parametrize(("catalogue", "error", "check"), each_check())
def test_check_holds(
    catalogue: dict[str, Any], error: dict[str, Any], check: dict[str, Any], databases: dict[str, Path], tmp_path: Path
) -> None:
    text, code = page(catalogue), error["correction"].get("code", "")
    match check["kind"]:
        case "query" | "query-fails":
            for database in allowed(check, databases):
                check_query(check, database, text, code)
        case "python":
            script = tmp_path / "answer.py"
            script.write_text(filled(check["script"], text, code), encoding="utf-8")
            for database in asked(check, databases):
                check_python(check, script, database)
        case "fact":
            for database in allowed(check, databases):
                assert fact_text(check["fact"], database) == check["equals"]
        case "openapi":
            check_openapi(check)
        case "document":
            check_words(check, (ROOT / check["file"]).read_text(encoding="utf-8"))
        case "answer":
            check_words(check, answer(text))
        case kind:
            pytest.fail(f"unknown kind of check {kind}")


def check_query(check: dict[str, Any], database: Path, text: str, code: str) -> None:
    if check["kind"] == "query-fails":
        with pytest.raises(QueryError, match=check["message"]):
            run_query(database, filled(check["sql"], text, code))
        return
    left, right = (value_of(check[side], database, text, code) for side in ("left", "right"))
    assert RELATIONS[check["relation"]](left, right), f"{left} {check['relation']} {right} does not hold"


def value_of(source: Any, database: Path, text: str, code: str) -> Any:
    """A number as it stands, or the only value of a query."""
    if not isinstance(source, str):
        return source
    [[value]] = run_query(database, filled(source, text, code), seconds=10).rows
    assert value is not None, source
    return value


def asked(check: dict[str, Any], databases: dict[str, Path]) -> Sequence[Path | None]:
    """The databases on which a function is called; None for a function that needs none."""
    return allowed(check, databases) if check.get("database") else [None]


def allowed(check: dict[str, Any], databases: dict[str, Path]) -> list[Path]:
    """All public variants, or the one whose numbers a document shows."""
    return [path for variant, path in databases.items() if check.get("only", variant) == variant]


def check_python(check: dict[str, Any], script: Path, database: Path | None) -> None:
    call = Call(check["function"], tuple(check.get("arguments", ())), database)
    [outcome] = call_limited(script, [call], seconds=20)
    if "error" in check:
        assert outcome.error is not None
        assert check["error"] in outcome.error
        return
    assert outcome.error is None, outcome.error
    if "expect_query" in check:
        assert database is not None
        expected = [value for (value,) in run_query(database, check["expect_query"]).rows]
        assert outcome.value == pytest.approx(expected)
        return
    assert_same(outcome, check["expect"])


def assert_same(outcome: Outcome, expected: Any) -> None:
    """A boolean must be a boolean: 1 is not True."""
    assert json.dumps(outcome.value, sort_keys=True) == json.dumps(expected, sort_keys=True)


def fact_text(name: str, database: Path) -> str:
    """A fact of the course as lessons print it, measured now."""
    [fact] = [entry for entry in FACTS if entry["id"] == name]
    if "sql" in fact:
        return str(fact["format"]).format(fact_value(database, fact["sql"]))
    [outcome] = call_limited(LARKPOST / "facts.py", [Call(fact["python"], (), database)])
    return str(fact["format"]).format(outcome.value)


@cache
def api() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(API.read_text(encoding="utf-8"))
    return document


def check_openapi(check: dict[str, Any]) -> None:
    document = api()
    if "pointer" in check:
        assert at_pointer(document, check["pointer"]) == check["equals"]
        return
    part: Any = document
    if "path" in check:
        part = resolved(document, document["paths"][check["path"]][check["method"]])
        if "header" in check:
            [header] = [p for p in part["parameters"] if p["in"] == "header" and p["name"] == check["header"]]
            assert header.get("required", False) is check["required"]
        if "status" in check:
            part = part["responses"][check["status"]]
        if "response_header" in check:
            assert check["response_header"] in part["headers"]
    check_words({key: [check[key]] for key in ("contains", "lacks") if key in check}, json.dumps(part))


def at_pointer(document: Any, pointer: str) -> Any:
    for step in pointer.lstrip("#/").split("/"):
        document = document[step.replace("~1", "/").replace("~0", "~")]
    return document


def resolved(document: Any, part: Any) -> Any:
    """A part of the document with what it refers to in place."""
    if isinstance(part, dict):
        if "$ref" in part:
            return resolved(document, at_pointer(document, part["$ref"]))
        return {key: resolved(document, value) for key, value in part.items()}
    return [resolved(document, value) for value in part] if isinstance(part, list) else part


def check_words(check: dict[str, Any], text: str) -> None:
    for words in check.get("contains", ()):
        assert words in text, words
    for words in check.get("lacks", ()):
        assert words not in text, words


# ---- The catalogues ----


def test_every_transcript_has_its_catalogue() -> None:
    assert [catalogue["transcript"] for catalogue in CATALOGUES] == [f"T-{number:02}" for number in range(1, 13)]
    assert [path.name for path in sorted(PAGES.glob("t-*.md"))] == [Path(c["page"]).name for c in CATALOGUES]


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue["transcript"])
def test_two_to_four_mistakes_each(catalogue: dict[str, Any]) -> None:
    ids = [error["id"] for error in catalogue["errors"]]
    assert 2 <= len(ids) <= 4
    assert ids == [f"{catalogue['transcript']}.{number}" for number in range(1, len(ids) + 1)]


@pytest.mark.parametrize(("catalogue", "error"), ERRORS, ids=lambda value: value.get("id", ""))
def test_mistake_is_complete(catalogue: dict[str, Any], error: dict[str, Any]) -> None:
    assert set(error) - {"also"} == {"id", "class", "misconception", "quote", "why", "evidence", "checks", "correction"}
    assert set(error["evidence"]) == {"source", "place"}
    assert error["evidence"]["source"] in ("query", "run", "document", "arithmetic", "fact")
    assert error["class"] in CLASSES
    assert error["checks"], "nothing shows that the quote is wrong"
    assert error["correction"]["checks"], "nothing shows that the correction is right"
    for quote in (error["quote"], *error.get("also", ())):
        assert page(catalogue).count(quote) == 1, quote
    prompt = page(catalogue).split("## Answer\n", 1)[0]
    assert error["quote"] not in prompt, "the mistake is the assistant's"


def test_every_class_is_met() -> None:
    used = {error["class"] for _, error in ERRORS}
    assert set(CLASSES[:ALWAYS_MET]) <= used
    assert set(CLASSES) == used


def test_misconceptions_are_registered() -> None:
    register = yaml.safe_load((ROOT / "assessments" / "misconceptions.yaml").read_text(encoding="utf-8"))
    known = {entry["id"] for entry in register["misconceptions"]}
    assert {error["misconception"] for _, error in ERRORS} <= known


def test_every_check_asks_something() -> None:
    keys = (
        "left",
        "message",
        "expect",
        "expect_query",
        "error",
        "equals",
        "header",
        "response_header",
        "contains",
        "lacks",
    )
    for param in each_check():
        assert any(key in param.values[2] for key in keys), param.id


def test_a_check_can_fail(databases: dict[str, Path]) -> None:
    """The harness itself: what does not hold is noticed."""
    with pytest.raises(AssertionError):
        check_query(
            {"kind": "query", "left": "SELECT 1", "relation": ">", "right": 1}, databases["practice"], "## Answer\n", ""
        )
    with pytest.raises(AssertionError):
        assert_same(Outcome(1, None, ""), True)
    with pytest.raises(AssertionError):
        check_openapi({"pointer": "/x-rate-limits/calls_per_window/growth", "equals": 240})


# ---- The pages ----


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue["transcript"])
def test_page_has_its_parts(catalogue: dict[str, Any]) -> None:
    text = page(catalogue)
    assert text.startswith(f"# {catalogue['transcript']}: ")
    parts = ["**Goal:** ", "**Asked by:** ", "## Prompt\n", "## Answer\n"]
    assert [text.count(part) for part in parts] == [1] * len(parts)
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert re.search(r"\*\*Asked by:\*\* .*, \d{1,2} (April|May|June) 2025\n", text)
    assert 200 <= len(answer(text).split()) <= 650


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue["transcript"])
def test_page_gives_nothing_away(catalogue: dict[str, Any]) -> None:
    text = page(catalogue)
    assert not re.search(r"T-\d\d\.\d|planted|M-[a-z]|mistake in|Q\d\d\b|PF\d\d\b", text)
    for _, error in ERRORS:
        assert error["why"][:60] not in text


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue["transcript"])
def test_listings_parse_unless_they_are_wrong(catalogue: dict[str, Any]) -> None:
    for info, content in listings(page(catalogue)):
        language, *marks = info.split()
        assert marks in ([], ["wrong"])
        if marks:
            with pytest.raises((QueryError, SyntaxError)):
                parse_listing(language, content)
        else:
            parse_listing(language, content)


@pytest.mark.parametrize("catalogue", CATALOGUES, ids=lambda catalogue: catalogue["transcript"])
def test_listings_fit_a_printed_page(catalogue: dict[str, Any]) -> None:
    for _, content in listings(page(catalogue)):
        assert max(map(len, content.splitlines())) <= WIDEST


def parse_listing(language: str, content: str) -> None:
    match language:
        case "sql":
            prepare(SCHEMA, content)
        case "python":
            ast.parse(content)
        case "json":
            json.loads(content)
        case _:
            pytest.fail(f"a listing in {language}")


@pytest.mark.parametrize(("name", "printed"), [("t-06.md", "99.77%, 1.68 hours"), ("t-08.md", "2933")])
def test_output_in_the_answer_is_what_the_code_prints(name: str, printed: str, tmp_path: Path) -> None:
    """These answers are wrong because of what the code computes, not because nobody ran it."""
    text = (PAGES / name).read_text(encoding="utf-8")
    [code] = [content for info, content in listings(text) if info == "python"]
    script = tmp_path / "answer.py"
    indented = "".join(f"    {line}" if line.strip() else line for line in code.splitlines(keepends=True))
    script.write_text(f"def run():\n{indented}", encoding="utf-8")
    [outcome] = call_limited(script, [Call("run")])
    assert outcome.printed.strip() == printed
    assert f"prints `{printed}`" in text or f"prints {printed}." in text
