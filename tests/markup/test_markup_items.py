"""Items: every kind in every view, judged by an HTML parser that did not make them."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.course import Item, Words, read_words
from builders.course.items import Case, Kind, Matching, Ordering
from builders.course.objectives import Misconception
from builders.markup import (
    RENDERERS,
    Context,
    MarkupError,
    View,
    item_html,
    orderable,
    printed_key,
    shuffled,
    writing_lines,
)
from tests.markup.markup_items import KINDS, make_item

ENGLISH = read_words("en")
CONTEXT = Context(
    Path(__file__).parent,
    misconceptions={"M-fanout": Misconception(id="M-fanout", title="A join never adds rows", note="It does.")},
)
SECRETS = ("half-open", "M-", "betray", "Model answer", "data-key", "Scoring")
"""What a learner must not read before answering."""


def show(item: Item, view: View, order: tuple[int, ...] = (), words: Words = ENGLISH) -> str:
    return item_html(item, view, number=1, words=words, context=CONTEXT, order=order)


def parse(html: str) -> Element:
    """Return the tree of a page that holds the item; any parse error fails."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(f"<!DOCTYPE html><html><head><title>x</title></head><body><h1>x</h1>{html}</body></html>")


def texts(tree: Element, name: str) -> list[str]:
    """Return the words of every element of a class, in reading order."""
    found = [element for element in tree.iter() if name in str(element.get("class", "")).split()]
    return [" ".join("".join(element.itertext()).split()) for element in found]


