"""Where the templates and style sheets of the workbook are."""

from __future__ import annotations

from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "workbook"
