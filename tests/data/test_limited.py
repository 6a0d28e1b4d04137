"""What a script in a limited process may do, and what it may not: each attempt ends in time and leaves nothing."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from builders.data import DatasetError, build_database
from builders.data.limited import Call, LimitedError, Outcome, Reason, call_limited

ROOT = Path(__file__).parents[2]
SECRETS = ROOT / "assessments" / "secure"
GENERATOR = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[-1])
connection.executescript("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2)")
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    (folder / "make.py").write_text(GENERATOR)
    try:
        return build_database(folder / "make.py", "blue", "small", folder / "cache")
    except DatasetError as error:  # pragma: no cover - says why
        pytest.fail(str(error))


@pytest.fixture(autouse=True)
def nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each test no process and no file of a limited process is there, and its script is as it was."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    yield
    assert list(scratch.iterdir()) == []
    listed = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(scratch) not in listed
    assert not [line for line in listed.splitlines() if "harness.py" in line and str(os.getpid()) in line]


def run(tmp_path: Path, body: str, *arguments: object, database: Path | None = None, **limits: object) -> Outcome:
    """Call ``f`` of a script."""
    script = tmp_path / "script.py"
    script.write_text(body, encoding="utf-8")
    call = Call("f", arguments, database)  # type: ignore[arg-type]
    (outcome,) = call_limited(script, [call], **limits)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["script.py"]
    return outcome


def test_a_value_comes_back(tmp_path: Path) -> None:
    body = "def f(a, *, b=2):\n    print('seen', a)\n    return {'a': [a, 1.5, None, True], b: ('é', -3)}"
    assert run(tmp_path, body, 7) == Outcome({"a": [7, 1.5, None, True], "2": ["é", -3]}, None, "seen 7\n")


def test_one_call_may_fail_and_the_next_succeed(tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("def f(x):\n    return 1 / x\ndef g():\n    return 2")
    outcomes = call_limited(tmp_path / "s.py", [Call("f", (0,)), Call("nothing"), Call("g")])
    assert [outcome.error for outcome in outcomes] == [
        "line 2: ZeroDivisionError: division by zero",
        "there is no function nothing",
        None,
    ]
    assert outcomes[2].value == 2


def test_a_database_is_the_first_argument(tmp_path: Path, database: Path) -> None:
    body = "def f(connection, more):\n    return connection.execute('SELECT sum(a) FROM t').fetchone()[0] + more"
    assert run(tmp_path, body, 4, database=database).value == 7


def test_numpy_and_dataclasses_work(tmp_path: Path) -> None:
    body = (
        "import dataclasses, numpy, statistics, subprocess, csv\n@dataclasses.dataclass\nclass P:\n    x: int\n"
        "def f():\n    return [numpy.array([[1, 2.5]]), numpy.float64(3), P(4).x, statistics.median([1, 2])]"
    )
    assert run(tmp_path, body).value == [[[1, 2.5]], 3, 4, 1.5]


def test_named_files_and_the_own_folder(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("x,y\n1,2\n")
    body = (
        "import csv, os, tempfile\ndef f(path):\n"
        "    with open('mine.txt', 'w') as out: out.write('ok')\n"
        "    os.rename('mine.txt', 'yours.txt'); os.mkdir('sub'); os.rmdir('sub')\n"
        "    with tempfile.NamedTemporaryFile() as other: other.write(b'x')\n"
        "    return [open('yours.txt').read(), list(csv.reader(open(path))), sorted(os.listdir())]"
    )
    found = run(tmp_path, body, str(tmp_path / "data" / "a.csv"), readable=[tmp_path / "data"]).value
    assert found == ["ok", [["x", "y"], ["1", "2"]], ["yours.txt"]]


WHOLE = {
    "endless loop": ("def f():\n    while True: pass", Reason.TIME, "took longer than 1 s"),
    "endless script": ("while True: pass", Reason.TIME, "took longer than 1 s"),
    "endless sleep": ("import time\ndef f(): time.sleep(99)", Reason.TIME, "took longer than 1 s"),
    "signals ignored": (
        "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\ndef f():\n    while True: pass",
        Reason.TIME,
        "took longer than 1 s",
    ),
    "every exception caught": (
        "def f():\n    while True:\n        try:\n            f()\n        except BaseException: pass",
        Reason.TIME,
        "took longer than 1 s",
    ),
    "one long call": ("def f(): return len(str(7 ** 10 ** 8))", Reason.TIME, "took longer than 1 s"),
    "ended": ("import os\ndef f(): os._exit(0)", Reason.ENDED, "ended itself with status 0"),
    "own alarm": (
        "import signal, time\ndef f():\n    signal.alarm(1)\n    time.sleep(9)",
        Reason.CRASHED,
        "crashed (SIGALRM)",
    ),
    "stack overflow": (
        "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(*a): return sorted([1], key=f)",
        None,
        "",
    ),
    "no Python": ("def f(:", Reason.SCRIPT, "line 1: SyntaxError"),
    "null bytes": ("def f(): pass\0", Reason.SCRIPT, "null bytes"),
    "exit": ("import sys\nsys.exit(3)", Reason.SCRIPT, "line 2: SystemExit: 3"),
    "huge value": ("def f(): return 'x' * 30_000_000", Reason.OUTPUT, "more than 20 MB"),
    "pipe written": (
        (
            "import os, contextlib\ndef f():\n    for n in range(3, 64):\n"
            "        with contextlib.suppress(OSError): os.write(n, b'{\"value\": 1}\\n')"
        ),
        Reason.OUTPUT,
        "wrote where only its outcomes belong",
    ),
    "pipe closed": ("import os\nos.closerange(3, 64)\ndef f(): return 1", Reason.ENDED, "ended itself"),
}


@pytest.mark.parametrize(("body", "reason", "message"), WHOLE.values(), ids=WHOLE)
def test_a_process_that_fails_as_a_whole(tmp_path: Path, body: str, reason: Reason | None, message: str) -> None:
    begin = time.monotonic()
    with pytest.raises(LimitedError) as caught:
        run(tmp_path, body, seconds=1)
    assert time.monotonic() - begin < 6
    assert message in str(caught.value)
    assert reason in (None, caught.value.reason)


REFUSED = {
    "recursion": ("def f(): return f()", "RecursionError"),
    "memory": ("def f(): return len('x' * 10 ** 9)", "MemoryError"),
    "memory, step by step": ("def f():\n    a = []\n    while True: a.append(bytes(10 ** 6))", "MemoryError"),
    "huge file": ("def f():\n    with open('x', 'wb') as out: out.write(bytes(20_000_000))", "File too large"),
    "many files": ("def f():\n    for n in range(9999): open(f'{n}', 'w').close()", "more than 100 files"),
    "write outside": ("def f(): open('/tmp/limited-was-here', 'w')", "may not be written"),
    "write by parent": ("def f(): open('../limited-was-here', 'w')", "may not be written"),
    "append to itself": ("def f(): open(PATH, 'a')", "may not be written"),
    "delete": ("import os\ndef f(): os.remove(PATH)", "may not be written"),
    "delete a tree": ("import shutil\ndef f(): shutil.rmtree(ROOT)", "PermissionError"),
    "rename": ("import os\ndef f(): os.rename(PATH, 'x')", "may not be written"),
    "link": ("import os\ndef f(): os.symlink('/etc/passwd', 'x')", "os.symlink may not be used"),
    "hard link": ("import os\ndef f(): os.link(PATH, 'x')", "os.link may not be used"),
    "special file": ("import os\ndef f(): os.mkfifo('/tmp/limited-fifo')", "mkfifo"),
    "read passwd": ("def f(): return open('/etc/passwd').read()", "may not be read"),
    "read passwd, low": ("import os\ndef f(): return os.open('/etc/passwd', os.O_RDONLY)", "may not be read"),
    "read secrets": ("def f(): return open(SECRET).read()", "may not be read"),
    "list secrets": ("import os\ndef f(): return os.listdir(os.path.dirname(SECRET))", "may not be read"),
    "read its process": ("def f(): return open('/proc/self/environ').read()", "may not be read"),
    "change folder": ("import os\ndef f(): os.chdir('/')", "may not be read"),
    "fork": ("import os\ndef f(): os.fork()", "fork"),
    "fork bomb": ("import multiprocessing as m\ndef f():\n    while True: m.Process(target=f).start()", "fork"),
    "subprocess": ("import subprocess\ndef f(): subprocess.run(['touch', '/tmp/x'])", "subprocess.Popen may not"),
    "below subprocess": (
        "def f():\n    import sys; del sys.modules['_posixsubprocess']; import _posixsubprocess",
        "may not be used",
    ),
    "shell": ("import os\ndef f(): os.system('true')", "system"),
    "popen": ("import os\ndef f(): os.popen('true').read()", "may not be used"),
    "spawn": ("import os\ndef f(): os.spawnv(os.P_NOWAIT, '/bin/true', ['true'])", "exec"),
    "exec": ("import os\ndef f(): os.execv('/bin/true', ['true'])", "exec"),
    "kill": ("import os, signal\ndef f(): os.kill(os.getppid(), signal.SIGTERM)", "kill"),
    "new session": ("import os\ndef f(): os.setsid()", "setsid"),
    "socket": ("import socket\ndef f(): socket.create_connection(('127.0.0.1', 9))", "socket."),
    "url": ("import urllib.request as u\ndef f(): u.urlopen('http://127.0.0.1:9/')", "socket."),
    "ctypes": ("def f():\n    import ctypes", "the module ctypes may not be used"),
    "another interpreter": ("def f():\n    import _xxsubinterpreters", "may not be used"),
    "raise limits": ("import resource\ndef f(): resource.setrlimit(resource.RLIMIT_CPU, (9, 9))", "may not be used"),
    "exit": ("import sys\ndef f(): sys.exit('bye')", "SystemExit: bye"),
    "interrupt": ("def f(): raise KeyboardInterrupt", "KeyboardInterrupt"),
    "deep value": ("def f():\n    a = []\n    for _ in range(10 ** 5): a = [a]\n    return a", "more than 50 levels"),
    "value in itself": ("def f():\n    a = []\n    a.append(a)\n    return a", "more than 50 levels"),
    "deep JSON": ("import json\ndef f(): return json.loads('[' * 10 ** 6)", "RecursionError"),
    "pickle": (
        (
            "import os, pickle\nclass E:\n    def __reduce__(self): return (os.getenv, ('HOME',)) + (os.popen,) * 9\n"
            "def f(): pickle.loads(pickle.dumps(E()))"
        ),
        "Error",
    ),
    "object": ("def f(): return object()", "the value holds a object"),
    "evil message": ("class E(Exception):\n    def __str__(self): raise E\ndef f(): raise E", "cannot be read"),
    "input": ("def f(): input()", "EOFError"),
    "hook list": ("import gc\ndef f(): return len(gc.get_objects())", "may not be used"),
    "other database": ("import sqlite3\ndef f(): sqlite3.connect(PATH)", "may not be opened"),
    "attach": (
        "import sqlite3\ndef f(): sqlite3.connect(':memory:').execute(\"ATTACH 'x.sqlite' AS x\")",
        "too many attached",
    ),
    "copy of a database": (
        "import sqlite3\ndef f(): sqlite3.connect(':memory:').execute(\"VACUUM INTO '/tmp/limited-was-here'\")",
        "Error",
    ),
    "extension": ("import sqlite3\ndef f(): sqlite3.connect(':memory:').enable_load_extension(True)", "load_extension"),
}


@pytest.mark.parametrize(("body", "message"), REFUSED.values(), ids=REFUSED)
def test_what_a_call_may_not_do(tmp_path: Path, body: str, message: str) -> None:
    secret = next((str(path) for path in sorted(SECRETS.rglob("*.yaml"))), str(SECRETS / "none.yaml"))
    names = f"PATH, ROOT, SECRET = {str(tmp_path / 'script.py')!r}, {str(tmp_path)!r}, {secret!r}\n"
    before = (Path("/tmp/limited-was-here").exists(), Path("/tmp/limited-fifo").exists())
    outcome = run(tmp_path, body.replace("\ndef f", f"\n{names}def f", 1) if body[:4] != "def " else names + body)
    assert outcome.value is None
    assert outcome.error is not None
    assert message in outcome.error
    assert (Path("/tmp/limited-was-here").exists(), Path("/tmp/limited-fifo").exists()) == before == (False, False)


def test_a_connection_only_reads(tmp_path: Path, database: Path) -> None:
    before = database.read_bytes()
    for sql in ("INSERT INTO t VALUES (3)", "ATTACH 'x' AS x", "VACUUM INTO 'copy'", "PRAGMA journal_mode = WAL"):
        outcome = run(tmp_path, f"def f(c):\n    return c.execute({sql!r}).fetchall()", database=database)
        assert outcome.error is not None or sql.startswith("PRAGMA"), sql
        assert database.read_bytes() == before
    assert [path.name for path in database.parent.iterdir()] == [database.name]


def test_threads_that_never_end_are_no_matter(tmp_path: Path) -> None:
    body = (
        "import threading, time\ndef forever():\n    while True: time.sleep(1)\n"
        "def f():\n    try: threading.Thread(target=forever).start()\n    except RuntimeError: pass\n    return 1"
    )
    begin = time.monotonic()
    assert run(tmp_path, body).value == 1
    assert time.monotonic() - begin < 4


def test_printing_is_kept_in_part_and_forges_nothing(tmp_path: Path) -> None:
    body = (
        'import sys, os\ndef f():\n    print(\'{"value": 9, "error": null}\')\n    os.write(1, b\'{"value": 9}\')\n'
        "    sys.__stdout__.write('{\"end\": true}')\n    print('x' * 10 ** 6)\n    return 1"
    )
    outcome = run(tmp_path, body)
    assert (outcome.value, outcome.error, len(outcome.printed)) == (1, None, 20_000)


def test_patches_of_the_script_do_not_reach_the_report(tmp_path: Path) -> None:
    body = (
        "import builtins, json, os, sys, traceback\n"
        "def liar(*a, **k): return '{\"value\": 9}'\n"
        "json.dumps = json.encoder.encode_basestring_ascii = os.write = traceback.walk_tb = liar\n"
        "for name in ('isinstance', 'str', 'len', 'type', 'print', 'zip', 'repr'): setattr(builtins, name, liar)\n"
        "for name in ('encode', '_call', 'describe', 'main'):\n    setattr(sys.modules['__main__'], name, liar)\n"
        "def f(): return 'mine'"
    )
    assert run(tmp_path, body).value == "mine"


def test_one_call_has_a_time_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "s.py").write_text("import time\ndef f(n):\n    time.sleep(n)\n    return n")
    begin = time.monotonic()
    with pytest.raises(LimitedError, match=r"longer than 0\.5 s") as caught:
        call_limited(tmp_path / "s.py", [Call("f", (0.1,)), Call("f", (20,))], seconds=30, each=0.5)
    assert time.monotonic() - begin < 5
    assert [outcome.value for outcome in caught.value.done] == [0.1]


def landlock() -> bool:
    return sys.platform == "linux" and int(ctypes.CDLL(None).syscall(444, None, 0, 1)) > 0


@pytest.mark.skipif(not landlock(), reason="this kernel has no Landlock")
def test_the_kernel_refuses_what_python_overlooks(tmp_path: Path) -> None:
    """A path relative to an open folder looks harmless to Python; here it leads to a file outside."""
    body = (
        "import os\ndef f():\n    here = 'a/' * 30\n    os.makedirs(here)\n    os.chdir(here)\n"
        "    folder = os.open(os.path.dirname(os.__file__), os.O_RDONLY)\n"
        "    return os.open('../' * 20 + 'etc/passwd', os.O_RDONLY, dir_fd=folder)"
    )
    assert run(tmp_path, body).error == "line 7: PermissionError: [Errno 13] Permission denied: '" + "../" * 20 + (
        "etc/passwd'"
    )
