"""Forms are disjoint, exact, alike and the same every time; what cannot be filled is said item by item."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders.course import Blueprint, Course, Form, Problem, Status
from builders.exams import assemble, find_unequal, form_text
from builders.exams.assemble import mean_difficulty
from builders.exams.forms import item_of
from builders.exams.needs import own_points
from tests.exams.bank import choice, random_bank, random_slots, slot, write_course

ROOT = Path(__file__).parents[2]


def forms_of(
    course: Course, blueprint: Blueprint, forms: int | None = None, seed: int | None = None
) -> tuple[Form, ...]:
    """Assemble where it must succeed."""
    made = assemble(course, blueprint, forms=forms, seed=seed)
    assert isinstance(made, tuple), "\n".join(map(str, made))
    return made


def problems_of(course: Course, blueprint: Blueprint) -> list[Problem]:
    """Assemble where it must fail."""
    made = assemble(course, blueprint)
    assert isinstance(made, list)
    return made


def item_ids(form: Form) -> list[str]:
    return [str(entry.item["id"]) for entry in form.entries]


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Blueprint]:
    return write_course(
        tmp_path_factory.mktemp("bank"),
        secure=random_bank(400, 10, 4),
        slots=random_slots(20, 10, 4),
        objectives=10,
        topics=4,
        forms=["A", "B", "C"],
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), forms=st.integers(1, 4))
def test_forms_keep_every_promise(bank: tuple[Course, Blueprint], seed: int, forms: int) -> None:
    course, blueprint = bank
    made = forms_of(course, blueprint, forms, seed)
    assert [form.letter for form in made] == list("ABCD"[:forms])
    for form in made:
        assert_exact(course, blueprint, form)
        assert_kept_apart(course, form)
    assert_disjoint(made)
    assert_alike(blueprint, made)


def assert_exact(course: Course, blueprint: Blueprint, form: Form) -> None:
    assert [entry.slot for entry in form.entries] == [slot.id for slot in blueprint.slots]
    assert [entry.number for entry in form.entries] == list(range(1, len(blueprint.slots) + 1))
    for entry, wanted in zip(form.entries, blueprint.slots, strict=True):
        item = course.items_by_id[entry.item["id"]]
        assert item.objective == wanted.objective
        assert wanted.topic in (None, item.topic)
        assert item.kind in wanted.allowed_kinds
        assert wanted.facet in item.facets
        assert wanted.bloom in (None, course.bloom_of(item))
        assert item.status in (Status.REVIEWED, Status.PILOTED, Status.LIVE)
        assert item.pool is wanted.pool
        assert entry.points == wanted.points == (own_points(item) or wanted.points)
        assert item_of(entry).stem == item.stem
    assert form.points == sum(entry.points for entry in form.entries)


def assert_kept_apart(course: Course, form: Form) -> None:
    """No enemies and no two of a family in a form."""
    ids = set(item_ids(form))
    assert not [(name, enemy) for name in ids for enemy in course.items_by_id[name].enemies if enemy in ids]
    families = [course.items_by_id[name].family for name in ids if course.items_by_id[name].family]
    assert len(families) == len(set(families))


def assert_disjoint(forms: tuple[Form, ...]) -> None:
    ids = [name for form in forms for name in item_ids(form)]
    assert len(ids) == len(set(ids))


def assert_alike(blueprint: Blueprint, forms: tuple[Form, ...]) -> None:
    minutes = [sum(item_of(entry).minutes for entry in form.entries) for form in forms]
    limit = 0.03 * blueprint.item_minutes + 1e-9
    assert max(minutes) - min(minutes) <= limit
    assert all(abs(total - blueprint.item_minutes) <= limit for total in minutes)
    assert max(map(mean_difficulty, forms)) - min(map(mean_difficulty, forms)) <= 0.011
    assert find_unequal(blueprint, forms) == []


def test_another_seed_gives_another_choice(bank: tuple[Course, Blueprint]) -> None:
    first, second = (forms_of(*bank, seed=seed)[0] for seed in (1, 2))
    assert len(set(item_ids(first)) & set(item_ids(second))) < len(first.entries) / 2


PRINT_FORMS = """
import sys
from pathlib import Path
from builders.course import read_course
from builders.exams import assemble, form_text
course = read_course(Path(sys.argv[1]), secrets=True).course
for form in assemble(course, course.blueprints[0], forms=None, seed=None):
    sys.stdout.write(form_text(form))
