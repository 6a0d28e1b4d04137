"""Which packages are missing, and which command brings them: decided without looking at the machine."""

from __future__ import annotations

import pytest

from setup.needs import (
    BROWSER,
    Kind,
    Machine,
    Need,
    Part,
    Purpose,
    explain,
    missing,
    needs,
    plan_browser,
    plan_packages,
    split,
)

DEBIAN_ROOT = Machine("linux", "debian", "apt-get", root=True, sudo=False)
DEBIAN_SUDO = Machine("linux", "debian", "apt-get", root=False, sudo=True)
DEBIAN_USER = Machine("linux", "debian", "apt-get", root=False, sudo=False)
UBUNTU_ROOT = Machine("linux", "ubuntu", "apt-get", root=True, sudo=False)
UBUNTU_USER = Machine("linux", "ubuntu", "apt-get", root=False, sudo=False)
FEDORA = Machine("linux", "fedora", "", root=True, sudo=False)
MAC = Machine("darwin", "", "brew", root=False, sudo=False)
MAC_ROOT = Machine("darwin", "", "brew", root=True, sudo=False)
MAC_BARE = Machine("darwin", "", "", root=False, sudo=False)

INSTALL = ("apt-get", "install", "-y", "--no-install-recommends")


def lacking(*absent: str, purpose: Purpose = Purpose.TEST, venv_for: str = "") -> list[Need]:
    """Return the needs of a machine that has everything but the parts named (by their Linux name)."""
    return missing(needs(purpose, venv_for=venv_for), lambda part: part.linux not in absent)


def everything(purpose: Purpose = Purpose.TEST) -> list[Need]:
    return missing(needs(purpose, venv_for="python3.12"), lambda part: False)


def test_nothing_is_planned_where_nothing_is_missing() -> None:
    assert lacking() == []
    assert plan_packages([], DEBIAN_ROOT).titles == ()
    assert plan_browser([], UBUNTU_ROOT).titles == ()


def test_building_needs_no_browser_and_no_judges() -> None:
    kinds = {part.kind for need in needs(Purpose.BUILD) for part in need.parts}
    assert kinds == {Kind.LIBRARY}


def test_venv_is_needed_only_where_it_must_be_made() -> None:
    assert not lacking("ensurepip")
    assert plan_packages(lacking("ensurepip", venv_for="python3.12"), DEBIAN_ROOT).commands[-1] == (
        *INSTALL,
        "python3.12-venv",
    )


@pytest.mark.parametrize(
    ("absent", "packages"),
    [
        (("libpango-1.0.so.0",), ("libpango-1.0-0",)),
        (("libharfbuzz-subset.so.0",), ("libharfbuzz-subset0",)),
        (("libpango-1.0.so.0", "libpangoft2-1.0.so.0"), ("libpango-1.0-0", "libpangoft2-1.0-0")),
        (("pdftotext", "pdfinfo"), ("poppler-utils",)),
        (("qpdf", "chromium"), ("chromium", "qpdf")),
    ],
)
def test_only_packages_of_missing_parts_are_installed(absent: tuple[str, ...], packages: tuple[str, ...]) -> None:
    plan = plan_packages(lacking(*absent), DEBIAN_ROOT)
    assert plan.commands == (("apt-get", "update"), (*INSTALL, *packages))
    assert plan.allowed


def test_sudo_runs_apt_where_it_asks_no_password() -> None:
    plan = plan_packages(lacking("qpdf"), DEBIAN_SUDO)
    assert plan.allowed
    assert all(command[0] == "sudo" for command in plan.commands)


def test_a_plain_user_is_told_the_exact_command() -> None:
    plan = plan_packages(everything(Purpose.BUILD), DEBIAN_USER)
    packages = "libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 python3.12-venv"
    assert not plan.allowed
    assert explain(plan, DEBIAN_USER).splitlines() == [
        "Missing on this machine:",
        "  - Python's venv, which Debian packages apart",
        "  - Pango, which sets the text of PDFs",
        "This account may not install packages. Run",
        f"  sudo apt-get update && sudo apt-get install -y --no-install-recommends {packages}",
        "Then run make again.",
    ]


def test_homebrew_brings_everything_but_the_browser() -> None:
    packaged, downloaded = split(everything(), MAC)
    assert plan_packages(packaged, MAC).commands == (("brew", "install", "pango", "poppler", "qpdf"),)
    assert plan_packages(packaged, MAC).allowed
    assert plan_browser(downloaded, MAC).commands == ((".venv/bin/python", "-m", "playwright", "install", "chromium"),)
    assert plan_browser(downloaded, MAC).allowed


def test_homebrew_is_not_run_as_root() -> None:
    plan = plan_packages(lacking("qpdf"), MAC_ROOT)
    assert not plan.allowed
    assert "brew install qpdf" in explain(plan, MAC_ROOT)


@pytest.mark.parametrize(
    ("machine", "says"), [(MAC_BARE, "https://brew.sh"), (FEDORA, "this system's package manager")]
)
def test_a_machine_without_an_installer_is_told_so(machine: Machine, says: str) -> None:
    plan = plan_packages(lacking("qpdf"), machine)
    assert not plan.allowed
    assert says in explain(plan, machine)


def test_debian_packages_chromium() -> None:
    packaged, downloaded = split(lacking("chromium"), DEBIAN_ROOT)
    assert (packaged, downloaded) == ([BROWSER], [])


def test_ubuntu_takes_chromium_from_playwright_as_its_own_is_a_snap() -> None:
    packaged, downloaded = split(lacking("chromium", "qpdf"), UBUNTU_ROOT)
    assert plan_packages(packaged, UBUNTU_ROOT).commands[-1] == (*INSTALL, "qpdf")
    libraries, download = plan_browser(downloaded, UBUNTU_ROOT).commands
    assert libraries[-2:] == ("install-deps", "chromium")
    assert download[-2:] == ("install", "chromium")


def test_only_the_libraries_of_playwright_take_root() -> None:
    plan = plan_browser([BROWSER], UBUNTU_USER)
    assert not plan.allowed
    assert [command[0] for command in plan.commands] == ["sudo", ".venv/bin/python"]


def test_every_part_of_a_need_has_a_package() -> None:
    parts = [part for need in needs(Purpose.TEST, venv_for="python3.12") for part in need.parts]
    assert all(part.apt for part in parts)
    assert all(part.brew for part in parts if part.kind in {Kind.LIBRARY, Kind.COMMAND})


def test_missing_keeps_only_absent_parts() -> None:
    here, gone = (Part(Kind.COMMAND, name, name, name, name) for name in ("here", "gone"))
    need = Need("both", Purpose.BUILD, (here, gone))
    assert missing([need], lambda part: part == here) == [Need("both", Purpose.BUILD, (gone,))]
