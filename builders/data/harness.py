"""The inside of a limited process: started by `builders.data.limited`, never imported.

Reads one request from standard input, gives up every right it does not need, runs the script, calls its
functions, and reports each outcome on a pipe of its own. Only the standard library is used.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import io
import json
import os
import posix
import re
import resource
import signal
import sqlite3
import struct
import sys
import sysconfig
import traceback
import types
from pathlib import Path
from typing import Any
from urllib.parse import unquote

# Functions made below keep these builtins, whatever a script puts in place of the real ones.
globals()["__builtins__"] = dict(vars(builtins))

quote = json.encoder.encode_basestring_ascii
PRINTED = 20_000
"""Characters of output that are kept of one call."""
DEEPEST = 50
"""Levels of lists and dictionaries in a value."""
FILES = 100
"""Files that may be opened for writing."""
FILE_BYTES = 10_000_000

MODULES = frozenset(
    """ctypes _ctypes cffi _cffi_backend _posixsubprocess _interpreters _xxsubinterpreters _testcapi
    _testinternalcapi""".split()
)
"""Modules that lead around the audit hook: foreign code, processes, and interpreters without a hook."""
GONE = """fork forkpty fork1 vfork execv execve posix_spawn posix_spawnp system setsid setpgid setpgrp mkfifo mknod
    kill killpg pidfd_open pidfd_send_signal unshare setns chroot fchdir nice sched_setscheduler memfd_create""".split()
DENIED = re.compile(
    r"socket\.|subprocess\.|ctypes\.|fcntl\.|resource\.|syslog\.|os\.(system|exec|fork|posix_spawn|spawn|kill|link"
    r"|symlink|chmod|chown|chflags|setxattr|removexattr|lockf)|pty\.|signal\.pthread_kill|sqlite3\.(enable_)?load_"
    r"|sys\._current_|gc\.get_|sys\.setprofile|webbrowser\."
)
READS = frozenset({"os.listdir", "os.scandir", "os.chdir", "os.listxattr", "os.getxattr"})
WRITES = frozenset({"os.remove", "os.rmdir", "os.mkdir", "os.rename", "os.truncate", "os.utime"})
DATABASE = re.compile(r"file:(//)?(?P<path>/[^?]*)\?mode=ro(&immutable=1)?")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    """Serve the one request and end, whatever threads the script left running."""
    request = json.load(sys.stdin)
    pipe, token = int(sys.argv[1]), request["token"].encode()
    write, leave = os.write, os._exit

    def report(text: str) -> None:
        data = token + b" " + text.encode() + b"\n"
        while data:
            data = data[write(pipe, data) :]

    _silence()
    namespace = _namespace()
    source = Path(request["script"]).read_bytes()
    connections = [_connect(call["database"]) for call in request["calls"]]
    _confine(request)
    report('{"ready": true}')
    fatal = _run(source, request["name"], namespace)
    report('{"fatal": ' + encode(fatal) + "}" if fatal else '{"loaded": true}')
    for call, connection in zip(request["calls"], connections, strict=True):
        if not fatal:
            report(_call(namespace, call, connection, request["name"]))
    report('{"end": true}')
    leave(0)


def _silence() -> None:
    """Lead the three standard streams to nowhere; what a script prints is kept by `_Printed`."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    sys.stdin = io.StringIO()


def _namespace() -> dict[str, Any]:
    """Return the names of the script, which from now on is what imports find as ``__main__``."""
    module = types.ModuleType("__script__")
    sys.modules["__script__"] = sys.modules["__main__"] = module
    return vars(module)


