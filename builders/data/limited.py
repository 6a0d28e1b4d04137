"""Call functions of a script that nobody trusts: in a process of its own, with limits, in an empty folder.

The script may read the standard library, the installed packages and what the caller names; it may write
only into its folder, which is deleted. It has no network, no other processes, and limited time, memory,
files and output. What keeps it in: audit hooks of Python and resource limits on every system; on Linux
from 5.13 on also Landlock, with which the kernel itself refuses files, TCP and signals. Everything the
process started is killed with its process group.

macOS enforces no limit of memory and has no Landlock; there the limits hold against accidents and careless
code, not against somebody who sets out to break Python's audit hooks.

A script shares its process with the code that reports its outcomes. One that digs for it could forge an
outcome, but only one of its own, which it could as well have returned. So whoever calls judges values, and
never asks a script whether it is right.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

JSON = None | bool | int | float | str | list["JSON"] | dict[str, "JSON"] | tuple["JSON", ...]

HARNESS = Path(__file__).parent / "harness.py"
START_SECONDS = 30.0
"""How long Python may take to start, which says nothing about the script."""
LARGEST = 20_000_000
"""Bytes that all outcomes together may have."""


class Reason(StrEnum):
    """Why a limited process failed as a whole."""

    SCRIPT = "script"
    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"
    ENDED = "ended"
    CRASHED = "crashed"


@dataclass(frozen=True)
class Call:
    """A function of the script and its arguments; with a database, the first one is a read-only connection."""

    function: str
    arguments: tuple[JSON, ...] = ()
    database: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """What a call returned, or the exception it raised; and the beginning of what it printed."""

    value: JSON
    error: str | None
    printed: str


class LimitedError(Exception):
    """A limited process failed as a whole; the message says why, in words for a learner or an author."""

    def __init__(self, reason: Reason, message: str, done: Sequence[Outcome] = (), *, loaded: bool = True) -> None:
        super().__init__(message)
        self.reason = reason
        self.loaded = loaded
        """Whether the script itself had run, so that the failure is that of a call."""
        self.done = tuple(done)
        """The outcomes of the calls before the one that failed."""


def call_limited(
    script: Path,
    calls: Sequence[Call],
    *,
    readable: Sequence[Path] = (),
    seconds: float = 5.0,
    memory_mb: int = 512,
    each: float | None = None,
) -> list[Outcome]:
    """Run a script in a limited process and call its functions; return an outcome a call.

    The whole may take `seconds` of computing and twice that by the clock, one call `each` seconds by the
    clock. An exception of a call is its outcome, also where it needs too much memory, and the next call
    is made. Databases are `readable` without being named.

    Raises LimitedError where the script does not run, takes too long, ends itself or crashes.
    """
    token = secrets.token_hex(16)
    with tempfile.TemporaryDirectory(prefix="limited-") as folder:
        request = {
            "token": token,
            "script": str(script.resolve()),
            "name": script.name,
            "calls": [_plain(call) for call in calls],
            "readable": [str(path.resolve()) for path in _all_readable(readable, calls)],
            "folder": folder,
            "seconds": seconds,
            "memory_mb": memory_mb,
        }
        with _process(request, folder) as (process, pipe):
            return _Reader(process, pipe, token, seconds, memory_mb, each).outcomes()


def _plain(call: Call) -> dict[str, Any]:
    return {**asdict(call), "database": str(call.database.resolve()) if call.database else None}


def _all_readable(readable: Sequence[Path], calls: Sequence[Call]) -> list[Path]:
    return [*readable, *{call.database for call in calls if call.database}]


@contextlib.contextmanager
def _process(request: dict[str, Any], folder: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Start the process in a session of its own; at the end of the block nothing of it is left."""
    read_end, write_end = os.pipe()
    command = [sys.executable, "-I", "-B", "-X", "utf8", str(HARNESS), str(write_end)]
    try:
        with tempfile.TemporaryFile() as stdin:
            stdin.write(json.dumps(request).encode())
            stdin.seek(0)
            process = subprocess.Popen(
                command, cwd=folder, env=_environment(folder), stdin=stdin, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, pass_fds=[write_end], start_new_session=True,
            )  # fmt: skip
    except BaseException:
        os.close(read_end)
        raise
    finally:
        os.close(write_end)
    try:
        yield process, read_end
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(read_end)


