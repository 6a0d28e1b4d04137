"""Rubrics in every layout, and the words that items and rubrics are made with."""

from __future__ import annotations

import re
from pathlib import Path

import html5lib
import pytest

from builders.course import languages, read_words
from builders.course.items import ItemCriterion
from builders.course.tasks import PerformanceTask
from builders.markup import Context, Layout, MarkupError, rubric_html
from builders.markup.templates import FOLDER
from builders.markup.text import ROLE_WRITERS
from tests.markup.markup_items import CRITERIA, LEVELS

ENGLISH = read_words("en")
CONTEXT = Context(Path(__file__).parent, prefix="pt-")
TASK = PerformanceTask.model_validate(
    {
        "id": "PT04",
        "title": "An insight brief",
        "objectives": {"A1": 70, "E2": 30},
        "minutes": 90,
        "output": "One page",
        "source": "L05.2",
        "prompt": "Write a brief.",
        "criteria": [
            {"id": "query", "title": "The *query*", "objective": "A1", "weight": 70, "levels": LEVELS},
            {"id": "claim", "title": "The claim", "objective": "E2", "weight": 30, "levels": LEVELS},
        ],
    }
)


def cells(html: str) -> list[list[str]]:
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parseFragment(html)
    return [[" ".join("".join(cell.itertext()).split()) for cell in row] for row in tree.iter("tr")]


def test_analytic_rubric_has_a_row_a_criterion_and_a_column_a_level() -> None:
    rows = cells(rubric_html(TASK, ENGLISH, CONTEXT))
    assert rows[0] == ["Criterion", "4 Exceeds", "3 Meets", "2 Approaches", "1 Begins", "0 No evidence"]
    assert [row[0] for row in rows[1:]] == ["The query 70 % A1", "The claim 30 % E2"]
    assert rows[2][2] == "Names the rule and its reason. 22.5 %"


def test_criteria_of_an_item_score_points() -> None:
    criteria = [ItemCriterion.model_validate(criterion) for criterion in CRITERIA]
    rows = cells(rubric_html(criteria, ENGLISH, CONTEXT, caption="Question 4"))
    assert [cell.rsplit(". ")[-1] for cell in rows[1][1:]] == [
        "4 points",
        "3 points",
        "2 points",
        "1 point",
        "0 points",
    ]
    assert "Question 4" in rubric_html(criteria, ENGLISH, CONTEXT, caption="Question 4")


def test_single_point_sheet_states_the_standard_between_two_spaces() -> None:
    rows = cells(rubric_html(TASK, ENGLISH, CONTEXT, Layout.SINGLE_POINT))
    assert rows[1] == ["", "The query 70 % A1 Names the rule and its reason.", ""]


def test_holistic_rubric_describes_each_level_as_a_whole() -> None:
    rows = cells(rubric_html(TASK, ENGLISH, CONTEXT, Layout.HOLISTIC))
    assert [row[0] for row in rows[1:]] == ["4 Exceeds", "3 Meets", "2 Approaches", "1 Begins", "0 No evidence"]
    assert rows[3][1] == "The query: Names the rule only. The claim: Names the rule only."


@pytest.mark.parametrize("layout", Layout)
@pytest.mark.parametrize("language", languages())
def test_headers_have_scopes_and_tables_have_names(layout: Layout, language: str) -> None:
    html = rubric_html(TASK, read_words(language), CONTEXT, layout)
    assert html.count("<th") - html.count("<thead") == html.count("scope=")
    assert "<caption>" in html
    assert html == rubric_html(TASK, read_words(language), CONTEXT, layout)


def test_texts_that_cannot_be_rendered_are_all_named() -> None:
    task = TASK.model_copy(update={"criteria": (TASK.criteria[0].model_copy(update={"title": "{{ facts.a.b }}"}),) * 2})
    with pytest.raises(MarkupError) as caught:
        rubric_html(task, ENGLISH, CONTEXT)
    assert [problem.rule for problem in caught.value.problems] == ["MK02", "MK02"]


@pytest.mark.parametrize("name", ["items", "rubrics"])
def test_languages_have_the_same_words_with_the_same_blanks(name: str) -> None:
    catalogues = {language: read_words(language).entries for language in languages()}
    blanks = {
        language: {
            key: sorted(set(re.findall(r"\{(\w+)\}", str(entry))))
            for key, entry in entries.items()
            if key.startswith(f"{name}.")
        }
        for language, entries in catalogues.items()
    }
    assert all(own == blanks["en"] for own in blanks.values())


def test_every_word_is_used() -> None:
    folder = Path(__file__).parents[2] / "builders"
    sources = [*FOLDER.glob("*.html"), *folder.glob("markup/*.py"), *folder.glob("exams/*.py")]
    text = "".join(path.read_text("utf-8") for path in sources)
    computed = {"remember", "understand", "apply", "analyze", "evaluate", "create", *(f"level-{n}" for n in range(5))}
    names = {key.split(".")[1] for key in ENGLISH.entries if key.startswith(("items.", "rubrics."))}
    assert {name for name in names if f'"{name}"' not in text and f'.{name}"' not in text} == computed


def test_roles_are_the_documented_ones() -> None:
    assert sorted(ROLE_WRITERS) == ["fact", "math", "sub", "sup", "term"]
