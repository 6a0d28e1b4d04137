"""Items that a key alone decides: what their templates print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from builders.course import Words
from builders.course.items import (
    Blank,
    ChoiceBody,
    ClozeBody,
    MatchingBody,
    MultipleResponseBody,
    NumericBody,
    NumericError,
    OrderingBody,
    TrueFalseBody,
)
from builders.markup.order import Order, answers, letter
from builders.markup.question import Question, plain_number
from builders.markup.templates import fill_template


@dataclass(frozen=True)
class Wrong:
    """The misconception behind a wrong answer."""

    id: str
    title: str


def _wrong(q: Question, name: str | None) -> Wrong | None:
    return Wrong(name, q.misconception(name)) if name else None


# ---- Choice, multiple response, true or false ----


@dataclass(frozen=True)
class PrintedOption:
    """An option where it is printed; ``index`` is its place in the item."""

    index: int
    letter: str
    text: Markup
    key: bool
    wrong: Wrong | None
    feedback: Markup | None


@dataclass(frozen=True)
class Options:
    """The options of a question; ``columns`` is how many fit side by side, ``share`` what a right one earns."""

    rows: tuple[PrintedOption, ...]
    multiple: bool
    columns: int
    share: str

    @property
    def keys(self) -> tuple[PrintedOption, ...]:
        """The right ones, as printed."""
        return tuple(option for option in self.rows if option.key)


def arrange_options(q: Question) -> Options:
    """Return the options of a choice or multiple-response item in their printed order."""
    body = q.body
    assert isinstance(body, ChoiceBody | MultipleResponseBody)
    rows = []
    for place, index in enumerate(q.order):
        option = body.options[index]
        text = q.tight(option.text, f"option{index}")
        feedback = q.tight(option.feedback, f"feedback{index}") if option.feedback else None
        wrong = _wrong(q, option.misconception)
        rows.append(PrintedOption(index, letter(place), text, option.key, wrong, feedback))
    keys = sum(option.key for option in body.options)
    multiple = isinstance(body, MultipleResponseBody)
    return Options(tuple(rows), multiple, columns([option.text for option in body.options]), q.share(max(1, keys)))


def arrange_true_false(q: Question) -> Options:
    """Return true and false as two options, which no shuffling touches."""
    body = q.body
    assert isinstance(body, TrueFalseBody)
    rows = []
    for place, (name, value) in enumerate((("option-true", True), ("option-false", False))):
        right = body.answer is value
        wrong = None if right else _wrong(q, body.misconception)
        feedback = None if right else q.tight(body.feedback, f"feedback{place}")
        rows.append(PrintedOption(place, letter(place), Markup(q.word(name)), right, wrong, feedback))
    return Options(tuple(rows), False, 2, q.points_text)


def columns(texts: Sequence[str]) -> int:
    """Return in how many columns options of these lengths are printed: 4, 2 or 1."""
    if any("\n" in text or "$" in text or "![" in text for text in texts):
        return 1
    longest = max(len(text) for text in texts)
    if longest <= 10 and len(texts) > 2:
        return 4
    return 2 if longest <= 24 else 1


def key_letters(body: ChoiceBody | MultipleResponseBody, order: Order, words: Words) -> str:
    """Return the letters of the right options, such as ``B`` or ``A, D``."""
    return ", ".join(letter(place) for place, index in enumerate(order) if body.options[index].key)


def key_true_false(body: TrueFalseBody, order: Order, words: Words) -> str:
    """Return the letter of the right one of true (A) and false (B)."""
    return letter(0 if body.answer else 1)


# ---- Matching ----


@dataclass(frozen=True)
class PrintedPrompt:
    """A prompt, the letter that belongs to it, and that answer's place in the item."""

    number: int
    text: Markup
    letter: str
    right: int
    feedback: Markup | None


@dataclass(frozen=True)
class PrintedAnswer:
    """An answer where it is printed."""

    index: int
    letter: str
    text: Markup
    wrong: Wrong | None
    feedback: Markup | None
    extra: bool


@dataclass(frozen=True)
class Matching:
    """Two columns to match."""

    prompts: tuple[PrintedPrompt, ...]
    answers: tuple[PrintedAnswer, ...]
    instruction: str
    share: str


def arrange_matching(q: Question) -> Matching:
    """Return the prompts in the item's order and the answers in the printed one."""
    body = q.body
    assert isinstance(body, MatchingBody)
    own = answers(body)
    prompts = []
    for place, pair in enumerate(body.pairs):
        right = own.index(pair.right)
        feedback = q.tight(pair.feedback, f"feedback{place}") if pair.feedback else None
        text = q.tight(pair.left, f"prompt{place}")
        prompts.append(PrintedPrompt(place + 1, text, letter(q.order.index(right)), right, feedback))
    printed = tuple(_answer(q, body, own[index], index, place) for place, index in enumerate(q.order))
    return Matching(tuple(prompts), printed, _matching_instruction(body, own), q.share(len(body.pairs)))


def _answer(q: Question, body: MatchingBody, text: str, index: int, place: int) -> PrintedAnswer:
    extra = next((extra for extra in body.extra if extra.right == text), None)
    return PrintedAnswer(
        index,
        letter(place),
        q.tight(text, f"answer{index}"),
        _wrong(q, extra.misconception) if extra else None,
        q.tight(extra.feedback, f"extra{index}") if extra else None,
        extra is not None,
    )


def _matching_instruction(body: MatchingBody, own: Sequence[str]) -> str:
    if len({pair.right for pair in body.pairs}) < len(body.pairs):
        return "match-again"
    return "match-exact" if len(own) == len(body.pairs) else "match"