"""


def test_the_same_forms_in_every_process(bank: tuple[Course, Blueprint]) -> None:
    course, blueprint = bank
    expected = "".join(map(form_text, forms_of(course, blueprint)))
    for hash_seed in ("0", "4711"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-c", PRINT_FORMS, str(course.root)]
        made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        assert made.stdout == expected


def test_the_order_of_the_bank_is_no_matter(tmp_path: Path) -> None:
    items = [choice(f"O1-{n}", difficulty=0.5 + n / 100) for n in range(8)]
    slots = [slot("S1"), slot("S2")]
    one = forms_of(*write_course(tmp_path / "one", secure=items, slots=slots))
    other = forms_of(*write_course(tmp_path / "other", secure=items[::-1], slots=slots))
    assert one == other


def test_enemies_named_on_one_side_never_meet(tmp_path: Path) -> None:
    items = [choice("O1-a", enemies=["O1-b", "O1-c"]), choice("O1-b"), choice("O1-c"), choice("O1-d")]
    course, blueprint = write_course(tmp_path, secure=items, slots=[slot("S1"), slot("S2")])
    forms = forms_of(course, blueprint)
    assert {frozenset(item_ids(form)) for form in forms} == {frozenset({"O1-a", "O1-d"}), frozenset({"O1-b", "O1-c"})}


def test_the_longer_item_goes_into_the_longer_slot(tmp_path: Path) -> None:
    items = [choice("O1-long", minutes=6), choice("O1-short", minutes=1)]
    slots = [slot("S1", minutes=1), slot("S2", minutes=6)]
    (form,) = forms_of(*write_course(tmp_path, secure=items, slots=slots, forms=["A"]))
    assert item_ids(form) == ["O1-short", "O1-long"]


def test_a_facet_for_each_form(tmp_path: Path) -> None:
    items = [choice("O1-main"), choice("O1-side", facets=["side"])]
    course, blueprint = write_course(tmp_path, secure=items, slots=[slot("S1", facet=["side", "main"])])
    assert [item_ids(form) for form in forms_of(course, blueprint)] == [["O1-side"], ["O1-main"]]


def test_a_slot_may_draw_from_practice(tmp_path: Path) -> None:
    secure = [choice("O1-s1"), choice("O1-s2")]
    practice = [choice("O1-p1"), choice("O1-p2")]
    slots = [slot("S1"), slot("S2", pool="practice")]
    forms = forms_of(*write_course(tmp_path, secure=secure, practice=practice, slots=slots))
    assert all(item_ids(form)[1].startswith("O1-p") for form in forms)
    assert_disjoint(forms)


def test_a_family_may_serve_several_forms_but_each_once(tmp_path: Path) -> None:
    twins = [choice(f"O1-{name}", family="twins") for name in "ab"]
    items = [*twins, choice("O1-c"), choice("O1-d")]
    forms = forms_of(*write_course(tmp_path, secure=items, slots=[slot("S1"), slot("S2")]))
    assert all(len({"O1-a", "O1-b"} & set(item_ids(form))) == 1 for form in forms)


def test_a_wider_tolerance_is_kept_and_told(tmp_path: Path) -> None:
    hard = [choice(f"O1-hard{n}", difficulty=0.3) for n in range(3)]
    easy = [choice("O1-easy", difficulty=0.9)]
    slots = [slot("S1"), slot("S2")]
    course, blueprint = write_course(tmp_path, secure=[*hard, *easy], slots=slots, tolerance={"difficulty": 0.3})
    forms = forms_of(course, blueprint)
    assert sorted(map(mean_difficulty, forms)) == pytest.approx([0.3, 0.6])
    (warning,) = find_unequal(blueprint, forms)
    expected = "assessments/blueprints/quiz.yaml:1: warning: forms A and B differ in mean difficulty by 0.30"
    assert str(warning).startswith(expected)


@pytest.mark.parametrize("target", [0.5, 0.62, 0.7])
def test_forms_have_the_difficulty_that_is_asked_for(bank: tuple[Course, Blueprint], target: float) -> None:
    course, blueprint = bank
    forms = forms_of(course, blueprint.model_copy(update={"difficulty": target}))
    assert all(abs(mean_difficulty(form) - target) <= 0.03 + 1e-6 for form in forms)


@pytest.mark.parametrize("count", [0, -1, 27])
def test_a_number_of_forms_that_cannot_be(count: int, tmp_path: Path) -> None:
    course, blueprint = write_course(tmp_path, secure=[choice("O1-a")], slots=[slot("S1")])
    made = assemble(course, blueprint, forms=count)
    assert isinstance(made, list)
    assert f"{count} forms cannot be made; ask for 1 to 26" in str(made[0])


def test_more_forms_than_the_blueprint_names(tmp_path: Path) -> None:
    course, blueprint = write_course(
        tmp_path, secure=[choice(f"O1-{n}") for n in range(3)], slots=[slot("S1")], forms=["A", "C"]
    )
    assert [form.letter for form in forms_of(course, blueprint, 3)] == ["A", "C", "B"]


def test_forms_share_no_position_of_keys(bank: tuple[Course, Blueprint]) -> None:
    orders = [[entry.order for entry in form.entries] for form in forms_of(*bank)]
    assert all(one != other for one, other in combinations(orders, 2))
