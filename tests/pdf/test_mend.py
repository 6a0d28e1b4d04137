"""HTML before layout: each change of ``mend``."""

from __future__ import annotations

from xml.etree.ElementTree import Element, fromstring, tostring

import pytest

from builders.pdf.mend import LONG_LINE, mend_html
from tests.pdf.conftest import Make


def mended(html: str) -> str:
    """Return a fragment as it is after ``mend_html``."""
    root = fromstring(f"<body>{html}</body>")
    mend_html(root)
    return inner(root)


def inner(root: Element) -> str:
    return tostring(root, encoding="unicode").removeprefix("<body>").removesuffix("</body>")


LINE = '<span class="code-line">{}</span>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<section id="a"><h2>A</h2></section>', '<section><h2 id="a">A</h2></section>'),
        (
            '<section id="a"><h2 id="b">A</h2></section>',
            '<section><h2 id="b"><span id="a" />A</h2></section>',
        ),
        ('<section id="a"><p>no heading</p></section>', '<section id="a"><p>no heading</p></section>'),
        ('<section id="a"><p /><h2>A</h2></section>', '<section><p /><h2 id="a">A</h2></section>'),
    ],
    ids=["moves", "both", "none", "later"],
)
def test_ids_of_sections(html: str, expected: str) -> None:
    assert mended(html) == expected


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        ("<pre>a\nb\n</pre>", ["a", "b"]),
        ("<pre><code>a\n\nb</code></pre>", ["a", "", "b"]),
        ('<pre><span class="n">a</span> <span class="k">AS</span> b</pre>', ['a <span class="k">AS</span> b']),
        ('<pre><span class="gap">1</span><span>b</span></pre>', ['<span class="gap">1</span><span>b</span>']),
        (
            '<pre><span class="cm">/* one\ntwo */</span>\nx</pre>',
            ['<span class="cm">/* one</span>', '<span class="cm">two */</span>', "x"],
        ),
        ('<pre><span id="l1">a\nb</span></pre>', ['<span id="l1">a</span>', "<span>b</span>"]),
        (
            '<pre><span class="hll"><span class="k">a</span>\n</span>b</pre>',
            ['<span class="hll"><span class="k">a</span></span>', '<span class="hll" />b'],
        ),
    ],
    ids=["text", "empty line", "plain tokens", "other spans", "token over lines", "id once", "highlight"],
)
def test_lines_of_code(html: str, lines: list[str]) -> None:
    expected = "".join(LINE.format(line) for line in lines)
    assert mended(html).replace('<span class="code-line" />', LINE.format("")) == f"<pre>{expected}</pre>"


def test_a_long_line_of_code_is_marked() -> None:
    assert 'class="code-line code-long"' in mended(f"<pre>{'x' * (LONG_LINE + 1)}</pre>")
    assert "code-long" not in mended(f"<pre>{'x' * LONG_LINE}</pre>")


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        ('<img src="a.svg"/>', "a.svg has no text alternative"),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', "a drawing has no text alternative"),
    ],
)
def test_a_picture_without_words(picture: str, message: str) -> None:
    (finding,) = mend_html(fromstring(f'<body><div id="near">{picture}</div></body>'))
    assert (finding.rule, finding.element) == ("pdf-alt", "near")
    assert finding.message.startswith(message)


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="arrow.svg" alt="An arrow">',
        '<img src="arrow.svg" alt="">',
        '<img src="arrow.svg" role="presentation">',
        '<img src="arrow.svg" aria-hidden="true">',
        '<svg width="9" height="9" viewBox="0 0 1 1" aria-hidden="true"></svg>',
        '<svg width="9" height="9" viewBox="0 0 1 1" aria-label="a drawing"></svg>',
        '<svg width="9" height="9" viewBox="0 0 1 1"><title>a drawing</title></svg>',
    ],
)
def test_pictures_with_words_and_decoration(picture: str, make: Make) -> None:
    assert make(f"<p>{picture}</p>").findings == ()


def test_an_id_on_a_section_is_the_page_of_its_heading(make: Make) -> None:
    html = '<p style="height: 240mm">filler</p><section id="s"><h2>Heading</h2><p>text<br>text<br>text</p></section>'
    assert make(html).anchors["s"].page == 2
