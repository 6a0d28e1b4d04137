"""The variants of a course's datasets: as files for learners and instructors, as hashes, as measured facts.

    problems, files = build_data(course, out)            # all databases, extracts, README
    problems, files = build_some(course, out, variant="practice-2", scale="tiny")
    problems, files = write_manifests(course)            # what every table hashes to
    problems, lines, files = measure(course)             # what every fact is

What goes to learners is made from a course loaded without its secrets, which knows no seed of a secure variant.
"""

from builders.variants.files import build_data, build_some
from builders.variants.manifests import write_manifests
from builders.variants.measuring import measure

__all__ = ["build_data", "build_some", "measure", "write_manifests"]
