"""The command ``coursepack``: the only package that prints, shows progress and exits.

Commands load a course, check it, and hand it to a builder. Builders return problems; here they are
printed, sorted, one a line, and turned into the exit code: 1 where there is an error, 130 when interrupted.
"""

from __future__ import annotations

import gc
import signal
from typing import Any

import typer

from builders.cli import books as _books  # noqa: F401 - entering the commands
from builders.cli import course as _course  # noqa: F401
from builders.cli import data as _data  # noqa: F401
from builders.cli import decks as _decks  # noqa: F401
from builders.cli import exams as _exams  # noqa: F401
from builders.cli import labs as _labs  # noqa: F401
from builders.cli.shell import COLLECT_AFTER, INTERRUPTED, Stop, app, err

__all__ = ["Stop", "app", "command_names", "main"]


def main() -> None:
    """Run the command line; exit 1 on problems, 130 when interrupted or told to end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    gc.set_threshold(COLLECT_AFTER)
    try:
        status = app(standalone_mode=False)
        if status == INTERRUPTED:  # typer turns the interrupt into a status and returns it
            raise KeyboardInterrupt
    except Stop:
        raise SystemExit(1) from None
    except (KeyboardInterrupt, typer.Abort):
        err.print("interrupted; finished outputs are whole, the one at work was left as it was before")
        raise SystemExit(INTERRUPTED) from None
    except OSError as error:
        err.print(_os_message(error))
        raise SystemExit(1) from None
    except Exception as error:
        _explain_usage(error)
        _explain_setup(error)
        raise


def _explain_usage(error: Exception) -> None:
    """Show a mistake on the command line in the parser's own words, and exit 2.

    Its classes are private to typer; what they share is an exit code and a way to show themselves.
    """
    code, show = getattr(error, "exit_code", None), getattr(error, "show", None)
    if code is not None:
        if show is not None:
            show()
        raise SystemExit(code)


def _explain_setup(error: Exception) -> None:
    """Say which part of the set-up is missing and how to get it, and exit 1."""
    from builders.pdf import SetupMissing

    if isinstance(error, SetupMissing):
        err.print(str(error))
        raise SystemExit(1) from None


def _os_message(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}; free some space, or choose a folder you may write to with --out DIR"


def command_names() -> list[str]:
    """Return the names of all commands, for tests of the Makefile and the docs."""
    group: Any = typer.main.get_command(app)
    return sorted(group.commands)
