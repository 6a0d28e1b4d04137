"""Rules about stems: one clear question, asked positively, in no more words than it needs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from builders.checks.items import bodies
from builders.checks.language import Language, Readability, worded_rule
from builders.checks.prose import CODE_WORD, WORD, prose, questions, sentences, short, words
from builders.checks.rules import Finding, rule
from builders.course.course import Course
from builders.course.items import Item, Kind
from builders.course.problem import Severity

SHORTEST_STEM = 6
SHORTEST_QUESTION = 3
LONGEST_STEM = 90
HARDEST_GRADE = 12
LEAST_TO_MEASURE = 30
SELECTED = frozenset({Kind.CHOICE, Kind.MULTIPLE_RESPONSE})
COMPLETED = re.compile(r"(?:…|\.\.\.|:|–|,|\[\[\d+\]\]\W*)$")
SUBCLAUSE = re.compile(r",\s")


def asked(stem: str) -> str:
    """Return the sentence that asks: the last with a question mark, else the last that does not stand in brackets."""
    found = sentences(stem)
    asking = [sentence for sentence in found if "?" in sentence]
    return (asking or list(found) or [""])[-1]


def denied_word(stem: str, language: Language) -> str | None:
    """Return the word by which a stem asks for what is not so; None where it asks for what is.

    Only the clause that selects counts: “which … that do not …” selects by something that is the case.
    """
    sentence = asked(stem)
    selecting = language.selecting.search(sentence)
    if not selecting:
        return None
    clause = SUBCLAUSE.split(sentence[selecting.end() :])[0]
    subordinate = language.subordinate.search(clause)
    clause = clause[: subordinate.start()] if subordinate else clause
    negation = language.negation.search(clause)
    return negation[0] if negation else None


def asks_for_the_wrong(stem: str, language: Language) -> bool:
    """Whether a stem asks for what is not so."""
    return denied_word(stem, language) is not None


@worded_rule("MC04", Severity.WARNING)
def positive_stem(course: Course, language: Language) -> Iterator[Finding]:
    """A stem asks for what is so. One that must deny says the word in bold or capitals; else it is an error.

    Why: “not” is overread, and who knows what is wrong need not know what is right (guideline 17). Only the words that
    select are looked at: “which query counts merchants who have not paid” is no negative question.
    Mend: turn the question round: ask for the exception by its own quality.
    Waive: where knowing what must not be done is the objective, as in safety; emphasise the word: **not**.
    """
    for item, body in questions(course):
        word = denied_word(body.stem, language) if body.kind in SELECTED else None
        if word is None:
            continue
        if re.search(rf"\*\*[^*]*{re.escape(word)}[^*]*\*\*", body.stem) or word.isupper():
            yield Finding(
                item, f"the stem asks with '{word}'; ask for what is so, or waive MC04 with a reason", body.at
            )
        else:
            message = f"the stem asks with '{word}', which is easily overread; ask for what is so, or write **{word}**"
            yield Finding(item, message, body.at, Severity.ERROR)


@worded_rule("MC16", Severity.WARNING)
def focused_stem(course: Course, language: Language) -> Iterator[Finding]:
    """A stem asks a question that can be answered without seeing the options.

    Why: who reads “which is true?” must judge every option by itself, and nobody knows what the item measures
    (guideline 15). Looked for are phrases of that kind, stems under six words that ask nothing, and stems that neither
    ask, command nor leave a sentence to complete.
    Mend: say what about, and end with a question mark.
    Waive: where the statements share one subject and judging them is the task.
    """
    for item, body in questions(course):
        if body.kind not in SELECTED:
            continue
        sentence, count = asked(body.stem), len(words(body.stem))
        if language.unfocused.search(sentence):
            yield Finding(item, f"'{short(sentence)}' names no subject; ask what the item is about", body.at)
        elif "?" in prose(body.stem) and count >= SHORTEST_QUESTION:
            continue
        elif count < SHORTEST_STEM or not (COMPLETED.search(body.stem.strip()) or _commands(body.stem, language)):
            yield Finding(item, f"'{short(sentence)}' asks nothing; put the whole question into the stem", body.at)


def _commands(stem: str, language: Language) -> bool:
    return any(command_word(sentence, language) for sentence in sentences(stem))


@lru_cache(1 << 16)
def _folded(sentence: str) -> tuple[str, ...]:
    return tuple(WORD.findall(sentence.casefold()))


def command_word(sentence: str, language: Language) -> str | None:
    """Return the command word of a sentence, as the language lists it; None without one.

    It stands first; in languages that put it elsewhere, or whose polite command looks like the infinitive, anywhere.
    """
    found = _folded(sentence)
    if language.command_place == "first":
        return next((word for word in found[:1] if word in language.command_words), None)
    return next((word for word in found if word in language.command_words), None)


@rule("MC17", Severity.WARNING)
def no_window_dressing(course: Course) -> Iterator[Finding]:
    """The prose of a stem has at most 90 words; listings, tables and the stimulus of a case do not count.

    Why: reading takes time that is meant for thinking, most of all from those who read in a second language
    (guidelines 13 and 16).
    Mend: drop what the answer does not need; give several questions one case.
    Waive: where finding what matters in a long text is the objective.
    """
    for item, body in questions(course):
        count = len(words(body.stem))
        if count > LONGEST_STEM:
            yield Finding(item, f"the stem has {count} words; keep to {LONGEST_STEM}, or make it a case", body.at)


@worded_rule("MC18", Severity.INFO)
def readable_stem(course: Course, language: Language) -> Iterator[Finding]:
    """A stem reads no harder than grade 12, its technical terms apart.

    Why: an item that is hard to read measures reading (guideline 8). The grade is that of Flesch and Kincaid in English
    and of the first Vienna formula in German; terms of the glossary and code do not count. A hint, from 30 words on.
    Mend: shorter sentences first, then shorter words.
    Waive: where the text is quoted, and reading such texts is the objective.
    """
    formula = language.readability
    terms = {word for term in course.glossary for name in (term.term, *term.aliases) for word in words(name)}
    for item, body in questions(course) if formula else ():
        counted = [word for word in words(body.stem) if word not in terms and word.isalpha() and word != CODE_WORD]
        if formula and len(counted) >= LEAST_TO_MEASURE:
            grade = grade_of(counted, len(sentences(body.stem)), formula)
            if grade > HARDEST_GRADE:
                message = f"the stem reads like grade {grade:.0f}; shorten its sentences and words"
                yield Finding(item, message, body.at)


def grade_of(counted: list[str], number: int, readability: Readability) -> float:
    """Return the school grade of a text of these words in so many sentences.

    Flesch-Kincaid: Kincaid et al. 1975. Wiener Sachtextformel 1: Bamberger and Vanecek 1984.
    """
    syllables = [syllables_of(word, readability) for word in counted]
    length = len(counted) / number
    if readability.formula == "flesch-kincaid":
        return 0.39 * length + 11.8 * sum(syllables) / len(counted) - 15.59
    share = 100 / len(counted)
    long_words = share * sum(count >= 3 for count in syllables)
    long_letters = share * sum(len(word) > 6 for word in counted)
    single = share * sum(count == 1 for count in syllables)
    return 0.1935 * long_words + 0.1672 * length + 0.1297 * long_letters - 0.0327 * single - 0.875


def syllables_of(word: str, readability: Readability) -> int:
    """Return how many syllables a word has, at least one: groups of vowels, without silent endings."""
    count = len(re.findall(readability.syllable, word))
    silent = bool(readability.silent and re.search(readability.silent, word))
    return max(1, count - silent)


@worded_rule("MC22", Severity.WARNING)
def no_opinion(course: Course, language: Language) -> Iterator[Finding]:
    """An item asks for no opinion, and for the “best” only by a criterion.

    Why: an opinion cannot be wrong, and what is best depends on what for (guideline 6).
    Mend: name the criterion: “best for …”, “which costs least”.
    Waive: where weighing unnamed criteria is the objective and the rationale names them.
    """
    for item, body in questions(course):
        if not body.kind.closed:
            continue
        sentence = asked(body.stem)
        opinion = language.opinion.search(sentence)
        best = language.superlative.search(sentence)
        if opinion:
            yield Finding(item, f"'{opinion[0]}' asks for an opinion; ask for what can be right or wrong", body.at)
        elif best and "?" in sentence and not language.criterion.search(_without(sentence, best)):
            yield Finding(item, f"'{best[0]}' has no criterion; say by what it is judged", body.at)


def _without(sentence: str, match: re.Match[str]) -> str:
    return sentence[: match.start()] + sentence[match.end() :]


@worded_rule("MC23")
def stands_alone(course: Course, language: Language) -> Iterator[Finding]:
    """A stem can be answered without the text it was made from: no “according to the lesson”.

    Why: it asks what a page says, not what is so, and excludes who learned it elsewhere (guideline 3).
    Mend: drop the words; if the answer then depends on the text, quote what is needed.
    Waive: no reason is known; a document that the item brings along is no lesson.
    """
    for item, body in _all_stems(course):
        found = language.text_reference.search(prose(body))
        if found:
            yield Finding(item, f"the stem says '{found[0]}'; ask for what is so, not for what a page says")


def _all_stems(course: Course) -> Iterator[tuple[Item, str]]:
    for item in course.items:
        if item.status != "retired":
            yield from ((item, text) for text in {item.stem, *(body.stem for body in bodies(item))})