def test_every_kind_has_a_renderer_and_a_sample() -> None:
    assert set(RENDERERS) == set(Kind) == set(KINDS)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("view", View)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_in_every_view_is_well_formed(kind: str, view: View, language: str) -> None:
    html = show(make_item(kind), view, words=read_words(language))
    ids = [element.get("id") for element in parse(html).iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(name.startswith("q1") for name in ids if name)
    assert html == show(make_item(kind), view, words=read_words(language))


@pytest.mark.parametrize("view", [View.PAPER, View.PRINT_PRACTICE])
@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_gives_nothing_away(kind: str, view: View) -> None:
    html = show(make_item(kind), view)
    assert not [secret for secret in SECRETS if secret in html]
    assert f"A1-{kind}" not in html


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_gives_the_reason_and_names_the_misconceptions(kind: str) -> None:
    html = show(make_item(kind), View.KEY)
    assert "half-open" in html
    if "M-fanout" in str(make_item(kind)):
        assert "A join never adds rows" in html
        assert "(M-fanout)" in html


ORDERS = st.integers(0, 2**32)


@settings(max_examples=40, deadline=None)
@given(ORDERS, st.sampled_from(["choice", "multiple-response"]))
def test_the_letters_of_key_and_paper_agree(seed: int, kind: str) -> None:
    item = make_item(kind)
    order = shuffled(item, Random(seed))
    paper, key = parse(show(item, View.PAPER, order)), parse(show(item, View.KEY, order))
    printed = dict(zip(texts(paper, "option-letter"), texts(paper, "option-text"), strict=True))
    right = [printed[name] for name in printed_key(item, order, ENGLISH).split(", ")]
    stated = {re.sub("`", "", option.text) for option in item.options if option.key}  # type: ignore[union-attr]
    assert set(right) == stated
    assert texts(key, "option-letter") == list(printed)
    assert [text.split(" ")[0] for text in texts(key, "option-right")] == printed_key(item, order, ENGLISH).split(", ")


@settings(max_examples=40, deadline=None)
@given(ORDERS)
def test_the_pairs_of_key_and_paper_agree(seed: int) -> None:
    item = make_item("matching")
    assert isinstance(item, Matching)
    order = shuffled(item, Random(seed))
    paper = parse(show(item, View.PAPER, order))
    printed = dict(zip(texts(paper, "option-letter"), texts(paper, "option-text"), strict=True))
    pairs = {printed[pair[0]]: printed[pair[1]] for pair in printed_key(item, order, ENGLISH).split(" ")}
    assert pairs == {pair.left.strip("`"): pair.right for pair in item.pairs}
    assert texts(parse(show(item, View.KEY, order)), "letter-box") == [
        pair[1] for pair in printed_key(item, order, ENGLISH).split(" ")
    ]


@settings(max_examples=40, deadline=None)
@given(ORDERS)
def test_the_steps_of_key_and_paper_agree(seed: int) -> None:
    item = make_item("ordering")
    assert isinstance(item, Ordering)
    order = shuffled(item, Random(seed))
    steps = texts(parse(show(item, View.PAPER, order)), "option-text")
    numbers = [int(number) for number in printed_key(item, order, ENGLISH).split(", ")]
    assert [step for _, step in sorted(zip(numbers, steps, strict=True))] == [step.strip("`") for step in item.sequence]
    assert steps != [step.strip("`") for step in item.sequence]


@settings(max_examples=20, deadline=None)
@given(ORDERS)
def test_the_parts_of_a_case_have_their_own_orders(seed: int) -> None:
    item = make_item("case")
    assert isinstance(item, Case)
    order = shuffled(item, Random(seed))
    paper = parse(show(item, View.PAPER, order))
    printed = dict(zip(texts(paper, "option-letter"), texts(paper, "option-text"), strict=True))
    assert printed[printed_key(item, order, ENGLISH)[3]] == "The queue"


def test_pinned_options_and_logical_orders_stay() -> None:
    item = make_item("choice")
    assert {shuffled(item, Random(seed))[3] for seed in range(30)} == {3}
    assert len({shuffled(item, Random(seed)) for seed in range(60)}) == 6
    assert shuffled(make_item("choice", order="logical"), Random(1)) == (0, 1, 2, 3)


@pytest.mark.parametrize(
    ("kind", "order", "count", "key"),
    [
        ("choice", (1, 0, 2, 3), 4, "B"),
        ("multiple-response", (2, 1, 0), 3, "A, C"),
        ("true-false", (), 0, "B"),
        ("matching", (3, 2, 1, 0), 4, "1D 2C 3B"),
        ("ordering", (2, 0, 1, 3), 4, "3, 1, 2, 4"),
        ("numeric", (), 0, "120 ± 0.5 rows"),
        ("cloze", (), 0, "1 GROUP BY, 2 HAVING"),
        ("sql", (), 0, "see the model answer"),
        ("case", (1, 0, 2), 3, "a: B; b: 60 scans; c: see the model answer; d: see the model answer"),
    ],
)
def test_keys_in_one_line(kind: str, order: tuple[int, ...], count: int, key: str) -> None:
    item = make_item(kind)
    assert orderable(item) == count
    assert printed_key(item, order, ENGLISH) == key


@pytest.mark.parametrize("order", [(0,), (0, 1, 2, 2), (0, 1, 2, 4)])
def test_an_order_that_does_not_fit_is_our_mistake(order: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="does not fit"):
        show(make_item("choice"), View.PAPER, order)


def test_answers_that_two_prompts_share_are_printed_once() -> None:
    pairs = [{"left": "a", "right": "x"}, {"left": "b", "right": "y"}, {"left": "c", "right": "x"}]
    item = make_item("matching", pairs=pairs, extra=[])
    assert orderable(item) == 2
    assert printed_key(item, (1, 0), ENGLISH) == "1B 2A 3B"
    assert "more than once" in show(item, View.PAPER)


def test_german_writes_decimals_with_a_comma() -> None:
    assert printed_key(make_item("numeric"), (), read_words("de")) == "120 ± 0,5 rows"


@pytest.mark.parametrize(
    ("points", "share"), [(2, "2/3 points"), (3, "1 point"), (1, "1/3 points"), (1.5, "0.5 points")]
)
def test_shares_of_points_are_exact(points: float, share: str) -> None:
    assert f"Each right pair earns {share}." in show(make_item("matching", points=points), View.KEY)


def test_a_slot_may_say_other_points() -> None:
    html = item_html(make_item("choice"), View.PAPER, number=4, words=ENGLISH, context=CONTEXT, points=5)
    assert "5 points" in html
    assert 'id="q4"' in html


@pytest.mark.parametrize(
    ("kind", "fields", "lines"),
    [
        ("choice", {}, 0),
        ("sql", {}, 4),
        ("sql", {"key_sql": "SELECT 1"}, 3),
        ("sql", {"key_sql": "SELECT " + "a, " * 60 + "b"}, 4),
        ("sql", {"lines": 8}, 8),
        ("short-answer", {"model": "word " * 46}, 6),
        ("essay", {}, 12),
        ("python", {}, 3),
    ],
)
def test_writing_space_fits_the_expected_answer(kind: str, fields: dict[str, object], lines: int) -> None:
    item = make_item(kind, **fields)
    assert writing_lines(item) == lines
    assert show(item, View.PAPER).count('class="writing-line"') == lines


@pytest.mark.parametrize(
    ("options", "columns"),
    [
        (["12", "24", "36", "48"], 4),
        (["12", "24"], 2),
        (["no more than twenty", "none"], 2),
        (["an option that takes more than half a line of the page", "none"], 1),
        (["`a`\n\n`b`", "c"], 1),
    ],
)
def test_short_options_stand_side_by_side(options: list[str], columns: int) -> None:
    records = [{"text": options[0], "key": True}, *({"text": text} for text in options[1:])]
    assert f"options-{columns}" in show(make_item("choice", options=records), View.PAPER)


def test_all_problems_of_an_item_are_named_at_once() -> None:
    item = make_item("choice", stem="{{ given.x }}", rationale="![a](b.svg)")
    with pytest.raises(MarkupError) as caught:
        show(item, View.PAPER)
    assert [problem.rule for problem in caught.value.problems] == ["MK02", "MK01"]


def test_values_that_go_together_are_named_by_their_key() -> None:
    quarter = {"label": "Q3 2024", "from": "2024-07-01"}
    item = make_item(
        "choice", stem="In {{ given.quarter.label }}: `{{ given.quarter.from }}`", given={"quarter": quarter}
    )
    html = show(item, View.PAPER)
    assert "In Q3 2024: <code>2024-07-01</code>" in html


def test_what_is_left_to_compute_is_told_even_in_a_listing() -> None:
    item = make_item("choice", stem="```sql\nSELECT {{ values.total }}, {{ jinja }}\n```")
    with pytest.raises(MarkupError) as caught:
        show(item, View.PAPER)
    assert [problem.message.split(";")[0] for problem in caught.value.problems] == ["there is no value 'values.total'"]


def test_a_computed_number_is_not_shown_before_it_is_computed() -> None:
    for changes in (
        {"value": None, "compute": {"sql": "SELECT 1"}},
        {"errors": [{"compute": {"python": "f"}, "misconception": "M-x", "feedback": "No."}]},
    ):
        with pytest.raises(ValueError, match="realise it before"):
            show(make_item("numeric", **changes), View.KEY)


def test_texts_cannot_smuggle_markup() -> None:
    attack = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    options = [{"text": attack, "key": True, "feedback": attack}, {"text": '"><b>', "misconception": "M-x"}]
    item = make_item("choice", stem=attack, rationale=attack, options=options)
    for view in View:
        html = show(item, view)
        assert "<script" not in html
        assert "<img" not in html


def test_blocks_stand_beside_labels_and_not_in_them() -> None:
    options = [{"text": "```sql\nSELECT 1\n```", "key": True}, {"text": "a"}]
    tree = parse(show(make_item("choice", options=options), View.PRACTICE))
    assert not [label for label in tree.iter("label") if label.find(".//pre") is not None]
    described = {element.get("aria-describedby") for element in tree.iter("input")}
    assert described == {"q1-A-text", None}


def test_a_practice_page_tells_a_script_what_is_right() -> None:
    tree = parse(show(make_item("choice"), View.PRACTICE, (1, 0, 2, 3)))
    inputs = list(tree.iter("input"))
    assert [(element.get("value"), element.get("data-key")) for element in inputs] == [
        ("1", "false"), ("0", "true"), ("2", "false"), ("3", "false"),
    ]  # fmt: skip
    feedback = [element for element in tree.iter("div") if element.get("class") == "practice-feedback"]
    assert [element.get("data-for") for element in feedback] == ["1", "0", "2", "3"]
    assert all("hidden" in element.attrib for element in feedback)


def test_gaps_of_a_listing_can_be_typed_into() -> None:
    tree = parse(show(make_item("cloze"), View.PRACTICE))
    gaps = [(element.get("aria-label"), element.get("data-key")) for element in tree.iter("input")]
    assert gaps == [("Gap 1", '["GROUP BY"]'), ("Gap 2", '["HAVING", "having"]')]


def test_gaps_do_not_tell_the_length_of_their_answers() -> None:
    blanks = [{"answer": "a"}, {"answer": "a much longer answer"}]
    html = show(make_item("cloze", stem="[[1]] and [[2]]", blanks=blanks), View.PAPER)
    assert html.count("gap-80") == 2


@pytest.mark.parametrize("gap", [0, 3])
def test_a_gap_without_a_blank_is_a_problem(gap: int) -> None:
    with pytest.raises(MarkupError, match=rf"the gap \[\[{gap}\]\] has no blank"):
        show(make_item("cloze", stem=f"[[1]] [[2]] [[{gap}]]"), View.PAPER)
