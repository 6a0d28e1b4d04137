"""Computed items in forms: each form has its own draw on its own variant, and holds nothing left to compute."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders.checks.databases import variant_database
from builders.course import Course, Form, Problem, read_course
from builders.data import run_query
from builders.exams import form_text, item_of, parse_form
from builders.exams.assemble import assemble
from builders.exams.key import key_html
from builders.exams.paper import paper_html
from builders.exams.printing import Printing

TINY = Path(__file__).parent.parent / "courses" / "tiny"
BIKES = "SELECT count(*) FROM fahrten WHERE rad_id <= {{ given.rad.nummer }}"


def numeric(name: str, **changes: Any) -> dict[str, Any]:
    own: dict[str, Any] = {
        "id": name, "kind": "numeric", "objective": "pflegen", "facets": ["kette"], "topic": "TB", "points": 2,
        "minutes": 3, "difficulty": 0.5, "status": "reviewed",
        "given": {"rad": {"choose": [{"nummer": n, "name": f"Rad {n}"} for n in range(1, 5)]}},
        "values": {"halb": {"python": "halb", "format": "{:.1f}"}},
        "compute": {"sql": BIKES},
        "stem": f"{name}: bis {{{{ given.rad.name }}}}, von {{{{ facts.fahrten.anzahl }}}}?",
        "rationale": "Die Hälfte wären {{ values.halb }}.",
        "errors": [{"compute": {"python": "halb"}, "misconception": "M-geht-schon", "feedback": "Halb so viele."}],
    }  # fmt: skip
    return own | changes


FUNCTIONS = f"""
def halb(connection, given):
    sql = {BIKES.replace("{{ given.rad.nummer }}", "?")!r}
    return connection.execute(sql, (given["rad"]["nummer"],)).fetchone()[0] / 2
"""


def load(root: Path, *items: dict[str, Any], **blueprint: Any) -> Course:
    """The small course whose exam asks for one computed number, of which there are enough for two forms."""
    shutil.copytree(TINY, root, dirs_exist_ok=True)
    secure = root / "assessments" / "secure" / "items"
    (secure / "02-daten.yaml").write_text(yaml.safe_dump({"items": list(items)}), encoding="utf-8")
    (secure / "02-daten.py").write_text(FUNCTIONS, encoding="utf-8")
    slot = {
        "id": "S1", "objective": "pflegen", "facet": "kette", "topic": "TB", "bloom": "apply", "kind": "numeric",
        "points": 2, "minutes": 3,
    }  # fmt: skip
    head = {"id": "daten", "title": "Daten", "forms": ["A", "B"], "seed": 3, "slots": [slot]} | blueprint
    (root / "assessments" / "blueprints" / "daten.yaml").write_text(yaml.safe_dump(head), encoding="utf-8")
    _retire_others(secure / "01-rad-pflegen.yaml")
    loaded = read_course(root, secrets=True)
    assert loaded.course, loaded.problems
    return loaded.course


def _retire_others(path: Path) -> None:
    """Keep the course's own items out of the forms."""
    path.write_text(path.read_text("utf-8").replace("status: reviewed", "status: draft"), encoding="utf-8")


def make(course: Course, **options: Any) -> tuple[Form, ...] | list[Problem]:
    blueprint = next(one for one in course.blueprints if one.id == "daten")
    return assemble(course, blueprint, **options)


VARIANTS = {"A": "klausur", "B": "uebung-2"}


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return load(tmp_path_factory.mktemp("rad") / "kurs", numeric("neu-1"), numeric("neu-2"), variants=VARIANTS)


def count(course: Course, variant: str, most: int) -> Any:
    database = variant_database(course, course.spine.datasets[0], variant, lambda note: None)
    return run_query(database, BIKES.replace("{{ given.rad.nummer }}", str(most))).rows[0][0]


def test_a_form_holds_its_draw_on_its_variant(course: Course) -> None:
    forms = make(course)
    assert isinstance(forms, tuple), forms
    for form in forms:
        assert form.variant == VARIANTS[form.letter]
        entry = form.entries[0]
        item: Any = item_of(entry)
        rad = item.given["rad"]
        right = count(course, VARIANTS[form.letter], rad["nummer"])
        everything = count(course, VARIANTS[form.letter], 4)
        assert entry.draw in range(4)
        assert item.stem == f"{item.id}: bis {rad['name']}, von {everything}?"
        assert item.rationale == f"Die Hälfte wären {right / 2:.1f}."
        assert (item.value, item.compute, item.values) == (right, None, {})
        assert item.errors[0].value == right / 2
        assert "{{" not in json.dumps(entry.item)


def test_the_same_seed_gives_the_same_instance_and_another_seed_others(course: Course) -> None:
    assert make(course) == make(course)
    draws = set()
    for seed in range(12):
        forms = make(course, seed=seed)
        assert isinstance(forms, tuple)
        draws |= {(form.letter, form.entries[0].draw) for form in forms}
    assert len(draws) > 4


def test_a_form_is_read_and_printed_again_as_it_was(course: Course) -> None:
    forms = make(course)
    assert isinstance(forms, tuple)
    for form in forms:
        again = parse_form(form_text(form), "form.json")
        assert not isinstance(again, list)
        assert form_text(again) == form_text(form)
        item: Any = item_of(form.entries[0])
        printing = Printing(course)
        paper, key = paper_html(form, printing), key_html(form, printing)
        assert item.given["rad"]["name"] in paper
        assert f"{item.value:g}" in key
        assert f"<td>{form.variant}</td>" in key
        assert str(form.variant) not in paper
        assert printing.problems == []


def test_without_variants_forms_have_the_practice_data(tmp_path: Path) -> None:
    course = load(tmp_path, numeric("neu-1"), numeric("neu-2"))
    forms = make(course)
    assert isinstance(forms, tuple)
    for form in forms:
        item: Any = item_of(form.entries[0])
        assert form.variant is None
        assert item.value == count(course, "uebung", item.given["rad"]["nummer"])


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a query that fails": ({"compute": {"sql": "SELECT x"}}, "VA03", "': the number 'key': its query fails"),
    "an unknown fact": ({"stem": "{{ facts.nie }}"}, "VA03", "': there is no value 'facts.nie'"),
    "a wrong number that is right": ({"tolerance": "60%"}, "NU01", "the wrong value"),
}


@pytest.mark.parametrize(("changes", "rule", "message"), WRONG.values(), ids=WRONG)
def test_no_form_is_made_of_an_item_that_fails_in_it(
    changes: dict[str, Any], rule: str, message: str, tmp_path: Path
) -> None:
    items = [numeric(name, **changes) for name in ("neu-1", "neu-2")]
    problems = make(load(tmp_path, *items, variants=VARIANTS))
    assert isinstance(problems, list)
    assert {problem.rule for problem in problems} == {rule}
    assert all(message in problem.message for problem in problems)
    assert {problem.place.path for problem in problems} == {"assessments/secure/items/02-daten.yaml"}


def test_a_generator_that_fails_is_told_at_the_blueprint(tmp_path: Path) -> None:
    course = load(tmp_path, numeric("neu-1"), numeric("neu-2"))
    (tmp_path / "source/fahrten/dataset/generate.py").write_text("raise SystemExit('nein')", encoding="utf-8")
    problems = make(course)
    assert isinstance(problems, list)
    assert [(one.rule, one.place.path) for one in problems] == [("DS01", "assessments/blueprints/daten.yaml")]
    assert "nein" in problems[0].message
