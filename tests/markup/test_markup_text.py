"""Texts: what is written, and the HTML it becomes."""

from __future__ import annotations

from pathlib import Path

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders.course import Place, Problem
from builders.course.objectives import Fact
from builders.markup import Context, MarkupError, fact_values, find_problems, render, render_inline, render_tight

CONTEXT = Context(
    Path(__file__).parent / "course",
    place=Place("items.yaml", 7),
    prefix="q1-",
    values={"facts.exp1.lift": "3.7", "given.day": "2025-03-01", "facts.odd.text": "a < b & *c*"},
    terms={"primary key": "glossary.html#term-primary-key"},
)

BLOCKS = {
    "a paragraph": (
        "One *two* **three** `four`.",
        "<p>One <em>two</em> <strong>three</strong> <code>four</code>.</p>\n",
    ),
    "headings fit the page": ("# A\n\n### B\n\n###### C", "<h4>A</h4>\n<h6>B</h6>\n<h6>C</h6>\n"),
    "raw html is shown": ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
    "a block of raw html is shown": ("<div onclick=x>\n", "<p>&lt;div onclick=x&gt;</p>\n"),
    "a value": ("{{ facts.exp1.lift }} and {{given.day}}", "<p>3.7 and 2025-03-01</p>\n"),
    "a value is text, not markup": ("{{ facts.odd.text }}", "<p>a &lt; b &amp; *c*</p>\n"),
    "a value in code": ("`d = '{{ given.day }}'`", "<p><code>d = &#x27;2025-03-01&#x27;</code></p>\n"),
    "braces of others": (
        "{{c1::word}} {{ user }} `{{ user.name }}`",
        "<p>{{c1::word}} {{ user }} <code>{{ user.name }}</code></p>\n",
    ),
    "roles": ("H{sub}`2`O m{sup}`2` {fact}`exp1.lift`", "<p>H<sub>2</sub>O m<sup>2</sup> 3.7</p>\n"),
    "a term": ("{term}`Primary key`", '<p><a class="term" href="glossary.html#term-primary-key">Primary key</a></p>\n'),
    "a term by another name": (
        "{term}`keys <primary key>`",
        '<p><a class="term" href="glossary.html#term-primary-key">keys</a></p>\n',
    ),
    "money is no formula": ("It costs $5, not $6.", "<p>It costs $5, not $6.</p>\n"),
    "links": (
        "[a](https://x.org) [b](mailto:a@x.org) [c](#d)",
        '<p><a href="https://x.org">a</a> <a href="mailto:a@x.org">b</a> <a href="#d">c</a></p>\n',
    ),
    "definitions": ("Row\n: One record.", "<dl>\n<dt>Row</dt>\n<dd>One record.</dd>\n</dl>\n"),
    "a gap outside a cloze item": ("[[1]] `[[2]]`", "<p>[[1]] <code>[[2]]</code></p>\n"),
    "a listing": (
        "```sql\nSELECT 'a' -- b\n```",
        (
            '<div class="highlight"><pre><code class="language-sql"><span class="k">SELECT</span> <span class="s">'
            '&#x27;a&#x27;</span> <span class="c">-- b</span></code></pre></div>\n'
        ),
    ),
    "a listing in an unknown language": (
        "```klingon\na < b\n```",
        '<div class="highlight"><pre><code class="language-klingon">a &lt; b</code></pre></div>\n',
    ),
    "a listing with a value": (
        "```text\nd = {{ given.day }} {{ user.name }}\n```",
        '<div class="highlight"><pre><code class="language-text">d = 2025-03-01 {{ user.name }}</code></pre></div>\n',
    ),
    "a listing as a directive": (
        "```{code-block} json\n1\n```",
        '<div class="highlight"><pre><code class="language-json">1</code></pre></div>\n',
    ),
    "a listing whose language would break out": (
        '```"><script>\nx\n```',
        '<div class="highlight"><pre><code class="language-script">x</code></pre></div>\n',
    ),
    "a table": (
        "| plan | n |  |\n|---|---|:-:|\n| free | 1,200 | x |\n| pro | – | y |\n",
        (
            '<table>\n<thead>\n<tr>\n<th scope="col">plan</th>\n<th class="number" scope="col">n</th>\n'
            '<td class="center"></td>\n</tr>\n</thead>\n<tbody>\n'
            '<tr>\n<td>free</td>\n<td class="number">1,200</td>\n<td class="center">x</td>\n</tr>\n'
            '<tr>\n<td>pro</td>\n<td class="number">–</td>\n<td class="center">y</td>\n</tr>\n</tbody>\n</table>\n'
        ),
    ),
    "a table with row headers": (
        "| | n |\n|---|---|\n| a | 1 |\n",
        (
            '<table>\n<thead>\n<tr>\n<td></td>\n<th class="number" scope="col">n</th>\n</tr>\n</thead>\n<tbody>\n'
            '<tr>\n<th scope="row">a</th>\n<td class="number">1</td>\n</tr>\n</tbody>\n</table>\n'
        ),
    ),
}


