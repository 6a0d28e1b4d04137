"""What documents of a form say beside its questions, kept in the form: so that it can be printed without its course."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from builders.checks.secrecy import strings_of
from builders.course import Blueprint, Course, Form, Item, Place
from builders.course.blueprints import Frame
from builders.course.items import Part
from builders.course.objectives import Spine
from builders.markup import Context, practice_values
from builders.markup.images import ImageError, find_image

PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?([^)\s>]+)")
BINARY = "base64:"


def misconceptions_of(body: Item | Part) -> Iterator[str]:
    """Yield the ids of the misconceptions that wrong answers to an item betray."""
    own = getattr(body, "misconception", None)
    if own:
        yield own
    for name in ("options", "errors", "mutants", "extra", "parts"):
        for inner in getattr(body, name, ()):
            yield from misconceptions_of(inner)


def frame_of(course: Course, blueprint: Blueprint, items: Sequence[Item]) -> Frame:
    """Return what the documents of a form with these items need of the course."""
    named = {name for item in items for name in misconceptions_of(item)}
    objectives = {item.objective for item in items}
    files = dict(sorted(_files(course, blueprint, items)))
    quoting = "\n".join([*_instructions(blueprint), files.get(blueprint.reference or "", "")])
    return Frame(
        about=course.about,
        topics=course.spine.topics,
        objectives=tuple(own for own in course.spine.objectives if own.id in objectives),
        misconceptions=tuple(own for own in course.misconceptions if own.id in named),
        places={item.id: course.items_by_id[item.id].at.path for item in items if item.id in course.items_by_id},
        values={name: value for name, value in practice_values(course).items() if name in quoting},
        files=files,
    )


def _instructions(blueprint: Blueprint) -> Iterator[str]:
    yield blueprint.instructions or ""
    for section in blueprint.sections:
        yield section.title
        yield section.instructions or ""


def _files(course: Course, blueprint: Blueprint, items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    """Yield path and content of the reference card and of all pictures; what is missing is found when it is printed."""
    card = course.root / blueprint.reference if blueprint.reference else None
    texts = [(blueprint.at, text) for text in _instructions(blueprint)]
    if card and blueprint.reference and card.is_file():
        yield blueprint.reference, _content(card)
        texts.append((Place(blueprint.reference), card.read_text(encoding="utf-8", errors="replace")))
    for item in items:
        known = course.items_by_id.get(item.id, item)
        texts += [(known.at, text) for text in strings_of(item.model_dump(mode="json", exclude_defaults=True))]
    for place, text in texts:
        yield from _pictures(course, place, text)


def _pictures(course: Course, place: Place, text: str) -> Iterator[tuple[str, str]]:
    folder = (course.root / place.path).parent if place.path else course.root
    for source in PICTURE.findall(text):
        try:
            path = find_image(source, Context(course.root, folder, place))
        except ImageError:
            continue
        yield path.relative_to(course.root.resolve()).as_posix(), _content(path)


def _content(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return BINARY + base64.b64encode(data).decode()


def course_of(form: Form, items: Sequence[Item], folder: Path) -> Course:
    """Return a course that prints a form as it was; its files are written into an empty folder."""
    frame = form.frame
    for name, text in frame.files.items():
        path = folder / _inside(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = base64.b64decode(text.removeprefix(BINARY)) if text.startswith(BINARY) else text.encode()
        path.write_bytes(data)
    for item in items:
        item._at = Place(frame.places.get(item.id, ""))
        (folder / _inside(item.at.path)).parent.mkdir(parents=True, exist_ok=True)
    spine = Spine(course=frame.about, topics=frame.topics, objectives=frame.objectives)
    return Course(folder, spine, items=tuple(items), misconceptions=frame.misconceptions, secrets=True)


def _inside(name: str) -> PurePosixPath:
    """Return a path that stays in its folder, whatever a form says.

    :raises ValueError: where it would lead out.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"'{name}' leads out of the course")
    return path
