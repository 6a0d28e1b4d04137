"""The page of flashcards: each card of the course below its objective, to be answered before it is turned over."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes

from builders.book.context import Book, book_of
from builders.book.records import make_context, report, term_links
from builders.book.study import objective_rows
from builders.course.cards import BasicCard, Card, CardKind, ChoiceCard, ClozeCard, TypeInCard
from builders.markup import Context, MarkupError, render

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PAGE = "cards"
GAP = re.compile(r"\{\{c\d+::((?:(?!\}\}|::).)*)(?:::((?:(?!\}\}).)*))?\}\}", re.DOTALL)
CARDS_OF = "cards-of"
"""Class of the words that name the cards of an objective, whose id is in the attribute ``objective``."""


def card_page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the page of flashcards of a course that has some."""
    book = book_of(app.config)
    if not book.course.cards:
        return
    terms = term_links(app.builder, PAGE)
    groups = []
    for objective in objective_rows(app, book):
        cards = [card for card in book.course.cards if card.objective == objective["id"]]
        shown = [entry for entry in (card_entry(book, card, terms) for card in cards) if entry]
        if shown:
            groups.append({**objective, "anchor": anchor_of(objective["id"]), "cards": shown})
    yield PAGE, {"title": book.words("book.flashcards"), "groups": groups}, "cards.html"


def anchor_of(objective: str) -> str:
    """Return the id under which the page has the cards of an objective."""
    return nodes.make_id(f"cards-{objective}")


def card_entry(book: Book, card: Card, terms: dict[str, str]) -> dict[str, str]:
    """Return both sides of a card as HTML; nothing where one cannot be shown, which is reported."""
    anchor = nodes.make_id(f"card-{card.id}")
    context = make_context(book, card.at, terms, f"{anchor}-")
    try:
        front, back = SIDES[card.kind](card)
        return {"anchor": anchor, "front": _side(front, context, "front"), "back": _side(back, context, "back")}
    except MarkupError as error:
        report(book.course.root, error.problems)
        return {}


def _side(text: str, context: Context, name: str) -> str:
    return render(text, context.within(name))


def _basic(card: BasicCard) -> tuple[str, str]:
    return card.front, card.back


def _cloze(card: ClozeCard) -> tuple[str, str]:
    hidden = GAP.sub(lambda gap: f"**\\[{gap[2] or '…'}\\]**", card.text)
    shown = GAP.sub(lambda gap: f"**{gap[1]}**", card.text)
    return hidden, _lines(shown, card.extra)


def _type_in(card: TypeInCard) -> tuple[str, str]:
    return card.front, _lines(f"**{card.answer}**", card.extra)


def _choice(card: ChoiceCard) -> tuple[str, str]:
    options = "\n".join(f"- {option.text}" for option in card.options)
    keys = "; ".join(option.text for option in card.options if option.key)
    return _lines(card.front, options), _lines(f"**{keys}**", card.why)


def _lines(first: str, second: str | None) -> str:
    return f"{first}\n\n{second}" if second else first


SIDES: dict[CardKind, Callable[[Any], tuple[str, str]]] = {
    CardKind.BASIC: _basic,
    CardKind.CLOZE: _cloze,
    CardKind.TYPE_IN: _type_in,
    CardKind.CHOICE: _choice,
}
"""The texts of both sides, by kind of card."""


def link_cards(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Lead from the number of an objective's cards to the cards, on the site; a book has no such page."""
    if app.builder.format != "html":
        return
    address = app.builder.get_relative_uri(docname, PAGE)
    for mark in list(doctree.findall(nodes.inline)):
        if CARDS_OF in mark["classes"]:
            uri = f"{address}#{anchor_of(mark['objective'])}"
            mark.replace_self(nodes.reference("", mark.astext(), refuri=uri, internal=True))