@pytest.mark.parametrize(("text", "html"), BLOCKS.values(), ids=BLOCKS)
def test_text_becomes_html(text: str, html: str) -> None:
    assert render(text, CONTEXT) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [("a *b*", "a <em>b</em>"), ("a\n\nb", "<p>a</p>\n<p>b</p>"), ("- a", "<ul>\n<li>a</li>\n</ul>")],
)
def test_tight_drops_the_paragraph_of_a_single_one(text: str, html: str) -> None:
    assert render_tight(text, CONTEXT) == html


def test_inline_makes_no_blocks() -> None:
    assert render_inline("# a *b*", CONTEXT) == "# a <em>b</em>"


def test_terms_are_words_where_there_is_no_glossary() -> None:
    assert render("{term}`Keys <primary key>`", Context(Path())) == "<p>Keys</p>\n"


def test_formula_has_its_words_and_stands_on_the_line() -> None:
    html = render("The rate $\\frac{a}{b}$ holds.", CONTEXT)
    assert 'role="img" aria-label="\\frac{a}{b}"' in html
    assert "<title>\\frac{a}{b}</title>" in html
    assert "vertical-align:-" in html
    assert " id=" not in html


def test_display_formula_is_a_block_of_its_own() -> None:
    assert render("$$\nx^2\n$$", CONTEXT).startswith('<p class="formula-block"><svg')
    assert render("a $$x^2$$ b", CONTEXT).count("<p>") == 1


REFUSED = {
    "a value nobody knows": (
        "{{ facts.exp1.lfit }}",
        "MK02",
        "there is no value 'facts.exp1.lfit'; did you mean 'facts.exp1.lift'?",
    ),
    "a value in code nobody knows": (
        "`{{ given.dya }}`",
        "MK02",
        "there is no value 'given.dya'; did you mean 'given.day'?",
    ),
    "a fact nobody knows": (
        "{fact}`exp1.p`",
        "MK02",
        "there is no value 'facts.exp1.p'; did you mean 'facts.exp1.lift'?",
    ),
    "a link to a script": (
        "[a](javascript:alert(1))",
        "MK03",
        "the link 'javascript:alert(1)' leads nowhere a page may lead; use http, https, mailto or #",
    ),
    "a directive": (
        "```{figure} a.svg\n```",
        "MK04",
        "the directive 'figure' works in lessons only; use a plain ``` listing",
    ),
    "a colon directive": (
        ":::{note}\nx\n:::",
        "MK04",
        "the directive '{note}' works in lessons only; write its content alone",
    ),
    "a role": ("{ref}`x`", "MK05", "the role 'ref' does not work here; use one of: fact, math, sub, sup, term"),
    "a formula": (
        "$\\frac{a$",
        "MK06",
        "the formula '\\frac{a' cannot be read (its braces do not match); correct its LaTeX",
    ),
    "a command": ("$\\foo{a}$", "MK06", "the formula '\\foo{a}' cannot be read (\\foo is unknown); correct its LaTeX"),
    "two subscripts": ("$a_b_c$", "MK06", "the formula 'a_b_c' cannot be read (double subscripts); correct its LaTeX"),
    "a term": ("{term}`primary keys`", "MK07", "the glossary has no term 'primary keys'; did you mean 'primary key'?"),
}


@pytest.mark.parametrize(("text", "rule", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_rendered_is_a_problem(text: str, rule: str, message: str) -> None:
    assert find_problems(text, CONTEXT) == (Problem(Place("items.yaml", 7), rule, message),)


def test_all_problems_of_a_text_are_named_at_once() -> None:
    with pytest.raises(MarkupError) as caught:
        render("[a](file:///etc/passwd) {{ given.x }} {foo}`x`", CONTEXT)
    assert [problem.rule for problem in caught.value.problems] == ["MK03", "MK02", "MK05"]


def test_facts_have_their_own_formats() -> None:
    fact = Fact(id="fanout.inflation", sql="SELECT 1", format="{:.1f}", expected={"practice": 3.6666, "secure-a": 2})
    assert fact_values([fact], "practice") == {"facts.fanout.inflation": "3.7"}
    assert fact_values([fact], "secure-b") == {}


WORDS = st.text(alphabet="ab <>&\"'`*_[](){}|$#!:\\\n-1.=/", max_size=60)


@settings(max_examples=150, deadline=None)
@given(WORDS)
def test_any_text_is_well_formed_and_always_the_same(text: str) -> None:
    if find_problems(text, CONTEXT):
        return
    html = render(text, CONTEXT)
    assert render(text, CONTEXT) == html
    html5lib.HTMLParser(strict=True).parseFragment(html)
