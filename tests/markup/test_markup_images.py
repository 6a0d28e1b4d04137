"""Images: what is inlined, and what is refused."""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from pathlib import Path

import html5lib
import pytest

from builders.course import Place
from builders.markup import Context, MarkupError, find_problems, render
from builders.markup.svg import SvgError, inline_svg

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 10">'
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")


def svg(inner: str) -> str:
    return f"{HEAD}{inner}</svg>"


@pytest.fixture
def course(tmp_path: Path) -> Context:
    folder = tmp_path / "source" / "05-sql"
    (folder / "images").mkdir(parents=True)
    (folder / "images" / "grain.svg").write_text(
        svg('<defs><marker id="tip"/></defs><path id="p" d="M0 0" marker-end="url(#tip)"/><use xlink:href="#p"/>')
    )
    (folder / "images" / "dot.png").write_bytes(PIXEL)
    (folder / "images" / "broken.svg").write_text("<svg")
    (folder / "images" / "photo.jpg").write_bytes(b"GIF89a")
    (tmp_path / "logo.svg").write_text(svg("<rect/>"))
    (tmp_path.parent / "outside.svg").write_text(svg("<rect/>"))
    return Context(tmp_path, folder, prefix="q1-")


def test_a_drawing_is_inlined_with_its_words_and_its_own_ids(course: Context) -> None:
    assert render("![One row, one order](images/grain.svg)", course) == (
        '<figure><svg xmlns="http://www.w3.org/2000/svg" id="q1-image1" class="drawing" viewBox="0 0 10 10" width="10"'
        ' height="10" role="img" aria-label="One row, one order"><title>One row, one order</title><defs>'
        '<marker id="q1-image1-tip"></marker></defs><path id="q1-image1-p" d="M0 0" marker-end="url(#q1-image1-tip)">'
        '</path><use href="#q1-image1-p"></use></svg></figure>\n'
    )


def test_the_same_drawing_twice_has_different_ids(course: Context) -> None:
    html = render("![a](images/grain.svg) ![b](images/grain.svg)", course)
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 6


def test_a_title_becomes_a_caption_and_alt_may_hold_markup(course: Context) -> None:
    html = render('![The *grain* of `orders`](/logo.svg "Figure 1: grain")'.replace("/logo", "logo"), course)
    assert 'aria-label="The grain of orders"' in html
    assert html.endswith("<figcaption>Figure 1: grain</figcaption></figure>\n")


def test_a_photograph_becomes_a_data_address(course: Context) -> None:
    html = render("See ![a dot](images/dot.png).", course)
    assert html == f'<p>See <img src="data:image/png;base64,{base64.b64encode(PIXEL).decode()}" alt="a dot">.</p>\n'


REFUSED = {
    "missing": ("![a](images/grian.svg)", "there is no image 'images/grian.svg'; did you mean 'images/grain.svg'?"),
    "no words": ("![](logo.svg)", "the image 'logo.svg' has no text; write what it shows: ![text](logo.svg)"),
    "outside": ("![a](../../../outside.svg)", "there is no image '../../../outside.svg'"),
    "absolute": ("![a](/etc/passwd)", "'/etc/passwd' is no file of this course; copy the image into the course"),
    "remote": ("![a](https://x.org/a.png)", "'https://x.org/a.png' is no file of this course"),
    "data": ("![a](data:image/svg+xml;base64,AA)", "is no file of this course"),
    "another kind": ("![a](images/photo.jpg)", "is neither SVG nor PNG nor JPEG; save it as one of these"),
    "broken": ("![a](images/broken.svg)", "the image 'images/broken.svg': it is not well-formed"),
}


@pytest.mark.parametrize(("text", "message"), REFUSED.values(), ids=REFUSED)
def test_an_image_that_cannot_be_shown_is_a_problem(text: str, message: str, course: Context) -> None:
    (problem,) = find_problems(text, course)
    assert problem.rule == "MK01"
    assert message in problem.message
    with pytest.raises(MarkupError):
        render(text, course)


