"""The rule about what a course leaves out: lessons do not drift into its excluded topics."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from builders.checks.language import read_language
from builders.checks.prose import prose
from builders.checks.rules import Finding, rule
from builders.course.course import Course
from builders.course.objectives import ExcludedTopic
from builders.course.problem import Severity

PARTS = re.compile(r"[,;:()]")
BUDGET = 5


def watched(course: Course) -> tuple[ExcludedTopic, ...]:
    """Return each excluded topic with its keywords: the parts of its title, and those the course lists for it."""
    stated = {entry.topic: entry for entry in course.spine.excluded_keywords}
    found = []
    for topic in course.spine.excluded_topics:
        own = stated.get(topic)
        keywords = dict.fromkeys([*_parts(topic, course.about.language), *(own.keywords if own else ())])
        found.append(ExcludedTopic(topic=topic, keywords=tuple(keywords), budget=own.budget if own else BUDGET))
    return tuple(found)


def _parts(topic: str, code: str) -> list[str]:
    """Return what a title joins by commas and “and”."""
    language = read_language(code)
    pieces = PARTS.split(topic)
    if language:
        pieces = [part for piece in pieces for part in language.joining.split(piece)]
    return [piece.strip() for piece in pieces if piece.strip()]


@rule("SC01", Severity.WARNING)
def within_scope(course: Course) -> Iterator[Finding]:
    """A lesson names an excluded topic in passing only.

    Why: what a course excludes creeps back lesson by lesson, and learners are tested on what they were promised not to
    need. Keywords are the parts of each of `excluded_topics` and those of `excluded_keywords`; together they may stand
    five times in the prose of a lesson, or as often as `budget` says.
    Mend: say less about it, or point elsewhere.
    Waive: in the front matter of the lesson, where the topic is named to be set aside.
    """
    topics = [(entry, _pattern(entry)) for entry in watched(course)]
    for lesson in course.lessons:
        text = prose(lesson.text)
        for entry, pattern in topics:
            counts = Counter(match[0].casefold() for match in pattern.finditer(text))
            if counts.total() > entry.budget:
                words = ", ".join(f"'{word}' {count}" for word, count in counts.most_common(3))
                message = f"the lesson drifts into '{entry.topic}' ({words}; {entry.budget} allowed); say less of it"
                yield Finding(lesson, message)


def _pattern(entry: ExcludedTopic) -> re.Pattern[str]:
    longest_first = sorted(entry.keywords, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)
