"""Rules about objectives: verbs that fit their level, nothing unmeasurable, every part tested.

The author's level is never changed and never an error: verb lists disagree (Stanny 2016; Newton and others 2020), so a
finding is something to think about, and to waive with a reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from builders.checks.language import Language, Strength, Verbs, products, read_verbs, worded_rule
from builders.checks.rules import Check, Finding, rule
from builders.course.course import Course
from builders.course.objectives import Objective
from builders.course.problem import Severity
from builders.course.record import Bloom

WORD = re.compile(r"[\w-]+")
LISTED = re.compile(r"\([^)]*,[^)]*\)")


@dataclass(frozen=True)
class Verdict:
    """What the verb table says of a verb at a level: its levels there, the firmest first."""

    verb: str
    levels: dict[Bloom, Strength]
    level: Bloom

    @property
    def fits(self) -> bool:
        """Whether no level is firmer than the author's."""
        own = self.levels.get(self.level)
        return own is not None and own.rank == max(strength.rank for strength in self.levels.values())

    @property
    def off(self) -> bool:
        """Whether the verb does not stand for the level, or is a process of another one."""
        return self.level not in self.levels or (not self.fits and Strength.CORE in self.levels.values())

    @property
    def others(self) -> list[Bloom]:
        """The other levels that the verb stands for commonly, the firmest and lowest first."""
        kept = [level for level, strength in self.levels.items() if level != self.level and strength.rank > 1]
        return sorted(kept, key=lambda level: (-self.levels[level].rank, level.rank))


def main_verb(text: str, verbs: Verbs) -> str:
    """Return the verb of an objective, folded: its first words, or in German the last of its first clause."""
    clause = text.split(",")[0] if verbs.order == "last" else text
    found = [word.casefold() for word in WORD.findall(clause)]
    listed = {*verbs.verbs, *verbs.unmeasurable}
    if verbs.order == "last":
        return next((word for word in reversed(found) if word in listed), found[-1] if found else "")
    for count in (3, 2, 1):
        phrase = " ".join(found[:count])
        if phrase in listed:
            return phrase
    return found[0] if found else ""


def verdict_of(objective: Objective, verbs: Verbs) -> Verdict | None:
    """Return what the table says of an objective's verb; None where it does not know it."""
    verb = main_verb(objective.text, verbs)
    levels = verbs.verbs.get(verb)
    return Verdict(verb, levels, objective.bloom) if levels else None


VerbCheck = Callable[[Course, Verbs], Iterator[Finding]]


def verb_rule(code: str, severity: Severity) -> Callable[[VerbCheck], Check]:
    """Enter a generator that needs the verbs of the course's language; without them it finds nothing."""

    def enter(check: VerbCheck) -> Check:
        def known(course: Course) -> Iterator[Finding]:
            verbs = read_verbs(course.about.language)
            if verbs:
                yield from check(course, verbs)

        known.__doc__, known.__name__ = check.__doc__, check.__name__
        return rule(code, severity)(known)

    return enter


@verb_rule("OBJ001", Severity.WARNING)
def verb_fits_level(course: Course, verbs: Verbs) -> Iterator[Finding]:
    """The verb of an objective stands for its level.

    Why: a reader who knows the revised taxonomy takes the verb for the level, and so do item writers. Verbs are
    measured by the table `builders/checks/language/verbs-*.yaml`: a process of the taxonomy, or its other name, is
    *core*, other usage *common* or *rare*. Off its level is a warning, a verb that as many take for another level a
    hint; a verb that the table does not know is not judged.
    Mend: keep the level and change the verb, or keep both and say in the facets and items what is meant.
    Waive: where the wording is given; the reason says how items reach the level.
    """
    for objective in course.spine.objectives:
        verdict = verdict_of(objective, verbs)
        if verdict is None or not verdict.others:
            continue
        where = " and ".join(verdict.others)
        if verdict.off:
            up = "above" if verdict.others[0].rank > objective.bloom.rank else "below"
            message = (
                f"'{verdict.verb}' stands for {where}, {up} {objective.bloom}; keep the level and say what is meant"
            )
            yield Finding(objective, message)
        else:
            message = f"'{verdict.verb}' can stand for {where} too; see that items are at {objective.bloom}"
            yield Finding(objective, message, severity=Severity.INFO)


@verb_rule("OBJ002", Severity.WARNING)
def verb_at_one_level(course: Course, verbs: Verbs) -> Iterator[Finding]:
    """A verb is used at one level only.

    Why: the same word for two levels tells neither learners nor item writers which is meant. Named is the objective
    whose level the verb fits less.
    Mend: another verb for one of them.
    Waive: where the wording is given; the reason says what sets the two apart.
    """
    users: defaultdict[str, list[Objective]] = defaultdict(list)
    for objective in course.spine.objectives:
        users[main_verb(objective.text, verbs)].append(objective)
    for verb, objectives in users.items():
        firmest = max(objectives, key=lambda one: _strength(verb, one.bloom, verbs))
        for objective in objectives:
            if objective.bloom != firmest.bloom:
                message = (
                    f"'{verb}' is at {objective.bloom} here and at {firmest.bloom} in {firmest.id}; tell them apart"
                )
                yield Finding(objective, message)


