"""What a fresh machine lacks: system packages, the virtual environment, translations, the field client."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev import client, packages
from dev.places import PYTHON, ROOT, UV, VENV
from dev.told import Told, say

NEEDED_BYTES = 2 * 1024**3


def ensure(*, with_tests: bool) -> None:
    """Brings the machine and the checkout to the state the other verbs expect; quick when they are."""
    _check_place()
    packages.ensure(with_tests=with_tests)
    _ensure_venv()
    _compile_translations()
    client.ensure()


def _check_place() -> None:
    if not os.access(ROOT, os.W_OK):
        raise Told(f"{ROOT} cannot be written by this user; clone it as yourself")
    free = shutil.disk_usage(ROOT).free
    if free < NEEDED_BYTES:
        raise Told(f"the disk of {ROOT} has {free / 1024**3:.1f} GB free; at least 2 GB are needed")


def _ensure_venv() -> None:
    """Installs exactly the locked packages, and only when the lock file or Python has changed."""
    locked = ROOT / "requirements" / "dev.txt"
    stamp = VENV / "jinzhi-requirements"
    mark = f"{sys.version_info.major}.{sys.version_info.minor} {hashlib.sha256(locked.read_bytes()).hexdigest()}"
    if stamp.exists() and stamp.read_text() == mark and PYTHON.exists():
        return
    if not _venv_fits():
        say("making .venv")
        _run([_base_python(), "-m", "venv", "--clear", str(VENV)])
    say("installing Python packages from requirements/dev.txt")
    _install(locked)
    stamp.write_text(mark)


def _install(locked: Path) -> None:
    """By uv, which pip brings: pip alone takes ten times as long over so many packages."""
    pip = [str(PYTHON), "-m", "pip"]
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    _run([*pip, "install", *quiet, "-r", str(locked.with_name("installer.txt"))])
    ask = [*pip, "config", "get", "global.index-url"]
    mirror = subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip()
    index = ["--default-index", mirror] if mirror else []
    install = [str(UV), "pip", "install", "--quiet", "--system-certs", "--python", str(PYTHON)]
    _run([*install, *index, "--require-hashes", "-r", str(locked)])


def _venv_fits() -> bool:
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
            _run(["msgfmt", "--check-format", "-o", str(target), str(source)])


def _run(command: list[str]) -> None:
    if subprocess.run(command, cwd=ROOT, stdout=sys.stderr, check=False).returncode:
        raise Told(f"this failed, see above: {' '.join(command)}")
