"""What browsers run: built by Node into each client's ``dist`` when its sources have changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dev.places import ROOT
from dev.told import Told, say

_MADE = {"dist", "node_modules"}


@dataclass(frozen=True, slots=True)
class Client:
    """A folder with a package.json; ``beside`` are files outside that its build reads."""

    name: str
    folder: Path
    beside: tuple[Path, ...] = ()


CLIENTS = (
    Client("the field client", ROOT / "mobile_api" / "pwa"),
    Client(
        "the pages' scripts",
        ROOT / "backend" / "web" / "client",
        (
            ROOT / "geo" / "data" / "neighbour_provinces.geojson",
            ROOT / "geo" / "data" / "shandong_admin.geojson",
        ),
    ),
)


def ensure() -> None:
    """Installs the locked packages and builds; quick when nothing has changed."""
    for client in CLIENTS:
        _ensure(client)


def _ensure(client: Client) -> None:
    # The build empties dist, so that a failed one leaves no stamp behind.
    stamp, mark = client.folder / "dist" / "built", _mark(client)
    if stamp.exists() and stamp.read_text() == mark:
        return
    _install(client)
    say(f"building {client.name}")
    _npm(client, "run", "--silent", "build")
    stamp.write_text(mark)


def _install(client: Client) -> None:
    stamp = client.folder / "node_modules" / "jinzhi-lock"
    mark = hashlib.sha256((client.folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == mark:
        return
    say(f"installing the packages of {client.name} from package-lock.json")
    _npm(client, "ci", "--no-audit", "--no-fund")
    stamp.write_text(mark)


def _mark(client: Client) -> str:
    digest = hashlib.sha256()
    for path in (*sorted(_sources(client.folder)), *client.beside):
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> list[Path]:
    here = [path for path in folder.iterdir() if path.name not in _MADE]
    deeper = [file for path in here if path.is_dir() for file in path.rglob("*")]
    return [path for path in (*here, *deeper) if path.is_file()]


def _npm(client: Client, *words: str) -> None:
    command = ["npm", *words]
    if subprocess.run(command, cwd=client.folder, stdout=sys.stderr, check=False).returncode:
        raise Told(f"this failed, see above: npm {' '.join(words)} in {client.folder}")
