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


def place_of(name: str) -> Path:
    """Where the bytes of ``name`` wait. Raises ValueError for a name that leads elsewhere."""
    folder = _folder().resolve()
    place = (folder / name).resolve()
    if folder not in place.parents:
        raise ValueError(name)
    return place


def keep(name: str, content: File[bytes]) -> None:
    """Writes the bytes to the disk for good, whole or not at all."""
    place = place_of(name)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = place.with_name(f"{uuid.uuid4()}{_ARRIVING}")
    content.seek(0)
    with part.open("wb") as file:
        shutil.copyfileobj(content, file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(place)


def names() -> Iterator[str]:
    """The names of all that waits."""
    for place in sorted(_folder().rglob("*")):
        if place.is_file() and place.suffix != _ARRIVING:
            yield str(place.relative_to(_folder()))


def sweep(*, before: dt.datetime) -> None:
    """Removes what broke off while it was written, and is older than ``before``."""
    for place in _folder().rglob(f"*{_ARRIVING}"):
        if place.stat().st_mtime < before.timestamp():
            place.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.SPOOL_DIR) / "objects"
