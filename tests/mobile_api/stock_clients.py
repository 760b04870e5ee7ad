"""The stock tus clients, and photos for them to send."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import io
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from tusclient.client import TusClient

from backend.evidence.models import File
from media_config import storage

_ROOT = Path(__file__).parents[2]
_TUS_JS = Path(__file__).parent / "tus_js"


def by_python(port: int, token: str, path: Path, *, upload_checksum: bool = False) -> None:
    """Send ``path`` by tuspy, in pieces as large as it is."""
    client = TusClient(
        f"http://127.0.0.1:{port}/mobile/v1/uploads", headers={"Authorization": f"Token {token}"}
    )
    client.uploader(
        str(path),
        metadata={"sha256": sha_of(path), "filename": path.name},
        retries=60,
        retry_delay=0.5,
        chunk_size=2**26,
        upload_checksum=upload_checksum,
    ).upload()


def by_node(port: int, token: str, path: Path) -> None:
    """Send ``path`` by tus-js-client."""
    command = ["node", "upload.mjs", f"http://127.0.0.1:{port}/mobile/v1/uploads"]
    done = subprocess.run(
        [*command, token, str(path), sha_of(path)],
        cwd=_installed(),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stderr


CLIENTS: dict[str, Callable[[int, str, Path], None]] = {
    "tuspy": by_python,
    "tuspy with checksums": functools.partial(by_python, upload_checksum=True),
    "tus-js-client": by_node,
}


def new_photo(folder: Path) -> Path:
    """A photo of about 3 MB that nobody has seen: a line's buffers are small beside it."""
    side = 1300
    buffer = io.BytesIO()
    noise = Image.frombytes("RGB", (side, side), os.urandom(side * side * 3))
    noise.save(buffer, "JPEG", quality=92)
    folder.mkdir(exist_ok=True)
    path = folder / "photo.jpg"
    path.write_bytes(buffer.getvalue())
    return path


def sha_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def assert_stored(path: Path) -> None:
    """The photo is in storage once, as it was sent."""
    kept = File.objects.get(sha256=sha_of(path))
    assert kept.state == File.State.STORED
    with storage.open_object(kept.key) as body:
        assert body.read() == path.read_bytes()


@functools.cache
def _installed() -> Path:
    """The folder with the browsers' client, installed from its lock file once."""
    lock = hashlib.sha256((_TUS_JS / "package-lock.json").read_bytes()).hexdigest()[:16]
    folder = _ROOT / ".local" / "tus_js" / lock
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as alone:  # tests run in two processes
        fcntl.flock(alone, fcntl.LOCK_EX)
        for name in ("package.json", "package-lock.json", ".npmrc", "upload.mjs"):
            shutil.copy(_TUS_JS / name, folder)
        if not (folder / "node_modules" / "tus-js-client").is_dir():
            subprocess.run(["npm", "ci", "--prefer-offline"], cwd=folder, check=True, timeout=300)
    return folder
