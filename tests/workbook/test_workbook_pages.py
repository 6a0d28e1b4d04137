"""What the pages say: everything the course says, where the page numbers say it is."""

from __future__ import annotations

import re

import pytest

from tests.workbook.conftest import Books
from tests.workbook.judges import squeezed

SHOWN = """
NORTHTAB SOUTHTAB DROPPED CARDED HINTWORDS LEARNERCELL LEARNERREASON LEARNERWAY PRACTICESTEM PRACTICEREASON TASKPROMPT
""".split()
WORDS = (
    "Rise & fall",
    "The sea in a day",
    "Figure 1.1.1",
    "Exercise 1.2.5",
    "1.5 points",
    "90.5 min",
    "Read a tide table",
    "Apply (level 3 of 6)",
    "Only the first annex leads here.",
    "An own note with emphasis.",
    "https://example.org/tides/a-long-address",
    "Version 3.0",
    "Released 2025-06-21",
    "CC BY 4.0",
    "Found a mistake? Tell the harbour office.",
    "Ships",
    "Come home dry",
    "see moon",
)


def test_the_student_book_is_whole(tides: Books) -> None:
    text = squeezed("".join(tides.texts()))
    for word in (*SHOWN, *WORDS):
        assert squeezed(word) in text, word


def folio(text: str) -> str:
    """Return the page number that a page bears."""
    found = re.findall(r"^(\d+[a-z]?)$", text, re.MULTILINE)
    return str(found[-1]) if found else ""


def page_called(books: Books, name: str, edition: str = "student") -> str:
    """Return the text of the page that bears a number."""
    return next(text for text in books.texts(edition) if folio(text) == name)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        (r"the\s+harbour\s+page\s+\(page\s(\d+)\)", "Harbour numbers"),
        (r"second\s+annex\s+\(page\s(\d+)\)", "Only the first annex leads here."),
        (r"Figure\s+1\.1\.1\s+\(page\s(\d+)\)", "The sea in a day"),
        (r"as\s+Exercise 1\.2\.1\s+\(page\s(\d+)\)", "Why does the sea rise?"),
        (r"Hint\s+\(page\s(\d+)\)", "HINTWORDS"),
        (r"Hint for exercise 1\.2\.1\s+\(page\s(\d+)\)", "Why does the sea rise?"),
        (r"Answer\s+\(page\s(\d+)\)", "LEARNERREASON"),
        (r"Exercise 2\.1\.1\s+\(page\s(\d+)\)", "Mark the way out."),
        (r"First\s+used\s+\(page\s(\d+)\)", "Twice a day the ebb"),
        (r"stand from page (\d+) on\. The line", "LEARNERWAY"),
        (r"Second annex\s+(\d+)\s", "Only the first annex leads here."),
        (r"1\.2\s+Tables\s+(?:45 min\s+)?(\d+)\s", "Why does the sea rise?"),
    ],
)
def test_page_references_are_right(tides: Books, link: str, target: str) -> None:
    match = re.search(link, "\n".join(tides.texts()))
    assert match, link
    assert squeezed(target) in squeezed(page_called(tides, match[1]))


def test_what_the_book_does_not_hold_is_no_link(tides: Books) -> None:
    text = " ".join("\n".join(tides.texts()).split())
    assert "the counts on the coverage page." in text


def test_a_page_that_is_not_printed_is_named_as_one_of_the_site(tides: Books) -> None:
    for edition in ("student", "instructor"):
        text = " ".join("\n".join(tides.texts(edition)).split())
        assert "Gauges are in the long list (on the course site)." in text
        assert "LONGLIST" not in text


def test_a_section_that_is_left_to_the_site_is_not_printed(tides: Books) -> None:
    text = "\n".join(tides.texts())
    assert "SITEONLY" not in text
    assert "Tide tables in full" not in text
    assert "EXCERPT" in text


def test_short_appendices_share_a_page(tides: Books) -> None:
    together = [text for text in tides.texts() if "Only the first annex leads here." in text]
    assert [("Harbour numbers" in text, "EXCERPT" in text) for text in together] == [(True, True)]


def test_a_page_that_only_a_note_names_is_in_no_book(tides: Books) -> None:
    for edition in ("student", "instructor"):
        assert "STAFFPAGE" not in "".join(tides.texts(edition))


