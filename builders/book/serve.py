"""Serves the site while an author writes: sphinx-autobuild builds again and reloads the browser on every change."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def serve_site(root: Path, port: int) -> None:
    """Serve the student site of a course on this computer until interrupted; mistakes are printed as they occur.

    All pages are written on every change: the search, the lists and the numbers of a site are made from all of them.
    """
    cache = root / ".cache" / "book" / "serve"
    watched = [root / "assessments", root / "objectives.yaml"]
    command = [sys.executable, "-m", "sphinx_autobuild", "--port", str(port)]
    command += [part for path in watched if path.exists() for part in ("--watch", str(path))]
    command += ["-q", "-a", "-b", "html", "-c", str(root), "-d", str(cache / "doctrees")]
    subprocess.run([*command, str(root / "source"), str(cache / "html")], check=False)
