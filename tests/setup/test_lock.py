"""The lock pins everything, for every system and Python it is meant for, and names no private place."""

from __future__ import annotations

import ast
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, packages_distributions
from itertools import product
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
DECLARED = [Requirement(text) for text in PROJECT["dependencies"]]
DECLARED_FOR_TESTS = [Requirement(text) for text in PROJECT["optional-dependencies"]["test"]]
PLACES = re.compile(r"[a-z+]+://|\bfile:|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)/", re.MULTILINE)
ENVIRONMENTS = [
    {
        "python_version": version,
        "python_full_version": f"{version}.0",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin"}[system],
        "platform_machine": {"linux": "x86_64", "darwin": "arm64"}[system],
        "extra": "",
    }
    for version, system in product(("3.11", "3.12", "3.13", "3.14"), ("linux", "darwin"))
]


def entries() -> list[str]:
    """Return the lock's requirements, each with its hashes."""
    lines = re.sub(r"^\s*#.*\n", "", LOCK, flags=re.MULTILINE)
    return [entry for entry in lines.replace("\\\n", " ").splitlines() if entry.strip()]


PINS = {canonicalize_name(pin.name): pin for entry in entries() for pin in [Requirement(entry.split("--hash")[0])]}


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry.split("=")[0])
def test_requirement_is_pinned_with_hashes(entry: str) -> None:
    assert re.match(r"[a-zA-Z0-9._-]+==\S+ ", entry)
    assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry)


@pytest.mark.parametrize("name", ["requirements.lock", "package.json"])
def test_names_no_private_place(name: str) -> None:
    assert not PLACES.search((ROOT / name).read_text(encoding="utf-8"))


def test_node_lock_names_no_private_place_and_has_hashes() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for path, package in packages.items():
        assert not path or package["integrity"].startswith("sha512-")
        assert package.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/")


@pytest.mark.parametrize("declared", [*DECLARED, *DECLARED_FOR_TESTS], ids=lambda declared: declared.name)
def test_pin_satisfies_what_is_declared(declared: Requirement) -> None:
    pin = PINS[canonicalize_name(declared.name)]
    assert declared.specifier.contains(next(iter(pin.specifier)).version)


@pytest.mark.parametrize("name", sorted(PINS))
def test_lock_is_complete_on_every_system(name: str) -> None:
    """What a pinned package requires is pinned too, also where it only holds on another Python or on macOS."""
    try:
        requires = distribution(name).requires or []
    except PackageNotFoundError:
        pytest.skip("not for this system")
    for required in map(Requirement, requires):
        if any(required.marker is None or required.marker.evaluate(env) for env in ENVIRONMENTS):
            pin = PINS[canonicalize_name(required.name)]
            assert required.specifier.contains(next(iter(pin.specifier)).version, prereleases=True)


def imported(folder: str) -> Iterator[str]:
    """Yield the top-level names of packages that a folder's code imports."""
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            yield from (name.split(".")[0] for name in names(node))


def names(node: ast.AST) -> list[str]:
    """Return the modules that a statement imports, or a call of ``import_module``."""
    match node:
        case ast.Import(names=aliases):
            return [alias.name for alias in aliases]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
        case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(module)), *_]):
            return [module]
    return []


def distributions(folder: str) -> set[str]:
    """Return the names of distributions that a folder's code imports."""
    providers = packages_distributions()
    found = {provider for name in imported(folder) for provider in providers.get(name, [])}
    return {str(canonicalize_name(name)) for name in found} - {"coursepack"}


def test_what_builders_import_is_declared() -> None:
    assert distributions("builders") <= {canonicalize_name(declared.name) for declared in DECLARED}


def test_what_tests_import_is_declared() -> None:
    declared = {canonicalize_name(declared.name) for declared in [*DECLARED, *DECLARED_FOR_TESTS]}
    assert distributions("tests") <= declared


def test_setup_imports_only_the_standard_library() -> None:
    assert set(imported("setup")) <= sys.stdlib_module_names | {"setup"}
