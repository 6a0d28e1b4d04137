"""Documents to judge."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from builders.pdf import Format, Meta, Pdf, render

META = Meta("Rows & grains", "en", "A. Author", "Databases and SQL", date(2026, 1, 15), ("sql", "grain"))
SAMPLES = Path(__file__).parent / "samples"

Make = Callable[..., Pdf]


@pytest.fixture
def make() -> Make:
    """Render HTML with the test's meta data; images come from the samples folder."""

    def make_pdf(html: str, *css: str, layout: Format | None = None) -> Pdf:
        return render(html, meta=META, base_url=SAMPLES, css=css, layout=layout)

    return make_pdf


@pytest.fixture
def save(tmp_path: Path, make: Make) -> Callable[..., Path]:
    """Render HTML into a file for an outside judge."""

    def save_pdf(html: str, *css: str, layout: Format | None = None) -> Path:
        path = tmp_path / "document.pdf"
        path.write_bytes(make(html, *css, layout=layout).data)
        return path

    return save_pdf
