"""The manual of rules, as text for a terminal and as a page: made from the rules' docstrings, never written by hand."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Mapping

from builders.checks.rules import DATA_RULES, OUTPUT_RULES, RULES, Rule

SUBJECTS: Mapping[str, str] = {
    "OB": "Objectives: shape",
    "OBJ": "Objectives: verbs, parts, topics",
    "MC": "Stems and options",
    "NU": "Numbers to find",
    "CZ": "Gaps to fill",
    "SR": "Answers to write",
    "IT": "Status of items",
    "VA": "Values in items",
    "CQ": "Queries, listings, computed items",
    "FM": "Forms of an exam",
    "BP": "Blueprints",
    "RB": "Rubrics and samples",
    "LS": "Lessons",
    "SC": "Scope",
    "AX": "Access for everybody",
    "GL": "Glossary",
    "CD": "Flashcards",
    "LB": "Labs",
    "DS": "Datasets",
    "FA": "Facts",
    "ID": "Ids",
    "REF": "References",
    "COV": "Coverage",
    "SEC": "Secrets",
}
"""What rules are about, by the letters of their codes, in the order of the page."""

LABELS = ("Why", "Mend", "Waive")
INTRODUCTION = """\
# Rules

Made by `coursepack rules --markdown`; do not edit. `coursepack check` applies what follows to a course, and
`coursepack rules --code MC07` prints one entry.

**Errors** stop every command; **warnings** count as errors under `--strict`; **notes** (info) are hints. A rule that is
wrong for one record is waived there, with a reason: `waivers: [{rule: MC06, reason: "…"}]`. Items, tasks, cards,
glossary terms, blueprints, objectives, topics, lessons (in their front matter) and the course take waivers.
`coursepack check --waived` lists what is waived. Messages with other codes come from a builder while it prints.

Numbers in “guideline 24” are those of Haladyna, Downing and Rodriguez, *A Review of Multiple-Choice Item-Writing
Guidelines for Classroom Assessment* (2002). A mended item beats a waiver; a waiver beats a rule that nobody believes.
"""


def all_rules() -> tuple[Rule, ...]:
    """Return every rule that has been entered, by subject and code."""
    order = list(SUBJECTS)
    rules = (RULES | DATA_RULES | OUTPUT_RULES).values()
    return tuple(sorted(rules, key=lambda rule: (order.index(letters(rule.code)), rule.code)))


def letters(code: str) -> str:
    """Return the letters that a code begins with."""
    return code.rstrip("0123456789")


def manual_text(rules: Iterable[Rule]) -> str:
    """Return the manual for a terminal."""
    return "\n\n".join(f"{rule.code}  {rule.severity}\n{textwrap.indent(rule.manual, '  ')}" for rule in rules) + "\n"


def manual_page(rules: Iterable[Rule]) -> str:
    """Return the manual as a Markdown page: a table of all rules, then one section a subject."""
    listed = tuple(rules)
    subjects = dict.fromkeys(letters(rule.code) for rule in listed)
    rows = [f"| [{rule.code}](#{rule.code.lower()}) | {rule.severity} | {_summary(rule)} |" for rule in listed]
    parts = [INTRODUCTION, "| rule | weight | what must be true |\n|---|---|---|\n" + "\n".join(rows) + "\n"]
    for subject in subjects:
        parts.append(f"## {SUBJECTS[subject]}\n")
        parts += [_section(rule) for rule in listed if letters(rule.code) == subject]
    return "\n".join(parts)


def _summary(rule: Rule) -> str:
    """Return the first sentence of a rule's manual, as a cell of a table."""
    paragraph = " ".join(rule.manual.split("\n\n")[0].split())
    return re.split(r"(?<=[.”]) (?=[A-ZÄÖÜ“`])", paragraph)[0].replace("|", "\\|")


def _section(rule: Rule) -> str:
    body = rule.manual
    for label in LABELS:
        body = re.sub(rf"\n+{label}: ", f"\n\n**{label}:** ", body)
    return f'<a id="{rule.code.lower()}"></a>\n### {rule.code}: {rule.severity}\n\n{body}\n'