def _connect(database: str | None) -> sqlite3.Connection | None:
    if database is None:
        return None
    connection = sqlite3.connect(f"{Path(database).as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    return connection


class _Printed(io.TextIOBase):
    """Keeps the beginning of what is printed."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._room = PRINTED

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._room > 0:
            self._parts.append(text[: self._room])
            self._room -= len(text)
        return len(text)

    def text(self) -> str:
        return "".join(self._parts)


def _run(source: bytes, name: str, namespace: dict[str, Any]) -> str:
    """Run the script itself; return what is wrong with it, or nothing."""
    sys.stdout = sys.stderr = _Printed()
    try:
        exec(compile(source, name, "exec", dont_inherit=True), namespace)  # noqa: S102 - that is what we are for
    except BaseException as error:
        return describe(error, name)
    return ""


def _call(namespace: dict[str, Any], call: dict[str, Any], connection: sqlite3.Connection | None, name: str) -> str:
    """Return the outcome of one call as JSON."""
    printed = sys.stdout = sys.stderr = _Printed()
    value, error = "null", "null"
    try:
        function = namespace[call["function"]]
    except KeyError:
        return '{"value": null, "printed": "", "error": ' + encode(f"there is no function {call['function']}") + "}"
    try:
        given = () if connection is None else (connection,)
        value = encode(function(*given, *call["arguments"]))
    except BaseException as caught:
        error = encode(describe(caught, name))
    return '{"value": ' + value + ', "error": ' + error + ', "printed": ' + encode(printed.text()) + "}"


def describe(error: BaseException, name: str) -> str:
    """Return the kind and message of an exception, and the line of the script it came from."""
    frames: list[int] = []
    with contextlib.suppress(BaseException):
        if isinstance(error, SyntaxError):
            frames = [error.lineno or 1]
        else:
            frames = [
                line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename == name
            ]
    text = "its message cannot be read"
    with contextlib.suppress(BaseException):
        text = (error.msg if isinstance(error, SyntaxError) else str(error))[:500]
    kind = type(error).__name__
    if isinstance(error, MemoryError):
        text = text or "this needs more memory than there is for it"
    where = f"line {frames[-1]}: " if frames else ""
    return f"{where}{kind}: {text}" if text else f"{where}{kind}"


def encode(value: Any, depth: int = 0) -> str:
    """Return a value as JSON; TypeError for what JSON cannot say."""
    if depth > DEEPEST:
        raise TypeError(f"the value is nested more than {DEEPEST} levels deep")
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return quote(str(value))
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _float(float(value))
    if isinstance(value, list | tuple):
        return "[" + ", ".join([encode(entry, depth + 1) for entry in value]) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join([f"{_key(key)}: {encode(entry, depth + 1)}" for key, entry in value.items()]) + "}"
    if type(value).__module__ == "numpy" and hasattr(value, "tolist"):
        return encode(value.tolist(), depth + 1)
    kind = type(value).__name__
    raise TypeError(f"the value holds a {kind}; return numbers, text, True, False, None, lists and dictionaries")


def _float(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return "NaN" if value != value else "Infinity" if value > 0 else "-Infinity"
    return float.__repr__(value)


def _key(key: Any) -> str:
    if isinstance(key, str):
        return quote(str(key))
    if key is None or isinstance(key, int | float):
        return '"' + encode(key).strip('"') + '"'
    raise TypeError(f"a key of the value is a {type(key).__name__}; use text or numbers as keys")


def _confine(request: dict[str, Any]) -> None:
    """Give up rights: resources, then what the kernel can forbid, then what Python can."""
    _limit(request["seconds"], request["memory_mb"])
    readable = [os.path.realpath(path) for path in request["readable"]]
    libraries = [os.path.realpath(path) for path in _libraries()]
    folder = os.path.realpath(request["folder"])
    _forbid_by_kernel(folder, [*readable, *libraries])
    _take_away()
    opening: list[bool] = []
    _guard_databases(opening)
    sys.addaudithook(_Auditor(folder, readable, libraries, opening))


def _libraries() -> list[str]:
    paths = sysconfig.get_paths()
    names = [paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    return [*names, "/usr/share/zoneinfo", "/etc/localtime", os.devnull, "/dev/urandom"]


def _limit(seconds: float, memory_mb: int) -> None:
    """Limit computing time, memory, size of files and processes, each as far as the system allows it."""
    whole = int(-(-seconds // 1))
    wanted = {
        "RLIMIT_CPU": (whole, whole + 1),
        "RLIMIT_AS": (memory_mb << 20, memory_mb << 20),
        "RLIMIT_FSIZE": (FILE_BYTES, FILE_BYTES),
        "RLIMIT_NPROC": (0, 0),
        "RLIMIT_NOFILE": (64, 64),
        "RLIMIT_CORE": (0, 0),
    }
    for name, limits in wanted.items():
        # macOS has no limit of memory, and refuses some that are below what is in use.
        with contextlib.suppress(ValueError, OSError, AttributeError):
            resource.setrlimit(getattr(resource, name), limits)


def _forbid_by_kernel(folder: str, readable: list[str]) -> None:
    """Let Linux refuse files, TCP and signals (Landlock, since 5.13); elsewhere nothing happens."""
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    version = libc.syscall(444, None, 0, 1)
    if version < 1:
        return
    everything = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    rules = struct.pack("QQQ", everything, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    ruleset = libc.syscall(444, rules, 8 if version < 4 else 16 if version < 6 else 24, 0)
    if ruleset < 0:
        return
    system = (
        "/lib",
        "/lib64",
        "/usr/lib",
        "/usr/lib64",
        "/usr/local/lib",
        "/etc/ld.so.cache",
        f"{sys.base_prefix}/lib",
    )
    _allow(libc, ruleset, folder, everything & ~1)
    _allow(libc, ruleset, os.devnull, 0b110)
    for path in (*readable, *system):
        _allow(libc, ruleset, path, 0b1100)
    libc.prctl(38, 1, 0, 0, 0)
    libc.syscall(446, ruleset, 0)
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> None:
    """Add a rule: rights below a folder, or those of them that a file can have."""
    try:
        handle = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:
        return
    rights = rights if os.path.isdir(path) else rights & 0b110  # noqa: PTH112
    libc.syscall(445, ruleset, 1, struct.pack("=Qi", rights, handle), 0)
    os.close(handle)


def _take_away() -> None:
    """Remove what no audit event announces: processes, signals to others, special files, foreign code."""
    for name in GONE:
        for module in (os, posix, signal, sys.modules["_signal"]):
            if hasattr(module, name):
                delattr(module, name)
    for name in MODULES:
        sys.modules.pop(name, None)
    processes = types.ModuleType("_posixsubprocess")
    processes.fork_exec = _refuse_process  # type: ignore[attr-defined]
    sys.modules["_posixsubprocess"] = processes


def _refuse_process(*_: Any) -> None:
    raise PermissionError("other programs may not be started here")


def _guard_databases(opening: list[bool]) -> None:
    """Put a function in place of ``sqlite3.connect`` whose connections cannot attach other files."""
    connect, attached = sqlite3.connect, sqlite3.SQLITE_LIMIT_ATTACHED

    def guarded(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opening.append(True)
        try:
            connection: sqlite3.Connection = connect(*arguments, **options)
        finally:
            opening.pop()
        connection.setlimit(attached, 0)
        return connection

    for module in (sqlite3, sqlite3.dbapi2, sys.modules["_sqlite3"]):
        module.connect = guarded  # type: ignore[attr-defined]


class _Auditor:
    """The hook that sees each file, module and connection before it is opened."""

    def __init__(self, folder: str, readable: list[str], libraries: list[str], opening: list[bool]) -> None:
        self._own = (folder, os.devnull)
        self._readable = (folder, *readable, *libraries)
        self._databases = tuple(readable)
        self._opening = opening
        self._written = 0

    def __call__(self, event: str, details: Any) -> None:
        if event == "open":
            (self._write if details[2] & WRITING else self._read)(details[0])
        elif event == "import":
            if details[0] in MODULES:
                raise ImportError(f"the module {details[0]} may not be used here", name=details[0])
        elif event in READS:
            self._read(details[0])
        elif event in WRITES:
            for path in details[: 2 if event == "os.rename" else 1]:
                self._write(path)
        elif event == "sqlite3.connect":
            self._connect(os.fsdecode(details[0]))
        elif DENIED.match(event):
            raise PermissionError(f"{event} may not be used here: no network, no other programs, no system calls")

    def _read(self, path: Any) -> None:
        if not _is_within(path, self._readable):
            raise PermissionError(f"{path} may not be read here")

    def _write(self, path: Any) -> None:
        if isinstance(path, int):
            return
        if not _is_within(path, self._own):
            raise PermissionError(f"{path} may not be written here")
        self._written += 1
        if self._written > FILES:
            raise PermissionError(f"more than {FILES} files may not be written here")

    def _connect(self, address: str) -> None:
        found = DATABASE.fullmatch(address)
        known = address == ":memory:" or (found and _is_within(unquote(found["path"]), self._databases))
        if not self._opening or not known:
            raise PermissionError(f"the database {address} may not be opened here; use what the function is given")


def _is_within(path: Any, folders: tuple[str, ...]) -> bool:
    """Whether a path (a handle is as good as what opened it) leads into one of the folders."""
    if isinstance(path, int):
        return True
    place = os.path.realpath("." if path is None else os.fsdecode(path))
    return any(place == folder or place.startswith(f"{folder}/") for folder in folders)


if __name__ == "__main__":
    main()
