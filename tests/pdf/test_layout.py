"""Each check of the layout finds its fault, and nothing where there is none."""

from __future__ import annotations

import pytest

from tests.pdf.conftest import Make

WIDE = "x" * 200

FAULTS = {
    "word wider than the page": (
        "pdf-overflow",
        f'<p id="a" style="overflow-wrap: normal">{WIDE}</p>',
    ),
    "word wider than its cell": (
        "pdf-overflow",
        (
            "<style>.narrow { table-layout: fixed; width: 40mm } td { overflow-wrap: normal }</style>"
            '<table class="narrow"><tr><td id="a">unbreakableword_unbreakableword</td><td>b</td></tr></table>'
        ),
    ),
    "code that may not wrap": (
        "pdf-overflow",
        f'<pre id="a" style="white-space: pre; overflow-wrap: normal">{WIDE}</pre>',
    ),
    "picture wider than its box": (
        "pdf-overflow",
        '<div style="width: 30mm"><img id="a" src="arrow.svg" alt="a" style="max-width: none"></div>',
    ),
    "picture clipped by its box": (
        "pdf-overflow",
        '<div id="a" style="height: 5mm; overflow: hidden"><img src="arrow.svg" alt="a"></div>',
    ),
    "text lower than its box": (
        "pdf-overflow",
        '<div id="a" style="height: 8mm">one<br>two<br>three</div>',
    ),
    "table wider than the text": (
        "pdf-overflow",
        '<div><table id="a" style="width: 190mm; max-width: none"><tr><td>b</td></tr></table></div>',
    ),
    "word too long for a table": (
        "pdf-overflow",
        f'<table id="a"><tr><td>{WIDE[:105]}</td></tr></table>',
    ),
    "picture taller than the page": (
        "pdf-overflow",
        '<img id="a" src="arrow.svg" alt="a" style="height: 290mm; width: 40mm">',
    ),
    "outside the sheet": (
        "pdf-off-page",
        '<p id="a" style="position: absolute; left: -40mm">gone</p><p>text</p>',
    ),
    "empty page": (
        "pdf-empty-page",
        '<p>one</p><div style="break-before: page"></div><p style="break-before: page">two</p>',
    ),
    "heading at the foot": (
        "pdf-stranded",
        '<p>text</p><h2 id="a">Heading</h2><p style="break-before: page">text</p>',
    ),
    "label at the foot": (
        "pdf-stranded",
        '<p>text</p><p class="box-label" id="a">Exercise</p><p style="break-before: page">text</p>',
    ),
    "heading at the end": ("pdf-stranded", '<p>text</p><h2 id="a">Heading</h2>'),
    "kept box on two pages": (
        "pdf-split",
        '<div data-keep id="a"><p>one</p><p style="break-before: page">two</p></div>',
    ),
}

CLEAN = {
    "long code wraps in text": f"<p>text <code>{WIDE}</code></p>",
    "long words break in cells of a set width": f'<table class="blank-table"><tr><td>{WIDE}</td><td></td></tr></table>',
    "long code wraps": f"<pre>{WIDE}</pre>",
    "big pictures shrink": '<p style="width: 30mm"><img src="arrow.svg" alt="a"></p>',
    "lists hang": "<ul><li>a<ul><li>b</li></ul></li></ul>",
    "blank page before a right-hand page": '<p>one</p><p class="right-page">two</p>',
    "page declared blank": '<p>one</p><div data-blank class="new-page"></div><p class="new-page">two</p>',
    "picture alone on a page": '<img src="arrow.svg" alt="a">',
    "writing space alone on a page": '<div class="space space-grid" style="height: 40mm"></div>',
    "heading over writing lines": '<h2>Notes</h2><div class="space space-lines"><div></div><div></div></div>',
    "kept box on one page": "<div data-keep><p>one</p></div>",
    "two kept boxes": "<div data-keep>one</div><div data-keep class=new-page>two</div>",
    "footnotes": '<p>text<span class="footnote">note</span></p>',
    "number beside a heading": "<h2>Heading</h2><p>text</p>",
    "centred picture": '<p style="text-align: center"><img src="arrow.svg" alt="a"></p>',
    "table in a cell": "<table><tr><td><table><tr><td>inner</td></tr></table></td></tr></table>",
    "table in a list": "<ul><li><table><tr><th>a</th><td>b</td></tr></table></li></ul>",
    "two columns": '<ul class="two-column"><li>one</li><li>two</li><li>three</li></ul>',
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str, make: Make) -> None:
    rule, html = FAULTS[name]
    findings = make(html).findings
    assert {finding.rule for finding in findings} == {rule}, findings
    assert findings[0].element == ("a" if 'id="a"' in html else "")
    assert findings[0].page >= 1


@pytest.mark.parametrize("name", CLEAN)
def test_clean(name: str, make: Make) -> None:
    assert make(CLEAN[name]).findings == ()
