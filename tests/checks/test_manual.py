"""The manual is made from the code: every rule is in it, says why and what to do, and the page is the newest."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders.checks.manual import SUBJECTS, all_rules, letters, manual_page, manual_text
from builders.checks.rules import Rule
from builders.labs import making as _making  # noqa: F401 - enters its rules

ROOT = Path(__file__).parent.parent.parent
PREFIXES = ("MC", "SR", "FM", "OBJ", "AX", "SC", "SEC", "NU", "CZ", "IT")
CATALOGUE = {
    "MC": 30,
    "OBJ": 8,
    "AX": 5,
    "SR": 4,
    "FM": 5,
}


def ours() -> list[Rule]:
    return [rule for rule in all_rules() if letters(rule.code) in PREFIXES]


def test_page_is_fresh() -> None:
    """Made with `coursepack rules --markdown > RULES.md`."""
    assert (ROOT / "RULES.md").read_text(encoding="utf-8") == manual_page(all_rules())


@pytest.mark.parametrize("group", CATALOGUE)
def test_catalogue_is_whole(group: str) -> None:
    numbers = sorted(int(rule.code[len(group) :]) for rule in all_rules() if letters(rule.code) == group)
    assert numbers == list(range(1, CATALOGUE[group] + 1))


@pytest.mark.parametrize("rule", ours(), ids=lambda rule: rule.code)
def test_manual_says_why_and_what_to_do(rule: Rule) -> None:
    for label in ("Why: ", "Mend: ", "Waive: "):
        assert f"\n{label}" in rule.manual, rule.code


def test_every_rule_has_a_subject() -> None:
    assert {letters(rule.code) for rule in all_rules()} == set(SUBJECTS)


def test_text_and_page_hold_every_rule() -> None:
    text, page = manual_text(all_rules()), manual_page(all_rules())
    for rule in all_rules():
        assert f"{rule.code}  {rule.severity}" in text
        assert f'<a id="{rule.code.lower()}"></a>' in page
