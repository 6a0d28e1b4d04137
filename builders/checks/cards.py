"""Rules about flashcards. What they ask of a card is what makes it worth repeating for years."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from builders.checks.rules import Finding, rule
from builders.course.cards import Card, TypeInCard
from builders.course.course import Course
from builders.course.problem import Place, Severity
from builders.course.words import languages, read_words

LONGEST_ANSWER = 30
MOST_SENTENCES = 3
MOST_GAPS = 3
CLOZE = re.compile(r"\{\{c(\d+)::")
LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s", re.MULTILINE)
SENTENCE_END = re.compile(r"[.!?](?=\s|$)")
WORD = re.compile(r"\w+")


@rule("CD01")
def card_can_be_answered(course: Course) -> Iterator[Finding]:
    """A cloze card has a gap ``{{c1::…}}``, a choice card exactly one right option."""
    for card in course.cards:
        body: Any = card
        if card.kind == "cloze" and not CLOZE.search(body.text):
            yield Finding(card, f"the cloze card '{card.id}' has no gap; write {{{{c1::hidden words}}}}")
        if card.kind == "choice" and sum(option.key for option in body.options) != 1:
            yield Finding(card, f"mark exactly one option of '{card.id}' with 'key: true'")


@rule("CD02")
def fronts_differ(course: Course) -> Iterator[Finding]:
    """No two cards ask the same question: a learner who knows both answers cannot tell which is meant."""
    seen: dict[str, Place] = {}
    for card in course.cards:
        front = " ".join(str(getattr(card, "front", getattr(card, "text", ""))).casefold().split())
        if front in seen:
            yield Finding(card, f"the card at {seen[front]} asks the same; merge the two")
        seen.setdefault(front, card.at)


@rule("CD03", Severity.WARNING)
def short_answers(course: Course) -> Iterator[Finding]:
    """The answer of a card has at most 30 words, and is more than yes or no."""
    language = course.about.language
    words_of = read_words(language) if language in languages() else read_words("en")
    for card in course.cards:
        back = str(getattr(card, "back", ""))
        words = len(back.split())
        if words > LONGEST_ANSWER:
            yield Finding(
                card, f"the answer of '{card.id}' has {words} words; keep to {LONGEST_ANSWER}, or split the card"
            )
        if back.strip(" .!").casefold() in (words_of("checks.yes"), words_of("checks.no")):
            yield Finding(card, f"'{card.id}' is answered by {back.strip()}; ask for the reason instead")


@rule("CD04", Severity.WARNING)
def one_fact_a_card(course: Course) -> Iterator[Finding]:
    """A card asks for one fact: its answer is no list and has at most three sentences, a cloze at most three gaps.

    A learner who knows two points of three can neither pass nor fail the card. Make a card a point, or ask for the one
    that matters. Waive where the list itself is what must be known, such as an order of steps.
    """
    for card in course.cards:
        back = str(getattr(card, "back", ""))
        gaps = len(set(CLOZE.findall(str(getattr(card, "text", "")))))
        if len(LIST_ITEM.findall(back)) > 1:
            yield Finding(card, f"the answer of '{card.id}' is a list; make a card of each point")
        elif len(SENTENCE_END.findall(back)) > MOST_SENTENCES:
            yield Finding(card, f"the answer of '{card.id}' has more than {MOST_SENTENCES} sentences; split the card")
        if gaps > MOST_GAPS:
            yield Finding(card, f"'{card.id}' has {gaps} gaps; keep to {MOST_GAPS}, or split the sentence")


@rule("CD05", Severity.WARNING)
def front_keeps_the_answer(course: Course) -> Iterator[Finding]:
    """The front of a card does not say its answer.

    Whoever reads “API stands for application programming interface: what does API stand for?” learns nothing.
    """
    for card in course.cards:
        front, answer = _words(str(getattr(card, "front", ""))), _words(_answer(card))
        if answer and f" {answer} " in f" {front} ":
            yield Finding(card, f"the front of '{card.id}' says its answer; ask without it")


@rule("CD06", Severity.WARNING)
def typed_answers_are_short(course: Course) -> Iterator[Finding]:
    """A type-in card asks for one word or number: anything longer is marked wrong for a comma."""
    for card in course.cards:
        if isinstance(card, TypeInCard) and len(card.answer.split()) > 1:
            message = f"the answer to type for '{card.id}' has several words; ask for one, or use a basic card"
            yield Finding(card, message)


def _answer(card: Card) -> str:
    """Return what a learner must come up with; nothing where the front has to show it, as in a choice."""
    return str(getattr(card, "back", getattr(card, "answer", "")))


def _words(text: str) -> str:
    return " ".join(WORD.findall(text.casefold()))
