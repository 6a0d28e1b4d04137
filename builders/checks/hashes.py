"""Manifests: what every table of a variant must hash to, so that no change of a generator goes unseen.

The public variants' manifest is the file that a dataset names; the secure ones' lies beside their seed. Both
hold ``{variant: {scale: {table: hash}}}``. Hashes are noted beside the database they were taken from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import TypeAdapter

from builders.checks.databases import FULL, Built, Progress
from builders.checks.notes import note_beside, read_note, write_note
from builders.checks.rules import Finding, data_rule, problems_of
from builders.course.course import Course
from builders.course.objectives import Dataset
from builders.course.problem import Place, Problem
from builders.data import dump_hash

Hashes = dict[str, dict[str, dict[str, str]]]
"""Hashes by variant, scale and table."""
HASHES: TypeAdapter[Hashes] = TypeAdapter(Hashes)


def check_hashes(course: Course, built: Built, progress: Progress) -> tuple[Problem, ...]:
    """Compare full databases, by dataset and variant, with the manifests of their datasets."""
    problems: list[Problem] = []
    for dataset in course.spine.datasets:
        if dataset.manifest is None:
            continue
        found = {name: database for (owner, name), database in built.items() if owner == dataset.id}
        hashes: dict[str, dict[str, str]] = {}
        for variant, database in found.items():
            progress(f"hashes of {dataset.id}, variant {variant}")
            hashes[variant] = noted_hashes(database)
        problems += problems_of("DS02", databases_are_as_written_down(course, dataset, hashes))
    return tuple(sorted(problems))


@data_rule("DS02")
def databases_are_as_written_down(
    course: Course, dataset: Dataset, hashes: Mapping[str, Mapping[str, str]]
) -> Iterator[Finding]:
    """Every table of a full variant hashes to what the manifest says, on every machine and Python.

    A table differs where the generator changed, or where it depends on more than its seed.
    """
    for variant, found in hashes.items():
        name = manifest_name(course, dataset, secure=variant in dataset.secure_variants)
        try:
            written = read_manifest(course.root / name).get(variant, {}).get(FULL, {})
        except ValueError:
            message = "the file does not hold {variant: {scale: {table: hash}}}; run coursepack data --manifest"
            yield Finding(dataset, message, Place(name))
            continue
        tables = sorted(table for table in found.keys() | written.keys() if found.get(table) != written.get(table))
        if not written:
            message = f"no hashes of the variant '{variant}' are written down; run coursepack data --manifest"
            yield Finding(dataset, message, Place(name))
        elif tables:
            message = f"the variant '{variant}' has other rows in {', '.join(tables)}; mend the generator"
            yield Finding(dataset, f"{message}, or if this is meant, run coursepack data --manifest", Place(name))


def manifest_name(course: Course, dataset: Dataset, *, secure: bool) -> str:
    """Return the path of a manifest from the course folder."""
    if not secure:
        return dataset.manifest or ""
    secret = next(record.at.path for record in course.secure_datasets if record.dataset == dataset.id)
    return Path(secret).with_suffix(".manifest.json").as_posix()


def read_manifest(path: Path) -> Hashes:
    """Return the hashes a manifest holds, none where there is no such file; ValueError where it is spoilt."""
    return HASHES.validate_json(path.read_bytes()) if path.is_file() else {}


def noted_hashes(database: Path) -> dict[str, str]:
    """Return the hashes of a database's tables, taken once."""
    note = note_beside(database, "hashes")
    hashes: dict[str, str] = read_note(note)
    if not hashes:
        hashes = dump_hash(database)
        write_note(note, hashes)
    return hashes
