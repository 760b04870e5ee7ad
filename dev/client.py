"""What browsers run: built by Node into each client's ``dist`` when its sources have changed."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from dev.console import UserError, print_progress
from dev.paths import ROOT

_GENERATED_FOLDERS = {"dist", "node_modules"}


@dataclass(frozen=True, slots=True)
class BrowserClient:
    """A folder with a package.json; ``beside`` are files outside that its build reads."""

    name: str
    folder: Path
    beside: tuple[Path, ...] = ()


CLIENTS = (
    BrowserClient("the field client", ROOT / "mobile_api" / "pwa"),
    BrowserClient(
        "the pages' scripts",
        ROOT / "backend" / "web" / "client",
        (
            ROOT / "geo" / "data" / "neighbour_provinces.geojson",
            ROOT / "geo" / "data" / "shandong_admin.geojson",
        ),
    ),
)


def build_clients() -> None:
    """Installs the locked packages of each client and builds it; quick when nothing has changed."""
    for client in CLIENTS:
        _build_client(client)


def _build_client(client: BrowserClient) -> None:
    # The build empties dist, so that a failed one leaves no stamp behind.
    stamp, mark = client.folder / "dist" / "built", _source_digest(client)
    if stamp.exists() and stamp.read_text() == mark:
        return
    _install_packages(client)
    print_progress(f"building {client.name}")
    _run_npm(client, "run", "--silent", "build")
    stamp.write_text(mark)


def _install_packages(client: BrowserClient) -> None:
    stamp = client.folder / "node_modules" / "jinzhi-lock"
    mark = hashlib.sha256((client.folder / "package-lock.json").read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == mark:
        return
    print_progress(f"installing the packages of {client.name} from package-lock.json")
    _run_npm(client, "ci", "--no-audit", "--no-fund")
    stamp.write_text(mark)


def _source_digest(client: BrowserClient) -> str:
    digest = hashlib.sha256()
    for path in (*sorted(_source_files(client.folder)), *client.beside):
        digest.update(f"{path.relative_to(ROOT)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _source_files(folder: Path) -> list[Path]:
    here = [path for path in folder.iterdir() if path.name not in _GENERATED_FOLDERS]
    deeper = [file for path in here if path.is_dir() for file in path.rglob("*")]
    return [path for path in (*here, *deeper) if path.is_file()]


def _run_npm(client: BrowserClient, *words: str) -> None:
    command = ["npm", *words]
    if subprocess.run(command, cwd=client.folder, stdout=sys.stderr, check=False).returncode:
        raise UserError(f"this failed, see above: npm {' '.join(words)} in {client.folder}")
