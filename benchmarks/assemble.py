"""How long assembly takes: three parallel forms of 30 questions from banks of 200 to 2,000 items.

    python -m benchmarks.assemble

``read`` is reading the bank from YAML, ``choose`` the assembly, in CPU seconds, the best of three runs; ``ratio``
compares both together with the smallest bank. ``decisions`` are the variables of the mixed-integer program.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from builders.course import Blueprint, Course, read_course
from builders.exams import assemble
from builders.exams.assemble import mean_difficulty
from builders.exams.choose import Assembly
from builders.exams.needs import Plan
from tests.exams.bank import random_bank, random_slots, write_course

SIZES = (200, 500, 1000, 2000)
OBJECTIVES, TOPICS, SLOTS = 5, 3, 30
LETTERS = ("A", "B", "C")


def best_of_three(run: Callable[[], object]) -> float:
    """Return the CPU seconds of the fastest run: a busy machine makes them no longer."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds)


def make_course(folder: Path, size: int) -> tuple[Course, Blueprint]:
    """Write a bank and a blueprint of three forms."""
    bank = random_bank(size, OBJECTIVES, TOPICS, enemies=25, families=10)
    slots = random_slots(SLOTS, OBJECTIVES, TOPICS)
    return write_course(folder, secure=bank, slots=slots, objectives=OBJECTIVES, topics=TOPICS, forms=LETTERS)


def measure(size: int) -> tuple[int, float, float, float]:
    """Return decisions, seconds to read, seconds to choose, and the largest gap of mean difficulty."""
    with tempfile.TemporaryDirectory() as name:
        course, blueprint = make_course(Path(name), size)
        forms = assemble(course, blueprint)
        assert isinstance(forms, tuple), "\n".join(map(str, forms))
        means = [mean_difficulty(form) for form in forms]
        decisions = len(Assembly(Plan(course, blueprint, LETTERS, blueprint.seed)).takes)
        read = best_of_three(lambda: read_course(course.root, secrets=True))
        choose = best_of_three(lambda: assemble(course, blueprint))
    return decisions, read, choose, max(means) - min(means)


def main() -> None:
    """Print the table."""
    print(f"{'items':>6} {'decisions':>10} {'read':>8} {'choose':>8} {'both':>8} {'ratio':>6} {'gap of means':>13}")
    first = 0.0
    for size in SIZES:
        decisions, read, choose, gap = measure(size)
        first = first or read + choose
        times = f"{read:7.2f}s {choose:7.2f}s {read + choose:7.2f}s {(read + choose) / first:6.1f}"
        print(f"{size:6} {decisions:10} {times} {gap:13.3f}")


if __name__ == "__main__":
    main()
