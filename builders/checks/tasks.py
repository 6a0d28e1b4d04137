"""Rules about tasks, rubrics, samples and blueprints: weights, levels and marks that add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from builders.checks.items import ADMISSIBLE
from builders.checks.rules import Finding, rule
from builders.course.course import Course
from builders.course.tasks import LEVELS

SAMPLE_LEVELS = (2, 3, 4)


@rule("RB01")
def weights_add_up(course: Course) -> Iterator[Finding]:
    """The weights of a rubric sum to 100, and for each objective to the share that the task declares."""
    for task in course.tasks:
        shares: defaultdict[str, int] = defaultdict(int)
        for criterion in task.criteria:
            shares[criterion.objective] += criterion.weight
        total = sum(shares.values())
        if total != 100:
            yield Finding(task, f"the weights sum to {total}; make them 100")
        elif dict(shares) != dict(task.objectives):
            computed = ", ".join(f"{name}: {share}" for name, share in sorted(shares.items()))
            yield Finding(task, f"the criteria give {{{computed}}}, unlike 'objectives'; make them agree")


@rule("RB02")
def levels_differ(course: Course) -> Iterator[Finding]:
    """Neighbouring levels of a criterion say different things."""
    for task in course.tasks:
        for criterion in task.criteria:
            for upper, lower in pairwise(LEVELS):
                if criterion.levels[upper].casefold() == criterion.levels[lower].casefold():
                    message = f"levels {upper} and {lower} of '{criterion.id}' say the same; name what can be seen"
                    yield Finding(task, message, criterion.at)


@rule("RB03")
def samples_show_levels(course: Course) -> Iterator[Finding]:
    """A graded task has scored samples at levels 2, 3 and 4, and each sample's weighted mean rounds to its level.

    Checked where the secure folder is present: samples live in ``assessments/secure/samples``.
    """
    if not course.secrets:
        return
    tasks = {task.id: task for task in course.tasks}
    for task in course.tasks:
        have = {sample.level for sample in course.samples if sample.task == task.id}
        missing = [level for level in SAMPLE_LEVELS if level not in have]
        if task.graded and missing:
            folder = f"assessments/secure/samples/{task.id.lower()}"
            yield Finding(task, f"no scored sample at level {', '.join(map(str, missing))}; add it in {folder}")
    for sample in course.samples:
        known = tasks.get(sample.task)
        if known and {criterion.id for criterion in known.criteria} == set(sample.scores):
            mean = sum(c.weight * sample.scores[c.id].level for c in known.criteria) / 100
            if round(mean) != sample.level:
                yield Finding(sample, f"the scores give {mean:.2f}, not level {sample.level}; change one of them")


@rule("BP01")
def margins_agree(course: Course) -> Iterator[Finding]:
    """Declared margins of a blueprint can be met by its slots, in points and within their tolerance."""
    for blueprint in course.blueprints:
        for margin in blueprint.margin_ranges():
            if not margin.possible:
                have = f"{margin.least:g}" + (f" to {margin.most:g}" if margin.most > margin.least else "")
                allowed = f" (± {margin.tolerance:g})" if margin.tolerance else ""
                yield Finding(
                    blueprint,
                    f"margin {margin.margin} '{margin.name}' declares {margin.declared:g} points{allowed} "
                    f"and the slots give {have}",
                )


@rule("BP02")
def slots_can_be_tested(course: Course) -> Iterator[Finding]:
    """The kind of a slot can test its level, and a list of facets names one for every form."""
    for blueprint in course.blueprints:
        for slot in blueprint.slots:
            for kind in slot.allowed_kinds if slot.bloom else ():
                low, high = ADMISSIBLE[kind]
                if slot.bloom and not low.rank <= slot.bloom.rank <= high.rank:
                    message = f"slot {slot.id}: a {kind} item cannot test {slot.bloom} (only {low} to {high})"
                    yield Finding(blueprint, message, slot.at)
            if not isinstance(slot.facet, str) and len(slot.facet) != len(blueprint.forms):
                message = (
                    f"slot {slot.id} names {len(slot.facet)} facets for {len(blueprint.forms)} forms; name one each"
                )
                yield Finding(blueprint, message, slot.at)
