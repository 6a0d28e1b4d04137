"""What the finished site need not carry: comments and indentation, and styles for what stands on none of its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tinycss2  # type: ignore[import-untyped]

CSS_SPARE = re.compile(r"/\*.*?\*/\s*|(?<=[,;:{}])\s+|\s+(?=[{}])|^[ \t]+", re.DOTALL | re.MULTILINE)
JS_SPARE = re.compile(r"^[ \t]*//.*\n|^[ \t]+", re.MULTILINE)
CLASSES = re.compile(r'class="([^"]*)"')
WORDS = re.compile(r"[\w-]+")
SELECTOR_CLASS = re.compile(r"\.([a-zA-Z_][\w-]*)")
NEGATED = re.compile(r":not\([^()]*\)")


def slim(folder: Path, scripts: tuple[str, ...]) -> None:
    """Take comments and indentation out of style sheets and of the named scripts below a folder."""
    for path in (*folder.glob("*.css"), *(folder / name for name in scripts)):
        pattern = CSS_SPARE if path.suffix == ".css" else JS_SPARE
        if path.is_file():
            path.write_text(pattern.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")


def prune(site: Path, sheets: tuple[str, ...]) -> None:
    """Take out of style sheets of a site each rule for a class that no page has and no script names."""
    used = set(classes_of(site))
    for path in (site / "_static" / name for name in sheets):
        if path.is_file():
            rules = tinycss2.parse_stylesheet(
                path.read_text(encoding="utf-8"), skip_comments=True, skip_whitespace=True
            )
            path.write_text("".join(kept(rules, used)) + "\n", encoding="utf-8")


def classes_of(site: Path) -> Iterator[str]:
    """Yield the classes of all pages, and every word of the scripts, which may give an element a class."""
    for page in site.rglob("*.html"):
        for found in CLASSES.findall(page.read_text(encoding="utf-8")):
            yield from found.split()
    for script in (*(site / "_static").glob("*.js"), *(site / "_static").glob("*/*.js")):
        if script.stat().st_size < 60_000:  # what is larger holds data
            yield from WORDS.findall(script.read_text(encoding="utf-8"))


def kept(rules: list[Any], used: set[str]) -> Iterator[str]:
    """Yield the rules that may fit an element, as text."""
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword in ("media", "supports") and rule.content is not None:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            if body := "".join(kept(inner, used)):
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{body}}}"
        elif rule.type == "qualified-rule":
            selectors = [text for text in selectors_of(rule) if fits(text, used)]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content).strip()}}}"
        else:
            yield rule.serialize()


def selectors_of(rule: Any) -> list[str]:
    """Return the selectors of a rule; one with commas inside brackets stays whole."""
    text = tinycss2.serialize(rule.prelude).strip()
    return [text] if "(" in text and "," in text else [part.strip() for part in text.split(",")]


def fits(selector: str, used: set[str]) -> bool:
    """Whether every class that a selector asks for is used."""
    return "(" in NEGATED.sub("", selector) or all(
        name in used for name in SELECTOR_CLASS.findall(NEGATED.sub("", selector))
    )
