"""The databases of a course: every variant of its datasets, made by its generators and kept in the cache."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import TypeVar

from builders.checks.rules import Finding, data_rule, problems_of
from builders.course.course import Course
from builders.course.objectives import Dataset
from builders.course.problem import Problem
from builders.data import DatasetError, build_database
from builders.data.dataset import database_path, end_generators

FULL = "full"
TINY = "tiny"
AT_ONCE = min(4, os.cpu_count() or 1)
"""Generators at work at the same time: each takes a core and some hundred megabytes."""

Progress = Callable[[str], None]
Built = dict[tuple[str, str], Path]
"""Databases by dataset and variant."""
T = TypeVar("T")
R = TypeVar("R")


def variant_database(course: Course, dataset: Dataset, variant: str, progress: Progress, *, scale: str = FULL) -> Path:
    """Return the path of a variant's database, made now if it is not cached.

    Raises DatasetError where the generator fails, or where the variant is secure and its seed is not known.
    """
    progress(f"dataset {dataset.id}, variant {variant}")
    generator, cache = _place(course, dataset)
    return build_database(generator, variant, scale, cache, seed=_seed(course, dataset, variant))


def variant_path(course: Course, dataset: Dataset, variant: str, *, scale: str = FULL) -> Path:
    """Return where the cache keeps a variant's database, whether it is there yet or not.

    The name changes with everything that the content depends on. Raises DatasetError as `variant_database` does.
    """
    generator, cache = _place(course, dataset)
    return database_path(generator, variant, scale, cache, seed=_seed(course, dataset, variant))


def practice_database(course: Course, dataset: Dataset, progress: Progress) -> Path:
    """Return the path of a dataset's practice database at full scale, made now if it is not cached."""
    return variant_database(course, dataset, dataset.practice, progress)


def looked_at(course: Course, dataset: Dataset, *, every: bool) -> tuple[str, ...]:
    """Return the variants that a check looks at: practice, or every one that the course was loaded for."""
    return course.variants_of(dataset) if every else (dataset.practice,)


def build_databases(
    course: Course, progress: Progress, *, every: bool = False, scale: str = FULL
) -> tuple[Built, tuple[Problem, ...]]:
    """Make the databases that a check looks at, several at once; return them, and which generators failed how."""
    wanted = [(dataset, name) for dataset in course.spine.datasets for name in looked_at(course, dataset, every=every)]
    built: Built = {}
    failed: list[tuple[Dataset, DatasetError]] = []

    def build(pair: tuple[Dataset, str]) -> Path | DatasetError:
        try:
            return variant_database(course, *pair, lambda note: None, scale=scale)
        except DatasetError as error:
            return error

    for (dataset, variant), outcome in side_by_side(build, wanted):
        progress(f"dataset {dataset.id}, variant {variant}")
        if isinstance(outcome, Path):
            built[dataset.id, variant] = outcome
        else:
            failed.append((dataset, outcome))
    names = [(dataset.id, variant) for dataset, variant in wanted]
    built = {name: built[name] for name in names if name in built}
    return built, problems_of("DS01", generators_work(course, failed))


@data_rule("DS01")
def generators_work(course: Course, failed: Iterable[tuple[Dataset, DatasetError]]) -> Iterator[Finding]:
    """The generator of a dataset makes a database of every variant, within two minutes."""
    for dataset, error in failed:
        first, *rest = str(error).replace(f"{course.root}/", "").splitlines()
        what = f"{first}: {rest[-1].strip()}" if rest else first
        yield Finding(dataset, f"the generator failed: {what}; run it by itself and mend it")


def side_by_side(work: Callable[[T], R], subjects: Iterable[T]) -> Iterator[tuple[T, R]]:
    """Yield each subject with what the work on it gives, as it is done.

    On an exception, an interrupt above all, what waits is dropped and generators at work are ended.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        begun: dict[Future[R], T] = {pool.submit(work, subject): subject for subject in subjects}
        try:
            for future in as_completed(begun):
                yield begun[future], future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            end_generators()
            raise


def _place(course: Course, dataset: Dataset) -> tuple[Path, Path]:
    return course.root / dataset.generator, course.root / ".cache" / "data" / dataset.id


def _seed(course: Course, dataset: Dataset, variant: str) -> str | None:
    try:
        return course.seed_of(dataset, variant)
    except KeyError:
        message = f"the variant '{variant}' is secure and assessments/secure/datasets has no seed for '{dataset.id}'"
        raise DatasetError(message) from None
