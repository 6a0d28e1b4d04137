"""The words of HTML."""

from __future__ import annotations

from html.parser import HTMLParser


class _Words(HTMLParser):
    """Collects the words of HTML, without those of drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag == "svg"

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag == "svg"

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.words.append(data)


def words_of(html: str) -> str:
    """Return the words of HTML."""
    reader = _Words()
    reader.feed(html)
    return "".join(reader.words)
