"""Forms as records and as ``form.json``: canonical text, and digests that show any change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from builders.course import Course, Form, FormEntry, Item, Place, Problem, Slot, digest
from builders.course.blueprints import Blueprint, FormSection, PageLayout
from builders.exams.frame import frame_of

ITEM: TypeAdapter[Item] = TypeAdapter(Item)
RULE = "FM07"


def canonical_json(data: Any) -> str:
    """Return JSON text that is the same for the same data: sorted keys, two spaces, one newline at the end."""
    return json.dumps(data, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n"


def snapshot(item: Item) -> dict[str, Any]:
    """Return an item as plain data, without what has its default value; `item_of` reads it again."""
    data: dict[str, Any] = item.model_dump(mode="json", exclude_defaults=True)
    return data


def item_of(entry: FormEntry) -> Item:
    """Return the item of a question as it was when the form was made."""
    return ITEM.validate_python(entry.item)


def make_entry(
    slot: Slot, number: int, item: Item, order: tuple[int, ...], draw: int = 0, *, anchor: bool = False
) -> FormEntry:
    """Return a question: the slot's points and minutes, the item as it is in this draw, and its digest."""
    data = snapshot(item)
    return FormEntry(
        slot=slot.id,
        number=number,
        anchor=anchor,
        points=slot.points,
        minutes=slot.minutes,
        order=order,
        draw=draw,
        digest=digest(canonical_json(data)),
        item=data,
    )


def make_form(course: Course, blueprint: Blueprint, letter: str, seed: int, entries: tuple[FormEntry, ...]) -> Form:
    """Return a form with its digest."""
    form = Form(
        course=course.about.title,
        version=course.about.version,
        released=course.about.released.isoformat(),
        blueprint=blueprint.id,
        title=blueprint.title,
        letter=letter,
        variant=blueprint.variants.get(letter),
        seed=seed,
        points=blueprint.points,
        minutes=blueprint.minutes or blueprint.item_minutes,
        instructions=blueprint.instructions,
        reference=blueprint.reference,
        sections=tuple(_sections(blueprint, entries)),
        page_multiple=blueprint.pages,
        answer_sheet=blueprint.answer_sheet,
        entries=entries,
        frame=frame_of(course, blueprint, [item_of(entry) for entry in entries]),
        digest="",
    )
    return form.model_copy(update={"digest": form_digest(form)})


def _sections(blueprint: Blueprint, entries: tuple[FormEntry, ...]) -> Iterator[FormSection]:
    for section in blueprint.sections:
        slots = {slot.id for slot in blueprint.slots_of(section)}
        numbers = tuple(entry.number for entry in entries if entry.slot in slots)
        yield FormSection(title=section.title, instructions=section.instructions, questions=numbers)


def form_digest(form: Form) -> str:
    """Return the SHA-256 of everything a form says: all but its digests, its layout and how it was made."""
    return digest(canonical_json(form.model_dump(mode="json", exclude={"digest", "layout", "layout_digest", "made"})))


def layout_digest(form: Form) -> str:
    """Return the SHA-256 of a form's digest and its layout; nothing of a form that was not laid out."""
    if form.layout is None:
        return ""
    return digest(form.digest, canonical_json(form.layout.model_dump(mode="json")))


def with_layout(form: Form, layout: PageLayout) -> Form:
    """Return the form with the places of its answer fields."""
    laid_out = form.model_copy(update={"layout": layout})
    return laid_out.model_copy(update={"layout_digest": layout_digest(laid_out)})


def form_text(form: Form) -> str:
    """Return the text of ``form.json``."""
    return canonical_json(form.model_dump(mode="json"))


def parse_form(text: str, path: str) -> Form | list[Problem]:
    """Return the form a text holds; problems where it is none, or was changed after it was made."""
    try:
        form = Form.model_validate_json(text)
        problems = [Problem(Place(path), RULE, message) for message in _changes(form)]
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        where = ".".join(str(step) for step in detail["loc"])
        message = f"not a form: '{where}': {detail['msg']}; make it anew with 'coursepack exams'"
        return [Problem(Place(path), RULE, message)]
    return problems or form


def read_form(path: Path) -> Form | list[Problem]:
    """Read ``form.json``; see `parse_form`."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [Problem(Place(path.as_posix()), RULE, f"cannot be read: {error}; check the path")]
    return parse_form(text, path.as_posix())


def _changes(form: Form) -> Iterator[str]:
    """Say which part of a form is not as it was when its digests were made."""
    changed = [entry for entry in form.entries if digest(canonical_json(entry.item)) != entry.digest]
    for entry in changed:
        name = entry.item.get("id", "?")
        yield f"question {entry.number} (item '{name}') is not the one this form was made with; restore the file"
    if not changed and form_digest(form) != form.digest:
        yield "the form was changed after it was made; restore the file or make the form anew"
    if form.layout_digest != layout_digest(form):
        yield "the places of its answer fields were changed after it was printed; restore the file"
    for entry in form.entries:
        item_of(entry)