def test_modules_open_on_right_hand_pages(tides: Books) -> None:
    pages = [folio(text) for text in tides.texts() if re.match(r"\s*Module \d\n", text)]
    assert len(pages) == 2
    assert all(int(page) % 2 for page in pages)


def test_no_heading_stands_over_nothing(tides: Books) -> None:
    assert "For the instructor" not in "".join(tides.texts())


def test_summary_is_named_once_where_its_heading_names_it(tiny: Books) -> None:
    assert "".join(tiny.texts()).count("Zusammenfassung") == 1


@pytest.mark.parametrize("paper", ["a4", "letter"])
def test_both_editions_have_the_same_pages(tides: Books, paper: str) -> None:
    """Every line of a student page is on the instructor page of the same number, lines of its rooms apart."""
    student = [text for text in tides.texts("student", paper) if text.strip()]
    instructor = {folio(text): text for text in tides.texts("instructor", paper)}
    for text in student[4:]:
        there = squeezed(instructor[folio(text)])
        for line in text.splitlines():
            assert squeezed(line) in there, (folio(text), line)


def test_answers_stand_in_their_rooms_or_on_leaves(tides: Books) -> None:
    pages = {folio(text): text for text in tides.texts("instructor")}
    room = next(name for name, text in pages.items() if "When is the next high water?" in text)
    assert "INSTRUCTORFITS" in pages[room]
    pointer = re.search(r"Answer on page (\d+[a-z])", pages[room])
    assert pointer
    assert "INSTRUCTORLONG" in pages[pointer[1]]
    table = next(text for text in pages.values() if "INCELLONE" in text)
    assert all(word in table for word in ("INCELLTWO", "INCELLTHREE"))
    assert "LEARNERCELL" in next(text for name, text in pages.items() if "A table with reasons" in text)
    both = next(text for text in pages.values() if "A table with reasons" in text)
    assert "INSTRUCTORTOO" in pages[re.findall(r"Answer on page (\d+[a-z])", both)[-1]]
    log = next(text for text in pages.values() if "Write the log of a day." in text)
    assert "INSTRUCTORLOG" in log


def test_notes_stand_on_leaves_after_their_page(tides: Books) -> None:
    pages = {folio(text): text for text in tides.texts("instructor")}
    middle = next(name for name, text in pages.items() if "INSTRUCTORMIDDLE" in text)
    assert middle.endswith("a")
    assert "The sea in a day" in pages[middle[:-1]]
    assert "Figure 1.1.1 (page " + middle[:-1] in " ".join(pages[middle].replace("\xa0", " ").split())


def test_every_page_of_the_instructor_edition_says_so(tides: Books) -> None:
    texts = tides.texts("instructor")
    assert all("Instructor edition" in text for text in texts if text.strip())
    assert not any("Instructor edition" in text for text in tides.texts())


def test_parts_of_a_question_hang_from_their_letters(tides: Books) -> None:
    page = next(text for text in tides.layouts() if "Hanging words" in text)
    lines = [line for line in page.splitlines() if line.strip()]
    hanging = next(n for n, line in enumerate(lines) if "(a) " in line)
    assert indent(lines[hanging + 1]) == lines[hanging].index("Hanging")
    plain = next(n for n, line in enumerate(lines) if "(b) One thing" in line)
    assert indent(lines[plain + 1]) == indent(lines[plain])


def indent(line: str) -> int:
    """Return the spaces before the first word of a line."""
    return len(line) - len(line.lstrip())


def test_a_key_stands_on_the_line_of_its_reason(tides: Books) -> None:
    assert any(re.search(r"Practice 1\.\d\.\d \(page \d+\)\n+[A-C] PRACTICEREASON", text) for text in tides.texts())


def test_other_names_of_terms_lead_to_them(tides: Books) -> None:
    index = " ".join(tides.texts()[-1].split())
    assert "rising water, see flood" in index
    assert not re.search("flood tide|waters|floods", index)
    assert re.search(r"spring, see also moon neap, \d", index)
    glossary = next(" ".join(text.split()) for text in tides.texts() if "Also: flood tide" in " ".join(text.split()))
    assert "Also: flood tide, rising water." in glossary
