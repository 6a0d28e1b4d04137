"""Serving: a page that an author changes is built again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.book.conftest import PONDS, copy_course

SECONDS = 60.0
PAGE = re.compile(r'\["([^"]+\.html)"')
"""What names a page that the search looks through."""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return copy_course(PONDS, tmp_path / "ponds")


@pytest.fixture
def address(root: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = (
        "import sys, pathlib; from builders.book.serve import serve_site; serve_site(pathlib.Path(sys.argv[1]), %d)"
    )
    server = subprocess.Popen(
        [sys.executable, "-c", script % port, str(root)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield f"http://127.0.0.1:{port}/01-ponds/01-how-many.html"
    os.killpg(server.pid, signal.SIGINT)
    server.wait(20)


def wait_for(address: str, found: Callable[[str], bool]) -> bool:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(address) as answer:
                if found(answer.read().decode("utf-8")):
                    return True
        except URLError:
            pass
        time.sleep(0.3)
    return False


def test_changed_lesson_is_built_again(root: Path, address: str) -> None:
    passages = address.replace("01-ponds/01-how-many.html", "_static/search-passages.js")
    assert wait_for(address, lambda page: "A first paragraph" in page)
    with urlopen(passages) as answer:
        searched = PAGE.findall(answer.read().decode("utf-8"))
    lesson = root / "source" / "01-ponds" / "01-how-many.md"
    lesson.write_text(lesson.read_text(encoding="utf-8").replace("A first", "Another first"), encoding="utf-8")
    assert wait_for(address, lambda page: "Another first paragraph" in page)
    assert wait_for(passages, lambda script: "Another first paragraph" in script and PAGE.findall(script) == searched)
