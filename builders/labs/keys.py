"""The public keys of a lab: what checking needs, as the file in ``assessments/labs/digests`` holds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import scrypt
from pathlib import Path
from typing import Any

from builders.checks.notes import read_note, write_note
from builders.course import Course, Lab, digest
from builders.course.labs import AnswerKind, AnswersTask, LabSolutions, LabTask, PythonTask, SqlTask
from builders.data.limited import JSON
from builders.labs.digests import Digest, Entry, Settings, as_json, entry_of, from_json
from builders.labs.running import calls_of

FOLDER = "assessments/labs/digests"
FORMAT = 1
"""Changes when digests are computed in another way."""
EVERYWHERE = "all"
"""In place of a variant where a lab has no data."""
UNSEEN = frozenset({"title", "prompt", "points", "starter"})
"""What of a task may change without making its digests stale."""


@dataclass(frozen=True)
class Wrong:
    """The result of a typical mistake, and what a learner is told."""

    digest: Digest
    feedback: str


@dataclass(frozen=True)
class TaskKey:
    """What is known of a task's result on one variant."""

    result: Digest
    accept: tuple[Digest, ...] = ()
    """Other results that are as right."""
    wrong: tuple[Wrong, ...] = ()
    kinds: tuple[str, ...] = ()
    """What each call of a function returns: a list, a number, …"""


@dataclass(frozen=True)
class LabKeys:
    """The keys of a lab by task and variant, and the slow hash of all that they were made from."""

    basis: str
    tasks: Mapping[str, Mapping[str, TaskKey]]


def keys_path(lab: str) -> str:
    """Return the path of the keys of a lab, relative to the course."""
    return f"{FOLDER}/{lab.lower()}.json"


def variants_of(course: Course, lab: Lab) -> tuple[str, ...]:
    """Return the variants that a lab is checked on, practice first."""
    dataset = course.datasets.get(lab.dataset or "")
    return dataset.public_variants if dataset else (EVERYWHERE,)


def settings_of(lab: Lab, task: LabTask, variant: str) -> Settings:
    """Return how results of a task are compared on a variant."""
    salt = f"{lab.id}/{task.id}/{variant}"
    match task:
        case SqlTask():
            return Settings(salt, task.tolerance, task.ordered)
        case PythonTask():
            return Settings(salt, task.tolerance, not task.unordered)
    return Settings(salt, task.tolerance, ordered=False)


def entries_of(task: LabTask, value: JSON) -> list[Entry]:
    """Return the entries of a result: rows, the values of calls, or the entries of a list."""
    match task, value:
        case SqlTask(), {"rows": list(rows)}:
            return [entry_of(row) for row in rows]
        case PythonTask(), [list(entries)] if len(calls_of(task)) == 1:
            return [entry_of(entry) for entry in entries]
        case ((PythonTask() | AnswersTask(answer=AnswerKind.LIST)), list(values)):
            return [entry_of(entry) for entry in values]
    return [entry_of(value)]


def basis_of(course: Course, lab: Lab, solutions: LabSolutions) -> str:
    """Return a slow hash of everything that the keys of a lab depend on, noted in the cache under a fast one."""
    tasks = [task.model_dump(mode="json", exclude=set(UNSEEN)) for task in lab.tasks]
    text = json.dumps([FORMAT, tasks, solutions.model_dump(mode="json"), _hashes(course, lab)], sort_keys=True)
    note, fast = course.root / ".cache" / "labs.json", digest(lab.id, text)
    known = read_note(note)
    if fast not in known:
        slow = scrypt(text.encode(), salt=lab.id.encode(), n=2**14, r=8, p=1, maxmem=64 << 20, dklen=16)
        known[fast] = slow.hex()
        write_note(note, known)
    return str(known[fast])


def _hashes(course: Course, lab: Lab) -> dict[str, Any]:
    """Return the hashes of the data that a lab is checked on, as far as the manifest says them."""
    dataset = course.datasets.get(lab.dataset or "")
    path = course.root / dataset.manifest if dataset and dataset.manifest else None
    try:
        manifest = json.loads(path.read_text(encoding="utf-8")) if path and path.is_file() else {}
        return {variant: manifest[variant] for variant in variants_of(course, lab) if variant in manifest}
    except (ValueError, TypeError):
        return {}  # a manifest that cannot be read is told where datasets are checked


def keys_text(lab: Lab, keys: LabKeys) -> str:
    """Return the text of the file of keys: the same for the same keys."""
    tasks = {
        task: {variant: _key_data(key) for variant, key in variants.items()} for task, variants in keys.tasks.items()
    }
    data = {"lab": lab.id, "basis": keys.basis, "tasks": tasks}
    return json.dumps(data, indent=1, ensure_ascii=False) + "\n"


def parse_keys(text: str) -> LabKeys:
    """Return the keys that a file holds; ValueError where it holds none."""
    try:
        data = json.loads(text)
        tasks = {
            task: {variant: _key_of(key) for variant, key in variants.items()}
            for task, variants in data["tasks"].items()
        }
        return LabKeys(data["basis"], tasks)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"no keys of a lab: {error}") from None


def read_keys(root: Path, lab: Lab) -> LabKeys | None:
    """Return the keys of a lab, or None where there are none; ValueError where the file is damaged."""
    path = root / keys_path(lab.id)
    return parse_keys(path.read_text(encoding="utf-8")) if path.is_file() else None


def _key_data(key: TaskKey) -> dict[str, Any]:
    data: dict[str, Any] = {"result": _flat(key.result)}
    if key.kinds:
        data["kinds"] = " ".join(key.kinds)
    if key.accept:
        data["accept"] = [_flat(digest) for digest in key.accept]
    if key.wrong:
        data["wrong"] = [{**_flat(wrong.digest), "feedback": wrong.feedback} for wrong in key.wrong]
    return data


def _flat(digest: Digest) -> dict[str, Any]:
    """Return a digest as data that stands in few lines."""
    data = as_json(digest)
    return {name: " ".join(map(str, value)) if isinstance(value, tuple) else value for name, value in data.items()}


def _digest_of(data: dict[str, Any]) -> Digest:
    lists = {name: tuple(int(number) for number in data.get(name, "").split()) for name in ("floats", "short")}
    return from_json({**data, **lists})


def _key_of(data: dict[str, Any]) -> TaskKey:
    wrong = tuple(Wrong(_digest_of(entry), entry["feedback"]) for entry in data.get("wrong", ()))
    accept = tuple(_digest_of(entry) for entry in data.get("accept", ()))
    return TaskKey(_digest_of(data["result"]), accept, wrong, tuple(data.get("kinds", "").split()))
