"""Items: the questions of the bank, one record a kind.

A body holds what a kind asks and how it is keyed; an item is a body with its place in the course,
a part is a body inside a case.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, PrivateAttr, model_validator

from builders.course.draws import Given, Name
from builders.course.record import Bloom, Id, Minutes, Points, Record, Text, Waiver
from builders.course.tasks import Levels


class Kind(StrEnum):
    """What a learner does with an item."""

    CHOICE = "choice"
    MULTIPLE_RESPONSE = "multiple-response"
    TRUE_FALSE = "true-false"
    MATCHING = "matching"
    ORDERING = "ordering"
    NUMERIC = "numeric"
    CLOZE = "cloze"
    SQL = "sql"
    PYTHON = "python"
    SHORT_ANSWER = "short-answer"
    ESSAY = "essay"
    CASE = "case"
    TASK = "task"

    @property
    def closed(self) -> bool:
        """Whether a key alone decides the points, without a judge."""
        return self in CLOSED


CLOSED = frozenset(
    {
        Kind.CHOICE,
        Kind.MULTIPLE_RESPONSE,
        Kind.TRUE_FALSE,
        Kind.MATCHING,
        Kind.ORDERING,
        Kind.NUMERIC,
        Kind.CLOZE,
    }
)


class Pool(StrEnum):
    """Who may see an item: decided by the folder it lies in."""

    PRACTICE = "practice"
    DIAGNOSTIC = "diagnostic"
    SECURE = "secure"


class Status(StrEnum):
    """How far an item has come. Only reviewed, piloted and live items enter a form."""

    DRAFT = "draft"
    REVIEWED = "reviewed"
    PILOTED = "piloted"
    LIVE = "live"
    RETIRED = "retired"

    @property
    def usable(self) -> bool:
        """Whether a form may hold it."""
        return self in (Status.REVIEWED, Status.PILOTED, Status.LIVE)


class Option(Record):
    """One option. A wrong one names the misconception it catches and says why it is wrong."""

    text: Text
    key: bool = False
    pin: bool = False
    misconception: Id | None = None
    feedback: Text | None = None


class ScoringPoint(Record):
    """What earns points in an open answer."""

    points: Points
    text: Text


class ItemCriterion(Record):
    """A criterion of an essay or task item: levels 0 to 4 score linearly up to ``points``."""

    id: Id
    title: Text
    points: Points
    levels: Levels


class ChoiceBody(Record):
    """One right option among three or four."""

    kind: Literal[Kind.CHOICE]
    order: Literal["shuffle", "logical"] = "shuffle"
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=12)]


class MultipleResponseBody(Record):
    """Any number of right options; each option scores alone, with a floor of zero."""

    kind: Literal[Kind.MULTIPLE_RESPONSE]
    order: Literal["shuffle", "logical"] = "shuffle"
    options: Annotated[tuple[Option, ...], Field(min_length=2, max_length=12)]


class TrueFalseBody(Record):
    """A statement that is true or false."""

    kind: Literal[Kind.TRUE_FALSE]
    answer: bool
    misconception: Id | None = None
    feedback: Text


class Pair(Record):
    """A prompt and the one answer that belongs to it."""

    left: Text
    right: Text
    feedback: Text | None = None


class ExtraAnswer(Record):
    """An answer of a matching item that belongs to no prompt."""

    right: Text
    misconception: Id
    feedback: Text


class MatchingBody(Record):
    """Prompts to match with answers; each pair scores alone."""

    kind: Literal[Kind.MATCHING]
    pairs: Annotated[tuple[Pair, ...], Field(min_length=2, max_length=12)]
    extra: tuple[ExtraAnswer, ...] = ()


class OrderingBody(Record):
    """Steps to put in order; ``sequence`` is the right one."""

    kind: Literal[Kind.ORDERING]
    sequence: Annotated[tuple[Text, ...], Field(min_length=3, max_length=9)]
    misconception: Id | None = None
    feedback: Text | None = None


class Compute(Record):
    """Where a computed value comes from: one query, or a function kept beside the items."""

    sql: Text | None = None
    python: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*$")] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.sql is None) == (self.python is None):
            raise ValueError("a computed value has either 'sql' or 'python'; give one of them")
        return self


class Computed(Compute):
    """A value that texts quote as ``{{ values.name }}``, written by ``format``."""

    format: Text = "{}"


class NumericError(Record):
    """A wrong number that betrays a misconception."""

    value: float | None = None
    compute: Compute | None = None
    misconception: Id
    feedback: Text

    @model_validator(mode="after")
    def _one_value(self) -> NumericError:
        if (self.value is None) == (self.compute is None):
            raise ValueError("a wrong number has either 'value' or 'compute'; give one of them")
        return self


class NumericBody(Record):
    """A number, right within a tolerance (absolute, or a percentage such as ``1%``).

    ``minimum`` and ``digits`` say what a sensible number is: computed ones keep to it in every draw. An exact answer,
    one without tolerance, has no more significant digits than people write without slips.
    """

    kind: Literal[Kind.NUMERIC]
    value: float | None = None
    compute: Compute | None = None
    minimum: float = 0.0
    digits: Annotated[int, Field(ge=1, le=15)] = 6
    tolerance: float | Annotated[str, Field(pattern=r"^\d+(\.\d+)?%$")] = 0.0
    unit: Text | None = None
    errors: tuple[NumericError, ...] = ()

    @model_validator(mode="after")
    def _one_value(self) -> NumericBody:
        if (self.value is None) == (self.compute is None):
            raise ValueError("a numeric item has either 'value' or 'compute'; give one of them")
        return self

    def accepts(self, answer: float) -> bool:
        """Whether an answer is within the tolerance of ``value``."""
        return self.value is not None and abs(answer - self.value) <= self.margin + 1e-9

    @property
    def margin(self) -> float:
        """The tolerance as an absolute number."""
        if isinstance(self.tolerance, str):
            return abs(self.value or 0.0) * float(self.tolerance[:-1]) / 100
        return self.tolerance


class Blank(Record):
    """A gap of a cloze text, and what fills it."""

    answer: Text
    accept: tuple[Text, ...] = ()
    feedback: Text | None = None


class ClozeBody(Record):
    """A text with gaps ``[[1]]``, ``[[2]]``, …; each gap scores alone."""

    kind: Literal[Kind.CLOZE]
    blanks: Annotated[tuple[Blank, ...], Field(min_length=1, max_length=12)]


class Mutant(Record):
    """A query that a misconception leads to; its result must differ from the key's."""

    misconception: Id
    sql: Text
    feedback: Text


