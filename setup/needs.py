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


def split(lacking: Iterable[Need], machine: Machine) -> tuple[list[Need], list[Need]]:
    """Return the needs that system packages meet, and those that Playwright meets, once ``.venv`` is made.

    Playwright brings a browser where the system has no plain package of Chromium. Ubuntu's is a snap, which can
    neither run in a container nor read a test's folder.
    """
    packaged = machine.installer == "apt-get" and machine.distribution != "ubuntu"
    downloaded = [need for need in lacking if need == BROWSER and not packaged]
    return [need for need in lacking if need not in downloaded], downloaded


def plan_packages(lacking: Iterable[Need], machine: Machine) -> Plan:
    """Return the commands that install system packages: apt-get as root, Homebrew as anybody else (it refuses root)."""
    lacking = list(lacking)
    titles = tuple(need.title for need in lacking)
    parts = [part for need in lacking for part in need.parts]
    if machine.installer == "brew":
        packages = sorted({part.brew for part in parts if part.brew})
        return Plan(titles, (("brew", "install", *packages),), allowed=not machine.root)
    if machine.installer != "apt-get":
        return Plan(titles, (), allowed=False)
    install = ("apt-get", "install", "-y", "--no-install-recommends", *sorted({part.apt for part in parts}))
    commands = (_as_root(("apt-get", "update"), machine), _as_root(install, machine))
    return Plan(titles, commands, allowed=machine.root or machine.sudo)


def plan_browser(lacking: Iterable[Need], machine: Machine) -> Plan:
    """Return the commands that bring Playwright's Chromium; where there is apt-get, also the libraries it needs."""
    titles = tuple(need.title for need in lacking)
    download = (*PLAYWRIGHT, "install", "chromium")
    if machine.installer != "apt-get":
        return Plan(titles, (download,), allowed=True)
    libraries = _as_root((*PLAYWRIGHT, "install-deps", "chromium"), machine)
    return Plan(titles, (libraries, download), allowed=machine.root or machine.sudo)


def _as_root(command: Command, machine: Machine) -> Command:
    return command if machine.root else ("sudo", *command)


def explain(plan: Plan, machine: Machine) -> str:
    """Return what to tell someone for whom set-up may not, or cannot, install what is missing."""
    lines = ["Missing on this machine:", *(f"  - {title}" for title in plan.titles)]
    if machine.installer == "brew":
        lines += ["Homebrew does not run as root. As the user who owns it, run"]
    elif machine.installer:
        lines += ["This account may not install packages. Run"]
    elif machine.system == "darwin":
        lines += ["Install Homebrew (https://brew.sh); set-up then uses it."]
    else:
        lines += ["There is no apt-get here: install them with this system's package manager."]
    if plan.commands:
        lines += ["  " + " && ".join(shlex.join(command) for command in plan.commands)]
    return "\n".join([*lines, "Then run make again."])
