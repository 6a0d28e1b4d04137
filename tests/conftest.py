"""What tests of several folders share."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser import CHROMIUM


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium for a whole run: Playwright allows no second one beside it in the same process."""
    playwright = pytest.importorskip("playwright.sync_api")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed; run: make setup-test")
    with playwright.sync_playwright() as engine:
        running = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()
