"""What libraries log becomes findings: nothing is printed, nothing is lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from builders.course.problem import Severity
from builders.pdf.findings import Finding

LOGGERS = ("weasyprint", "fontTools")


class _Collector(logging.Handler):
    def __init__(self, found: list[Finding]) -> None:
        super().__init__(logging.WARNING)
        self._found = found
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        severity = Severity.ERROR if record.levelno >= logging.ERROR else Severity.WARNING
        finding = Finding(_rule(record), record.getMessage(), severity=severity)
        if finding not in self._found:
            self._found.append(finding)


@contextmanager
def collect_log(found: list[Finding]) -> Iterator[None]:
    """Add every record of level WARNING or above that this thread logs to ``found``, once each."""
    with ExitStack() as stack:
        for name in LOGGERS:
            stack.enter_context(_listen(logging.getLogger(name), _Collector(found)))
        yield


@contextmanager
def _listen(logger: logging.Logger, handler: logging.Handler) -> Iterator[None]:
    level, propagate = logger.level, logger.propagate
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
        logger.propagate = propagate


def _rule(record: logging.LogRecord) -> str:
    return "pdf-glyph" if record.getMessage().startswith(".notdef glyph") else "pdf-render"
