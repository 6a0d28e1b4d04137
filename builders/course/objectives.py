"""The spine of a course: what ``objectives.yaml`` says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import Field, PrivateAttr, model_validator

from builders.course.record import Bloom, Id, Record, Text, Waiver

PROCESSES: dict[Bloom, tuple[str, ...]] = {
    Bloom.REMEMBER: ("recognizing", "recalling"),
    Bloom.UNDERSTAND: (
        "interpreting",
        "exemplifying",
        "classifying",
        "summarizing",
        "inferring",
        "comparing",
        "explaining",
    ),
    Bloom.APPLY: ("executing", "implementing"),
    Bloom.ANALYZE: ("differentiating", "organizing", "attributing"),
    Bloom.EVALUATE: ("checking", "critiquing"),
    Bloom.CREATE: ("generating", "planning", "producing"),
}
"""The nineteen cognitive processes (Anderson and Krathwohl 2001, table 5.1)."""

KNOWLEDGE = ("factual", "conceptual", "procedural", "metacognitive")


class About(Record):
    """Title page, rights and version of a course.

    ``site`` is the address at which its site is published, if it is; ``subdecks`` deals cards into a deck a module.
    """

    slug: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    version: Text
    released: date
    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    title: Text
    audience: Text
    overview: tuple[Text, ...]
    prerequisites: tuple[Text, ...]
    licence: Text
    attribution: Text
    report_errors_to: Text
    site: Annotated[str, Field(pattern=r"^https?://\S+$")] | None = None
    subdecks: bool = False
    waivers: tuple[Waiver, ...] = ()


class Topic(Record):
    """A main topic of the course."""

    id: Id
    title: Text
    waivers: tuple[Waiver, ...] = ()


class ExcludedTopic(Record):
    """How to see that a lesson drifts into a topic the course excludes.

    A lesson may use the ``keywords`` of the topic ``budget`` times in all.
    """

    topic: Text
    keywords: Annotated[tuple[Text, ...], Field(min_length=1)]
    budget: Annotated[int, Field(ge=0)] = 5


class Facet(Record):
    """A part of an objective that must be taught and tested by itself; ``planned`` declares a gap."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    planned: Text | None = None


class Objective(Record):
    """What a learner will be able to do, in the author's words and at the author's level."""

    id: Id
    text: Text
    bloom: Bloom
    process: Annotated[tuple[Text, ...], Field(min_length=1)]
    knowledge: Annotated[tuple[Text, ...], Field(min_length=1)]
    facets: Annotated[tuple[Facet, ...], Field(min_length=1)]
    topics: tuple[Id, ...]
    parent: Id | None = None
    waivers: tuple[Waiver, ...] = ()

    @property
    def facet_ids(self) -> tuple[str, ...]:
        """The names of its facets, in order."""
        return tuple(facet.id for facet in self.facets)


class Definition(Record):
    """A definition that belongs to the course description and stays as it is."""

    id: Id
    term: Text
    definition: Text


class Outcome(Record):
    """A broader outcome: mapped, not assessed."""

    title: Text
    text: Text


class Variant(Record):
    """One seeded edition of a dataset; secure ones never reach a learner."""

    id: Id
    secure: bool = False


class Dataset(Record):
    """A database that a course's own script generates."""

    id: Id
    generator: Text
    manifest: Text | None = None
    facts: Text | None = None
    variants: Annotated[tuple[Variant, ...], Field(min_length=1)]

    @property
    def practice(self) -> str:
        """The variant that lessons and practice items use: the first public one."""
        return next((variant.id for variant in self.variants if not variant.secure), self.variants[0].id)

    @property
    def public_variants(self) -> tuple[str, ...]:
        """The variants that learners may have."""
        return tuple(variant.id for variant in self.variants if not variant.secure)

    @property
    def secure_variants(self) -> tuple[str, ...]:
        """The variants of exams, which never reach a learner."""
        return tuple(variant.id for variant in self.variants if variant.secure)


class Spine(Record):
    """The whole of ``objectives.yaml``."""

    course: About
    topics: Annotated[tuple[Topic, ...], Field(min_length=1)]
    excluded_topics: tuple[Text, ...] = ()
    excluded_keywords: tuple[ExcludedTopic, ...] = ()
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    terms: tuple[Definition, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    datasets: tuple[Dataset, ...] = ()


FactValue = int | float | str
"""What a fact may be."""


class Fact(Record):
    """A number that prose may quote: a query or function of one value, and what it gives on each variant.

    A ``constant`` fact is the same on every variant by design, so that one expected value is enough.
    """

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9_-]+)+$")]
    sql: Text | None = None
    python: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")] | None = None
    format: Text = "{}"
    constant: bool = False
    expected: Annotated[dict[str, FactValue], Field(min_length=1)]
    note: Text | None = None
    waivers: tuple[Waiver, ...] = ()
    _secure: dict[str, FactValue] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.sql is None) == (self.python is None):
            raise ValueError(f"the fact '{self.id}' needs one source; write either 'sql' or 'python'")
        return self

    def expected_on(self, variant: str) -> FactValue | None:
        """Return what the fact must be on a variant; None where nobody has said so."""
        fallback = next(iter(self.expected.values())) if self.constant else None
        return self._secure.get(variant, self.expected.get(variant, fallback))

    def with_secure(self, expected: Mapping[str, FactValue]) -> Fact:
        """Return the fact with what it is on secure variants; ``expected`` and what is printed of it stay public."""
        copy = self.model_copy()
        copy._secure = dict(expected)
        return copy


class FactFile(Record):
    """A file of facts."""

    facts: tuple[Fact, ...]


class SecureDataset(Record):
    """What only instructors may know of a dataset: the seed of its secure variants, and its facts on them."""

    dataset: Id
    seed: Annotated[str, Field(min_length=8)]
    attempts: dict[Id, Annotated[int, Field(ge=2)]] = {}
    """Variants that by chance repeated a public value, and the attempt at their seed that does not."""
    expected: dict[str, dict[str, FactValue]] = {}

    def seed_of(self, variant: str) -> str:
        """Return what the generator draws a secure variant from."""
        attempt = self.attempts.get(variant)
        return f"{variant}:{self.seed}" + (f":{attempt}" if attempt else "")


class GlossaryTerm(Record):
    """A term of the glossary: at most 45 words, one example, what it is not."""

    id: Id
    term: Text
    definition: Text
    example: Text
    confused_with: tuple[Text, ...] = ()
    aliases: tuple[Text, ...] = ()
    first: Id
    waivers: tuple[Waiver, ...] = ()


class GlossaryFile(Record):
    """The file ``source/glossary.yaml``."""

    terms: tuple[GlossaryTerm, ...]


class Misconception(Record):
    """A wrong idea that real beginners hold, which distractors and mutants name."""

    id: Annotated[str, Field(pattern=r"^M-[a-z0-9-]+$")]
    title: Text
    note: Text


class MisconceptionFile(Record):
    """The file ``assessments/misconceptions.yaml``."""

    misconceptions: tuple[Misconception, ...]
