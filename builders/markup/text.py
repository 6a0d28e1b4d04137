"""MyST text to HTML: CommonMark, tables, definition lists, formulas, listings, images, values and a few roles.

Raw HTML is shown as text. Whatever cannot be rendered as written becomes a Problem, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

from builders.course import Problem, nearest
from builders.markup.code import GAP, highlight_with_gaps
from builders.markup.context import Context, MarkupError
from builders.markup.images import ImageError, image
from builders.markup.maths import MathsError, formula
from builders.markup.tables import finish_tables

RULES = {
    "MK01": "An image is shown when its file is in the course, is SVG, PNG or JPEG, does no harm, and has a text.",
    "MK02": "A value `{{ name }}` is a fact of the course, or is given with the item or computed for it.",
    "MK03": "A link begins with http, https, mailto or #.",
    "MK04": "Directives belong to lessons: items, tasks and cards hold text, listings, tables, formulas and images.",
    "MK05": "The roles of a text are fact, math, sub, sup and term.",
    "MK06": "A formula is LaTeX that can be drawn without TeX.",
    "MK07": "A {term} is in the glossary.",
    "MK08": "Each gap `[[1]]` of a cloze text has its blank.",
}
"""What a text must keep to, by the code of its problem."""

VALUE = re.compile(r"\{\{\s*([a-z]+(?:\.[\w-]+)+)\s*\}\}")
"""A value: a dotted name. ``{{c1::word}}`` and ``{{ name }}`` are none and stay as they are."""

SCHEMES = ("http://", "https://", "mailto:", "#")
CODE_DIRECTIVES = ("code", "code-block")
TERM = re.compile(r"(?P<shown>.*?)\s*<(?P<term>[^<>]+)>", re.DOTALL)


def _no_gap(number: int) -> str:
    """Return a gap of a cloze text as it was written."""
    return f"[[{number}]]"


@dataclass
class Run:
    """One rendering under way: its context, what draws its gaps, and what was found wrong."""

    context: Context
    problems: list[Problem] = field(default_factory=list)
    gap: Callable[[int], str] = _no_gap
    images: int = 0

    def report(self, rule: str, message: str) -> str:
        """Note a problem; return nothing to show in its place."""
        assert rule in RULES, rule
        self.problems.append(Problem(self.context.place, rule, message))
        return ""

    def value(self, name: str) -> str:
        """Return the text a value stands for."""
        if name not in self.context.values:
            self.report("MK02", f"there is no value '{name}'" + nearest(name, self.context.values))
        return self.context.values.get(name, "")

    def fill(self, text: str) -> str:
        """Return a listing or formula with its values; other double braces there are the language's own."""
        return VALUE.sub(lambda match: self.value(match[1]) if _ours(match[1]) else match[0], text)


def _ours(name: str) -> bool:
    return name.startswith(("facts.", "given.", "values."))


def render(text: str, context: Context) -> str:
    """Return the HTML blocks of a MyST text.

    :raises MarkupError: with everything that cannot be rendered as written.
    """
    return _finished(compose, text, context)


def render_inline(text: str, context: Context) -> str:
    """Return the HTML of a text that is one line: no paragraph around it, no blocks in it.

    :raises MarkupError: with everything that cannot be rendered as written.
    """
    return _finished(compose_inline, text, context)


def render_tight(text: str, context: Context) -> str:
    """Return the HTML of a text; where it is a single paragraph, without the ``<p>`` (for list items, cells).

    :raises MarkupError: with everything that cannot be rendered as written.
    """
    return _finished(compose_tight, text, context)


def find_problems(text: str, context: Context) -> tuple[Problem, ...]:
    """Return what stands in the way of rendering a text; nothing where ``render`` would succeed."""
    run = Run(context)
    compose(text, run)
    return tuple(run.problems)


def _finished(composer: Callable[[str, Run], str], text: str, context: Context) -> str:
    run = Run(context)
    html = composer(text, run)
    if run.problems:
        raise MarkupError(run.problems)
    return html


