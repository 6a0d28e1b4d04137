"""Anchors are the same questions in every form, and everything else stays apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builders.course import Blueprint, Course
from builders.course.blueprints import Anchors
from builders.exams import assemble
from tests.exams.bank import choice, random_bank, random_slots, slot, write_course
from tests.exams.test_assembly import assert_exact, assert_kept_apart, forms_of, item_ids


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> tuple[Course, Blueprint]:
    return write_course(
        tmp_path_factory.mktemp("anchors"),
        secure=random_bank(200, 5, 3),
        slots=random_slots(20, 5, 3),
        objectives=5,
        topics=3,
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), forms=st.integers(2, 4), share=st.sampled_from([0.05, 0.2, 0.33, 0.5]))
def test_every_form_holds_the_same_anchors(bank: tuple[Course, Blueprint], seed: int, forms: int, share: float) -> None:
    course, blueprint = bank[0], bank[1].model_copy(update={"reuse": Anchors(anchors=share)})
    made = forms_of(course, blueprint, forms, seed)
    first = [(entry.number, entry.slot, entry.digest, entry.order) for entry in made[0].entries if entry.anchor]
    assert len(first) == round(share * 20)
    for form in made:
        assert_exact(course, blueprint, form)
        assert_kept_apart(course, form)
        assert [(e.number, e.slot, e.digest, e.order) for e in form.entries if e.anchor] == first
    own = [str(entry.item["id"]) for form in made for entry in form.entries if not entry.anchor]
    assert len(own) == len(set(own)) == forms * (20 - len(first))
    assert not set(own) & {str(entry.item["id"]) for entry in made[0].entries if entry.anchor}


def test_anchors_are_spread_over_objectives(bank: tuple[Course, Blueprint]) -> None:
    course, blueprint = bank[0], bank[1].model_copy(update={"reuse": Anchors(anchors=0.25)})
    for seed in range(5):
        form = forms_of(course, blueprint, seed=seed)[0]
        objectives = [entry.item["objective"] for entry in form.entries if entry.anchor]
        assert sorted(objectives) == ["O1", "O2", "O3", "O4", "O5"]


def test_one_form_has_no_anchors(bank: tuple[Course, Blueprint]) -> None:
    blueprint = bank[1].model_copy(update={"reuse": Anchors(anchors=0.5)})
    (form,) = forms_of(bank[0], blueprint, 1)
    assert not any(entry.anchor for entry in form.entries)


def test_an_anchor_is_drawn_alike_in_every_form(tmp_path: Path) -> None:
    items = [choice(f"O1-{name}", given={"n": {"choose": list(range(50))}}) for name in "abcdef"]
    items = [item | {"stem": "How many are {{ given.n }}?"} for item in items]
    slots = [slot(f"S{number}") for number in range(2)]
    forms = forms_of(*write_course(tmp_path, secure=items, slots=slots, forms=["A", "B", "C"], reuse={"anchors": 0.5}))
    anchors = [entry for form in forms for entry in form.entries if entry.anchor]
    assert len(anchors) == 3
    assert len({(entry.draw, entry.digest, entry.order) for entry in anchors}) == 1


def test_what_differs_between_datasets_is_no_anchor(tmp_path: Path) -> None:
    """An item whose text quotes a fact reads otherwise where forms have variants of their own."""
    quoting = choice("O1-quoting", stem="Are there {{ facts.rows }} rows?")
    course, blueprint = write_course(
        tmp_path,
        secure=[quoting],
        slots=[slot("S1")],
        reuse={"anchors": 0.5},
        variants={"A": "one", "B": "two"},
    )
    made = assemble(course, blueprint)
    assert isinstance(made, list)
    assert "1 question is to be the same in every form, 0 fit here" in str(made[0])


def test_reuse_may_be_none(tmp_path: Path) -> None:
    course, blueprint = write_course(
        tmp_path, secure=[choice("O1-a"), choice("O1-b")], slots=[slot("S1")], reuse="none"
    )
    forms = forms_of(course, blueprint)
    assert sorted(name for form in forms for name in item_ids(form)) == ["O1-a", "O1-b"]
