"""Listings of pages and records: what parses, what does not, and what says that it should not."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builders.checks.listings import check_listings
from builders.course import read_course
from builders.data import QueryError
from builders.data.query import prepare_script, statements

TESTS = Path(__file__).parent.parent
TINY = TESTS / "courses" / "tiny"
LESSON = "source/01-rad-pflegen/01-was-quietscht-da.md"
PLACE = "Am Montag quietscht Janas Rad. Bis Freitag hört sie es nicht mehr, aber alle anderen schon."


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("course") / "tiny"
    shutil.copytree(TINY, folder)
    return folder


def told(root: Path, file: str = LESSON, find: str = PLACE, put: str = "") -> list[str]:
    """What is said of the course with this text in the place of another; the file is put back."""
    path = root / file
    before = path.read_text(encoding="utf-8")
    assert find in before
    try:
        path.write_text(before.replace(find, put, 1), encoding="utf-8")
        course = read_course(root, secrets=True).course
        assert course is not None
        return [str(problem) for problem in check_listings(course, lambda note: None)]
    finally:
        path.write_text(before, encoding="utf-8")


GOOD = {
    "sql": "```sql\nSELECT name, km FROM fahrten JOIN raeder USING (rad_id) -- all\n```",
    "statements": "```sql\nCREATE TABLE orte (a, b);\nINSERT INTO orte VALUES (1, 'x; y');\nSELECT b FROM orte;\n```",
    "parameters": "```sql\nSELECT * FROM fahrten WHERE tag >= :start\n```",
    "a plan": "```sql\nEXPLAIN QUERY PLAN SELECT km FROM fahrten\n```",
    "tables of its own": "In `fluege` steht mehr.\n\n```sql\nSELECT x, y FROM fluege GROUP BY x\n```",
    "python": '```python\ndef menge(n: int) -> float:\n    """Gut."""\n    return n * 0.02\n```',
    "indented": "1. So:\n\n   ```python\n   if True:\n       print(1)\n   ```",
    "a block with options": "```{code-block} python\n:caption: So\n\nx = 1\n```",
    "json": '```json\n{"a": [1, null]}\n```',
    "yaml": "```yaml\na: 1\n---\nb: [2]\n```",
    "toml": '```toml\n[a]\nb = "c"\n```',
    "another language": "```http\nGET / HTTP/1.1\n```\n\n```\nSELECT FROM\n```",
    "wrong on purpose": "```sql wrong\nSELECT kn FROM fahrten\n```\n\n```python wrong\nif True\n```",
    "a directive": "```{query}\nSELECT count(*) FROM fahrten\n```",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_what_parses_is_let_alone(text: str, root: Path) -> None:
    assert told(root, put=text) == []


MEND = "mend it, or write 'wrong' after"
BAD = {
    "a misspelt column": (
        "Text\n\n```sql\nSELECT kn FROM fahrten\n```",
        f":11: the sql listing does not parse: no such column: kn; {MEND} 'sql' if it should fail [CQ03]",
    ),
    "an unknown table": (
        "```sql\nSELECT 1 FROM fluege\n```",
        ":9: the sql listing does not parse: no such table: fluege",
    ),
    "the second statement": (
        "```sql\nSELECT 1;\nSELEC 2;\n```",
        ':9: the sql listing does not parse: statement 2: near "SELEC": syntax error',
    ),
    "syntax with a table of its own": (
        "Mit `fluege`:\n\n```sql\nSELECT FROM fluege\n```",
        ':11: the sql listing does not parse: near "FROM": syntax error',
    ),
    "python": ("```python\nif True\n    x\n```", ":9: the python listing does not parse: line 1: expected ':'"),
    "json": ("```json\n{'a': 1}\n```", ":9: the json listing does not parse: Expecting property name"),
    "yaml": ("```yaml\na: b: c\n```", ":9: the yaml listing does not parse: mapping values are not allowed here"),
    "toml": ("```toml\na = \n```", ":9: the toml listing does not parse: Invalid value"),
    "wrong that parses": (
        "```sql wrong\nSELECT km FROM fahrten\n```",
        ":9: the sql listing says 'wrong' and parses; drop the word, or make it fail [CQ03]",
    ),
    "in a block": ("```{code-block} json\n:caption: So\n\n{]\n```", ":9: the json listing does not parse"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "message"), BAD.values(), ids=BAD)
def test_what_does_not_parse_is_told(text: str, message: str, root: Path) -> None:
    (found,) = told(root, put=text)
    assert found.startswith(LESSON + message), found


RECORDS = {
    "assessments/items/01-rad-pflegen.yaml": "rationale: Die Kette treibt hinten das Ritzel an.",
    "assessments/secure/items/01-rad-pflegen.yaml": "rationale: 126 minus 114 sind 12.",
}


@pytest.mark.parametrize(("file", "find"), RECORDS.items())
def test_records_are_read_too(file: str, find: str, root: Path) -> None:
    (found,) = told(root, file, find, 'rationale: "```json\\n{]\\n```"')
    assert file in found


def test_other_pages_are_read_too(root: Path) -> None:
    (found,) = told(root, "source/glossar.md", "# ", "```json\n{]\n```\n\n# ")
    assert found.startswith("source/glossar.md:")


def test_values_and_gaps_stand_for_what_they_will_be(root: Path) -> None:
    file = "assessments/items/01-rad-pflegen.yaml"
    drawn = (
        "given: {tag: {choose: ['2026-03-01', '2026-03-02']}}\n"
        "    stem: \"```sql\\nSELECT km FROM fahrten WHERE tag = '{{ given.tag }}'\\n```\"\n    rationale: R."
    )
    assert (
        told(root, file, "stem: Welches Teil überträgt die Kraft nach hinten?\n    rationale: Die Kette läuft", drawn)
        == []
    )
    cloze = 'stem: "```sql\\nSELECT [[1]] FROM [[2]]\\n```"'
    find = "stem: Der [[1]] am Lenker zieht über den Zug den [[2]] an die Felge."
    (found,) = told(root, file, find, cloze)
    assert "no such table: Bremsbelag" in found


def test_statements_of_a_script() -> None:
    script = (
        "-- first;\nSELECT ';' ; /* ; */ ;\n CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;\nSELECT 2 -- end"
    )
    assert [" ".join(one.split()) for one in statements(script)] == [
        "-- first; SELECT ';' ;",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END;",
        "SELECT 2 -- end",
    ]
    with pytest.raises(QueryError, match="may not use PRAGMA"):
        prepare_script("", "PRAGMA journal_mode = OFF")


def test_the_course_of_this_repository() -> None:
    course = read_course(TESTS.parent, secrets=True).course
    assert course is not None
    assert check_listings(course, lambda note: None) == ()
