"""A browser for tests, and windows in which every request to the network and every complaint is a failure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

LESSON = "01-ponds/01-how-many.html"
TINY_PAGE = "01-rad-pflegen/01-was-quietscht-da.html"


class Window:
    """A page of a site from the disk; whatever it asks of the network, or says on the console, is a failure."""

    def __init__(self, browser: Any, address: str, *, script: str = "", **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda message: self._hear(message))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", lambda request: self._note(request.url))
        self.page.on("requestfailed", lambda request: self.faults.append(f"failed: {request.url}"))
        if script:
            self.page.add_init_script(script)
        self.page.goto(address)

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(message.text)

    def _note(self, url: str) -> None:
        if not url.startswith(("file:", "data:", "blob:")):
            self.faults.append(f"asked for {url}")

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, kind: object, *rest: object) -> None:
        self.context.close()
        assert kind is not None or self.faults == [], self.faults


AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
JUDGE = "axe.run(document, {resultTypes: ['violations'], preload: false}).then((found) => found.violations)"


def violations(page: Any) -> list[str]:
    """Return what axe finds on a page with everything on it unfolded."""
    page.evaluate("document.querySelectorAll('details').forEach((found) => { found.open = true; })")
    page.add_script_tag(path=str(AXE))
    return [f"{one['impact']} {one['id']}: {n['html'][:160]}" for one in page.evaluate(JUDGE) for n in one["nodes"]]


def address(site: Path, name: str) -> str:
    path, mark, query = name.partition("?")
    return (site / path).as_uri() + mark + query
