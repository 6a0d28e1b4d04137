"""What libraries log becomes findings: nothing is printed, nothing is lost."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from builders.course.problem import Severity
from builders.pdf.findings import Finding

LOGGERS = ("weasyprint", "fontTools")


@dataclass
class Log:
    """What this thread logged: findings, once each, and the characters that no font has."""

    findings: list[Finding] = field(default_factory=list)
    missing: set[str] = field(default_factory=set)

    def add(self, record: logging.LogRecord) -> None:
        """Take in one record."""
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.missing.add(str(record.args[0]))
            return
        severity = Severity.ERROR if record.levelno >= logging.ERROR else Severity.WARNING
        finding = Finding("pdf-render", record.getMessage(), severity=severity)
        if finding not in self.findings:
            self.findings.append(finding)


class _Handler(logging.Handler):
    def __init__(self, log: Log) -> None:
        super().__init__(logging.WARNING)
        self._log = log
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self._log.add(record)


@contextmanager
def collect_log() -> Iterator[Log]:
    """Gather every record of level WARNING or above that this thread logs."""
    log = Log()
    with ExitStack() as stack:
        for name in LOGGERS:
            stack.enter_context(_listen(logging.getLogger(name), _Handler(log)))
        yield log


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
