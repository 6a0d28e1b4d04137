"""Flashcards."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from builders.course.record import Bloom, Id, Record, Text, Waiver


class CardKind(StrEnum):
    """How a card asks."""

    BASIC = "basic"
    CLOZE = "cloze"
    TYPE_IN = "type-in"
    CHOICE = "choice"


class CardFields(Record):
    """What every card has."""

    id: Id
    objective: Id
    facet: Id | None = None
    bloom: Bloom | None = None
    source: Id
    waivers: tuple[Waiver, ...] = ()


class BasicCard(CardFields):
    """Question and answer; ``reverse`` asks the other way round too."""

    kind: Literal[CardKind.BASIC] = CardKind.BASIC
    front: Text
    back: Text
    reverse: bool = False


class ClozeCard(CardFields):
    """A sentence with gaps written ``{{c1::word}}``."""

    kind: Literal[CardKind.CLOZE]
    text: Text
    extra: Text | None = None


class TypeInCard(CardFields):
    """A question answered by typing one word or number."""

    kind: Literal[CardKind.TYPE_IN]
    front: Text
    answer: Annotated[str, Field(min_length=1, max_length=40)]
    extra: Text | None = None


class CardOption(Record):
    """One option of a choice card."""

    text: Text
    key: bool = False


class ChoiceCard(CardFields):
    """A question with options, readable without a script."""

    kind: Literal[CardKind.CHOICE]
    front: Text
    options: Annotated[tuple[CardOption, ...], Field(min_length=2, max_length=6)]
    why: Text


Card = Annotated[BasicCard | ClozeCard | TypeInCard | ChoiceCard, Field(discriminator="kind")]


class CardFile(Record):
    """A file of cards."""

    cards: tuple[Card, ...]
