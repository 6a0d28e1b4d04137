"""Three parallel forms of 30 questions from banks of 1,000 to 3,000 items: how long, and how good beside a plain way.

    python -m benchmarks.assemble

``command`` is the whole of ``coursepack exams`` in a process of its own, from its start until the first page would be
laid out: reading, all rules, assembly, drawing. ``read`` and ``choose`` are parts of it. CPU seconds, the best of three
runs. ``gap`` is the difference between the easiest and the hardest form (mean difficulty). ``greedy`` is a search as
one would write it in an afternoon: fill the slots one by one with any item that fits and is free, begin again when
stuck, and keep the best of as many tries as fit into ten times what ``choose`` takes. ``off`` are the points by which
its forms miss the margins, and the minutes beyond the tolerance: ours are 0.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from builders.course import Form, Item, read_course
from builders.exams import assemble
from builders.exams.assemble import mean_difficulty
from builders.exams.choose import Assembly
from builders.exams.needs import Plan
from tests.exams.thousand import write_thousand

SIZES = (1000, 2000, 3000)
LETTERS = ("A", "B", "C")
PATIENCE = 10

COMMAND = """
import sys
from builders.cli import main
from builders.exams import build
def stop(*args, **options):
    raise SystemExit(0)
build.Printing = stop
sys.argv = ["coursepack", "exams", "--course", sys.argv[1]]
main()
"""
"""The command, ended where printing begins."""


def best_of_three(run: Callable[[], float]) -> float:
    """Return the CPU seconds of the cheapest run: a busy machine makes them no fewer."""
    return min(run() for _ in range(3))


def seconds(run: Callable[[], object]) -> float:
    """Return the CPU seconds that a function takes."""
    start = time.process_time()
    run()
    return time.process_time() - start


def command_seconds(course: Path) -> float:
    """Return the CPU seconds of the whole command up to the first page, in a process of its own."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", COMMAND, str(course)], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


@dataclass
class Draft:
    """Forms as the greedy search has them: an item for each slot of each form."""

    forms: list[list[Item]]

    def gap(self) -> float:
        """The difference of mean difficulty between the forms."""
        means = [sum(item.difficulty for item in form) / len(form) for form in self.forms]
        return max(means) - min(means)


class Greedy:
    """Random restarts: what a patient person would do by hand, done fast."""

    def __init__(self, plan: Plan, seed: int) -> None:
        self.plan, self.rng = plan, random.Random(seed)
        self.slots = [(group, slot) for group in plan.groups for slot in group.slots]
        self.rivals = {frozenset(pair) for pair in plan.rivals}

    def run(self, allowed: float) -> tuple[Draft | None, int]:
        """Return the best draft found in the time allowed, and how many tries it took."""
        end, best, tries = time.process_time() + allowed, None, 0
        while time.process_time() < end:
            tries += 1
            draft = self.one()
            if draft and (best is None or self.cost(draft) < self.cost(best)):
                best = draft
        return best, tries

    def one(self) -> Draft | None:
        """Fill the slots one by one; None where nothing is left that fits."""
        used: set[str] = set()
        forms: list[list[Item]] = []
        for form in range(len(self.plan.letters)):
            forms.append([])
            for group, _ in self.slots:
                free = [i for i in self.plan.fitting[group.needs[form]] if self._may(i, used, forms[-1])]
                if not free:
                    return None
                forms[-1].append(self.rng.choice(free))
                used.add(forms[-1][-1].id)
        return Draft(forms)

    def _may(self, item: Item, used: set[str], form: list[Item]) -> bool:
        if item.id in used or (item.family and any(other.family == item.family for other in form)):
            return False
        return not any(frozenset((item.id, other.id)) in self.rivals for other in form)

    def cost(self, draft: Draft) -> tuple[float, float]:
        """Return by how much a draft is off, then how unequal it is."""
        return self.off(draft), draft.gap()

    def off(self, draft: Draft) -> float:
        """Return the points beyond the margins, and the minutes beyond the tolerance."""
        blueprint = self.plan.blueprint
        total = 0.0
        for form in draft.forms:
            spread = abs(sum(item.minutes for item in form) - blueprint.item_minutes)
            total += max(0.0, spread - blueprint.tolerance.minutes * blueprint.item_minutes)
            pairs = list(zip(self.slots, form, strict=True))
            for margin in blueprint.margin_ranges():
                if margin.margin == "topic":
                    have = sum(group.points for (group, _), item in pairs if item.topic == margin.labels[0])
                    total += max(0.0, abs(have - margin.declared) - margin.tolerance)
        return total


def measure(size: int) -> str:
    """Return a line of the table."""
    with tempfile.TemporaryDirectory() as name:
        course, blueprint = write_thousand(Path(name), size)
        forms = assemble(course, blueprint)
        assert isinstance(forms, tuple), "\n".join(map(str, forms))
        plan = Plan(course, blueprint, LETTERS, blueprint.seed)
        read = best_of_three(lambda: seconds(lambda: read_course(course.root, secrets=True)))
        choose = best_of_three(lambda: seconds(lambda: assemble(course, blueprint)))
        command = best_of_three(lambda: command_seconds(course.root))
        greedy = greedy_line(plan, choose)
    times = f"{read:6.2f} {choose:7.2f} {command:8.2f}"
    return f"{size:6} {len(Assembly(plan).fillers):9} {times} {gap_of(forms):6.3f} {greedy}"


def gap_of(forms: tuple[Form, ...]) -> float:
    """Return the difference of mean difficulty between the easiest and the hardest form."""
    means = [mean_difficulty(form) for form in forms]
    return max(means) - min(means)


def greedy_line(plan: Plan, choose: float) -> str:
    """Return what the greedy search comes to in ten times the time."""
    greedy = Greedy(plan, seed=1)
    draft, tries = greedy.run(PATIENCE * choose)
    if draft is None:
        return f"{PATIENCE * choose:7.2f} {tries:6}   no form was filled"
    return f"{PATIENCE * choose:7.2f} {tries:6} {greedy.off(draft):5.1f} {draft.gap():6.3f}"


def main() -> None:
    """Print the table."""
    heads = f"{'items':>6} {'decisions':>9} {'read':>6} {'choose':>7} {'command':>8} {'gap':>6}"
    print(f"{heads} {'greedy':>7} {'tries':>6} {'off':>5} {'gap':>6}")
    for size in SIZES:
        print(measure(size), flush=True)


if __name__ == "__main__":
    main()
