"""What the project needs from the system, and which commands bring what is missing.

Decisions only: nothing here looks at the machine or runs a command. ``probe.py`` looks, ``install.py`` runs.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

Command = tuple[str, ...]
PLAYWRIGHT: Command = (".venv/bin/python", "-m", "playwright")


class Purpose(str, Enum):
    """What set-up is for: building a course, or also testing this project."""

    BUILD = "build"
    TEST = "test"


class Kind(str, Enum):
    """How to find out whether a part is there."""

    LIBRARY = "library"
    COMMAND = "command"
    BROWSER = "browser"
    MODULE = "module"


@dataclass(frozen=True)
class Part:
    """One thing to look for, by its name on Linux and on macOS, and the packages that bring it."""

    kind: Kind
    linux: str
    macos: str
    apt: str
    brew: str


@dataclass(frozen=True)
class Need:
    """Something the system must have, why, and for which purpose."""

    title: str
    purpose: Purpose
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Machine:
    """What decides how software is installed here."""

    system: str  # as sys.platform says: linux, darwin
    distribution: str  # ID of os-release: debian, ubuntu, fedora; empty on macOS
    installer: str  # apt-get, brew, or empty
    root: bool
    sudo: bool  # without a password


@dataclass(frozen=True)
class Plan:
    """Commands that bring what is missing, in order; run only where ``allowed``."""

    titles: tuple[str, ...]
    commands: tuple[Command, ...]
    allowed: bool


def _library(linux: str, macos: str, apt: str) -> Part:
    return Part(Kind.LIBRARY, linux, macos, apt, "pango")


def _command(name: str, apt: str, brew: str) -> Part:
    return Part(Kind.COMMAND, name, name, apt, brew)


# The libraries that WeasyPrint opens. Pango's packages bring GObject, HarfBuzz and Fontconfig with them.
PANGO = Need(
    "Pango, which sets the text of PDFs",
    Purpose.BUILD,
    (
        _library("libgobject-2.0.so.0", "libgobject-2.0.0.dylib", "libpango-1.0-0"),
        _library("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0"),
        _library("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0"),
        _library("libharfbuzz.so.0", "libharfbuzz.0.dylib", "libpango-1.0-0"),
        _library("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib", "libharfbuzz-subset0"),
        _library("libfontconfig.so.1", "libfontconfig.1.dylib", "libpangoft2-1.0-0"),
    ),
)
POPPLER = Need(
    "Poppler's tools, which read PDFs back in tests",
    Purpose.TEST,
    tuple(
        _command(name, "poppler-utils", "poppler")
        for name in ("pdffonts", "pdfimages", "pdfinfo", "pdftoppm", "pdftotext")
    ),
)
QPDF = Need("qpdf, which checks PDFs in tests", Purpose.TEST, (_command("qpdf", "qpdf", "qpdf"),))
BROWSER = Need(
    "Chromium, which opens the site in tests",
    Purpose.TEST,
    (Part(Kind.BROWSER, "chromium", "chromium", "chromium", ""),),
)


def needs(purpose: Purpose, *, venv_for: str = "") -> list[Need]:
    """Return what a purpose needs; ``venv_for`` names the Python (``python3.12``) that has yet to make ``.venv``."""
    wanted = [PANGO, POPPLER, QPDF, BROWSER]
    if venv_for:
        module = Part(Kind.MODULE, "ensurepip", "ensurepip", f"{venv_for}-venv", "")
        wanted.insert(0, Need("Python's venv, which Debian packages apart", Purpose.BUILD, (module,)))
    return [need for need in wanted if purpose is Purpose.TEST or need.purpose is Purpose.BUILD]


def missing(wanted: Iterable[Need], present: Callable[[Part], bool]) -> list[Need]:
    """Return the needs that are not met, each with only its absent parts."""
    lacking = (
        Need(need.title, need.purpose, tuple(part for part in need.parts if not present(part))) for need in wanted
    )
    return [need for need in lacking if need.parts]


def make_plan(lacking: Iterable[Need], machine: Machine) -> Plan:
    """Return the commands that install what is lacking, and whether this account may run them."""
    lacking = list(lacking)
    parts = [part for need in lacking for part in need.parts]
    packages = sorted({name for part in parts if (name := _package(part, machine))})
    commands = _package_commands(packages, machine)
    if any(_from_playwright(part, machine) for part in parts):
        commands += _browser_commands(machine)
    return Plan(tuple(need.title for need in lacking), tuple(commands), _allowed(machine))


def _package(part: Part, machine: Machine) -> str:
    """Return the package that brings a part; empty where none does."""
    if _from_playwright(part, machine):
        return ""
    return {"apt-get": part.apt, "brew": part.brew}.get(machine.installer, "")


def _from_playwright(part: Part, machine: Machine) -> bool:
    """Return whether Playwright brings a part: a browser, except where the system packages a plain Chromium.

    Ubuntu's package is a snap, which can neither run in a container nor read a test's folder.
    """
    return part.kind is Kind.BROWSER and (machine.installer != "apt-get" or machine.distribution == "ubuntu")


def _package_commands(packages: list[str], machine: Machine) -> list[Command]:
    if not packages:
        return []
    if machine.installer == "brew":
        return [("brew", "install", *packages)]
    install = ("apt-get", "install", "-y", "--no-install-recommends", *packages)
    return [_as_root(("apt-get", "update"), machine), _as_root(install, machine)]


def _browser_commands(machine: Machine) -> list[Command]:
    download = (*PLAYWRIGHT, "install", "chromium")
    if machine.installer != "apt-get":
        return [download]
    return [_as_root((*PLAYWRIGHT, "install-deps", "chromium"), machine), download]


def _as_root(command: Command, machine: Machine) -> Command:
    return command if machine.root else ("sudo", *command)


def _allowed(machine: Machine) -> bool:
    """Return whether set-up may install: apt-get as root, Homebrew as anybody else (it refuses root)."""
    if machine.installer == "apt-get":
        return machine.root or machine.sudo
    return machine.installer == "brew" and not machine.root


def needs_venv(command: Command) -> bool:
    """Return whether a command can only run once ``.venv`` is made."""
    return PLAYWRIGHT[0] in command


def explain(plan: Plan, machine: Machine) -> str:
    """Return what to tell someone for whom set-up may not, or cannot, install what is missing."""
    lines = ["Missing on this machine:", *(f"  - {title}" for title in plan.titles)]
    command = " && ".join(shlex.join(command) for command in plan.commands)
    if machine.installer == "brew":
        lines += ["Homebrew does not run as root. As the user who owns it, run", f"  {command}"]
    elif machine.installer:
        lines += ["This account may not install packages. Run", f"  {command}"]
    elif machine.system == "darwin":
        lines += ["Install Homebrew (https://brew.sh), which set-up then uses."]
    else:
        lines += ["There is neither apt-get nor brew here: install them with this system's package manager."]
    return "\n".join([*lines, "and then make again."])
