"""Writes the manifests of datasets: what every table of every variant hashes to."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from builders.checks.databases import FULL, TINY, Built, Progress, build_databases
from builders.checks.hashes import Hashes, manifest_name, noted_hashes
from builders.course import Course, Problem, write_atomic
from builders.course.objectives import Dataset

SCALES = (TINY, FULL)


def write_manifests(course: Course, progress: Progress = lambda note: None) -> tuple[tuple[Problem, ...], list[Path]]:
    """Write the manifests of all datasets that name one; return which generators failed, and the files.

    Secure variants go to ``assessments/secure/datasets`` where their seed is known. Nothing is written when a
    generator fails.
    """
    built: dict[str, Built] = {}
    for scale in SCALES:
        built[scale], failed = build_databases(course, progress, every=True, scale=scale)
        if failed:
            return failed, []
    files: list[Path] = []
    for dataset in course.spine.datasets:
        for secure in (False, True) if dataset.manifest else ():
            kept = dataset.secure_variants if secure else dataset.public_variants
            hashes = _hashes(dataset, [name for name in course.variants_of(dataset) if name in kept], built, progress)
            if hashes:
                path = course.root / manifest_name(course, dataset, secure=secure)
                write_atomic(path, json.dumps(hashes, indent=2) + "\n")
                files.append(path)
    return (), files


def _hashes(dataset: Dataset, variants: Iterable[str], built: dict[str, Built], progress: Progress) -> Hashes:
    found: Hashes = {}
    for variant in variants:
        progress(f"hashes of {dataset.id}, variant {variant}")
        found[variant] = {scale: noted_hashes(built[scale][dataset.id, variant]) for scale in SCALES}
    return found