def _environment(folder: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    # Numerical libraries start threads of their own otherwise, which the limits refuse.
    single = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"HOME": folder, "TMPDIR": folder, "TZ": "UTC", "LANG": "C.UTF-8", **single, **kept}


class _Reader:
    """Reads the reports of a process and watches its time."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        pipe: int,
        token: str,
        seconds: float,
        memory_mb: int,
        each: float | None,
    ) -> None:
        self.process = process
        self.pipe = pipe
        self.token = token.encode()
        self.seconds = seconds
        self.memory_mb = memory_mb
        self.each = each
        self.begin = time.monotonic()
        self.end = self.begin + START_SECONDS
        self.limit = START_SECONDS
        self.found: list[Outcome] = []
        self.loaded = False

    def outcomes(self) -> list[Outcome]:
        """Return the outcomes of all calls, or raise LimitedError."""
        whole = self.end
        for line in self._lines():
            match self._report(line):
                case {"end": True}:
                    return self.found
                case {"fatal": str(message)}:
                    raise self._error(Reason.SCRIPT, message)
                case {"ready": True}:
                    self.begin = time.monotonic()
                    whole = self.begin + 2 * self.seconds
                case {"loaded": True}:
                    self.loaded = True
                case {"value": value, "error": None | str() as error, "printed": str(printed)}:
                    self.found.append(Outcome(value, error, printed))
                case _:
                    raise self._forged()
            self._wind_up(whole)
        raise self._ended()

    def _report(self, line: bytes) -> object:
        token, _, text = line.partition(b" ")
        if token != self.token:
            raise self._forged()
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise self._forged() from None

    def _forged(self) -> LimitedError:
        return self._error(Reason.OUTPUT, "wrote where only its outcomes belong; print() what you want to see")

    def _wind_up(self, whole: float) -> None:
        """Set the clock for what comes next."""
        alone = time.monotonic() + self.each if self.each else whole
        self.end = min(whole, alone)
        self.limit = self.each if self.each and alone < whole else self.seconds

    def _lines(self) -> Iterator[bytes]:
        """Yield what the process reports, line by line, until it closes its end."""
        parts: list[bytes] = []
        total = 0
        while chunk := self._chunk():
            total += len(chunk)
            if total > LARGEST:
                raise self._error(Reason.OUTPUT, f"returned more than {LARGEST // 1_000_000} MB; return less")
            first, *others = chunk.split(b"\n")
            parts.append(first)
            for other in others:
                yield b"".join(parts)
                parts = [other]

    def _chunk(self) -> bytes:
        ready, _, _ = select.select([self.pipe], [], [], max(0.0, self.end - time.monotonic()))
        if not ready:
            raise self._late()
        return os.read(self.pipe, 1 << 16)

    def _late(self) -> LimitedError:
        return self._error(Reason.TIME, f"took longer than {self.limit:g} s; look for a loop that does not end")

    def _ended(self) -> LimitedError:
        """Say why a process ended before its last report."""
        try:
            status = self.process.wait(max(0.1, self.end - time.monotonic()))
        except subprocess.TimeoutExpired:
            return self._late()
        spent = time.monotonic() - self.begin
        if status == -signal.SIGXCPU or (status == -signal.SIGKILL and spent > self.seconds):
            return self._late()
        if status == -signal.SIGKILL:
            return self._error(Reason.MEMORY, f"was ended by the system; it may need more than {self.memory_mb} MB")
        if status < 0:
            name = signal.Signals(-status).name
            return self._error(Reason.CRASHED, f"crashed ({name}); often a recursion without an end")
        return self._error(Reason.ENDED, f"ended itself with status {status}; let functions return")

    def _error(self, reason: Reason, message: str) -> LimitedError:
        return LimitedError(reason, message, self.found, loaded=self.loaded)
