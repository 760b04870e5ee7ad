"""Bytes on their way into storage: on this machine's disk until storage has them.

A row is written first, as ``spooled``; its bytes lie in ``SPOOL_DIR`` under the row's id until
storage confirmed them, forced to the disk before the row is committed. So no object ever lacks a
row, and no row its bytes, be it after a crash of the machine.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.http import UnreadablePostError

from backend.evidence.models import File
from backend.evidence.refusals import photo_refusal, too_large_refusal
from backend.lib import clock
from media_config import storage

logger = logging.getLogger(__name__)

CHUNK = 128 * 1024
_ARRIVING = ".part"
_ABANDONED_AFTER = dt.timedelta(days=1)


class Readable(Protocol):
    """Anything that bytes can be read from: a request, a file."""

    def read(self, size: int = ..., /) -> bytes:
        """At most ``size`` bytes; none at the end."""


@contextmanager
def open_arrival() -> Iterator[Path]:
    """Context manager: a path for bytes that come in; nothing is left there afterwards unless it was moved."""
    settings.SPOOL_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = settings.SPOOL_DIR / f"{uuid.uuid4()}{_ARRIVING}"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def write_photo_stream(stream: Readable | None, path: Path) -> tuple[int, str]:
    """Writes the stream to ``path``; returns its size and SHA-256. Memory: one chunk."""
    digest = hashlib.sha256()
    size = 0
    with path.open("wb") as file:
        while chunk := _read_chunk(stream):
            size += len(chunk)
            if size > settings.PHOTO_MAX_BYTES:
                raise too_large_refusal()
            digest.update(chunk)
            file.write(chunk)
    return size, digest.hexdigest()


def spool_path(file_id: uuid.UUID) -> Path:
    """Where the bytes of a spooled file lie."""
    return Path(settings.SPOOL_DIR) / str(file_id)


def make_durable(path: Path) -> None:
    """Forces the bytes of a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def move_into_spool(path: Path, file_id: uuid.UUID) -> None:
    """Move durable bytes to the place in the spool that belongs to their row."""
    place = spool_path(file_id)
    path.rename(place)
    make_durable(place.parent)


def lacks_bytes(file: File) -> bool:
    """Whether the bytes of a file that storage has not got are missing here too, or cut."""
    if file.state != File.State.SPOOLED or _size_of(spool_path(file.pk)) == file.size:
        return False
    file.refresh_from_db(fields=["state"])  # it may have reached storage this moment
    return file.state == File.State.SPOOLED


def deliver_file(file: File) -> bool:
    """Sends a spooled file to storage; True when it is there. Safe to run again and twice at once.

    False when storage refuses this file, or its bytes are not here. Raises StorageDown.
    """
    path = spool_path(file.pk)
    try:
        with path.open("rb") as body:
            storage.put_object(file.key, body, media_type=file.media_type, sha256=file.sha256)
    except FileNotFoundError:
        return _delivered_by_another(file)
    except storage.StorageRefused as error:
        logger.error("photo %s stays in the spool, storage refuses it: %s", file.pk, error)
        return False
    File.objects.filter(pk=file.pk).update(state=File.State.STORED)
    path.unlink(missing_ok=True)
    return True


def sweep_spool(*, now: dt.datetime | None = None) -> int:
    """Removes bytes older than a day that no row claims: of broken uploads and rolled-back rows."""
    horizon = ((now or clock.now()) - _ABANDONED_AFTER).timestamp()
    found = (path for path in settings.SPOOL_DIR.glob("*") if path.is_file())
    old = [path for path in found if modified_at(path) < horizon]
    claimed = {str(pk) for pk in _spooled_ids(old)}
    abandoned = [path for path in old if path.name not in claimed]
    for path in abandoned:
        path.unlink(missing_ok=True)
    return len(abandoned)


def _read_chunk(stream: Readable | None) -> bytes:
    try:
        return stream.read(CHUNK) if stream is not None else b""
    except UnreadablePostError:
        raise photo_refusal("photo-incomplete") from None


def _delivered_by_another(file: File) -> bool:
    file.refresh_from_db(fields=["state"])
    if file.state == File.State.STORED:
        return True
    logger.error("photo %s is not in this machine's spool; is SPOOL_DIR shared?", file.pk)
    return False


def _size_of(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def modified_at(path: Path) -> float:
    """When a file was written last, in seconds since 1970; infinite for one that is gone meanwhile."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _spooled_ids(paths: list[Path]) -> list[uuid.UUID]:
    ids = [path.name for path in paths if path.suffix != _ARRIVING]
    names = [uuid.UUID(name) for name in ids if _is_uuid(name)]
    waiting = File.objects.filter(pk__in=names, state=File.State.SPOOLED)
    return list(waiting.values_list("pk", flat=True))


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
