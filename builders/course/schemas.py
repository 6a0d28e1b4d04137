"""JSON Schemas of every file an author writes, so that editors complete keys and underline mistakes.

``python -m builders.course.schemas`` writes them anew into ``builders/course/schemas``.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from builders.course.blueprints import Blueprint
from builders.course.cards import CardFile
from builders.course.items import ItemFile
from builders.course.labs import Lab, LabSolutions
from builders.course.lessons import Exercise, LessonFields, ModuleFields
from builders.course.objectives import FactFile, GlossaryFile, MisconceptionFile, SecureDataset, Spine
from builders.course.record import Record
from builders.course.tasks import PerformanceTask, Sample

FOLDER = Path(__file__).parent / "schemas"

FILES: dict[str, type[Record]] = {
    "objectives": Spine,
    "items": ItemFile,
    "cards": CardFile,
    "task": PerformanceTask,
    "sample": Sample,
    "blueprint": Blueprint,
    "misconceptions": MisconceptionFile,
    "glossary": GlossaryFile,
    "facts": FactFile,
    "secure-dataset": SecureDataset,
    "lab": Lab,
    "lab-solutions": LabSolutions,
    "lesson": LessonFields,
    "module": ModuleFields,
    "exercise": Exercise,
}
"""The schema files and the record each describes."""


def schema(kind: type[Record]) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a record."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **kind.model_json_schema(by_alias=True)}


def schema_text(kind: type[Record]) -> str:
    """Return the schema as the text of its file."""
    return json.dumps(schema(kind), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def write_schemas(folder: Path = FOLDER) -> None:
    """Write all schema files."""
    folder.mkdir(exist_ok=True)
    for name, kind in FILES.items():
        (folder / f"{name}.json").write_text(schema_text(kind), encoding="utf-8")


if __name__ == "__main__":
    write_schemas()
