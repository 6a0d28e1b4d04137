"""The small pure functions a book is made with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from sphinx import addnodes

from builders.book.workbook.addresses import Addresses, join_id
from builders.book.workbook.answers import cell_answer, own_ids
from builders.book.workbook.assembly import caption_lists, first_sentence, rating_height, split_title
from builders.book.workbook.builder import in_reading_order
from builders.book.workbook.furniture import shift_of
from builders.book.workbook.gate import whole_links
from builders.book.workbook.indexing import collect, spans
from builders.book.workbook.leaves import note_anchor
from builders.book.workbook.mentions import mark_mentions, term_names
from builders.book.workbook.printing import body_document, quoted
from builders.book.workbook.records import (
    BlankTable,
    Caption,
    CaptionKind,
    Chapter,
    ChapterKind,
    FilledTable,
    IndexEntry,
    Manuscript,
    Note,
)
from builders.book.workbook.references import apart, find_references, slotted
from builders.book.workbook.setting import Setting
from builders.book.workbook.spaces import cell_height, column_shares, fill_slots, slot, space_height, space_html
from builders.book.workbook.writers.inline import index_paths
from builders.pdf import PageLink, Press

ADDRESSES = Addresses({"a/b": "l01-1"}, {"glossary": "glossary", "objectives": "about-course"})


@pytest.mark.parametrize(
    ("address", "target"),
    [
        ("doc:a/b", "l01-1"),
        ("doc:a/b#key-idea", "l01-1--key-idea"),
        ("doc:glossary#term-ebb", "term-ebb"),
        ("doc:glossary", "glossary"),
        ("doc:objectives#objective-w1", "objective-w1"),
        ("doc:objectives#objectives", "about-course"),
        ("doc:coverage", None),
    ],
)
def test_addresses(address: str, target: str | None) -> None:
    assert ADDRESSES.find(address) == target


def test_appendices_stand_as_in_the_contents_of_the_site() -> None:
    children = {"index": ["b/index", "a"], "b/index": ["b/two", "b/one"]}
    found = in_reading_order(["orphan", "a", "b/one", "b/two", "another", "b/index"], "index", children)
    assert found == ["b/index", "b/two", "b/one", "a", "orphan", "another"]


def test_pages_of_the_site_alone_are_known() -> None:
    addresses = replace(ADDRESSES, on_site=("long-list",))
    assert addresses.is_on_site("doc:long-list#entry")
    assert not addresses.is_on_site("doc:coverage")


@pytest.mark.parametrize(
    ("caption", "listed"),
    [
        ("Five steps. Each step up needs time.", "Five steps"),
        ("Labels, approx. 3 per page", "Labels, approx. 3 per page"),
        ("Which one? The first.", "Which one?"),
        ("My radar, on (date):", "My radar, on (date):"),
    ],
)
def test_lists_of_captions_have_their_first_sentences(caption: str, listed: str) -> None:
    assert first_sentence(caption) == listed


def test_lists_of_captions_leave_out_appendices() -> None:
    captions = (Caption(CaptionKind.TABLE, "t", "1", "One."),)
    chapters = (Chapter("a", kind, "a", "1", "A", "", captions=captions) for kind in ChapterKind)
    lists = dict(caption_lists(Manuscript(tuple(chapters))))
    assert [caption.title for caption in lists["list-table"]] == ["One", "One"]


def test_ids_need_no_escaping() -> None:
    assert join_id("l01-1", "Über dies & das", "") == "l01-1--Über-dies-das"


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Tides", ("Tides", "")),
        ("Tides: a guide", ("Tides", "A guide")),
        ("Tides: one: two", ("Tides", "One: two")),
    ],
)
def test_titles_have_a_subtitle_after_the_colon(title: str, parts: tuple[str, str]) -> None:
    assert split_title(title) == parts


LINK = '<a class="ref" id="r1" href="#t">words</a>, <a class="term" href="#term-x">x</a>, <a href="#t">plain</a>'


def test_links_of_what_is_laid_out_last_bear_their_page() -> None:
    assert apart(LINK, {"t": 12}) == LINK.replace('href="#t">words', 'href="page:t" data-page="12">words')
    assert find_references(LINK) == find_references(apart(LINK, {"t": 12})) == [("r1", "t")]


def test_links_of_a_part_leave_room_for_their_page(setting: Setting) -> None:
    slot = '<span class="page-slot" data-slot="t"><span class="unseen">\u00a0(page\u00a0000)</span></span></a>'
    shown = slotted(LINK, setting, "000")
    assert f'href="page:t">words{slot}' in shown
    assert shown.endswith('href="xref:term-x">x</a>, <a href="#t">plain</a>')
    line = LINK.replace('class="ref"', 'class="ref toc"')
    assert '<span class="unseen">000</span>' in slotted(line, setting, "000")
    assert slotted('<a class="term" href="#t">tide</a>', setting, "000") == '<a class="term" href="xref:t">tide</a>'


def test_a_number_stands_close_to_its_words_or_to_the_mark_behind_it(setting: Setting) -> None:
    assert "data-begins" not in slotted(LINK, setting, "000")
    assert 'data-slot="t" data-begins>' in slotted(LINK.replace("</a>,", "</a> and", 1), setting, "000")
    line = LINK.replace('class="ref"', 'class="ref toc"').replace("</a>,", "</a>", 1)
    assert "data-begins" not in slotted(line, setting, "000")


def test_a_link_that_goes_over_the_page_prints_its_number_on_the_next() -> None:
    begun = PageLink(3, 9, "card", "the card (page 10)", "the")
    rest = replace(begun, page=4, shown="(page 10)")
    assert [link.shown for link in whole_links([begun, rest])] == ["the (page 10)", "(page 10)"]
    assert [link.shown for link in whole_links([begun])] == ["the"]


def test_left_pages_are_moved_by_what_the_binding_takes() -> None:
    assert shift_of(3) == 0
    assert shift_of(4) == pytest.approx(-6 * 72 / 25.4)


def test_pages_that_follow_each_other_are_a_range() -> None:
    pages = {"a": 3, "b": 4, "c": 4, "d": 5, "e": 9}
    assert [(span.text, span.target) for span in spans(["e", "d", "c", "b", "a"], pages)] == [("3–5", "a"), ("9", "e")]


TREATED = """
Tides
=====
At ebb tide the water falls. Six hours of ebb, then six of flood.

