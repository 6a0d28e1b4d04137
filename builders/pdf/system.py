"""What a machine must have before a PDF can be made, and what to say when it has not."""

from __future__ import annotations

import contextlib
import io
import sys
import warnings
from functools import cache
from importlib import import_module
from types import ModuleType

from builders.pdf.linebreak import mend_line_breaks

PANGO_INSTALL = {
    "linux": "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0",
    "darwin": "brew install pango",
}


class SetupMissing(RuntimeError):
    """Something outside Python is not installed; the message is the command that installs it."""


class PangoMissing(SetupMissing):
    """The text layout library that WeasyPrint calls is not on this machine."""


class FontsMissing(SetupMissing):
    """The font packages are not in ``node_modules``."""


@cache
def weasyprint() -> ModuleType:
    """Return the module ``weasyprint``, mended and imported when first needed: it takes most of a second.

    :raises PangoMissing: with the command to run.
    """
    try:
        # WeasyPrint prints its own advice, and warns where the system has no fonts: we bring ours.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = import_module("weasyprint")
    except OSError as error:
        raise PangoMissing(pango_message(sys.platform, str(error))) from error
    mend_line_breaks(module)
    return module


def pango_message(platform: str, cause: str) -> str:
    """Say which command installs Pango on a platform, named as ``sys.platform`` names it."""
    command = PANGO_INSTALL.get(platform, PANGO_INSTALL["linux"])
    return f"PDF files need the Pango library ({cause.splitlines()[0]}); run: {command}"