def compose(text: str, run: Run) -> str:
    """Return the blocks of a text; problems are noted in ``run``."""
    html: str = parser().render(text, {"run": run})
    return html


def compose_inline(text: str, run: Run) -> str:
    """Return the inline content of a text; problems are noted in ``run``."""
    html: str = parser().renderInline(text, {"run": run})
    return html


def compose_tight(text: str, run: Run) -> str:
    """Return the blocks of a text, or its inline content where it is a single paragraph."""
    env = {"run": run}
    tokens = parser().parse(text, env)
    if [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]:
        tokens[0].hidden = tokens[2].hidden = True
    html: str = parser().renderer.render(tokens, parser().options, env)
    return html.strip()


@cache
def parser() -> MarkdownIt:
    """Return the one parser. It keeps nothing between texts: the state of a rendering is its environment."""
    md = MarkdownIt("commonmark", {"html": False}, renderer_cls=Html)
    md.enable("table").use(deflist_plugin).use(myst_role_plugin).use(colon_fence_plugin)
    md.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    md.inline.ruler.before("link", "gap", _parse_gap)
    md.inline.ruler.before("link", "value", _parse_value)
    md.core.ruler.push("tables", finish_tables)
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # we report what we refuse
    for name, rule in Html.in_place_of_plugins().items():
        md.add_render_rule(name, rule)
    return md


def _parse_gap(state: StateInline, silent: bool) -> bool:
    return _parse_pattern(state, silent, GAP, "gap")


def _parse_value(state: StateInline, silent: bool) -> bool:
    return _parse_pattern(state, silent, VALUE, "value")


def _parse_pattern(state: StateInline, silent: bool, pattern: re.Pattern[str], name: str) -> bool:
    match = pattern.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push(name, "", 0).content = match[1]
    state.pos = match.end()
    return True


