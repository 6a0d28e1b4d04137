"""What the loader reads, and the wall in front of the secure folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builders.course import Kind, Pool, Space, read_course
from builders.course.lessons import parse_blocks, parse_lesson
from builders.course.objectives import Fact, SecureDataset

ROOT = Path(__file__).parent.parent.parent
TINY = ROOT / "tests" / "courses" / "tiny"


def test_every_kind_loads() -> None:
    kinds: set[Kind] = set()
    for root in (ROOT, TINY):
        course = read_course(root, secrets=True).course
        assert course is not None
        kinds |= {item.kind for item in course.items}
    assert kinds == set(Kind)


def test_without_secrets_the_folder_is_never_opened(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    for path in (root / "assessments" / "secure").rglob("*.yaml"):
        path.write_text("}{ not YAML")
    course = read_course(root, secrets=False).course
    assert course is not None
    assert course.samples == ()
    assert {item.pool for item in course.items} == {Pool.PRACTICE}
    assert read_course(root, secrets=True).course is None


def test_course_without_secure_folder_loads(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    shutil.rmtree(root / "assessments" / "secure")
    course = read_course(root, secrets=True).course
    assert course is not None
    assert course.pool(Pool.SECURE) == ()


def test_folder_without_course(tmp_path: Path) -> None:
    loaded = read_course(tmp_path)
    assert loaded.course is None
    assert "no course here" in loaded.problems[0].message


def test_all_shape_problems_at_once(tmp_path: Path) -> None:
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    for name in ("assessments/items/01-rad-pflegen.yaml", "assessments/cards/01-rad-pflegen.yaml"):
        path = root / name
        path.write_text(path.read_text().replace("objective: ", "objectiv: "))
    problems = read_course(root).problems
    assert {problem.place.path for problem in problems} == {
        "assessments/items/01-rad-pflegen.yaml",
        "assessments/cards/01-rad-pflegen.yaml",
    }
    assert len(problems) > 40


@pytest.mark.parametrize(
    ("text", "kind", "amount"),
    [
        ("lines 6", "lines", 6),
        ("grid 60mm", "grid", 60),
        ("dots 5mm", "dots", 5),
        ("box 40mm", "box", 40),
        ("table", "table", 0),
    ],
)
def test_space(text: str, kind: str, amount: int) -> None:
    assert Space.parse(text) == Space(kind, amount)


@pytest.mark.parametrize("text", ["", "lines", "lines 6mm", "grid 60", "table 5mm", "circle 3mm", "box -4mm"])
def test_wrong_space(text: str) -> None:
    with pytest.raises(ValueError, match="no writing space"):
        Space.parse(text)


def test_blocks_nest_and_code_is_left_alone() -> None:
    text = """::::{exercise} Name
:id: X1
Body
:::{hint}
```text
:::{answer}
```
:::
::::
"""
    blocks, problems = parse_blocks(text.split("\n"), "lesson.md", before=10)
    assert problems == []
    assert [(block.name, block.argument, block.options) for block in blocks] == [("exercise", "Name", {"id": "X1"})]
    assert [child.name for child in blocks[0].children] == ["hint"]
    assert (blocks[0].place.line, blocks[0].children[0].place.line) == (11, 14)


def test_lesson_knows_its_references() -> None:
    text = (
        "---\nid: L01.1\nobjectives: [a]\nfacets: [b]\nminutes: 5\n---\n# Why?\n\n{term}`Grain <grain>` {fact}`a.b`\n"
    )
    lesson, problems = parse_lesson(text, "l.md", "m")
    assert problems == []
    assert lesson is not None
    assert [(r.role, r.target, r.place.line) for r in lesson.references] == [("term", "grain", 9), ("fact", "a.b", 9)]
    assert lesson.title == "Why?"


DATASET = """\
datasets:
  - id: fluss
    generator: source/fluss.py
    facts: source/fluss.yaml
    variants: [{id: practice}, {id: exam, secure: true}]
"""
FACTS = "facts:\n  - {id: fluss.pegel, sql: SELECT 1, expected: {practice: 1}}\n"
SECRET = "dataset: fluss\nseed: streng-geheim\nexpected:\n  fluss.pegel: {exam: 7}\n"


@pytest.fixture
def with_dataset(tmp_path: Path) -> Path:
    """A course with a dataset of two variants, one of them secure."""
    root = tmp_path / "course"
    shutil.copytree(TINY, root)
    spine = root / "objectives.yaml"
    text = spine.read_text(encoding="utf-8").partition("datasets:")[0]
    spine.write_text(text + DATASET, encoding="utf-8")
    (root / "source" / "fluss.yaml").write_text(FACTS)
    secret = root / "assessments" / "secure" / "datasets" / "fluss.yaml"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text(SECRET)
    return root


def test_secrets_add_seeds_and_expectations(with_dataset: Path) -> None:
    course = read_course(with_dataset, secrets=True).course
    assert course is not None
    dataset = course.datasets["fluss"]
    assert course.variants_of(dataset) == ("practice", "exam")
    assert course.seed_of(dataset, "practice") is None
    assert course.seed_of(dataset, "exam") == "exam:streng-geheim"
    (fact,) = course.facts_of(dataset)
    assert (fact.expected_on("practice"), fact.expected_on("exam")) == (1, 7)
    assert fact.model_dump()["expected"] == {"practice": 1}
    assert fact.at.line == 2


def test_a_variant_may_take_another_attempt_at_its_seed() -> None:
    record = SecureDataset(dataset="fluss", seed="streng-geheim", attempts={"exam": 3})
    assert (record.seed_of("exam"), record.seed_of("resit")) == ("exam:streng-geheim:3", "resit:streng-geheim")


def test_without_secrets_there_is_no_seed_and_no_secure_expectation(with_dataset: Path) -> None:
    course = read_course(with_dataset).course
    assert course is not None
    dataset = course.datasets["fluss"]
    assert course.variants_of(dataset) == ("practice",)
    assert course.facts_of(dataset)[0].expected_on("exam") is None
    with pytest.raises(KeyError):
        course.seed_of(dataset, "exam")


def test_a_constant_fact_needs_one_expected_value() -> None:
    changing = Fact(id="a.b", sql="SELECT 1", expected={"practice": 1})
    assert (changing.expected_on("practice"), changing.expected_on("exam")) == (1, None)
    constant = Fact(id="a.b", sql="SELECT 1", constant=True, expected={"practice": 1})
    assert constant.expected_on("exam") == 1


@pytest.mark.parametrize("source", ["", "sql: SELECT 1, python: f, "], ids=["none", "both"])
def test_a_fact_has_one_source(with_dataset: Path, source: str) -> None:
    path = with_dataset / "source" / "fluss.yaml"
    path.write_text(FACTS.replace("sql: SELECT 1, ", source))
    (problem,) = read_course(with_dataset).problems
    assert str(problem) == (
        "source/fluss.yaml:2: the fact 'fluss.pegel' needs one source; write either 'sql' or 'python' [SHAPE]"
    )
