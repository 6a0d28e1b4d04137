"""Writes requirements.lock from pyproject.toml: for Python 3.11 and up, Linux and macOS, with a hash for every file.

Run as ``make lock`` (keeps versions where it can) or ``make lock UPGRADE=yes``. It takes a resolver, uv, which is
installed into ``.cache`` for this alone: pip's own tools resolve for one platform and one Python at a time.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RESOLVER = "uv==0.13.9"
TOOLS = ROOT / ".cache" / "lock"
OPTIONS = (
    "--all-extras",
    "--universal",
    "--python-version=3.11",
    "--fork-strategy=fewest",  # one version of a package for everybody, so that outputs are the same everywhere
    "--generate-hashes",
    "--no-config",
    "--default-index=https://pypi.org/simple",
    "--custom-compile-command=make lock",
    "--quiet",
)


def main(arguments: list[str]) -> None:
    """Resolve; further arguments go to the resolver."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--target", str(TOOLS), RESOLVER]
    subprocess.run(pip, check=True)
    compile_lock = [str(TOOLS / "bin" / "uv"), "pip", "compile", "pyproject.toml", *OPTIONS, "-o", "requirements.lock"]
    subprocess.run([*compile_lock, *arguments], cwd=ROOT, check=True)


if __name__ == "__main__":
    main(sys.argv[1:])