def key_matching(body: MatchingBody, order: Order, words: Words) -> str:
    """Return each prompt's number with its letter, such as ``1C 2A 3B``."""
    own = answers(body)
    letters = [letter(order.index(own.index(pair.right))) for pair in body.pairs]
    return " ".join(f"{number}{name}" for number, name in enumerate(letters, 1))


# ---- Ordering ----


@dataclass(frozen=True)
class PrintedStep:
    """A step where it is printed; ``position`` is the number a learner should write beside it."""

    index: int
    letter: str
    text: Markup
    position: int


@dataclass(frozen=True)
class Steps:
    """Steps to number."""

    rows: tuple[PrintedStep, ...]
    wrong: Wrong | None
    feedback: Markup | None

    @property
    def in_order(self) -> tuple[PrintedStep, ...]:
        """The steps as they should be."""
        return tuple(sorted(self.rows, key=lambda step: step.position))


def arrange_steps(q: Question) -> Steps:
    """Return the steps in their printed order."""
    body = q.body
    assert isinstance(body, OrderingBody)
    rows = tuple(
        PrintedStep(index, letter(place), q.tight(body.sequence[index], f"step{index}"), index + 1)
        for place, index in enumerate(q.order)
    )
    feedback = q.tight(body.feedback, "feedback") if body.feedback else None
    return Steps(rows, _wrong(q, body.misconception), feedback)


def key_steps(body: OrderingBody, order: Order, words: Words) -> str:
    """Return the numbers to write, from the first printed step to the last, such as ``3, 1, 2``."""
    return ", ".join(str(index + 1) for index in order)


# ---- Numeric ----


@dataclass(frozen=True)
class PrintedError:
    """A wrong number, and what it betrays."""

    value: str
    exact: str
    wrong: Wrong
    feedback: Markup


@dataclass(frozen=True)
class Number:
    """A number with its tolerance; ``exact`` texts are for scripts, with a decimal point."""

    value: str
    exact: str
    margin: float
    low: str
    high: str
    unit: Markup | None
    errors: tuple[PrintedError, ...]


def arrange_number(q: Question) -> Number:
    """Return the value, what is accepted around it, and the errors it foresees."""
    body = q.body
    assert isinstance(body, NumericBody)
    value, margin = resolved(body), body.margin
    errors = tuple(
        PrintedError(
            q.number(resolved(error)),
            f"{resolved(error):.10g}",
            Wrong(error.misconception, q.misconception(error.misconception)),
            q.tight(error.feedback, f"feedback{place}"),
        )
        for place, error in enumerate(body.errors)
    )
    unit = q.inline(body.unit, "unit") if body.unit else None
    low, high = q.number(value - margin), q.number(value + margin)
    return Number(q.number(value), f"{value:.10g}", margin, low, high, unit, errors)


def resolved(body: NumericBody | NumericError) -> float:
    """Return the value of a numeric item or of an error it foresees.

    :raises ValueError: where it is still to be computed: whoever renders realises the item first.
    """
    if body.value is None:
        raise ValueError("a computed item is rendered as an instance; realise it before")
    return body.value


def key_number(body: NumericBody, order: Order, words: Words) -> str:
    """Return the number with its tolerance and unit, such as ``42 ± 0.5 rows``."""
    margin = f" ± {plain_number(body.margin, words)}" if body.margin else ""
    unit = f" {body.unit}" if body.unit else ""
    return f"{plain_number(resolved(body), words)}{margin}{unit}"


# ---- Cloze ----

GAP_WIDTHS = (20, 30, 40, 50, 60, 80)
"""The widths that the stylesheet knows, in millimetres."""


@dataclass(frozen=True)
class PrintedGap:
    """A gap, what fills it, and what else is accepted."""

    number: int
    answer: str
    accept: tuple[str, ...]
    feedback: Markup | None

    @property
    def accepted(self) -> str:
        """All that is accepted, as a JSON list for scripts."""
        return json.dumps([self.answer, *self.accept], ensure_ascii=False)


@dataclass(frozen=True)
class Cloze:
    """A text with gaps; all its gaps are as wide as the longest answer, so that width tells nothing."""

    stem: Markup
    gaps: tuple[PrintedGap, ...]
    share: str


def arrange_cloze(q: Question) -> Cloze:
    """Return the gaps of a cloze item."""
    body = q.body
    assert isinstance(body, ClozeBody)
    gaps = tuple(_gap(q, blank, number) for number, blank in enumerate(body.blanks, 1))
    width = _gap_width(body)

    def draw(number: int) -> str:
        if not 1 <= number <= len(gaps):
            return q.report("MK08", f"the gap [[{number}]] has no blank; number gaps from 1 to {len(gaps)} or add one")
        return fill_template("gap.html", q=q, gap=gaps[number - 1], many=len(gaps) > 1, width=width)

    return Cloze(q.with_gaps(body.stem, draw), gaps, q.share(len(gaps)))


def _gap_width(body: ClozeBody) -> int:
    """Return the width of every gap in millimetres: handwriting takes 3 mm a letter, and 8 mm of ease."""
    longest = max(len(text) for blank in body.blanks for text in (blank.answer, *blank.accept))
    return next((width for width in GAP_WIDTHS if width >= 3 * longest + 8), GAP_WIDTHS[-1])


def _gap(q: Question, blank: Blank, number: int) -> PrintedGap:
    feedback = q.tight(blank.feedback, f"feedback{number}") if blank.feedback else None
    return PrintedGap(number, blank.answer, blank.accept, feedback)


def key_cloze(body: ClozeBody, order: Order, words: Words) -> str:
    """Return what fills the gaps, such as ``WHERE`` or ``1 WHERE, 2 HAVING``."""
    if len(body.blanks) == 1:
        return body.blanks[0].answer
    return ", ".join(f"{number} {blank.answer}" for number, blank in enumerate(body.blanks, 1))
