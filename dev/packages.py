"""System packages of Debian and Ubuntu that the service and its tests need."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dev import postgres
from dev.console import UserError, print_progress
from dev.processes import is_root

# What shows that a package is there, whoever installed it.
SERVICE_PACKAGES: dict[str, Callable[[], bool]] = {
    "postgresql-postgis-3": lambda: postgres.find_newest_programs() is not None,
    "redis-server": lambda: shutil.which("redis-server") is not None,
    "gdal-bin": lambda: shutil.which("ogrinfo") is not None,
    "gettext": lambda: shutil.which("msgfmt") is not None,
    "python3-venv": lambda: _has_venv(),
    "nodejs": lambda: shutil.which("node") is not None,
    "npm": lambda: shutil.which("npm") is not None,
    "openssl": lambda: shutil.which("openssl") is not None,
}
TEST_PACKAGES: dict[str, Callable[[], bool]] = {
    "chromium": lambda: find_chromium() is not None,
    "poppler-utils": lambda: shutil.which("pdfsig") is not None,
    "fonts-noto-cjk": lambda: any(Path("/usr/share/fonts").glob("**/NotoSansCJK*")),
}


def install_missing_apt_packages(*, with_tests: bool) -> None:
    """Installs through apt what is missing; asks for nothing when all is there."""
    wanted = SERVICE_PACKAGES | (TEST_PACKAGES if with_tests else {})
    missing = [name for name, present in wanted.items() if not present()]
    if not missing:
        return
    print_progress(f"installing system packages: {' '.join(missing)}")
    prefix = _sudo_prefix(missing)
    _run_apt(prefix, ["update", "-qq"])  # before any name is looked up: images come without lists
    _run_apt(prefix, ["install", "-y", "-qq", "--no-install-recommends", *_apt_names(missing)])
    still = [name for name in missing if not wanted[name]()]
    if still:
        raise UserError(f"apt-get installed them, yet these are not found: {' '.join(still)}")


def find_chromium() -> str | None:
    """The browser of the tests: what ``CHROMIUM`` names, or one that is installed."""
    named = os.environ.get("CHROMIUM")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def _apt_names(missing: list[str]) -> list[str]:
    """The names apt knows: PostGIS and venv carry a version in theirs."""
    special = {
        "postgresql-postgis-3": _postgis_package,
        "python3-venv": _venv_package,
        "chromium": _chromium_package,
    }
    return [special.get(name, lambda name=name: name)() for name in missing]


def _postgis_package() -> str:
    command = ["apt-cache", "search", "--names-only", r"^postgresql-[0-9]+-postgis-3$"]
    listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    versions = [int(v) for v in re.findall(r"^postgresql-(\d+)-postgis-3 ", listing, re.MULTILINE)]
    if not versions:
        raise UserError(
            "apt knows no postgresql-*-postgis-3; enable the main (Ubuntu: universe) archive"
        )
    return f"postgresql-{max(versions)}-postgis-3"


def _chromium_package() -> str:
    """Raises UserError on Ubuntu, whose archive has a pointer to a snap in its place."""
    command = ["env", "LC_ALL=C", "apt-cache", "policy", "chromium"]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    if "Candidate: " not in told or "Candidate: (none)" in told:
        raise UserError(
            "apt has no Chromium here; install one otherwise, as by `snap install chromium`, and"
            " type: make test CHROMIUM=/path/to/it"
        )
    return "chromium"


def _venv_package() -> str:
    return f"python3.{sys.version_info.minor}-venv"


def _has_venv() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def _sudo_prefix(missing: list[str]) -> list[str]:
    """The prefix that makes us root; raises UserError with what an administrator shall type."""
    if is_root():
        return []
    if shutil.which("sudo") is None:
        raise UserError(
            f"there is neither root nor sudo; ask an administrator to run: {_by_hand(missing)}"
        )
    silent = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
    if silent.returncode and not sys.stdin.isatty():
        raise UserError(
            f"sudo wants a password and there is no terminal; first run: sudo {_by_hand(missing)}"
        )
    return ["sudo"]


def _by_hand(missing: list[str]) -> str:
    return f"apt-get install {' '.join(_apt_names(missing))}"


def _run_apt(prefix: list[str], words: list[str]) -> None:
    command = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *words]
    result = subprocess.run(
        command, stdout=sys.stderr, env=os.environ | {"LC_ALL": "C"}, check=False
    )
    if result.returncode:
        raise UserError(f"this failed, see above: {' '.join(command)}")
