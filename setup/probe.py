"""Looks at the machine: which libraries, commands and browsers it has, and how software is installed on it."""

from __future__ import annotations

import ctypes
import importlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from setup.needs import Kind, Machine, Part

VENV = Path(__file__).resolve().parent.parent / ".venv"
MACOS: bool = platform.system() == "Darwin"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS_BROWSERS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def present(part: Part) -> bool:
    """Return whether this machine has a part."""
    name = part.macos if MACOS else part.linux
    if part.kind is Kind.LIBRARY:
        return _has_library(name)
    if part.kind is Kind.COMMAND:
        return shutil.which(name) is not None
    if part.kind is Kind.MODULE:
        importlib.invalidate_caches()
        return importlib.util.find_spec(name) is not None
    return find_browser() is not None or _playwright_has_browser()


def _has_library(name: str) -> bool:
    """Return whether a library is found: asking the loader on Linux, looking where Homebrew puts it on macOS."""
    if MACOS:
        return any((folder / name).exists() for folder in library_folders())
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


@cache
def library_folders() -> tuple[Path, ...]:
    """Return the folders of libraries on macOS: Homebrew on Apple chips and Intel, MacPorts, and a moved Homebrew."""
    folders = [Path("/opt/homebrew/lib"), Path("/usr/local/lib"), Path("/opt/local/lib")]
    if brew := shutil.which("brew"):
        folders.insert(0, Path(brew).parent.parent / "lib")
    return tuple(dict.fromkeys(folder for folder in folders if folder.is_dir()))


def find_browser() -> str | None:
    """Return the path of an installed Chromium or Chrome; None where only Playwright's own may be there."""
    apps = (path for path in MACOS_BROWSERS if MACOS and Path(path).exists())
    return next((path for name in BROWSERS if (path := shutil.which(name))), None) or next(apps, None)


def _playwright_has_browser() -> bool:
    """Return whether Playwright has downloaded the very Chromium that its installed version drives."""
    listing = next(VENV.glob("lib/python3.*/site-packages/playwright/driver/package/browsers.json"), None)
    if listing is None:
        return False
    revisions = {entry["name"]: entry["revision"] for entry in json.loads(listing.read_bytes())["browsers"]}
    return (_playwright_folder() / f"chromium-{revisions['chromium']}" / "INSTALLATION_COMPLETE").exists()


def _playwright_folder() -> Path:
    if configured := os.environ.get("PLAYWRIGHT_BROWSERS_PATH"):
        return Path(configured)
    return Path.home() / ("Library/Caches" if MACOS else ".cache") / "ms-playwright"


def read_machine() -> Machine:
    """Return how software is installed here; asks sudo whether it works without a password."""
    root = os.geteuid() == 0
    installer = "brew" if MACOS else "apt-get"
    installer = installer if shutil.which(installer) else ""
    sudo = installer == "apt-get" and not root and _sudo_without_password()
    return Machine(sys.platform, _distribution(), installer, root, sudo)


def _distribution() -> str:
    release = Path("/etc/os-release")
    lines = release.read_text(encoding="utf-8").splitlines() if release.exists() else []
    return next((line[3:].strip("\"'") for line in lines if line.startswith("ID=")), "")


def _sudo_without_password() -> bool:
    sudo = shutil.which("sudo")
    return sudo is not None and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
