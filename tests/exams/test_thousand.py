"""A bank of 1,000 items, three forms of 30: every promise at once, in time, and the same wherever its files lie."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders.checks import apply_rules
from builders.course import Blueprint, Course, Form, Severity, read_course
from builders.course.blueprints import Anchors
from builders.exams import assemble
from builders.exams.tables import form_specification
from tests.exams.bank import choice, slot, write_course
from tests.exams.test_assembly import assert_alike, assert_disjoint, assert_exact, assert_kept_apart, forms_of, item_ids
from tests.exams.thousand import write_thousand


@pytest.fixture(scope="module")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Blueprint]:
    return write_thousand(tmp_path_factory.mktemp("thousand"))


def assert_margins(course: Course, blueprint: Blueprint, form: Form) -> None:
    margins = form_specification(form, blueprint, course).margins
    assert {margin.margin for margin in margins} == {"bloom", "topic"}
    assert all(margin.least == margin.most == margin.declared for margin in margins)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9))
def test_every_promise_at_once(thousand: tuple[Course, Blueprint], seed: int) -> None:
    course, blueprint = thousand
    forms = forms_of(course, blueprint, seed=seed)
    for form in forms:
        assert_exact(course, blueprint, form)
        assert_kept_apart(course, form)
        assert_margins(course, blueprint, form)
    assert_disjoint(forms)
    assert_alike(blueprint, forms)
    assert len({form.points for form in forms}) == 1


def test_the_bank_passes_every_rule(thousand: tuple[Course, Blueprint]) -> None:
    assert not [str(one) for one in apply_rules(thousand[0]).problems if one.severity is Severity.ERROR]


def test_assembly_takes_a_moment(thousand: tuple[Course, Blueprint]) -> None:
    """CPU seconds, with room for a busy machine; `benchmarks.assemble` measures the whole command."""
    start = time.process_time()
    forms_of(*thousand)
    assert time.process_time() - start < 1.5


def test_the_order_of_files_and_items_is_no_matter(thousand: tuple[Course, Blueprint], tmp_path: Path) -> None:
    course, _ = write_thousand(tmp_path)
    path = tmp_path / "assessments/secure/items/01-all.yaml"
    items = yaml.safe_load(path.read_text(encoding="utf-8"))["items"]
    random.Random(3).shuffle(items)
    for name, part in (("90-first.yaml", items[:300]), ("02-rest.yaml", items[300:])):
        path.with_name(name).write_text(yaml.safe_dump({"items": part}, allow_unicode=True), encoding="utf-8")
    path.unlink()
    other = read_course(course.root, secrets=True).course
    assert other is not None
    expected = [form.entries for form in forms_of(*thousand)]
    assert [form.entries for form in forms_of(other, other.blueprints[0])] == expected


def test_an_item_that_joins_the_bank_changes_little(thousand: tuple[Course, Blueprint], tmp_path: Path) -> None:
    more, blueprint = write_thousand(tmp_path, 1010)
    before, after = (
        {name for form in forms_of(*one) for name in item_ids(form)} for one in (thousand, (more, blueprint))
    )
    assert len(before & after) > 60


def test_twenty_six_forms(tmp_path: Path) -> None:
    items = [choice(f"O1-{n}", difficulty=0.5 + n % 5 / 20, minutes=1.75 + n % 3 / 4) for n in range(26 * 6)]
    slots = [slot(f"S{n}") for n in range(4)]
    course, blueprint = write_course(tmp_path, secure=items, slots=slots, tolerance={"minutes": 0.1})
    forms = forms_of(course, blueprint, 26)
    assert "".join(form.letter for form in forms) == "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert_disjoint(forms)


def test_more_forms_than_items(tmp_path: Path) -> None:
    course, blueprint = write_course(tmp_path, secure=[choice(f"O1-{n}") for n in range(3)], slots=[slot("S1")])
    made = assemble(course, blueprint, forms=26)
    assert isinstance(made, list)
    assert "23 items are missing for slot 'S1'" in str(made[0])
    assert "26 are needed, 3 fit; write 23 items (2 minutes, difficulty 0.6)" in str(made[0])


def test_a_large_bank_that_lacks_one_item(tmp_path: Path) -> None:
    """The shortage of one slot is found in a large bank, and the one item that mends it is named."""
    course, blueprint = write_thousand(tmp_path)
    essays = [item.id for item in course.items if item.kind == "essay" and item.objective == "O10"]
    kept = tuple(item for item in course.items if item.id not in essays)
    short = Course(course.root, course.spine, items=kept, blueprints=course.blueprints)
    start = time.process_time()
    made = assemble(short, blueprint)
    assert time.process_time() - start < 10
    assert isinstance(made, list)
    assert ["3 items are missing" in str(problem) for problem in made] == [True] * len(made)
    assert {problem.message.split("objective ")[1][:3] for problem in made} == {"O10"}


def test_anchors_among_a_thousand(thousand: tuple[Course, Blueprint]) -> None:
    course, blueprint = thousand[0], thousand[1].model_copy(update={"reuse": Anchors(anchors=0.2)})
    forms = forms_of(course, blueprint)
    anchors = [{entry.item["id"] for entry in form.entries if entry.anchor} for form in forms]
    assert [len(own) for own in anchors] == [6, 6, 6]
    assert anchors[0] == anchors[1] == anchors[2]
    assert len({name for form in forms for name in item_ids(form)}) == 6 + 3 * 24
    for form in forms:
        assert_margins(course, blueprint, form)