def _strength(verb: str, level: Bloom, verbs: Verbs) -> int:
    strength = verbs.verbs.get(verb, {}).get(level)
    return strength.rank if strength else 0


@verb_rule("OBJ003", Severity.WARNING)
def verb_can_be_seen(course: Course, verbs: Verbs) -> Iterator[Finding]:
    """An objective says what a learner does, not what goes on inside: no “understand”, “know”, “leverage”.

    Why: nobody can see somebody understand; what is not seen cannot be assessed. Looked at are the verb, and a second
    one it serves (“… to understand”).
    Mend: name what shows it: explains, predicts, verifies.
    Waive: where the wording is given; the reason is the evidence that items ask for.
    """
    for objective in course.spine.objectives:
        verb, nested = main_verb(objective.text, verbs), verbs.nested.search(objective.text)
        found = [verb] if verb in verbs.unmeasurable else []
        found += [nested[0]] if nested else []
        if found:
            named = "' and '".join(found)
            yield Finding(objective, f"'{named}' cannot be seen; say what a learner does that shows it")


@worded_rule("OBJ004")
def compound_has_facets(course: Course, language: Language) -> Iterator[Finding]:
    """An objective that names several things has a facet for each, two at least.

    Why: “scalability and performance” is two objectives; with one of them tested, it would count as covered. Compound
    is what is joined by “and”, “or”, “versus”, or listed in brackets.
    Mend: `facets`, one for each part; each then needs items and a slot of its own.
    Waive: where the words name one thing (“research and development”).
    """
    for objective in course.spine.objectives:
        joined = LISTED.search(objective.text) or language.joining.search(objective.text)
        if joined and len(objective.facets) < 2:
            message = f"'{joined[0]}' joins parts, and there is one facet; give each part a facet"
            yield Finding(objective, message)


@rule("OBJ005", Severity.WARNING)
def topic_has_objective(course: Course) -> Iterator[Finding]:
    """Every topic comes first in the `topics` of an objective.

    Why: a topic that objectives only touch is taught and never tested for its own sake.
    Mend: an enabling objective (`parent`) for it, or put it first where it is the matter.
    Waive: on the topic, with the objectives that test it along the way.
    """
    first = {objective.topics[0] for objective in course.spine.objectives if objective.topics}
    for topic in course.spine.topics:
        if topic.id not in first:
            yield Finding(topic, f"no objective has '{topic.id}' as its first topic; give it one, or say who tests it")


@worded_rule("OBJ006", Severity.WARNING)
def adverb_has_criterion(course: Course, language: Language) -> Iterator[Finding]:
    """An objective has no adverb that only a criterion could measure: “effectively”, “properly”.

    Why: two judges mean two things by it (Quality Matters 2.1 asks for measurable objectives).
    Mend: drop it, or say by what it is judged.
    Waive: where the wording is given and a rubric says what the word means.
    """
    for objective in course.spine.objectives:
        found = language.vague_adverb.search(objective.text)
        if found:
            yield Finding(objective, f"'{found[0]}' has no criterion; drop it, or let a rubric say what it means")


@rule("OBJ007", Severity.INFO)
def no_product_names(course: Course) -> Iterator[Finding]:
    """An objective names no product of others.

    Why: products change and go; what a learner can do should outlive them. Names are listed in
    `builders/checks/language/products.yaml`. A hint.
    Mend: name the kind of tool, and products in the lesson.
    Waive: where the product is the objective.
    """
    for objective in course.spine.objectives:
        named = list(dict.fromkeys(products().findall(objective.text)))
        if named:
            yield Finding(objective, f"{', '.join(named)}: products age; see that items hold for any tool of the kind")


@verb_rule("OBJ008", Severity.INFO)
def level_has_a_verb(course: Course, verbs: Verbs) -> Iterator[Finding]:
    """A level that objectives are at has an objective whose verb fits it.

    Why: where every verb of a level is off, nobody sees from the objectives that the level is meant. A hint, at the
    first objective of the level.
    Mend: one verb of the level's own (for Analyze: differentiate, organize, attribute).
    Waive: where the wording is given.
    """
    by_level: defaultdict[Bloom, list[Objective]] = defaultdict(list)
    for objective in course.spine.objectives:
        by_level[objective.bloom].append(objective)
    for level, objectives in by_level.items():
        verdicts = [verdict_of(objective, verbs) for objective in objectives]
        known = [verdict for verdict in verdicts if verdict]
        if known and len(known) == len(verdicts) and all(verdict.off for verdict in known):
            used = ", ".join(dict.fromkeys(f"'{verdict.verb}'" for verdict in known))
            yield Finding(objectives[0], f"no verb of {level} stands for it ({used}); see that items are at the level")
