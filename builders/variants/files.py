"""Databases and tables as files: public variants for learners, secure ones for instructors.

A course loaded without its secrets gives ``student/data``, one loaded with them ``instructor/data``: the first
knows no seed of a secure variant, so that none can reach a learner.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from builders.checks.databases import (
    FULL,
    Built,
    Progress,
    build_databases,
    generators_work,
    variant_database,
    variant_path,
)
from builders.checks.hashes import check_hashes
from builders.checks.notes import read_note, write_note
from builders.checks.rules import problems_of
from builders.course import Course, Place, Problem, digest, nearest, read_words, replaced_folder
from builders.course.objectives import Dataset
from builders.data import DatasetError, tables
from builders.data import extracts as csv_extracts
from builders.data.extracts import write_extracts
from builders.variants.readme import readme_text

CSV = "csv"
README = "README.txt"
CODE = (Path(__file__), Path(csv_extracts.__file__), Path(tables.__file__), Path(__file__).with_name("readme.py"))
"""The programs that the files depend on besides their databases."""


def build_data(
    course: Course, out: Path, *, progress: Progress = lambda note: None
) -> tuple[tuple[Problem, ...], list[Path]]:
    """Write all databases of one audience, for learners with CSV extracts and a README; return problems and files.

    The folder appears complete or stays as it was. Where nothing changed since the last time, nothing is done.
    """
    target = out / folder_of(course)
    wanted = list(_wanted(course))
    if not wanted:
        return (), []
    names = [variant_path(course, dataset, variant).name for dataset, variant in wanted]
    about = course.about.model_dump_json()
    inputs = digest(str(target), about, *names, *(path.read_bytes() for path in CODE))
    stamp = course.root / ".cache" / "data" / f"{target.parent.name}.json"
    if read_note(stamp) != {"inputs": inputs, "files": _listing(target)}:
        built, problems = build_databases(course, progress, every=True)
        problems = problems or check_hashes(course, built, progress)
        if problems:
            return problems, []
        with replaced_folder(target) as folder:
            _fill(course, folder, built, progress)
        write_note(stamp, {"inputs": inputs, "files": _listing(target)})
    return (), sorted(path for path in target.iterdir() if path.suffix == ".sqlite")


def build_some(
    course: Course, out: Path, *, variant: str | None, scale: str, progress: Progress = lambda note: None
) -> tuple[tuple[Problem, ...], list[Path]]:
    """Write databases of one variant or at another scale beside what is there; return problems and files."""
    known = [entry.id for dataset in course.spine.datasets for entry in dataset.variants]
    if variant is not None and variant not in known:
        message = f"there is no variant '{variant}'" + nearest(variant, known)
        return (Problem(Place("objectives.yaml"), "REF11", message),), []
    files: list[Path] = []
    for dataset, name in _wanted(course, variant):
        try:
            database = variant_database(course, dataset, name, progress, scale=scale)
        except DatasetError as error:
            return problems_of("DS01", generators_work(course, [(dataset, error)])), files
        path = out / folder_of(course) / file_name(dataset, name, scale)
        _copy_atomic(database, path)
        files.append(path)
    return (), files


def folder_of(course: Course) -> Path:
    """Return where the data goes: for learners, or where the course knows its secrets, for instructors."""
    return Path("instructor" if course.secrets else "student") / "data"


def file_name(dataset: Dataset, variant: str, scale: str = FULL) -> str:
    """Return the name of a database as people get it: the practice variant at full scale goes without addition."""
    parts = [dataset.id, variant if variant != dataset.practice else "", scale if scale != FULL else ""]
    return "-".join(part for part in parts if part) + ".sqlite"


def _wanted(course: Course, variant: str | None = None) -> Iterator[tuple[Dataset, str]]:
    """Yield the variants for one audience; a secure one without a seed only if it is asked for by name."""
    for dataset in course.spine.datasets:
        kept = dataset.secure_variants if course.secrets else dataset.public_variants
        for name in kept:
            if name == variant or (variant is None and name in course.variants_of(dataset)):
                yield dataset, name


def _fill(course: Course, folder: Path, built: Built, progress: Progress) -> None:
    for dataset, variant in _wanted(course):
        shutil.copyfile(built[dataset.id, variant], folder / file_name(dataset, variant))
    if course.secrets:
        return
    rows = {dataset.id: _extract(course, dataset, folder, built, progress) for dataset in course.spine.datasets}
    text = readme_text(course, read_words(course.about.language), rows)
    (folder / README).write_text(text, encoding="utf-8")


def _extract(course: Course, dataset: Dataset, folder: Path, built: Built, progress: Progress) -> Mapping[str, int]:
    """Write the tables of the practice variant; return their rows by file."""
    progress(f"tables of {dataset.id}")
    several = len(course.spine.datasets) > 1
    target = folder / CSV / dataset.id if several else folder / CSV
    target.mkdir(parents=True)
    rows = write_extracts(built[dataset.id, dataset.practice], target)
    return {(target / f"{table}.csv").relative_to(folder).as_posix(): count for table, count in rows.items()}


def _copy_atomic(source: Path, target: Path) -> None:
    """Copy a file aside and rename it into place."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        aside = Path(folder) / target.name
        shutil.copyfile(source, aside)
        aside.replace(target)


def _listing(folder: Path) -> dict[str, list[int]]:
    """Return size and time of change of all files, by name: enough to see that nobody touched them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): [path.stat().st_size, path.stat().st_mtime_ns] for path in files}
