"""Which tables of large print lie on turned pages."""

from __future__ import annotations

import pytest

from builders.book.workbook.turning import narrowest, turn_tables

ROOM = 470.0


def table(*rows: tuple[str, ...], tag: str = "td") -> str:
    cells = ("".join(f"<{tag}>{cell}</{tag}>" for cell in row) for row in rows)
    return f'<table class="short">{"".join(f"<tr>{row}</tr>" for row in cells)}</table>'


LONG = ("subscription_identifier", "accounts_without_any", "integration")


@pytest.mark.parametrize(
    ("html", "turned"),
    [
        (table(("id", "name"), ("1", "a long text of many short words, which may break wherever it must")), False),
        (table(LONG), True),
        (table(('<a class="ref" id="l05-2--a-long-name" href="#l05-2--another-long-name">a<br>b</a>',)), False),
        (table(*((word,) for word in LONG)), False),
        (table(tuple(f"<code>{word[:12]}</code>" for word in LONG)), False),
        (table(tuple(f"<code>{word}</code>" for word in LONG)), True),
    ],
)
def test_tables_are_turned_where_their_words_need_it(html: str, turned: bool) -> None:
    expected = f'<div class="turned">{html}</div>' if turned else html
    assert turn_tables(f"<p>a</p>{html}", ROOM, 2 * ROOM) == f"<p>a</p>{expected}"


def test_words_break_where_no_page_is_wide_enough() -> None:
    html = table(("█" * 90, "1"))
    assert turn_tables(html, ROOM, 2 * ROOM) == f'<div class="turned tight">{html}</div>'


def test_the_longest_word_of_a_column_counts() -> None:
    assert narrowest(table(("ab", "i"))) == narrowest(table(("ab", "i"), ("a ab", "i")))
    assert narrowest(table(("Wide",), tag="th")) > narrowest(table(("Wide",)))
    assert narrowest('<table><tr><th colspan="2">Subscriptions</th></tr><tr><td>a</td><td>b</td></tr></table>') < 40
    assert narrowest(table(("sign-up",))) < narrowest(table(("sign_up",)))


def test_what_a_table_keeps_free_counts() -> None:
    plain = table(("ab", "cd"))
    ruled = plain.replace('"short"', '"blank-table short"')
    assert narrowest(ruled) > narrowest(plain)
    room = '<span class="page-slot"><span class="unseen">\u00a0(page\u00a0000)</span></span>'
    assert narrowest(table((f'<a class="ref" href="#l01-1">ab{room}</a>', "cd"))) > narrowest(plain) + 5 * 18 / 2