class SqlChecks(Record):
    """What must hold of the key's result on every variant."""

    distinct: bool = True
    nonempty: bool = True
    min_gap_pct: Annotated[float, Field(ge=0)] = 0.0


class SqlBody(Record):
    """A query to write. On paper its clauses are scored, online its result is compared."""

    kind: Literal[Kind.SQL]
    dataset: Id
    key_sql: Text
    ordered: bool = False
    mutants: tuple[Mutant, ...] = ()
    checks: SqlChecks = SqlChecks()
    scoring: Annotated[tuple[ScoringPoint, ...], Field(min_length=1)]
    lines: Annotated[int, Field(ge=3, le=40)] | None = None


class PythonBody(Record):
    """A script to write or complete."""

    kind: Literal[Kind.PYTHON]
    starter: Text | None = None
    solution: Text
    tests: Text | None = None
    scoring: Annotated[tuple[ScoringPoint, ...], Field(min_length=1)]
    lines: Annotated[int, Field(ge=3, le=60)] | None = None


class ShortAnswerBody(Record):
    """A few sentences, scored point by point."""

    kind: Literal[Kind.SHORT_ANSWER]
    model: Text
    scoring: Annotated[tuple[ScoringPoint, ...], Field(min_length=1)]
    lines: Annotated[int, Field(ge=3, le=40)] | None = None


class EssayBody(Record):
    """A longer answer, scored with a rubric."""

    kind: Literal[Kind.ESSAY]
    model: Text
    criteria: Annotated[tuple[ItemCriterion, ...], Field(min_length=1)]
    lines: Annotated[int, Field(ge=3, le=80)] | None = None


