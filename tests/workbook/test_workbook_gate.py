"""The gate finds what it is there for: each test spoils one thing in a sound book."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from builders.book.context import INSTRUCTOR, STUDENT
from builders.book.workbook.book import Job, print_book
from builders.book.workbook.build import load_manuscript
from builders.book.workbook.editions import edition_of
from builders.book.workbook.gate import (
    CHECKS,
    Proof,
    check_answers,
    check_edges,
    check_folios,
    check_ink,
    check_marks,
    check_page_numbers,
    check_pictures,
    check_references,
    check_same_pages,
    ends_in,
    is_end,
    make_proof,
    names_page,
    squeeze,
    to_problem,
)
from builders.book.workbook.records import Manuscript
from builders.book.workbook.setting import Setting, term_anchor
from builders.course import Place, Severity, read_course, read_words
from builders.pdf import Beyond, Finding, PageLink, Paper, Spot
from tests.workbook.conftest import Books

Check = Callable[[Proof], Iterator[Finding]]


def proof_of(books: Books, edition: str) -> Proof:
    cache = books.root / ".cache" / "book"
    manuscripts = {
        name: load_manuscript((cache / name / "manuscript.pickle").read_bytes()) for name in (STUDENT, INSTRUCTOR)
    }
    course = read_course(books.root).course
    assert course is not None
    setting = Setting(course, read_words("en"), edition_of(edition), Paper.A4)
    job = Job(manuscripts, setting)
    return make_proof(print_book(job), job.chosen, setting)


@pytest.fixture(scope="module")
def student(tides: Books) -> Proof:
    return proof_of(tides, STUDENT)


@pytest.fixture(scope="module")
def instructor(tides: Books) -> Proof:
    return proof_of(tides, INSTRUCTOR)


def without(proof: Proof, words: str, instead: str = "") -> Proof:
    """Return a proof of a book in which some words are gone."""
    assert any(squeeze(words) in text for text in proof.texts)
    return replace(proof, texts=tuple(text.replace(squeeze(words), squeeze(instead)) for text in proof.texts))


def messages(check: Check, proof: Proof) -> list[str]:
    return [finding.message for finding in check(proof)]


def test_a_sound_book_passes(student: Proof, instructor: Proof) -> None:
    for check in CHECKS:
        assert messages(check, student) == []
        assert messages(check, instructor) == []


@pytest.mark.parametrize("words", ["Text of all kinds", "A drawing", "The sea in a day", "Tide log"])
def test_lost_words_are_found(student: Proof, words: str) -> None:
    found = messages(check_marks, without(student, words))
    assert (len(found) == 1) == (words != "Tide log")  # the task's title comes from its record, not from the lesson


def test_wrong_page_numbers_are_found(student: Proof) -> None:
    links = list(student.links)
    place = next(n for n, link in enumerate(links) if link.words.startswith("harbour page (page "))
    assert squeeze(links[place].shown) == squeeze(links[place].words)
    links[place] = replace(links[place], shown="harbour page (page 3)")
    assert len(messages(check_page_numbers, replace(student, links=tuple(links)))) == 1


@pytest.mark.parametrize("place", ["front", "index", "l01-1"])
def test_links_that_lead_to_another_page_are_found(student: Proof, place: str) -> None:
    """In contents, index and text."""
    order = student.book.order
    moved = [
        replace(link, target=link.target - 1) if order[link.page].part == place else link for link in student.links
    ]
    pairs = zip(student.links, moved, strict=True)
    paged = sum(before != after and bool(re.search(r"\d", after.words)) for before, after in pairs)
    assert paged
    assert len(messages(check_page_numbers, replace(student, links=tuple(moved)))) == paged


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("Question 4 197", "197"),
        ("Changes from v1 to v2 431", "431"),
        ("harbour (page 19\u00ad7)", "197"),
        ("sign-ups 5\u201012", "5-12"),
        ("viii", "viii"),
    ],
)
def test_page_numbers_are_read_beside_other_figures(words: str, label: str) -> None:
    assert names_page(words, label)


@pytest.mark.parametrize(("words", "label"), [("Question 4 197", "97"), ("version 2 431", "432"), ("p95", "505")])
def test_other_figures_are_no_page_numbers(words: str, label: str) -> None:
    assert not names_page(words, label)


def test_terms_with_figures_print_no_page(student: Proof) -> None:
    entry = student.setting.glossary[0]
    term = PageLink(0, len(student.texts) - 1, term_anchor(entry), "p95", "p95 ")
    assert messages(check_page_numbers, replace(student, links=(term,))) == []
    assert len(messages(check_page_numbers, replace(student, links=(replace(term, name="elsewhere"),)))) == 1


def test_lost_references_are_found(student: Proof) -> None:
    links = tuple(link for link in student.links if not link.words.startswith("harbour page"))
    assert len(links) < len(student.links)
    assert len(messages(check_references, replace(student, links=links))) == 1


def test_wrong_numbers_of_pages_are_found(student: Proof) -> None:
    texts = list(student.texts)
    texts[6], texts[8] = texts[8], texts[6]
    assert len(messages(check_folios, replace(student, texts=tuple(texts)))) == 2


def test_needless_blank_pages_are_found(student: Proof) -> None:
    blank = [place for place, page in enumerate(student.book.order) if not page.part]
    assert blank  # before a module
    wordy = [place for place, drawing in enumerate(student.drawings) if not drawing.shapes]
    assert set(blank) <= set(wordy)
    texts = list(student.texts)
    place = next(place for place in wordy if place not in blank and place > 4)
    texts[place] = student.book.order[place].label.text
    assert [finding.page for finding in check_ink(replace(student, texts=tuple(texts)))] == [place + 1]


def test_what_is_not_wholly_on_the_sheet_is_found(student: Proof) -> None:
    drawings = list(student.drawings)
    drawings[6] = replace(drawings[6], beyond=(Beyond("a line or box", "left", 17.0),))
    (finding,) = check_edges(replace(student, drawings=tuple(drawings)))
    assert finding.message.startswith("a line or box reaches 6.0 mm over the left edge")
    assert finding.page == 7
    assert finding.element in {chapter.id for chapter in student.chapters}


def test_pictures_are_told_of_as_their_source_says(student: Proof, instructor: Proof) -> None:
    for proof in (student, instructor):
        figures = list(proof.inspected.figures)
        place = next(n for n, one in enumerate(figures) if one.words == "A line that rises and falls like the sea.")
        for words in ("", "A line.", "A dark square"):
            figures[place] = replace(figures[place], words=words)
            spoilt = replace(proof, inspected=replace(proof.inspected, figures=tuple(figures)))
            assert [finding.element for finding in check_pictures(spoilt)] == ["l01-1--fig-sea"], words


def test_a_heading_with_nothing_below_it_is_the_end_only_where_the_source_ends(student: Proof) -> None:
    last = Finding("pdf-stranded", "the h2 is the last thing on its page", 3, "l02-1")
    assert not is_end(last, student)
    planned = [replace(one, html='<div class="anchor" id="l02-1--sand"></div>') for one in student.chapters]
    bare = replace(student, manuscripts={STUDENT: Manuscript(tuple(planned))})
    assert is_end(last, bare)
    assert not is_end(replace(last, element="l02-1--on-the-beach"), bare)
    assert not is_end(replace(last, rule="pdf-split"), bare)


def test_lost_answers_and_notes_are_found(instructor: Proof) -> None:
    assert "X01.2-2" in messages(check_answers, without(instructor, "INSTRUCTORFITS"))[0]
    assert "X01.2-3" in messages(check_answers, without(instructor, "INCELLTWO"))[0]
    assert "Timing" in messages(check_answers, without(instructor, "INSTRUCTORTIMING"))[0]


def test_an_answer_may_go_over_the_page() -> None:
    answer = "<p>A model answer:</p>\n<p>Revenue is counted twice, since users repeat each invoice.</p>"
    assert ends_in(
        answer,
        squeeze("Exercise 1 A model answer: 17 5.2 Joins Revenue is counted twice, since users repeat each invoice."),
    )
    assert not ends_in(answer, squeeze("Exercise 1 A model answer: 17 5.2 Joins Revenue is counted twice"))


def test_moved_pages_are_found(instructor: Proof) -> None:
    plain = dict(instructor.book.plain)
    name = next(iter(plain))
    plain[name] = Spot(plain[name].page + 1, 0, 0)
    assert len(messages(check_same_pages, replace(instructor, book=replace(instructor.book, plain=plain)))) == 1


def test_findings_name_the_lesson_and_fail_the_build(student: Proof) -> None:
    places = {"l01-2--x01-2-1": Place("source/x.md", 7)}
    finding = Finding("pdf-split", "a box", 3, "l01-2--x01-2-1--ref-4", Severity.WARNING)
    problem = to_problem(finding, places, student.setting)
    assert str(problem).startswith("source/x.md:7: workbook, student, a4: page 3")
    assert problem.severity is Severity.ERROR
