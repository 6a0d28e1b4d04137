"""A course with a large bank that passes every rule: twenty objectives, eight topics, five levels, six kinds.

Its texts mean nothing, but no two are alike. Half of the slots leave the topic open, and margins decide.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

from builders.course import Blueprint, Course
from tests.exams.bank import LEVELS, choice, short_answer, slot, write_course

OBJECTIVES, TOPICS = 20, 8
KINDS = {
    "remember": ("choice",) * 6,
    "understand": ("choice", "choice", "choice", "short-answer", "choice", "short-answer"),
    "apply": ("choice", "numeric", "choice", "numeric", "choice", "choice"),
    "analyze": ("choice", "multiple-response", "short-answer", "choice", "multiple-response", "short-answer"),
    "evaluate": ("short-answer", "essay", "short-answer", "essay", "short-answer", "short-answer"),
}
"""The kinds of the six slots of each level."""

SIZES = {"choice": (1, 2), "multiple-response": (2, 3), "numeric": (2, 3), "short-answer": (2, 4), "essay": (4, 8)}
"""Points and minutes of each kind."""

NOUNS = """anchor barrel candle drawer engine feather garden hammer island jacket kettle ladder magnet needle orchard
pillow quarry ribbon saddle tunnel urchin valley window yogurt zipper beacon copper dragon escort falcon goblet harbor
insect jungle kernel lantern meadow nozzle oyster parade""".split()
ADJECTIVES = """amber brisk coarse dusty early faint gentle hollow icy jolly keen lively mild narrow odd plain quiet
rusty silver tidy urban vivid warm young zesty broad calm dense empty fresh""".split()
VERBS = """lifts turns holds drops fills moves pulls marks cuts folds joins lowers opens paints shakes spins ties weighs
wraps closes""".split()


def write_thousand(folder: Path, count: int = 1000, seed: int = 1, **blueprint: Any) -> tuple[Course, Blueprint]:
    """Write the course with a bank of ``count`` items and a blueprint of three forms of thirty questions."""
    slots = thirty_slots()
    for place, own in enumerate(slots):
        if place % 2:
            own.pop("topic")
    return write_course(
        folder,
        secure=many_items(count, seed),
        slots=slots,
        spine=_spine(),
        misconceptions=[{"id": f"M-{n}", "title": f"Wrong idea {n}", "note": "Made up."} for n in range(9)],
        **{"forms": ["A", "B", "C"], "minutes": 150, "margins": _margins(thirty_slots())} | blueprint,
    )


def topics_of(objective: int) -> list[str]:
    """Return the two topics of an objective."""
    return [f"T{(objective + step) % TOPICS + 1}" for step in (0, 1)]


def thirty_slots() -> list[dict[str, Any]]:
    """Return six slots a level, each with its topic."""
    found = []
    for level, name in enumerate(LEVELS):
        for place, kind in enumerate(KINDS[name]):
            objective = level + 5 * (place % 4)
            points, minutes = SIZES[kind]
            own = slot(
                f"S{6 * level + place + 1:02}",
                objective=f"O{objective + 1}",
                facet=("main", "side")[place % 2],
                topic=topics_of(objective)[place % 3 % 2],
                bloom=name,
                kind=kind,
                points=points,
                minutes=minutes,
            )
            found.append(own)
    return found


def _margins(slots: list[dict[str, Any]]) -> dict[str, dict[str, int]]:
    """Return the totals of the slots by level and topic."""
    found: dict[str, Counter[str]] = {"bloom": Counter(), "topic": Counter()}
    for own in slots:
        for margin, totals in found.items():
            totals[own[margin]] += own["points"]
    return {margin: dict(sorted(totals.items())) for margin, totals in found.items()}


def _spine() -> dict[str, Any]:
    verbs = {"remember": "List", "understand": "Explain", "apply": "Use", "analyze": "Compare", "evaluate": "Judge"}
    objectives = [
        {
            "id": f"O{number + 1}",
            "text": f"{verbs[LEVELS[number % 5]]} the {NOUNS[number]}",
            "bloom": LEVELS[number % 5],
            "process": ["recalling"],
            "knowledge": ["factual"],
            "facets": [{"id": name, "planned": "There are no lessons."} for name in ("main", "side")],
            "topics": topics_of(number),
        }
        for number in range(OBJECTIVES)
    ]
    return {"topics": [{"id": f"T{n + 1}", "title": f"Topic {n + 1}"} for n in range(TOPICS)], "objectives": objectives}


def many_items(count: int, seed: int) -> list[dict[str, Any]]:
    """Return items of all objectives, topics and kinds, with 25 pairs of enemies and 40 families of two."""
    rng = random.Random(seed)
    items = [_item(number, rng) for number in range(count)]
    for _ in range(25):
        one, other = rng.sample(items, 2)
        one["enemies"] = [*one.get("enemies", []), other["id"]]
    for family in range(min(40, count // 4)):
        for item in rng.sample(items, 2):
            item["family"] = f"family-{family}"
    return items


def _item(number: int, rng: random.Random) -> dict[str, Any]:
    objective = number % OBJECTIVES
    level = LEVELS[objective % 5]
    kind = rng.choice(KINDS[level])
    points, minutes = SIZES[kind]
    common: dict[str, Any] = {
        "objective": f"O{objective + 1}",
        "topic": rng.choice(topics_of(objective)),
        "facets": rng.choice([["main"], ["side"], ["main", "side"]]),
        "points": points,
        "minutes": minutes + rng.choice([-0.5, 0, 0, 0, 0.5]),
        "difficulty": round(rng.uniform(0.35, 0.9), 2),
        "stem": f"{_sentence(rng)} {_sentence(rng)} {ASKS[kind]}",
        "rationale": _sentence(rng),
    }
    return BODIES[kind](f"{kind}-{number}", rng) | common


def _sentence(rng: random.Random) -> str:
    one, other, third = rng.sample(NOUNS, 3)
    return (
        f"In the {rng.choice(ADJECTIVES)} {one}, number {rng.randrange(1000)}, a {rng.choice(ADJECTIVES)} {other} "
        f"{rng.choice(VERBS)} the {rng.choice(ADJECTIVES)} {third}."
    )


def _phrases(count: int, rng: random.Random) -> list[str]:
    nouns = rng.sample(NOUNS, 2 * count)
    return [
        f"The {rng.choice(ADJECTIVES)} {one} of the {other}" for one, other in zip(nouns[::2], nouns[1::2], strict=True)
    ]


def _options(rights: int, wrongs: int, rng: random.Random) -> list[dict[str, Any]]:
    texts = _phrases(rights + wrongs, rng)
    wrong = [
        {"text": text, "misconception": f"M-{rng.randrange(9)}", "feedback": "Look at it again."}
        for text in texts[rights:]
    ]
    return [{"text": text, "key": True} for text in texts[:rights]] + wrong


def _choice(name: str, rng: random.Random) -> dict[str, Any]:
    return choice(name, options=_options(1, 2, rng))


def _multiple_response(name: str, rng: random.Random) -> dict[str, Any]:
    return choice(name, kind="multiple-response", options=_options(2, 3, rng))


def _numeric(name: str, rng: random.Random) -> dict[str, Any]:
    errors = [{"value": 7, "misconception": "M-1", "feedback": "Counted once too often."}]
    return choice(name, kind="numeric", options=None, value=rng.randrange(20, 99), unit="grams", errors=errors)


def _short_answer(name: str, rng: random.Random) -> dict[str, Any]:
    one, other = _phrases(2, rng)
    scoring = [{"points": 1, "text": f"names {text.lower()}"} for text in (one, other)]
    return short_answer(name, 2, model=f"{one}, and {other.lower()}.", scoring=scoring)


def _essay(name: str, rng: random.Random) -> dict[str, Any]:
    criteria = []
    for own in ("Reasons", "Verdict"):
        phrases = _phrases(4, rng)
        levels = {place + 1: f"names {text.lower()}" for place, text in enumerate(phrases)} | {0: "names nothing"}
        criteria.append({"id": own.lower(), "title": own, "points": 2, "levels": levels})
    return choice(name, kind="essay", options=None, model=" ".join(_sentence(rng) for _ in range(4)), criteria=criteria)


ASKS = {
    "choice": "What happens next?",
    "multiple-response": "Which two things happen next?",
    "numeric": "How many grams does it weigh?",
    "short-answer": "Explain in two sentences why this happens.",
    "essay": "Judge whether this is wise, and justify your verdict.",
}
BODIES = {
    "choice": _choice,
    "multiple-response": _multiple_response,
    "numeric": _numeric,
    "short-answer": _short_answer,
    "essay": _essay,
}