@pytest.mark.parametrize(("path", "shown"), [("assessments/items/a.yaml", False), ("assessments/secure/a.yaml", True)])
def test_a_secret_image_is_shown_in_secret_texts_only(course: Context, path: str, shown: bool) -> None:
    (course.root / "assessments" / "secure").mkdir(parents=True)
    (course.root / "assessments" / "secure" / "key.svg").write_text(svg("<rect/>"))
    problems = find_problems("![a](assessments/secure/key.svg)", replace(course, place=Place(path)))
    assert [problem.rule for problem in problems] == ([] if shown else ["MK01"])


HARMFUL = {
    "script": "<script>alert(1)</script>",
    "event": '<rect onload="alert(1)"/>',
    "event in capitals": '<rect ONCLICK="alert(1)"/>',
    "event on the root": None,
    "foreign": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>',
    "link": '<a xlink:href="https://x.org"><rect/></a>',
    "image": '<image href="https://x.org/a.png"/>',
    "use from outside": '<use xlink:href="https://x.org/a.svg#b"/>',
    "use of data": '<use href="data:image/svg+xml,x"/>',
    "paint from outside": '<rect fill="url(https://x.org/a.svg#b)"/>',
    "style from outside": "<rect style=\"fill: url( '//x.org/a' )\"/>",
    "script in style": '<rect style="background: javascript:alert(1)"/>',
    "imported style": "<style>@import 'https://x.org/a.css';</style>",
    "style that ends itself": "<style>a{}&lt;/style>&lt;script>alert(1)&lt;/script></style>",
    "escaped style": "<style>a { fill: u\\72l(https://x.org/a) }</style>",
    "font from outside": "<style>@font-face { src: url(https://x.org/f) }</style>",
    "animation": '<animate attributeName="href" to="javascript:alert(1)"/>',
    "set": '<set attributeName="onmouseover" to="alert(1)"/>',
}


@pytest.mark.parametrize("inner", HARMFUL.values(), ids=HARMFUL)
def test_what_could_do_harm_is_refused(inner: str | None) -> None:
    source = svg(inner) if inner else HEAD.replace("<svg", '<svg onload="alert(1)"') + "</svg>"
    with pytest.raises(SvgError):
        inline_svg(source, "alt", "x")


def test_entities_are_refused() -> None:
    with pytest.raises(SvgError, match="DOCTYPE"):
        inline_svg(f'<!DOCTYPE svg [<!ENTITY a "b">]>{svg("&a;")}', "alt", "x")


def test_styles_stay_inside_the_drawing() -> None:
    html = inline_svg(svg("<style>.a, svg text { fill: red } #b > rect{x:1} svg{y:2}</style>"), "alt", "q.1")
    assert "<style>#q-1 .a,#q-1 text{fill: red}#q-1 #q-1-b &gt; rect{x:1}#q-1{y:2}</style>" in html


def test_editors_notes_and_foreign_attributes_are_left_out() -> None:
    html = inline_svg(
        svg(
            '<metadata>x</metadata><title>old</title><!-- note --><g xmlns:i="urn:i" i:label="L" data-x="1"><i:y/></g>'
        ),
        "alt",
        "x",
    )
    assert html.endswith("<title>alt</title><g></g></svg>")


def test_text_that_looks_like_markup_stays_text() -> None:
    html = inline_svg(svg("<text>a &lt;script&gt; &amp;</text>"), 'x"><script>', "x")
    assert "<text>a &lt;script&gt; &amp;</text>" in html
    html5lib.HTMLParser(strict=True).parseFragment(html)
    assert "<script" not in html


@pytest.mark.parametrize(
    ("root", "size"),
    [
        ('width="30" height="20px"', 'viewBox="0 0 30 20" width="30" height="20"'),
        ('viewBox="0,0,30,20"', 'viewBox="0,0,30,20" width="30" height="20"'),
        ('viewBox="0 0 30 20" width="100%"', 'viewBox="0 0 30 20" width="30" height="20"'),
    ],
)
def test_a_drawing_has_a_size_and_a_view(root: str, size: str) -> None:
    assert size in inline_svg(f'<svg xmlns="http://www.w3.org/2000/svg" {root}/>', "alt", "x")


@pytest.mark.parametrize("root", ["", 'viewBox="0 0 10"', 'width="10mm" height="5mm"'])
def test_a_drawing_without_a_size_is_refused(root: str) -> None:
    with pytest.raises(SvgError, match="viewBox"):
        inline_svg(f'<svg xmlns="http://www.w3.org/2000/svg" {root}/>', "alt", "x")
