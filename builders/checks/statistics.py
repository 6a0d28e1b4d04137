"""Rules that one item cannot break: what a whole bank, or all questions of a form, give away together.

The functions over `Asked` are shared by the bank (here) and by forms (``builders.checks.forms``).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from builders.checks.items import bodies
from builders.checks.language import Language, worded_rule
from builders.checks.options import absolutes
from builders.checks.prose import choices
from builders.checks.rules import Finding, rule
from builders.course.course import Course
from builders.course.items import Item, Kind, Option, Pool
from builders.course.problem import Place, Severity
from builders.markup.order import part_orders

CHANCE = 0.05
"""How likely a pattern may be by chance before it counts as one."""
LONGEST_RUN = 3
CYCLES = (2, 3, 4)
ROUNDS = 3
FEWEST_KEYS = 4
"""How many keys a place must be expected to hold before the use of places is judged."""
OPEN = "assessments/items"
FOLDERS = {Pool.SECURE: "assessments/secure/items", Pool.PRACTICE: OPEN, Pool.DIAGNOSTIC: OPEN}


@dataclass(frozen=True)
class Asked:
    """A question with one right option among others, its options in the order in which they are printed."""

    item: Item
    options: tuple[Option, ...]

    @property
    def key(self) -> int:
        """The place of the right option, counted from 0."""
        return next(place for place, option in enumerate(self.options) if option.key)

    @property
    def longest(self) -> int | None:
        """The place of the option that is longer than all others; None where two are."""
        lengths = [len("".join(option.text.split())) for option in self.options]
        top = max(lengths)
        return lengths.index(top) if lengths.count(top) == 1 else None


def asked_of(item: Item, order: Sequence[int] = ()) -> Iterator[Asked]:
    """Yield the questions of an item that have one right option, printed in this order (none: as written)."""
    parts = list(bodies(item))
    orders: Sequence[Sequence[int]] = part_orders(item, tuple(order)) if item.kind is Kind.CASE and order else [order]
    for place, body in enumerate(parts):
        if body.kind is Kind.CHOICE and sum(option.key for option in body.options) == 1:
            own = orders[place] if place < len(orders) and orders[place] else range(len(body.options))
            yield Asked(item, tuple(body.options[index] for index in own))


# ---- The longest option ----


def long_keys(asked: Sequence[Asked]) -> tuple[list[Asked], float]:
    """Return the questions whose key is the longest option, and how likely as many are by chance."""
    told = [one for one in asked if one.longest is not None]
    found = [one for one in told if one.longest == one.key]
    return found, at_least(len(found), [1 / len(one.options) for one in told])


def at_least(count: int, chances: Sequence[float]) -> float:
    """Return the probability that at least ``count`` of independent events with these chances happen."""
    spread = [1.0]
    for chance in chances:
        spread = [
            (spread[number] if number < len(spread) else 0.0) * (1 - chance)
            + (spread[number - 1] * chance if number else 0.0)
            for number in range(len(spread) + 1)
        ]
    return math.fsum(spread[count:])


def length_message(asked: Sequence[Asked], what: str) -> str | None:
    """Return what is wrong where the longest option is the key too often to be chance."""
    found, chance = long_keys(asked)
    if not found or chance >= CHANCE:
        return None
    names = ", ".join(sorted({one.item.id for one in found})[:5])
    return (
        f"{what}: in {len(found)} of {len(asked)} questions the longest option is right (p = {chance:.3f}); "
        f"shorten keys or lengthen distractors, first of {names}"
    )


@rule("MC07", Severity.WARNING)
def longest_is_no_hint(course: Course) -> Iterator[Finding]:
    """Over a pool of items, and within a form, the longest option is right no more often than chance allows.

    Why: somebody who knows nothing passes by choosing the longest (guideline 24). Counted are questions in which one
    option is the longest, against one in as many as there are options; it counts as a pattern where fewer than 5 in 100
    banks would show it by chance. A warning for the bank, an error for a form.
    Mend: shorten keys, or give distractors the same care.
    Waive: in `objectives.yaml` under `course`, while a bank is small and grows.
    """
    for pool in Pool:
        asked = [one for item in course.pool(pool) for one in asked_of(item)]
        message = length_message(asked, f"the {pool} items")
        if message:
            yield Finding(course.about, message, Place(FOLDERS[pool]))


# ---- Words that say too much ----


def more_often(few: int, few_of: int, many: int, many_of: int) -> float:
    """Return how likely ``many`` of ``many_of`` against ``few`` of ``few_of``, or more, are by chance.

    Fisher's exact test, one-sided.
    """
    marked, total = few + many, few_of + many_of
    ways = math.comb(total, marked)
    return sum(
        math.comb(many_of, count) * math.comb(few_of, marked - count) / ways
        for count in range(many, min(many_of, marked) + 1)
    )


@worded_rule("MC08", Severity.WARNING)
def absolutes_are_no_hint(course: Course, language: Language) -> Iterator[Finding]:
    """Words such as “always” and “only” do not mark distractors: neither all those of an item, nor those of a pool.

    Why: what is said without exception is mostly wrong, and learners know (guideline 28a). An item is a hint where
    every distractor has such a word and the key none; a pool where Fisher's exact test finds them in distractors more
    often than in keys (p < 0.05).
    Mend: drop the word, or say it in a key that is true without exception.
    Waive: where the misconception is the “always”.
    """
    for item, body in choices(course):
        wrong = [option for option in body.options if not option.key]
        right = [option for option in body.options if option.key]
        absolute = [absolutes(option, language) for option in wrong]
        if len(wrong) > 1 and all(absolute) and not any(absolutes(option, language) for option in right):
            message = "every distractor is absolute and the key is not; leave room for exceptions in one of them"
            yield Finding(item, message, body.at, Severity.INFO)
    for pool in Pool:
        yield from _absolute_pool(course, pool, language)


def _absolute_pool(course: Course, pool: Pool, language: Language) -> Iterator[Finding]:
    options = [option for item in course.pool(pool) for body in bodies(item) for option in getattr(body, "options", ())]
    keys = [option for option in options if option.key]
    wrong = [option for option in options if not option.key]
    counts = [sum(absolutes(option, language) for option in group) for group in (keys, wrong)]
    chance = more_often(counts[0], len(keys), counts[1], len(wrong)) if options else 1.0
    if chance < CHANCE:
        message = (
            f"the {pool} items: {counts[1]} of {len(wrong)} distractors are absolute and {counts[0]} of {len(keys)} "
            f"keys (p = {chance:.3f}); soften distractors, or say what is true without exception"
        )
        yield Finding(course.about, message, Place(FOLDERS[pool]))


# ---- Where keys stand ----


def chi_square_tail(value: float, freedom: int) -> float:
    """Return the probability of a chi-square of this value or more (Abramowitz and Stegun 26.4.4 and 26.4.5)."""
    half = value / 2
    if freedom % 2:
        terms = (math.pow(half, step - 0.5) / math.gamma(step + 0.5) for step in range(1, (freedom + 1) // 2))
        return math.erfc(math.sqrt(half)) + math.exp(-half) * sum(terms)
    return math.exp(-half) * sum(math.pow(half, step) / math.factorial(step) for step in range(freedom // 2))


def uneven_places(asked: Sequence[Asked]) -> float:
    """Return how likely the use of the places of keys is, if every place were as good; 1.0 where too few tell.

    A question with three options expects a third of a key at each of three places, one with four a quarter at four.
    """
    sizes = [len(one.options) for one in asked]
    used = Counter(one.key for one in asked)
    expected = [sum(1 / size for size in sizes if place < size) for place in range(max(sizes, default=0))]
    judged = {place: share for place, share in enumerate(expected) if share >= FEWEST_KEYS}
    statistic = sum((used[place] - share) ** 2 / share for place, share in judged.items())
    freedom = len(judged) - (len(judged) == len(expected))
    return chi_square_tail(statistic, freedom) if freedom > 0 else 1.0


def longest_run(places: Sequence[int]) -> int:
    """Return how many keys in a row stand at the same place."""
    return max((len(list(run)) for _, run in groupby(places)), default=0)


def cycle(places: Sequence[int]) -> tuple[int, ...] | None:
    """Return a cycle of different places that is repeated three times; None without one."""
    for length in CYCLES:
        for start in range(len(places) - ROUNDS * length + 1):
            window = tuple(places[start : start + length])
            whole = tuple(places[start : start + ROUNDS * length])
            if len({*window}) > 1 and whole == window * ROUNDS:
                return window
    return None


def place_message(asked: Sequence[Asked], what: str) -> str | None:
    """Return what is wrong where keys stand at some places too often to be chance."""
    chance = uneven_places(asked)
    if chance >= CHANCE:
        return None
    used = Counter(one.key for one in asked)
    shown = ", ".join(f"{chr(65 + place)} {used[place]}" for place in sorted(used))
    return f"{what}: keys stand unevenly ({shown}; p = {chance:.3f}); move keys to other places"


@rule("FM01", Severity.WARNING)
def keys_are_spread(course: Course) -> Iterator[Finding]:
    """Keys stand at every place about as often: in a form, and in the practice items that learners see as written.

    Why: authors hide the key in the middle, and who guesses there wins (guideline 20). Judged by chi-square over the
    places that should hold four keys or more. In a form it is an error, and so are more than three keys in a row at one
    place. The printed order is drawn by seed and balanced, so that only options that must not move (`order: logical`,
    `pin`) can break this rule in a form.
    Mend: write the key at another place; for numbers add a distractor on the other side.
    Waive: in `objectives.yaml` under `course`, while a bank is small and grows.
    """
    asked = [one for item in course.pool(Pool.PRACTICE, Pool.DIAGNOSTIC) for one in asked_of(item)]
    message = place_message(asked, "the practice items")
    if message:
        yield Finding(course.about, message, Place(OPEN))
