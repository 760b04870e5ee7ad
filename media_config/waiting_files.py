"""What lies on this machine's disk until object storage has it, each under the name it will have."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.base import File

_ARRIVING = ".part"


def waiting_path(name: str) -> Path:
    """Where the bytes of ``name`` wait. Raises ValueError for a name that leads elsewhere."""
    folder = _waiting_folder().resolve()
    place = (folder / name).resolve()
    if folder not in place.parents:
        raise ValueError(name)
    return place


def keep_bytes(name: str, content: File[bytes]) -> None:
    """Writes the bytes to the disk for good, whole or not at all."""
    place = waiting_path(name)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = place.with_name(f"{uuid.uuid4()}{_ARRIVING}")
    content.seek(0)
    with part.open("wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(place)


def list_waiting_names() -> Iterator[str]:
    """The names of all files that wait on the disk."""
    for place in sorted(_waiting_folder().rglob("*")):
        if place.is_file() and place.suffix != _ARRIVING:
            yield str(place.relative_to(_waiting_folder()))


def sweep_broken_files(*, before: dt.datetime) -> None:
    """Remove files that broke off while they were written and are older than ``before``."""
    for place in _waiting_folder().rglob(f"*{_ARRIVING}"):
        if place.stat().st_mtime < before.timestamp():
            place.unlink(missing_ok=True)


def _waiting_folder() -> Path:
    return Path(settings.SPOOL_DIR) / "objects"