class TaskBody(Record):
    """A small product to make under exam conditions, scored with a rubric."""

    kind: Literal[Kind.TASK]
    model: Text
    criteria: Annotated[tuple[ItemCriterion, ...], Field(min_length=1)]
    lines: Annotated[int, Field(ge=3, le=80)] | None = None


class PartFields(Record):
    """What every part of a case has."""

    id: Annotated[str, Field(pattern=r"^[a-z]$")]
    stem: Text
    points: Points
    bloom: Bloom | None = None
    rationale: Text | None = None


class ChoicePart(PartFields, ChoiceBody):
    """A part with one right option."""


class NumericPart(PartFields, NumericBody):
    """A part with a number."""


class ShortAnswerPart(PartFields, ShortAnswerBody):
    """A part with a few sentences."""


class EssayPart(PartFields, EssayBody):
    """A part with a longer answer."""


Part = Annotated[ChoicePart | NumericPart | ShortAnswerPart | EssayPart, Field(discriminator="kind")]


class CaseBody(Record):
    """A stimulus and the parts that ask about it."""

    kind: Literal[Kind.CASE]
    stimulus: Text
    parts: Annotated[tuple[Part, ...], Field(min_length=1, max_length=8)]


class ItemFields(Record):
    """What every item has: its place in the course, its weight, and its history."""

    id: Id
    objective: Id
    facets: Annotated[tuple[Text, ...], Field(min_length=1)]
    focus: tuple[Text, ...] = ()
    topic: Id
    bloom: Bloom | None = None
    scaffold: bool = False
    novel: bool = False
    points: Points
    minutes: Minutes
    difficulty: Annotated[float, Field(ge=0.05, le=0.95)]
    family: Id | None = None
    enemies: tuple[Id, ...] = ()
    status: Status = Status.DRAFT
    source: Id | None = None
    dataset: Id | None = None
    given: dict[Name, Given] = {}
    values: dict[Name, Computed] = {}
    stem: Text
    rationale: Text
    waivers: tuple[Waiver, ...] = ()
    _pool: Pool = PrivateAttr(default=Pool.PRACTICE)

    @property
    def pool(self) -> Pool:
        """Who may see it: decided by the folder its file lies in, never by a key of the file."""
        private = self.__pydantic_private__  # as `self._pool`, without pydantic's slow way there
        return private["_pool"] if private else Pool.PRACTICE

    def in_pool(self, pool: Pool) -> Self:
        """Return the same item as a member of this pool."""
        copy = self.model_copy()
        copy._pool = pool
        return copy


class Choice(ItemFields, ChoiceBody):
    """An item with one right option."""


class MultipleResponse(ItemFields, MultipleResponseBody):
    """An item with several right options."""


class TrueFalse(ItemFields, TrueFalseBody):
    """An item that is a statement."""


class Matching(ItemFields, MatchingBody):
    """An item of pairs."""


class Ordering(ItemFields, OrderingBody):
    """An item of steps."""


class Numeric(ItemFields, NumericBody):
    """An item with a number."""


class Cloze(ItemFields, ClozeBody):
    """An item with gaps."""


class Sql(ItemFields, SqlBody):
    """An item that asks for a query."""

    dataset: Id


class Python(ItemFields, PythonBody):
    """An item that asks for a script."""


class ShortAnswer(ItemFields, ShortAnswerBody):
    """An item with a few sentences."""


class Essay(ItemFields, EssayBody):
    """An item with a longer answer."""


class Task(ItemFields, TaskBody):
    """An item that asks for a small product."""


class Case(ItemFields, CaseBody):
    """An item with a stimulus and parts."""


Item = Annotated[
    Choice
    | MultipleResponse
    | TrueFalse
    | Matching
    | Ordering
    | Numeric
    | Cloze
    | Sql
    | Python
    | ShortAnswer
    | Essay
    | Task
    | Case,
    Field(discriminator="kind"),
]


class ItemFile(Record):
    """A file of items. Those of ``assessments/items`` are practice items, or ``diagnostic``."""

    pool: Literal[Pool.PRACTICE, Pool.DIAGNOSTIC] | None = None
    items: tuple[Item, ...]
