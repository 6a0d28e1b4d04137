"""A form made again from ``form.json`` alone, and what of its items has changed in the bank since."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from builders.checks.databases import Progress
from builders.checks.instances import Wanted, make_instances
from builders.course import Course, Form, FormEntry, Item, Place, Problem, Severity, digest, replaced_folder
from builders.course.blueprints import Made
from builders.data import DatasetError
from builders.exams.build import PrintedSet, print_sets, text_problems, write_files
from builders.exams.editions import Edition, Setting, settings_of
from builders.exams.forms import RULE, canonical_json, item_of, read_form, snapshot
from builders.exams.frame import course_of
from builders.exams.printing import Printing
from builders.exams.proof import sha256, software
from builders.pdf import Lock, Paper
from builders.pdf.press import Press

FOLDER = Path("instructor/rebuilt")
AROUND = 30
"""How many characters before and after a change are quoted."""
LONGEST = 160


@dataclass(frozen=True)
class Rebuilt:
    """What came of making a form again.

    ``same`` are the files that are what they were, byte by byte; ``other`` those that are not.
    """

    problems: tuple[Problem, ...] = ()
    files: tuple[Path, ...] = ()
    form: Form | None = None
    same: tuple[str, ...] = ()
    other: tuple[str, ...] = ()


@dataclass(frozen=True)
class FieldChange:
    """A field of an item that is not as it was: ``options 2 feedback``; None where it is new, or gone."""

    name: str
    before: str | None
    now: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.name}: new: {shortened(self.now or '')}"
        if self.now is None:
            return f"{self.name}: gone: {shortened(self.before)}"
        before, now = around(self.before, self.now)
        return f"{self.name}: {before} → {now}"


@dataclass(frozen=True)
class ItemChange:
    """An item that is not in the bank as a form holds it: the first digits of both digests, and what differs.

    Without ``now`` the item is gone, or cannot be made: ``why`` says so.
    """

    question: int
    item: str
    before: str
    now: str = ""
    fields: tuple[FieldChange, ...] = ()
    why: str = ""


def rebuild(path: Path, out: Path, *, lock: Lock | None = None, progress: Progress = lambda note: None) -> Rebuilt:
    """Make all documents of a form again, from its ``form.json`` and nothing else.

    Writes ``out/instructor/rebuilt/BLUEPRINT/FORM`` with the files that were made then, in the same editions and on the
    same sheet. With the same program they are the same bytes; a file that is not is a problem that says why. A form
    that was changed after it was made is refused.

    :raises SetupMissing: when what PDF files need is not installed.
    """
    form = read_form(path)
    if isinstance(form, list):
        return Rebuilt(tuple(form))
    if form.made is None:
        message = "the form does not say how its documents were made; make it anew with 'coursepack exams'"
        return Rebuilt((Problem(Place(path.as_posix()), RULE, message),), form=form)
    try:
        with TemporaryDirectory() as folder:
            printed = print_again(form, form.made, Path(folder), progress)
    except ValueError as error:
        return Rebuilt((Problem(Place(path.as_posix()), RULE, f"not a form: {error}; restore the file"),), form=form)
    if any(problem.severity is Severity.ERROR for problem in printed.problems):
        return Rebuilt(printed.problems, form=form)
    same, other = _compared(printed, form.made)
    target = out / FOLDER / form.blueprint / form.letter
    with replaced_folder(target) as aside:
        write_files(printed, aside, lock)
    problems = [*printed.problems, *_differences(form.made, other, path)]
    return Rebuilt(tuple(problems), tuple(target / name for name in printed.files), form, same, other)


def print_again(form: Form, made: Made, folder: Path, progress: Progress) -> PrintedSet:
    """Return the documents of a form; the files that they show are put into an empty folder."""
    items = [item_of(entry) for entry in form.entries]
    course = course_of(form, items, folder)
    printing = Printing(course, Paper(made.paper), press=Press(), quoted=form.frame.values)
    problems = text_problems((form,), printing)
    if problems:
        return PrintedSet(form, {}, tuple(problems))
    return print_sets((form,), printing, _settings(made), progress)[0]


def _settings(made: Made) -> Sequence[Setting]:
    """Return the editions that a form was printed in, in their order."""
    extra = next((own.time for own in made.editions if own.edition == Edition.EXTRA_TIME), 1.5)
    return settings_of(tuple(Edition(own.edition) for own in made.editions), extra)


def _compared(printed: PrintedSet, made: Made) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of the files that are what they were, and of those that are not."""
    now = {name: sha256(data) for name, data in printed.files.items() if name in made.files}
    same = tuple(name for name, found in now.items() if found == made.files[name])
    return same, tuple(name for name in made.files if name not in same)


