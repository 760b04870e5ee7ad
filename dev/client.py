"""The field client: built by Node into ``mobile_api/pwa/dist`` when its sources have changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from dev.places import ROOT
from dev.told import Told, say

FOLDER = ROOT / "mobile_api" / "pwa"
_MADE = {"dist", "node_modules"}


def ensure() -> None:
    """Installs the locked packages and builds; quick when nothing has changed."""
    # The build empties dist, so that a failed one leaves no stamp behind.
    stamp, mark = FOLDER / "dist" / "built", _mark()
    if stamp.exists() and stamp.read_text() == mark:
        return
    _install()
    say("building the field client")
    _npm("run", "--silent", "build")
    stamp.write_text(mark)


def _install() -> None:
    stamp = FOLDER / "node_modules" / "jinzhi-lock"
    mark = hashlib.sha256((FOLDER / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == mark:
        return
    say("installing the field client's packages from package-lock.json")
    _npm("ci", "--no-audit", "--no-fund")
    stamp.write_text(mark)


def _mark() -> str:
    digest = hashlib.sha256()
    for path in sorted(_sources(FOLDER)):
        digest.update(f"{path.relative_to(FOLDER)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> list[Path]:
    here = [path for path in folder.iterdir() if path.name not in _MADE]
    deeper = [file for path in here if path.is_dir() for file in path.rglob("*")]
    return [path for path in (*here, *deeper) if path.is_file()]


def _npm(*words: str) -> None:
    if subprocess.run(["npm", *words], cwd=FOLDER, stdout=sys.stderr, check=False).returncode:
        raise Told(f"this failed, see above: npm {' '.join(words)} in {FOLDER}")
