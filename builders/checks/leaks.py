"""Rules about texts that stand twice: items copied from lessons, exam items that practice gives away, items alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builders.checks.items import bodies
from builders.checks.language import read_language
from builders.checks.prose import plain, prose, question_text, tokens
from builders.checks.rules import Finding, rule
from builders.checks.similarity import Shingles, containing, shingles, similar_pairs
from builders.course.course import Course
from builders.course.items import Item, Pool
from builders.course.problem import Place, Severity
from builders.course.record import Bloom

COPIED_WORDS = 12
ALIKE = 0.7
GIVEN_AWAY = 0.8
ENOUGH = 8
"""How many shingles a text must have before being alike says anything."""
SHOWN = ("worked-example", "exercise")
KEY_WORDS = 2
KEY_LETTERS = 6
RARE_IN_STEMS = 0.02


@rule("MC24", Severity.WARNING)
def not_copied(course: Course) -> Iterator[Finding]:
    """An item from Understand upwards does not repeat twelve words of a lesson.

    Why: who remembers the sentence answers without understanding it (guideline 3). Compared is prose, numbers included;
    listings and tables may be the same.
    Mend: ask in other words, about another case.
    Waive: where the sentence is a rule or a document that is to be applied.
    """
    copied: dict[str, str] = {}
    for lesson in course.lessons:
        for run in shingles(tokens(prose(lesson.text)), COPIED_WORDS):
            copied.setdefault(run, lesson.id)
    for item in _live(course):
        if item.objective in course.objectives and course.bloom_of(item).rank >= Bloom.UNDERSTAND.rank:
            found = next(_copied_runs(item, copied), None)
            if found:
                yield Finding(item, f"'{found} …' stands in lesson {copied[found]}; say it in other words")


def _copied_runs(item: Item, copied: dict[str, str]) -> Iterator[str]:
    for text in (item.stem, getattr(item, "stimulus", ""), *(body.stem for body in bodies(item))):
        words = tokens(prose(text))
        if len(words) >= COPIED_WORDS:
            yield from sorted(shingles(words, COPIED_WORDS) & copied.keys())


@rule("MC25")
def practice_gives_nothing_away(course: Course) -> Iterator[Finding]:
    """A secure item is no copy of a worked example, an exercise or a practice item.

    Why: whoever did the exercise answers from memory, and the others do not (guidelines 3 and 4). Copied is an item of
    which more than 80 % stand word for word in one of them, three words at a time, tables and listings included.
    Mend: change the case and the numbers, and what has to be found out.
    Waive: where the blueprint draws the slot as review on purpose.
    """
    sources: dict[str, Shingles] = {}
    places: dict[str, Place] = {}
    for name, place, text in _shown(course):
        sources[name], places[name] = shingles(tokens(text)), place
    secure = {item.id: own for item, own in _shingled(course) if item.pool is Pool.SECURE}
    for name, source, share in _strongest(containing(secure, sources, GIVEN_AWAY)):
        message = f"{share:.0%} of the item stand in {source} ({places[source]}); ask about another case"
        yield Finding(course.items_by_id[name], message)


def _shown(course: Course) -> Iterator[tuple[str, Place, str]]:
    """Yield name, place and text of everything that learners have worked through."""
    for item in _live(course):
        if item.pool is not Pool.SECURE:
            yield f"item '{item.id}'", item.at, question_text(item)
    for lesson in course.lessons:
        for kind in SHOWN:
            for number, block in enumerate(lesson.named(kind), start=1):
                yield f"{kind} {number} of lesson {lesson.id}", block.place, f"{block.argument}\n\n{block.body}"


def _strongest(found: Iterator[tuple[str, str, float]]) -> Iterator[tuple[str, str, float]]:
    """Yield the strongest finding about each text."""
    best: dict[str, tuple[str, float]] = {}
    for name, other, share in found:
        if share > best.get(name, ("", 0.0))[1]:
            best[name] = (other, share)
    yield from ((name, other, share) for name, (other, share) in best.items())


@rule("MC26")
def items_differ(course: Course) -> Iterator[Finding]:
    """No two items of a pool are nearly the same, unless they say so: a common ``family``, or ``enemies``.

    Why: who meets both answers the second from the first, and a bank looks larger than it is (guideline 4). Nearly the
    same are two that share more than 70 % of their runs of three words, tables, listings and options included.
    Mend: make another case of one, or declare both variants of one item with the same `family`: no learner gets two.
    Waive: where they ask different things about one text that must not be shortened.
    """
    for pool in Pool:
        texts = {item.id: own for item, own in _shingled(course) if item.pool is pool}
        alike: defaultdict[str, list[tuple[float, str]]] = defaultdict(list)
        for one, other, similarity in similar_pairs(texts, ALIKE):
            if not _declared(course.items_by_id[one], course.items_by_id[other]):
                alike[other].append((similarity, one))
        for name, others in alike.items():
            similarity, other = max(others)
            message = f"'{name}' and '{other}' are {similarity:.0%} the same; change one, or give both one 'family'"
            yield Finding(course.items_by_id[name], message)


def _declared(one: Item, other: Item) -> bool:
    family = one.family is not None and one.family == other.family
    return family or one.id in other.enemies or other.id in one.enemies


def _live(course: Course) -> tuple[Item, ...]:
    return course.pool(*Pool)


def _shingled(course: Course) -> Iterator[tuple[Item, Shingles]]:
    """Yield the items that are long enough to compare, with their shingles."""
    for item in _live(course):
        own = shingles(tokens(question_text(item)))
        if len(own) >= ENOUGH:
            yield item, own


# ---- One item that answers another ----


@dataclass(frozen=True, order=True)
class Cue:
    """An item whose text says the key of another."""

    item: str
    answers: str
    words: str


def find_cues(items: Sequence[Item], language: str) -> tuple[Cue, ...]:
    """Return which items answer which: the words of a key stand, in this order, in another item's question.

    A key counts with two words that carry content, or with one that few stems use; what its own stem or a distractor
    says is no secret. Assembly treats the two as enemies, rule MC27 looks at forms.
    """
    known = read_language(language)
    common = known.common if known else frozenset()
    texts = {item.id: tokens(plain(_said(item))) for item in items}
    index: defaultdict[str, set[str]] = defaultdict(set)
    for name, words in texts.items():
        for word in set(words):
            index[word].add(name)
    limit = max(1, int(RARE_IN_STEMS * len(texts)))
    found = {
        Cue(other, item.id, " ".join(key))
        for item in items
        for key in _keys(item)
        if _telling(key, common, index, limit)
        for other in set.intersection(*(index[word] for word in key))
        if other != item.id and _stands_in(key, texts[other])
    }
    return tuple(sorted(found))


def _said(item: Item) -> str:
    """Return what a question says before its options."""
    return "\n\n".join((item.stem, getattr(item, "stimulus", ""), *(body.stem for body in bodies(item))))


def _keys(item: Item) -> Iterator[tuple[str, ...]]:
    """Yield the words of each key that neither the stem nor a distractor says."""
    for body in bodies(item):
        options = getattr(body, "options", ())
        open_words = " ".join(tokens(plain(_said(item))))
        wrong = {tokens(plain(option.text)) for option in options if not option.key}
        texts = [option.text for option in options if option.key]
        texts += [blank.answer for blank in getattr(body, "blanks", ())]
        for key in (tokens(plain(text)) for text in texts):
            if key and key not in wrong and f" {' '.join(key)} " not in f" {open_words} ":
                yield key


def _telling(key: tuple[str, ...], common: frozenset[str], index: dict[str, set[str]], limit: int) -> bool:
    content = [word for word in key if word not in common and not word.isdigit() and len(word) > 1]
    if not all(word in index for word in key):
        return False
    rare = any(len(index[word]) <= limit + 1 and len(word) >= KEY_LETTERS for word in content)
    return len(content) >= KEY_WORDS or rare


def _stands_in(key: tuple[str, ...], words: tuple[str, ...]) -> bool:
    return f" {' '.join(key)} " in f" {' '.join(words)} "
