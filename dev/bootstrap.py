"""What a fresh machine lacks: system packages, the virtual environment, translations, the field client."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev import client, packages
from dev.console import UserError, print_progress
from dev.paths import PYTHON, ROOT, UV, VENV

NEEDED_BYTES = 2 * 1024**3


def bootstrap(*, with_tests: bool) -> None:
    """Brings the machine and the checkout to the state that the other verbs expect; quick when
    they are in it."""
    _check_checkout_folder()
    packages.install_missing_apt_packages(with_tests=with_tests)
    _ensure_venv(with_tests=with_tests)
    _compile_translations()
    client.build_clients()


def _check_checkout_folder() -> None:
    if not os.access(ROOT, os.W_OK):
        raise UserError(f"{ROOT} cannot be written by this user; clone it as yourself")
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise UserError(
            f"the disk of {ROOT} has {free / 1024**3:.1f} GB free; at least 2 GB are needed"
        )


def _ensure_venv(*, with_tests: bool) -> None:
    """Installs exactly the locked packages, and only when a lock file or Python has changed.

    Running needs the service and the S3 server; who has all that tests need has those too.
    """
    run, tests = _fingerprint("base", "storage"), _fingerprint("dev")
    stamp = VENV / "jinzhi-requirements"
    kept = stamp.read_text() if stamp.exists() and PYTHON.exists() else ""
    if kept == tests or (kept == run and not with_tests):
        return
    if not _is_venv_usable():
        print_progress("making .venv")
        _run_or_fail([_base_python(), "-m", "venv", "--clear", str(VENV)])
    names = ("dev",) if with_tests else ("base", "storage")
    print_progress(f"installing Python packages from requirements/{{{','.join(names)}}}.txt")
    _install_locked(names)
    stamp.write_text(tests if with_tests else run)


def _fingerprint(*names: str) -> str:
    """What tells whether these lock files and this Python are what was installed."""
    digest = hashlib.sha256(b"".join(_lock(name).read_bytes() for name in names))
    return f"{sys.version_info.major}.{sys.version_info.minor} {digest.hexdigest()}"


def _lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.txt"


def _install_locked(names: tuple[str, ...]) -> None:
    """Installs the locked packages by uv, which pip brings: pip alone takes ten times as long."""
    pip = [str(PYTHON), "-m", "pip"]
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    _run_or_fail([*pip, "install", *quiet, "-r", str(_lock("installer"))])
    ask = [*pip, "config", "get", "global.index-url"]
    mirror = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    index = ["--default-index", mirror] if mirror else []
    install = [str(UV), "pip", "install", "--quiet", "--system-certs", "--python", str(PYTHON)]
    files = [word for name in names for word in ("-r", str(_lock(name)))]
    _run_or_fail([*install, *index, "--require-hashes", *files])


def _is_venv_usable() -> bool:
    if not PYTHON.exists():
        return False
    ask = [str(PYTHON), "-c", "import sys, pip; print(*sys.version_info[:2])"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.split()
    return answer == [str(part) for part in sys.version_info[:2]]


def _base_python() -> str:
    """The interpreter outside any virtual environment, so that .venv does not lean on itself."""
    return getattr(sys, "_base_executable", sys.executable)


def _compile_translations() -> None:
    for source in (ROOT / "backend").glob("**/locale/*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _run_or_fail(["msgfmt", "--check-format", "-o", str(target), str(source)])


def _run_or_fail(command: list[str]) -> None:
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode:
        raise UserError(f"this failed, see above: {' '.join(command)}")
