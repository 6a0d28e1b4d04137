"""One item of each kind, small and complete."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from builders.course.items import Item

PARSER: TypeAdapter[Item] = TypeAdapter(Item)
LEVELS = {
    4: "Names the rule, its reason and a case where it fails.",
    3: "Names the rule and its reason.",
    2: "Names the rule only.",
    1: "Names a rule that does not apply.",
    0: "Nothing to judge.",
}
BASE: dict[str, Any] = {
    "objective": "A1",
    "facets": ["time-window"],
    "topic": "T04",
    "points": 2,
    "minutes": 3,
    "difficulty": 0.6,
    "rationale": "The interval is half-open: it holds its start and not its end.",
}


def make_item(kind: str, **fields: Any) -> Item:
    """Return an item of a kind; ``fields`` replace those of the sample."""
    return PARSER.validate_python({**BASE, "id": f"A1-{kind}", "kind": kind, **SAMPLES[kind], **fields})


CRITERIA = [
    {"id": "evidence", "title": "Evidence", "points": 4, "levels": LEVELS},
    {"id": "reasoning", "title": "Reasoning", "points": 2, "levels": LEVELS},
]

SAMPLES: dict[str, dict[str, Any]] = {
    "choice": {
        "stem": "Which condition counts the sign-ups of March 2025, each exactly once?\n\n"
        "| signup_id | created_at |\n|---|---|\n| 1 | 2025-03-01 00:00:00 |\n| 2 | 2025-03-31 23:59:59 |\n",
        "options": [
            {
                "text": "`created_at >= '2025-03-01' AND created_at < '2025-04-01'`",
                "key": True,
                "feedback": "It holds the first instant of March and not that of April.",
            },
            {
                "text": "`created_at BETWEEN '2025-03-01' AND '2025-03-31'`",
                "misconception": "M-between-end",
                "feedback": "It ends at midnight, before the last day begins.",
            },
            {
                "text": "`created_at BETWEEN '2025-03-01' AND '2025-04-01'`",
                "misconception": "M-between-both",
                "feedback": "It counts the first instant of April too.",
            },
            {
                "text": "None of these",
                "pin": True,
                "misconception": "M-none",
                "feedback": "One of them is right.",
            },
        ],
    },
    "multiple-response": {
        "stem": "Which of these queries can return more rows than `orders` has?",
        "options": [
            {"text": "A join to `order_lines`", "key": True, "feedback": "An order has many lines."},
            {"text": "A join to `merchants`", "misconception": "M-fanout", "feedback": "An order has one merchant."},
            {"text": "A cross join", "key": True, "feedback": "Every pair is a row."},
        ],
    },
    "true-false": {
        "stem": "A primary key may hold `NULL`.",
        "answer": False,
        "misconception": "M-null-key",
        "feedback": "A key identifies a row; an unknown value identifies nothing.",
    },
    "matching": {
        "stem": "Match each clause with what it does.",
        "pairs": [
            {"left": "`WHERE`", "right": "keeps rows"},
            {"left": "`GROUP BY`", "right": "makes groups", "feedback": "One row a group comes out."},
            {"left": "`HAVING`", "right": "keeps groups"},
        ],
        "extra": [{"right": "sorts rows", "misconception": "M-order", "feedback": "That is `ORDER BY`."}],
    },
    "ordering": {
        "stem": "In which order does a database evaluate these clauses?",
        "sequence": ["`FROM`", "`WHERE`", "`GROUP BY`", "`SELECT`"],
        "misconception": "M-written-order",
        "feedback": "The order of evaluation is not that of writing.",
    },
    "numeric": {
        "stem": "A table of 40 orders is joined to 120 lines, three for each order. How many rows come out?",
        "value": 120,
        "tolerance": 0.5,
        "unit": "rows",
        "errors": [{"value": 40, "misconception": "M-fanout", "feedback": "Each order comes out three times."}],
    },
    "cloze": {
        "stem": "Complete the query.\n\n"
        "```sql\nSELECT plan, count(*)\nFROM merchants\n[[1]] plan\n[[2]] count(*) > 5\n```\n",
        "blanks": [
            {"answer": "GROUP BY", "feedback": "One row a plan."},
            {"answer": "HAVING", "accept": ["having"]},
        ],
    },
    "sql": {
        "stem": "Write a query that counts the merchants of each plan in {{ given.quarter }}.",
        "given": {"quarter": "2025-Q1"},
        "dataset": "larkpost",
        "key_sql": "SELECT plan, count(*) AS merchants\nFROM merchants\nWHERE quarter = '2025-Q1'\nGROUP BY plan;",
        "mutants": [
            {"misconception": "M-fanout", "sql": "SELECT count(*) FROM merchants;", "feedback": "It makes one group."}
        ],
        "scoring": [{"points": 1, "text": "Groups by `plan`"}, {"points": 1, "text": "Counts rows"}],
    },
    "python": {
        "stem": "Complete the function.",
        "starter": "def median(values: list[float]) -> float:\n    ...",
        "solution": "def median(values: list[float]) -> float:\n    return sorted(values)[len(values) // 2]",
        "tests": "assert median([3, 1, 2]) == 2",
        "scoring": [{"points": 2, "text": "Sorts, then takes the middle"}],
    },
    "short-answer": {
        "stem": "Explain why the rate is $\\frac{a}{b}$ and not $\\frac{b}{a}$.",
        "model": "The rate counts those who did among all who could: the part stands above, the whole below. " * 2,
        "scoring": [{"points": 1, "text": "Names part and whole"}, {"points": 1, "text": "Says which is above"}],
    },
    "essay": {
        "stem": "Judge the proposal.",
        "points": 6,
        "model": "It fits the load of today.\n\nIt does not fit that of next year.",
        "criteria": CRITERIA,
        "lines": 12,
    },
    "task": {"stem": "Sketch a plan.", "points": 6, "model": "Three steps.", "criteria": CRITERIA, "lines": 10},
    "case": {
        "stem": "Read the report, then answer.",
        "points": 6,
        "stimulus": "Larkpost lost **12 %** of its parcels' scans on Monday.\n\n"
        "- The queue was full.\n- Nobody was told.",
        "parts": [
            {
                "id": "a",
                "kind": "choice",
                "points": 1,
                "stem": "What failed first?",
                "options": [
                    {"text": "The queue", "key": True},
                    {"text": "The scanner", "misconception": "M-blame", "feedback": "It worked."},
                    {"text": "The people", "misconception": "M-blame", "feedback": "They were not told."},
                ],
            },
            {
                "id": "b",
                "kind": "numeric",
                "points": 1,
                "stem": "How many scans of 500 were lost?",
                "value": 60,
                "unit": "scans",
            },
            {
                "id": "c",
                "kind": "short-answer",
                "points": 2,
                "stem": "Why did nobody know?",
                "model": "No alarm watched the queue.",
                "scoring": [{"points": 2, "text": "Names the missing alarm"}],
                "rationale": "An alarm on the queue's length would have told them.",
            },
            {
                "id": "d",
                "kind": "essay",
                "points": 2,
                "stem": "Judge the plan to double the queue.",
                "model": "It buys time and hides the cause.",
                "criteria": [{"id": "evidence", "title": "Evidence", "points": 2, "levels": LEVELS}],
            },
        ],
    },
}
KINDS = tuple(SAMPLES)
