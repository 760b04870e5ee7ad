"""A copy of the bucket in a folder, such as a mounted disk of another machine, and the way back."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from media_config import storage

_ARRIVING = ".part"


def fetch_missing_objects(folder: Path) -> int:
    """Fetches what the folder lacks or has in another size; returns how many objects.

    Nothing is removed from the folder. Raises StorageDown, StorageRefused, and OSError of the disk.
    """
    copied = 0
    for key, size in storage.list_objects(""):
        place = _path_within(folder, key)
        if place.exists() and place.stat().st_size == size:
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(place.name + _ARRIVING)
        with storage.open_object(key) as body, part.open("wb") as file:
            shutil.copyfileobj(body, file)
            file.flush()
            os.fsync(file.fileno())
        part.rename(place)
        copied += 1
    return copied


def upload_missing_objects(folder: Path) -> int:
    """Sends what the bucket lacks or has in another size; returns how many objects."""
    there = dict(storage.list_objects(""))
    sent = 0
    for place in _whole_files(folder):
        key = place.relative_to(folder).as_posix()
        if there.get(key) != place.stat().st_size:
            with storage.translate_errors():
                storage.client().upload_file(str(place), settings.S3_BUCKET, key)
            sent += 1
    return sent


def _path_within(folder: Path, key: str) -> Path:
    place = (folder / key).resolve()
    if folder.resolve() not in place.parents:
        raise ValueError(f"{key} would lie outside of {folder}")
    return place


def _whole_files(folder: Path) -> Iterator[Path]:
    for place in sorted(folder.rglob("*")):
        if place.is_file() and place.suffix != _ARRIVING:
            yield place
