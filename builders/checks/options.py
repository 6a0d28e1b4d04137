"""Rules about options: what gives the key away, what confuses, what does not belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, takewhile
from typing import Any

from builders.checks.language import Language, read_language, worded_rule
from builders.checks.prose import CODE_WORD, choices, has_prose, is_code, plain, prose, questions, short, words
from builders.checks.rules import Finding, rule
from builders.checks.stems import asks_for_the_wrong
from builders.course.course import Course
from builders.course.items import Item, Kind, Option
from builders.course.problem import Severity
from builders.data.numbers import SINGLE, dates_of, intervals_of, numbers_of

LENGTH_CUE = 1.25
LENGTH_GAP = 12
FEWEST, MOST = {Kind.CHOICE: 3, Kind.MULTIPLE_RESPONSE: 3}, {Kind.CHOICE: 4, Kind.MULTIPLE_RESPONSE: 6}
SHARED_WORDS = 3
RARE = 0.03
CLANG_LETTERS = 5
SENTENCE_WORDS = 4
ENTRY = re.compile(r"[,;&]")


@worded_rule("MC01")
def no_all_of_the_above(course: Course, language: Language) -> Iterator[Finding]:
    """No option is “all of the above”, nor names two others (“both A and B”).

    Why: who sees that two options are right, or one wrong, knows the answer without knowing the third; and letters
    change when options are shuffled (guideline 26).
    Mend: ask for all that are right with `multiple-response`, or write another distractor.
    Waive: no reason is known.
    """
    for item, option in _options(course):
        if language.all_of_these.fullmatch(_bare(option)):
            message = f"'{short(option.text)}' sums up other options; write a distractor, or ask for several answers"
            yield Finding(item, message, option.at)


@worded_rule("MC02", Severity.WARNING)
def none_of_the_above_with_care(course: Course, language: Language) -> Iterator[Finding]:
    """“None of the above” is rare.

    Why: who finds nothing right has shown what is wrong, not what is right (guideline 25).
    Mend: write a distractor of its own.
    Waive: where seeing that nothing fits is the skill; pin it last with `pin: true`.
    """
    for item, option in _options(course):
        if language.none_of_these.fullmatch(_bare(option)):
            yield Finding(item, f"'{short(option.text)}' names no error; write a distractor instead", option.at)


@worded_rule("MC03")
def no_combinations(course: Course, language: Language) -> Iterator[Finding]:
    """Options are answers, not combinations of numbered ones (“I and III only”).

    Why: such items measure how well somebody handles combinations; half knowledge excludes most of them (guideline 9).
    Mend: make the statements the options of a `multiple-response` item.
    Waive: no reason is known.
    """
    for item, body in choices(course):
        found = [option for option in body.options if language.combination.fullmatch(_bare(option))]
        if len(found) >= 2:
            message = f"'{short(found[0].text)}' combines numbered statements; make them options that score alone"
            yield Finding(item, message, found[0].at)


@worded_rule("MC05", Severity.WARNING)
def positive_options(course: Course, language: Language) -> Iterator[Finding]:
    """Options say what is, not what is not; under a negative stem a negative option is an error.

    Why: a denied statement is read more slowly and more often wrongly; denied twice it tests reading (guideline 27).
    One negative option among several is left alone: much of what is worth asking is a “does not”.
    Mend: say it positively (“stays open” for “is not closed”).
    Waive: where the words of the field are negative.
    """
    for item, body in choices(course):
        denied = [option for option in body.options if language.negation.search(prose(option.text))]
        denied = [option for option in denied if not language.none_of_these.fullmatch(_bare(option))]
        if denied and asks_for_the_wrong(body.stem, language):
            message = f"'{short(denied[0].text)}' denies under a stem that denies; turn the stem round"
            yield Finding(item, message, denied[0].at, Severity.ERROR)
        elif len(denied) > 1 and len(denied) == len(body.options):
            yield Finding(item, "every option says what is not; say what is, or turn the question round", body.at)


@rule("MC06", Severity.WARNING)
def key_not_the_longest(course: Course) -> Iterator[Finding]:
    """The key is not a quarter longer than every distractor.

    Why: authors hedge what is right until it is true, and learners know (guidelines 24 and 28d). Compared are the
    letters a learner reads; differences of a word or two do not count.
    Mend: shorten the key, or give the distractors the same care.
    Waive: where the key must be quoted as it is.
    """
    for item, body in choices(course):
        keys = [_length(option) for option in body.options if option.key]
        others = [_length(option) for option in body.options if not option.key]
        if len(keys) == 1 and others and _conspicuous(keys[0], max(others)):
            message = f"the key has {keys[0]} letters, the longest distractor {max(others)}; make them alike"
            yield Finding(item, message, body.at)


def _conspicuous(key: int, longest: int) -> bool:
    return key > LENGTH_CUE * longest and key - longest >= LENGTH_GAP


def _length(option: Option) -> int:
    """Return how many letters a learner reads."""
    return len(re.sub(r"\s+", "", option.text))


@worded_rule("MC09", Severity.WARNING)
def no_clang(course: Course, language: Language) -> Iterator[Finding]:
    """A rare word of the stem does not come back in the key alone.

    Why: the echo gives the key away to somebody who understands neither (guideline 28b). Rare is a word of the prose in
    at most 3 % of the bank's stems; words of code do not count. Nothing is said where a distractor echoes the stem too.
    Mend: use the word in a distractor as well, or another word in the key.
    Waive: where the word must be used and every distractor with it would be absurd.
    """
    rare = _rare_words(course, language)
    for item, body in choices(course):
        asked = set(words(body.stem))
        keys = [set(words(option.text)) for option in body.options if option.key]
        others = {word for option in body.options if not option.key for word in words(option.text)}
        content = {word for word in asked & others if len(word) >= CLANG_LETTERS and word not in language.common}
        if len(keys) == 1 and not content:
            echoes = sorted(word for word in asked & rare & keys[0] if not _has_form_of(word, others))
            if echoes:
                message = f"'{echoes[0]}' stands in the stem and in the key alone; use it in a distractor, or not twice"
                yield Finding(item, message, body.at)


def _rare_words(course: Course, language: Language) -> set[str]:
    """Return the words with content that few stems of the bank use."""
    counts = Counter(word for _, body in questions(course) for word in set(words(body.stem)))
    limit = max(1, int(RARE * len(course.items)))
    return {
        word
        for word, count in counts.items()
        if count <= limit and len(word) >= CLANG_LETTERS and word not in language.common and not word[0].isdigit()
    }


def _has_form_of(word: str, others: set[str]) -> bool:
    """Whether some word begins like this one, so that it may be another form of it."""
    root = word[: max(CLANG_LETTERS, len(word) - 3)]
    return any(other.startswith(root) for other in others)


@worded_rule("MC10", Severity.WARNING)
def grammar_fits_every_option(course: Course, language: Language) -> Iterator[Finding]:
    """The stem's last word fits every option: article and number give nothing away.

    Why: “… is an” leaves only what begins with a vowel, “… are” only plurals (guideline 28c).
    Mend: write “a(n)”, or move the article into the options; ask a whole question.
    Waive: where all readers see that the form is chance.
    """
    for item, body in choices(course):
        last = next(iter(words(body.stem)[-1:]), "")
        texts = [prose(option.text) for option in body.options]
        first = language.articles.get(last)
        if first and len({bool(re.match(first, text, re.IGNORECASE)) for text in texts}) > 1:
            yield Finding(item, f"the stem ends with '{last}', which fits only some options; move the article", body.at)
        if language.number and body.stem.rstrip().endswith((last, "…", "...")):
            plurals = [bool(language.number.plural_ending.search(text)) for text in texts]
            asks = bool(language.number.singular.fullmatch(last) or language.number.plural.fullmatch(last))
            if asks and len(set(plurals)) > 1:
                message = f"the stem ends with '{last}', and options differ in number; ask a whole question"
                yield Finding(item, message, body.at)


@rule("MC11")
def options_apart(course: Course) -> Iterator[Finding]:
    """Options exclude each other: intervals and spans of dates do not overlap, and none says another and more.

    Why: a value in two intervals has two right answers; an option that holds another cannot be wrong if that one is
    right (guideline 22). Words that hold an option are a warning, for they may deny it; code is not compared.
    Mend: end an interval before the next begins; say what sets the longer option apart.
    Waive: where the longer option is wrong because of what it adds.
    """
    for item, body in choices(course):
        ends = intervals_of([option.text for option in body.options]) or []
        for (left, one), (right, other) in combinations(zip(ends, body.options, strict=False), 2):
            if max(left[0], right[0]) <= min(left[1], right[1]):
                message = f"'{short(one.text)}' and '{short(other.text)}' overlap; end one before the other begins"
                yield Finding(item, message, other.at)
        if body.kind is Kind.CHOICE and not ends:
            yield from _swallowed(item, body)


def _swallowed(item: Item, body: Any) -> Iterator[Finding]:
    """Yield the pairs of options of which one stands word for word in the other, but not as an entry of a list."""
    for one, other in combinations(body.options, 2):
        inner, outer = sorted((one, other), key=lambda option: len(words(option.text)))
        small, large = (" ".join(words(option.text)) for option in (inner, outer))
        listed = small in {" ".join(words(entry)) for entry in ENTRY.split(outer.text)}
        if not listed and CODE_WORD not in small and small != large and f" {small} " in f" {large} ":
            message = f"'{short(outer.text)}' says '{short(inner.text)}' and more; set the two apart"
            yield Finding(item, message, outer.at, Severity.WARNING)


@rule("MC12", Severity.WARNING)
def values_in_order(course: Course) -> Iterator[Finding]:
    """Options that are numbers, dates or times stand in order, ``order: logical``, so that nobody has to search.

    Why: searching costs time and measures nothing (guideline 21).
    Mend: list them from small to large, early to late, and set `order: logical`; they are then never shuffled.
    Waive: where the order itself would give the key away.
    """
    language = read_language(course.about.language)
    months = language.months if language else ()
    for item, body in choices(course):
        texts = [option.text for option in body.options]
        numbers = numbers_of(texts)
        if numbers:
            yield from _unordered(item, body, numbers, "numbers", "small to large")
        elif dates := dates_of(texts, months):
            yield from _unordered(item, body, dates, "dates or times", "early to late")


def _unordered(item: Item, body: Any, values: list[Any], what: str, way: str) -> Iterator[Finding]:
    if body.order != "logical":
        yield Finding(item, f"the options are {what}; set 'order: logical' and list them in order", body.at)
    elif values not in (sorted(values), sorted(values, reverse=True)):
        yield Finding(item, f"the options are {what} out of order; list them from {way}", body.at)


@rule("MC14", Severity.WARNING)
def options_alike(course: Course) -> Iterator[Finding]:
    """Options are of one kind: all sentences or none, all code or none, numbers of one unit.

    Why: what looks different is chosen or dropped for its looks (guideline 23). Pinned options are left alone.
    Mend: write all options in the form of the key.
    Waive: where the difference of form is what is asked about.
    """
    for item, body in choices(course):
        free = [option for option in body.options if not option.pin]
        odd = _oddity([option.text for option in free])
        if odd:
            yield Finding(item, f"{odd}; write all options in one form", body.at)


def _oddity(texts: Sequence[str]) -> str | None:
    """Return how options differ in form."""
    sentence = [bool(re.search(r"[.!?]$", plain(text))) and len(words(text)) >= SENTENCE_WORDS for text in texts]
    code = [is_code(text) for text in texts]
    if _split(code) and not any(CODE_WORD in words(text) for text, alone in zip(texts, code, strict=True) if not alone):
        return "some options are code and others words"
    if _split(sentence):
        return "some options are sentences and others are not"
    units = {_unit(text) for text in texts}
    if None not in units and len(units) > 1:
        return f"the numbers have the units {', '.join(sorted(repr(unit) for unit in units))}"
    return None


def _split(traits: Sequence[bool]) -> bool:
    return any(traits) and not all(traits)


def _unit(text: str) -> str | None:
    """Return the words around a text's only number, without a plural's last letter; None where there is none."""
    match = SINGLE.fullmatch(text.strip().strip("`"))
    if not match or len(match["after"]) > 12:
        return None
    return (match["before"] + match["after"]).strip().casefold().rstrip("sne")


@rule("MC15", Severity.WARNING)
def number_of_options(course: Course) -> Iterator[Finding]:
    """A choice item has three options, or four; a multiple response three to six.

    Why: three are as good as more, and half of all distractors are chosen by nobody (guideline 18; Rodriguez 2005,
    Tarrant 2009).
    Mend: drop the distractor that no learner believes; with two options ask true or false.
    Waive: where each of five options is a real misconception.
    """
    for item, body in choices(course):
        few, many = FEWEST[body.kind], MOST[body.kind]
        if not few <= len(body.options) <= many:
            message = f"there are {len(body.options)} options; give {few} to {many}"
            yield Finding(item, message, body.at)


@worded_rule("MC20", Severity.WARNING)
def no_pair_among_three(course: Course, language: Language) -> Iterator[Finding]:
    """No two options differ by one opposite word while the others stand apart.

    Why: of a pair that excludes each other one is likely to be right, and the rest falls away (guideline 28e).
    Mend: pair every option, or none: vary what differs.
    Waive: where the opposite is the misconception and the others are just as likely.
    """
    for item, body in choices(course):
        if body.kind is not Kind.CHOICE or len(body.options) < 3:
            continue
        paired = {
            place
            for pair in combinations(range(len(body.options)), 2)
            if _opposed(words(body.options[pair[0]].text), words(body.options[pair[1]].text), language)
            for place in pair
        }
        if paired and len(paired) < len(body.options):
            one, other = sorted(paired)[:2]
            message = (
                f"'{short(body.options[one].text)}' and '{short(body.options[other].text)}' are opposites and the "
                f"others are not; pair them all, or none"
            )
            yield Finding(item, message, body.at)


def _opposed(one: tuple[str, ...], other: tuple[str, ...], language: Language) -> bool:
    """Whether two texts differ by a negation, or by one word and its opposite."""
    longer, shorter = sorted((one, other), key=len, reverse=True)
    if len(longer) == len(shorter) + 1:
        extra = [
            word
            for place, word in enumerate(longer)
            if longer[:place] + longer[place + 1 :] == shorter and language.negation.fullmatch(word)
        ]
        return bool(extra)
    differing = [pair for pair in zip(one, other, strict=False) if pair[0] != pair[1]]
    return len(one) == len(other) > 1 and len(differing) == 1 and _opposites(differing[0], language)


def _opposites(pair: tuple[str, str], language: Language) -> bool:
    return pair in language.opposites or pair[::-1] in language.opposites


@rule("MC21", Severity.WARNING)
def common_words_in_the_stem(course: Course) -> Iterator[Finding]:
    """What all options begin with stands in the stem.

    Why: three words read three times are six too many (guideline 13). Code and values do not count.
    Mend: end the stem with the words that all options share.
    Waive: where the options are sentences that would be broken apart.
    """
    for item, body in choices(course):
        if all(has_prose(option.text) for option in body.options):
            same = _shared_start([words(option.text) for option in body.options])
            if len(same) >= SHARED_WORDS:
                yield Finding(item, f"all options begin with '{' '.join(same)}'; move it into the stem", body.at)


def _shared_start(texts: Sequence[tuple[str, ...]]) -> list[str]:
    """Return the words with which all texts begin, up to code or a value."""
    columns = zip(*texts, strict=False)
    return [words[0] for words in takewhile(lambda column: len({*column}) == 1 and CODE_WORD not in column, columns)]


@worded_rule("MC28", Severity.INFO)
def no_hedged_key(course: Course, language: Language) -> Iterator[Finding]:
    """Words such as “usually” or “may” do not stand in the key alone.

    Why: what is hedged is hard to be wrong, and learners know (guideline 28). A hint, for the word may be needed.
    Mend: drop the word, or hedge a distractor as well.
    Waive: where the truth needs the word.
    """
    for item, body in choices(course):
        hedged = [option for option in body.options if language.vague.search(prose(option.text))]
        if hedged and all(option.key for option in hedged) and body.kind is Kind.CHOICE:
            found = language.vague.search(prose(hedged[0].text))
            word = found[0] if found else ""
            yield Finding(item, f"only the key says '{word}'; say it in a distractor too, or not at all", hedged[0].at)


def absolutes(option: Option, language: Language) -> bool:
    """Whether an option says “always”, “only” or the like."""
    return bool(language.absolute.search(prose(option.text)))


@lru_cache(1 << 16)
def _bare_text(text: str) -> str:
    return plain(text).strip(" .:…“”\"'").casefold()


def _bare(option: Option) -> str:
    """Return the words of an option without the marks around them."""
    return _bare_text(option.text)


def _options(course: Course) -> Iterator[tuple[Item, Option]]:
    return ((item, option) for item, body in choices(course) for option in body.options)