Nothing here.

An ebb ends slowly. Ebbing is another word.

Boats
=====
Nobody sails at ebb. The ebb takes boats away.
"""


def test_terms_are_indexed_where_a_section_treats_them(setting: Setting) -> None:
    doctree = publish_doctree(TREATED)
    mark_mentions(doctree, term_names(setting.course))
    marked = [
        (one.parent.astext()[:10], [entry[1] for entry in one["entries"]]) for one in doctree.findall(addnodes.index)
    ]
    assert marked == [("At ebb tid", ["ebb"]), ("An ebb end", ["ebb"])]


def test_index_is_sorted_as_a_dictionary() -> None:
    entries = [IndexEntry(("Zoo",), "z"), IndexEntry(("äther", "blue"), "b"), IndexEntry(("sun",), "s", "moon")]
    words = collect(entries)
    assert [word.name for word in words] == ["äther", "sun", "Zoo"]
    assert list(words[0].below) == ["blue"]
    assert (words[1].see, words[1].ids) == (["moon"], [])


@pytest.mark.parametrize(
    ("kind", "value", "paths"),
    [
        ("single", "tide; low", [(("tide", "low"), "")]),
        ("pair", "spring; neap", [(("spring", "neap"), ""), (("neap", "spring"), "")]),
        ("see", "sun; moon", [(("sun",), "moon")]),
        ("triple", "a; b; c", [(("a", "b c"), ""), (("b", "c a"), ""), (("c", "a b"), "")]),
    ],
)
def test_index_entries(kind: str, value: str, paths: list[tuple[tuple[str, ...], str]]) -> None:
    assert index_paths(kind, value) == paths


def test_rooms_are_as_high_as_asked() -> None:
    assert space_height("lines", 6) == 48
    assert space_height("dots", 62) == 60
    assert space_height("box", 62) == 62
    assert space_html("s", "lines", 4, "X1").count("<div") == 5
    assert fill_slots(space_html("s", "box", 40, "X1"), {slot("X1"): "ANSWER"}).count("ANSWER") == 1


BLANK = BlankTable(("Beach", "Safe?", "Why"), (("Long", "", ""), ("Cove", "", "")), ((0, 1), (0, 2), (1, 1), (1, 2)))


@pytest.mark.parametrize(("objectives", "height"), [(1, 60), (5, 34), (20, 18)])
def test_objectives_have_most_of_a_page_to_be_rated_on(objectives: int, height: int) -> None:
    assert rating_height(objectives) == height


def test_no_page_is_turned_between_question_and_room(setting: Setting) -> None:
    room = space_html("room", "lines", 8, "part")
    question = '<h3 class="box-label" id="question">Exercise</h3><p>One.</p><p>Two.</p>'
    html = f'<div style="height: 170mm"></div><div class="box exercise">{question}{room}</div>'
    (pdf,) = Press().render_all([body_document(html, setting, "00")], lambda ready, count: None)
    assert pdf.pages == 2
    assert pdf.anchors["question"].page == pdf.anchors["room"].page == 2


def test_empty_columns_are_wide() -> None:
    shares = column_shares(BLANK)
    assert sum(shares) == pytest.approx(1)
    assert shares[0] < shares[1] == shares[2]
    assert cell_height(BLANK) > 10


def test_an_answer_fills_the_cells_under_the_same_headings() -> None:
    other = FilledTable(
        ("Beach", "Why", "More"), (("L", "w1", "m1"), ("C", "w2", "m2")), (("L", "<b>w1</b>", "m1"),) * 2
    )
    assert cell_answer(BLANK, 0, 2, [other]) == "<b>w1</b>"
    assert cell_answer(BLANK, 0, 1, [other]) is None


def test_an_answer_laid_over_its_room_has_its_own_ids() -> None:
    html = '<p id="a">x <a class="ref" id="r" href="#a">a</a> <a href="#b">b</a></p>'
    assert own_ids(html, "in") == (
        '<p id="in--in--a">x <a class="ref" id="in--in--r" href="#in--in--a">a</a> <a href="#b">b</a></p>'
    )


@pytest.mark.parametrize(
    ("before", "anchor"),
    [(("hidden", "one", "c"), "one"), (("hidden", "two", "one"), "c--end"), ((), "c")],
)
def test_a_note_follows_what_learners_see_too(before: tuple[str, ...], anchor: str) -> None:
    chapter = Chapter("d", ChapterKind.LESSON, "c", "1.1", "T", "", order=("c", "one", "two"))
    assert note_anchor(Note("n", before, "Label", "", ""), chapter) == anchor


def test_words_are_safe_in_styles() -> None:
    assert quoted('a "b" \\') == '"a \\22 b\\22  \\5c "'


def test_an_unknown_node_is_reported_and_not_lost_in_silence() -> None:
    from builders.book.workbook.writing import WRITERS

    class novelty(nodes.General, nodes.Element):
        pass

    assert not [kind for kind in novelty.__mro__ if kind in WRITERS]
