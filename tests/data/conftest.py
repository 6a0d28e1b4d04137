"""The databases that these tests ask, built once each."""

from pathlib import Path

import pytest

from builders.data import build_database

COURSE_DATA = Path(__file__).parents[2] / "source" / "larkpost"
GENERATOR = COURSE_DATA / "dataset" / "generate.py"


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("datasets")


@pytest.fixture(scope="session")
def tiny(cache: Path) -> Path:
    return build_database(GENERATOR, "practice", "tiny", cache)


@pytest.fixture(scope="session")
def full(cache: Path) -> Path:
    return build_database(GENERATOR, "practice", "full", cache)
