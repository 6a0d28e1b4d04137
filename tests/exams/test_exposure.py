"""Kept forms: which are accepted, what they bar, and that nothing else does."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from builders.course import Blueprint, Course, Form
from builders.course.blueprints import Exposure
from builders.exams import assemble, form_text, keep_form
from builders.exams.exposure import FOLDER, Kept, exposed_items, read_kept
from tests.exams.bank import choice, slot, write_course
from tests.exams.test_assembly import forms_of, item_ids


def bank(folder: Path, count: int = 6, **blueprint: Any) -> tuple[Course, Blueprint]:
    items = [choice(f"O1-{number}") for number in range(count)]
    return write_course(folder, secure=items, slots=[slot("S1"), slot("S2")], forms=["A"], **blueprint)


def written(form: Form, path: Path) -> Path:
    path.write_text(form_text(form), encoding="utf-8")
    return path


def kept(course: Course, form: Form, day: str) -> Path:
    """Keep a form where it must succeed."""
    path = keep_form(course, written(form, course.root / "form.json"), date.fromisoformat(day))
    assert isinstance(path, Path), path
    return path


def refused(course: Course, path: Path, day: str = "2026-01-31") -> str:
    problems = keep_form(course, path, date.fromisoformat(day))
    assert isinstance(problems, list)
    assert not list((course.root / FOLDER).glob("2026-01-31-*"))
    return "\n".join(map(str, problems))


def test_a_kept_form_is_copied_whole(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path)
    (form,) = forms_of(course, blueprint)
    path = kept(course, form, "2026-01-31")
    assert path == course.root / "assessments/secure/administered/2026-01-31-quiz-A.json"
    assert path.read_text(encoding="utf-8") == form_text(form)
    assert kept(course, form, "2026-01-31") == path
    (one,) = read_kept(course.root)
    assert isinstance(one, Kept)
    assert (one.day, one.form.digest, one.items) == ("2026-01-31", form.digest, set(item_ids(form)))


def test_items_of_the_last_sittings_are_left_out(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path, exposure={"exclude_last": 2})
    seen: list[set[str]] = []
    for day in ("2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"):
        (form,) = forms_of(course, blueprint)
        assert not set(item_ids(form)) & set().union(*seen[-2:])
        seen.append(set(item_ids(form)))
        kept(course, form, day)
    assert seen[0] == seen[3], "with six items the third sitting after the first has its items again"


def test_the_draw_is_the_same_without_exposure(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path)
    before = forms_of(course, blueprint)
    kept(course, before[0], "2026-01-31")
    assert forms_of(course, blueprint) == before


def test_only_the_folder_of_kept_forms_counts(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path, exposure={"max_uses": 1})
    (form,) = forms_of(course, blueprint)
    built = course.root / "build/instructor/exams/quiz/A"
    built.mkdir(parents=True)
    written(form, built / "form.json")
    assert forms_of(course, blueprint) == (form,)


def test_all_items_exposed_is_told(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path, 2, exposure={"max_uses": 1})
    kept(course, forms_of(course, blueprint)[0], "2026-01-31")
    made = assemble(course, blueprint)
    assert isinstance(made, list)
    assert "2 are needed, 0 fit; write 2 items" in str(made[0])
    assert "2 would fit but have been used in kept forms" in str(made[0])


def sitting(day: str, blueprint: str, letter: str, *items: str) -> Kept:
    form = Form.model_construct(blueprint=blueprint, letter=letter, entries=())
    object.__setattr__(form, "entries", tuple(_Entry({"id": item}) for item in items))
    return Kept(day, Path(f"{day}-{blueprint}-{letter}.json"), form)


class _Entry:
    def __init__(self, item: dict[str, str]) -> None:
        self.item = item


HISTORY = (
    sitting("2026-03-01", "midterm", "A", "a", "b"),
    sitting("2025-03-01", "midterm", "A", "c", "anchor"),
    sitting("2025-03-01", "midterm", "B", "d", "anchor"),
    sitting("2024-03-01", "midterm", "A", "e", "a"),
    sitting("2023-06-01", "final", "A", "f"),
)


@pytest.mark.parametrize(
    ("exposure", "expected"),
    [
        ({"exclude_last": 1}, "abf"),
        ({"exclude_last": 2}, ["a", "b", "c", "d", "anchor", "f"]),
        ({"exclude_last": 9}, ["a", "b", "c", "d", "anchor", "e", "f"]),
        ({"max_uses": 1}, ["a", "b", "c", "d", "anchor", "e", "f"]),
        ({"max_uses": 2}, "a"),
        ({"max_uses": 3}, ""),
        ({"max_uses": 2, "exclude_last": 1}, "abf"),
    ],
)
def test_what_has_been_seen_too_often(exposure: dict[str, int], expected: list[str]) -> None:
    """Two forms of one day are one sitting; each blueprint has last sittings of its own."""
    assert exposed_items(Exposure(**exposure), HISTORY) == set(expected)
    assert exposed_items(Exposure(**exposure), HISTORY[::-1]) == set(expected)


def test_a_changed_form_is_refused(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path)
    (form,) = forms_of(course, blueprint)
    data = json.loads(form_text(form))
    data["entries"][0]["item"]["stem"] = "Another question?"
    (tmp_path / "form.json").write_text(json.dumps(data), encoding="utf-8")
    assert "is not the one this form was made with; restore the file [FM07]" in refused(course, tmp_path / "form.json")


def test_a_form_that_the_course_does_not_know_is_refused(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path / "one")
    (form,) = forms_of(course, blueprint)
    path = written(form, tmp_path / "form.json")
    fewer, _ = bank(tmp_path / "fewer", 1)
    assert "of question 2 is unknown; did you mean 'O1-0'? [FM07]" in refused(fewer, path)
    other, _ = write_course(
        tmp_path / "other", secure=[choice(f"O1-{n}") for n in range(6)], slots=[slot("S1")], id="exam"
    )
    assert "the blueprint 'quiz' is unknown; use one of: exam [FM07]" in refused(other, path)


def test_another_form_of_the_same_day_is_refused(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path)
    kept(course, forms_of(course, blueprint, seed=1)[0], "2026-02-28")
    path = written(forms_of(course, blueprint, seed=2)[0], tmp_path / "form.json")
    assert "another form A of 'quiz' is kept for that day" in refused(course, path, "2026-02-28")


def test_a_broken_or_nameless_kept_form_stops_the_draw(tmp_path: Path) -> None:
    course, blueprint = bank(tmp_path, exposure={"max_uses": 1})
    path = kept(course, forms_of(course, blueprint)[0], "2026-01-31")
    path.rename(path.with_name("last-year.json"))
    path.with_name("2026-02-28-quiz-A.json").write_text("{}", encoding="utf-8")
    made = assemble(course, blueprint)
    assert isinstance(made, list)
    first, *_, last = map(str, made)
    assert first.startswith("assessments/secure/administered/2026-02-28-quiz-A.json:1: not a form")
    assert last.startswith("assessments/secure/administered/last-year.json:1: 'last-year.json' does not say when")