class Html(RendererHTML):
    """Writes the HTML of tokens; each method is named after the token it writes."""

    def link_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Write a link that leaves the text by one of the allowed schemes."""
        token, run = tokens[index], _run(env)
        address = str(token.attrs.get("href", ""))
        if not address.lower().startswith(SCHEMES):
            run.report("MK03", f"the link '{address}' leads nowhere a page may lead; use http, https, mailto or #")
        return self.renderToken(tokens, index, options, env)

    def paragraph_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Open a paragraph; one that is an image is a figure, with the image's title as its caption."""
        if _is_figure(tokens[index], tokens[index + 1]):
            return "<figure>"
        return self.renderToken(tokens, index, options, env)

    def paragraph_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Close a paragraph or figure."""
        if not _is_figure(tokens[index], tokens[index - 1]):
            return self.renderToken(tokens, index, options, env)
        caption = str((tokens[index - 1].children or [])[0].attrs.get("title", ""))
        return f"<figcaption>{escape(caption)}</figcaption></figure>\n" if caption else "</figure>\n"

    def image(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Write an image: a drawing as it is, a photograph as a data address."""
        token, run = tokens[index], _run(env)
        run.images += 1
        alt = _plain(token.children or [], run)
        try:
            return image(str(token.attrs["src"]), alt, run.context, f"{run.context.prefix}image{run.images}")
        except ImageError as error:
            return run.report("MK01", str(error))

    def fence(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Write a listing, a formula or, for any other directive, nothing but a problem."""
        token, run = tokens[index], _run(env)
        info = token.info.strip()
        match = re.match(r"\{([\w-]+)\}\s*(\S*)", info)
        if match and match[1] == "math":
            return _formula(token.content.strip(), True, run)
        if match and match[1] not in CODE_DIRECTIVES:
            return run.report("MK04", f"the directive '{match[1]}' works in lessons only; use a plain ``` listing")
        language = match[2] if match else info.split(" ")[0]
        return highlight_with_gaps(run.fill(token.content), language, run.gap)

    def colon_fence(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Refuse a directive: they belong to lessons."""
        info = tokens[index].info.strip()
        return _run(env).report("MK04", f"the directive '{info}' works in lessons only; write its content alone")

    def code_block(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Write an indented listing."""
        run = _run(env)
        return highlight_with_gaps(run.fill(tokens[index].content), "", run.gap)

    def code_inline(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Write a word or two of code."""
        run = _run(env)
        text = escape(run.fill(tokens[index].content))
        return f"<code>{GAP.sub(lambda match: run.gap(int(match[1])), text)}</code>"

    def gap(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Write a gap of a cloze text."""
        return _run(env).gap(int(tokens[index].content))

    def value(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Write a value."""
        return escape(_run(env).value(tokens[index].content))

    def myst_role(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Write a role by the table ``ROLE_WRITERS``."""
        name, run = tokens[index].meta["name"], _run(env)
        if name not in ROLE_WRITERS:
            return run.report("MK05", f"the role '{name}' does not work here" + nearest(name, ROLE_WRITERS))
        return ROLE_WRITERS[name](tokens[index].content, run)

    def heading_open(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Open a heading at the level that fits the page."""
        return f"<h{_level(tokens[index], env)}>"

    def heading_close(self, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        """Close a heading."""
        return f"</h{_level(tokens[index], env)}>\n"

    @classmethod
    def in_place_of_plugins(cls) -> dict[str, Callable[..., str]]:
        """Return the rules that plugins would otherwise write in their own way."""
        maths = {"math_inline": _math(False), "math_inline_double": _math(True), "math_block": _math(True)}
        return {"myst_role": cls.myst_role, "colon_fence": cls.colon_fence, **maths}


def _is_figure(tag: Token, content: Token) -> bool:
    """Whether a paragraph is a single image (in a tight list or cell it is not even a paragraph)."""
    return not tag.hidden and [child.type for child in content.children or []] == ["image"]


def _math(display: bool) -> Callable[..., str]:
    def write(self: Html, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
        inline_display = display and tokens[index].type != "math_block"
        html = _formula(tokens[index].content.strip(), display, _run(env))
        return _unwrapped(html) if inline_display else html

    return write


def _unwrapped(html: str) -> str:
    """Return a formula in display style that stands inside a paragraph, where no ``<p>`` may."""
    return html.strip().removeprefix('<p class="formula-block">').removesuffix("</p>")


def _formula(latex: str, display: bool, run: Run) -> str:
    embed = run.context.embed
    try:
        drawn = formula(run.fill(latex), display)
        return drawn if embed is None else embed.formula(run.fill(latex), display)
    except MathsError as error:
        return run.report("MK06", f"the formula '{latex}' cannot be read ({error}); correct its LaTeX")


def _run(env: Any) -> Run:
    run = env["run"]
    assert isinstance(run, Run)
    return run


def _level(token: Token, env: Any) -> int:
    return min(6, _run(env).context.heading + int(token.tag[1:]) - 1)


def _plain(tokens: Sequence[Token], run: Run) -> str:
    """Return the words of inline tokens, for texts that cannot hold markup."""
    return "".join(_plain_token(token, run) for token in tokens)


def _plain_token(token: Token, run: Run) -> str:
    if token.type == "value":
        return run.value(token.content)
    if token.type in ("softbreak", "hardbreak"):
        return " "
    return token.content + _plain(token.children or [], run)


def _fact(content: str, run: Run) -> str:
    return escape(run.value(f"facts.{content.strip()}"))


def _term(content: str, run: Run) -> str:
    match = TERM.fullmatch(content.strip())
    shown, term = (match["shown"], match["term"]) if match else (content, content)
    terms = run.context.terms
    if terms is None:
        return escape(shown)
    if term.strip().lower() not in terms:
        return run.report("MK07", f"the glossary has no term '{term}'" + nearest(term.lower(), terms))
    return f'<a class="term" href="{escape(terms[term.strip().lower()])}">{escape(shown)}</a>'


ROLE_WRITERS: dict[str, Callable[[str, Run], str]] = {
    "fact": _fact,
    "math": lambda content, run: _formula(content, False, run),
    "sub": lambda content, run: f"<sub>{escape(content)}</sub>",
    "sup": lambda content, run: f"<sup>{escape(content)}</sup>",
    "term": _term,
}
