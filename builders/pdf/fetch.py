"""Where a document may take its images, stylesheets and fonts from."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from builders.pdf.fonts import read_font
from builders.pdf.system import FontsMissing, weasyprint


class Fetcher:
    """The ``url_fetcher`` of one document: our fonts, ``data:`` URLs and files under the given folders.

    WeasyPrint asks no more of a fetcher than to be called and to have ``_fail_on_errors``; what is raised here it
    logs, so that a missing picture becomes a finding.
    """

    _fail_on_errors = False

    def __init__(self, *folders: Path) -> None:
        self._folders = [folder.resolve() for folder in folders]
        self.missing_fonts: list[str] = []

    def __call__(self, url: str) -> Any:
        """Return what is at the address.

        :raises ValueError: for an address outside the course.
        """
        scheme, _, rest = url.partition(":")
        if scheme == "font":
            return self._respond(url, self._font(unquote(rest)))
        if scheme == "data":
            return weasyprint().urls.URLFetcher(allowed_protocols=["data"]).fetch(url)
        if scheme == "file":
            return self._respond(url, self._path(url).read_bytes())
        raise ValueError("printed documents take nothing from the network; put the file into the course")

    def _font(self, name: str) -> bytes:
        try:
            return read_font(name)
        except FontsMissing as error:
            self.missing_fonts.append(str(error))
            raise

    def _path(self, url: str) -> Path:
        path = Path(unquote(urlsplit(url).path)).resolve()
        if not any(path.is_relative_to(folder) for folder in self._folders):
            raise ValueError("the file is outside the course; copy it into the course")
        return path

    @staticmethod
    def _respond(url: str, body: bytes) -> Any:
        # Pictures are told apart by their content, stylesheets are asked for by name.
        headers = {"Content-Type": "text/css"} if urlsplit(url).path.endswith(".css") else {}
        return weasyprint().urls.URLFetcherResponse(url, body, headers)
