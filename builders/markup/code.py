"""Listings: few classes, told apart by weight and slant, so that they survive a grey printer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html import escape
from itertools import groupby

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Operator, String, _TokenType, is_token_subtype
from pygments.util import ClassNotFound

CLASSES = ((Keyword, "k"), (Operator.Word, "k"), (Comment, "c"), (String, "s"))
"""Pygments' own short names, so that a site's highlighting styles fit: keyword, comment, string."""


@lru_cache(maxsize=2048)
def highlight(code: str, language: str = "") -> str:
    """Return a listing as ``<div class="highlight"><pre><code>``; an unknown language stays plain."""
    name = re.sub(r"[^a-z0-9+#-]", "", language.lower()) or "text"
    body = "".join(_spans(code.strip("\n"), _lexer(name)))
    return f'<div class="highlight"><pre><code class="language-{name}">{body}</code></pre></div>\n'


def _lexer(name: str) -> Lexer | None:
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _spans(code: str, lexer: Lexer | None) -> Iterator[str]:
    if lexer is None:
        yield escape(code)
        return
    for name, tokens in groupby(lexer.get_tokens(code), key=lambda token: _class_of(token[0])):
        text = escape("".join(value for _, value in tokens))
        yield f'<span class="{name}">{text}</span>' if name and text.strip() else text


def _class_of(kind: _TokenType) -> str:
    return next((name for parent, name in CLASSES if is_token_subtype(kind, parent)), "")


GAP = re.compile(r"\[\[(\d{1,2})\]\]")
HIDDEN = re.compile("[\ue000-\ue0ff]")


def highlight_with_gaps(code: str, language: str, gap: Callable[[int], str]) -> str:
    """Return a listing in which each ``[[1]]`` has become ``gap(1)``.

    A private character stands for the gap while the lexer reads the code: brackets would confuse it.
    """
    if not GAP.search(code):
        return highlight(code, language)
    hidden = GAP.sub(lambda match: chr(0xE000 + int(match[1])), code)
    return HIDDEN.sub(lambda match: gap(ord(match[0]) - 0xE000), highlight(hidden, language))