def _differences(made: Made, names: Sequence[str], path: Path) -> Iterator[Problem]:
    if made.software != software():
        why = f"made with {made.software}, and this is {software()}; install that version for the same bytes"
    else:
        why = "other libraries or fonts than those it was made with; install those of requirements.lock"
    for name in names:
        yield Problem(Place(path.as_posix()), RULE, f"{name} is not the same bytes: {why}", Severity.WARNING)


# ---- What has changed in the bank since ----


def find_changes(form: Form, course: Course, progress: Progress = lambda note: None) -> list[ItemChange]:
    """Return the questions whose items are not in the bank as the form holds them, in the order of the form.

    Computed items are made as the form has them: in their draw, on its variant.
    """
    known = course.items_by_id
    entries = [entry for entry in form.entries if str(entry.item["id"]) in known]
    wanted = [Wanted(known[str(entry.item["id"])], entry.draw, form.variant) for entry in entries]
    try:
        made = make_instances(course, wanted, progress)
    except DatasetError as error:
        made = [[Problem(one.item.at, "DS01", str(error))] for one in wanted]
    now = {entry.number: one for entry, one in zip(entries, made, strict=True)}
    changes = (_item_change(entry, now.get(entry.number)) for entry in form.entries)
    return [change for change in changes if change]


def _item_change(entry: FormEntry, now: Item | list[Problem] | None) -> ItemChange | None:
    name, before = str(entry.item["id"]), entry.digest[:16]
    if now is None:
        return ItemChange(entry.number, name, before, why="it is no longer in the bank")
    if isinstance(now, list):
        return ItemChange(entry.number, name, before, why=f"it cannot be made any more: {now[0].message}")
    data = snapshot(now)
    found = digest(canonical_json(data))
    if found == entry.digest:
        return None
    return ItemChange(entry.number, name, before, found[:16], tuple(field_changes(entry.item, data)))


def field_changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[FieldChange]:
    """Yield the fields in which two records differ, in the order of the newer one; what is gone comes last."""
    old, new = dict(flat(before)), dict(flat(now))
    for name in [*new, *(name for name in old if name not in new)]:
        if old.get(name) != new.get(name):
            yield FieldChange(name, old.get(name), new.get(name))


def flat(data: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield the fields of plain data by readable names; entries of lists count from 1."""
    if isinstance(data, Mapping):
        for key, value in data.items():
            yield from flat(value, f"{name} {key}".strip())
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data, 1):
            yield from flat(value, f"{name} {number}")
    else:
        yield name, str(data)


def around(before: str, now: str) -> tuple[str, str]:
    """Return two texts cut to where they differ, with some words around."""
    matches = difflib.SequenceMatcher(None, before, now, autojunk=False).get_opcodes()
    changed = [code for code in matches if code[0] != "equal"]
    first, last = changed[0], changed[-1]
    return _cut(before, first[1], last[2]), _cut(now, first[3], last[4])


def _cut(text: str, start: int, end: int) -> str:
    start, stop = max(0, start - AROUND), end + AROUND
    cut = ("…" if start else "") + text[start:stop] + ("…" if stop < len(text) else "")
    return shortened(cut)


def shortened(text: str) -> str:
    """Return a text on one line and in quotes, without the middle of a long one."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= LONGEST else f'{line[: LONGEST // 2]} … {line[-LONGEST // 2 :]}'}”"


def change_lines(changes: Sequence[ItemChange]) -> Iterator[str]:
    """Yield what has changed, a line for each item and field."""
    for change in changes:
        head = f"question {change.question} ({change.item}): {change.before}"
        yield f"{head}: {change.why}" if change.why else f"{head} → {change.now}"
        yield from (f"    {own}" for own in change.fields)
