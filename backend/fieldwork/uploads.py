"""Photos that come in pieces (tus): a row for each, and its bytes in a file that only grows.

How much has come is the size of the file, so a process may die at any time and nothing that was
written is forgotten. Two things keep pieces apart: a lock of the database says early that somebody
else is writing, and each piece is written only where the file ends at that very moment, under a
lock of the file. The second holds even where the first was taken over from a dead connection.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from django.conf import settings
from django.http import UnreadablePostError
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.evidence import spool
from backend.evidence.intake import receive_photo
from backend.evidence.refusals import TryAgain, photo_refusal, too_large_refusal
from backend.evidence.spool import Readable
from backend.fieldwork.models import Upload
from backend.lib import clock, locks
from backend.lib.problems import Refused, not_found

PIECE = 16 * 1024
"""Bytes written at once: what a cut line can lose of what had arrived."""

ALGORITHMS = ("sha1", "sha256")
CHECKSUM_MISMATCH = 460
_SILENT_AFTER = 5.0
"""Seconds without a byte after which a writer counts as gone, though its connection stands."""
_TRY_AGAIN_AFTER = 3600
"""Seconds after which a phone with too many uploads may find that some have expired."""
_LEFT_OVER = dt.timedelta(days=1)
_AT_ONCE = 500


def create_upload(
    *, actor: User, length: int, sha256: str, name: str = "", media_type: str = ""
) -> Upload:
    """Begin an upload for a photo of ``length`` bytes.

    Raises Refused: 413 too large, 422 empty or no hash, 429 with too many unfinished ones.
    """
    if length > settings.PHOTO_MAX_BYTES:
        raise too_large_refusal()
    if length == 0:
        raise photo_refusal("photo-empty")
    if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
        text = _("Name the photo's SHA-256 in Upload-Metadata: 64 hexadecimal digits, in Base64.")
        raise Refused("sha256-missing", text)
    now = clock.now()
    _refuse_too_many(actor, now)
    upload = Upload(
        user=actor,
        length=length,
        sha256=sha256,
        name="".join(c for c in name if c.isprintable())[:200],
        media_type=media_type[:32] if media_type.isascii() and media_type.isprintable() else "",
        created_at=now,
        expires_at=now + dt.timedelta(hours=settings.UPLOAD_LIFE_HOURS),
    )
    _uploads_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    _upload_path(upload).touch(mode=0o600)
    upload.save(force_insert=True)
    return upload


def _refuse_too_many(actor: User, now: dt.datetime) -> None:
    """Refuse an actor with too many unfinished uploads; of those begun at one moment some may pass."""
    unfinished = Upload.objects.filter(user=actor, file=None, expires_at__gt=now)
    if unfinished.count() >= settings.UPLOADS_MAX_UNFINISHED:
        text = _("Too many uploads are unfinished. Finish or end some, or send the photo whole.")
        raise Refused("too-many-uploads", text, status=429, retry_after=_TRY_AGAIN_AFTER)


def get_upload(*, actor: User, upload: uuid.UUID) -> Upload:
    """The actor's upload. Raises Refused: 404, 410 when it has expired."""
    found = Upload.objects.select_related("file").filter(pk=upload, user=actor).first()
    if found is None:
        raise _no_such_upload_refusal()
    if found.expires_at <= clock.now():
        raise Refused("upload-expired", _("The upload has expired. Begin anew."), status=410)
    return found


def upload_offset(upload: Upload) -> int:
    """The bytes that are here for good. Raises Refused (404) where the file is gone."""
    if upload.file_id is not None:
        return upload.length
    try:
        return _upload_path(upload).stat().st_size
    except FileNotFoundError:
        raise _no_such_upload_refusal() from None


def append_to_upload(
    *,
    upload: Upload,
    stream: Readable | None,
    offset: int,
    length: int | None = None,
    checksum: tuple[str, bytes] | None = None,
) -> int:
    """Append what ``stream`` holds and return the new offset; what came of a cut stream stays.

    A piece with a ``checksum`` counts as a whole or not at all: 460 where it does not fit. The
    last byte hands the photo to ``receive_photo``: 460 for another SHA-256 than announced, its
    own refusals for what is no photo; the upload is gone then. Raises Refused: 409 for another
    offset than the file's end, 413 beyond the announced length, 423 while another one writes.
    Raises TryAgain (503) where only the looking at it failed; the upload stays.
    """
    with _lock_for_writing(upload):
        if upload.file_id is not None or upload_offset(upload) != offset:
            raise _wrong_offset_refusal()
        if length is not None and offset + length > upload.length:
            raise _too_many_bytes_refusal()
        if checksum is None:
            _append_pieces(upload, stream, offset)
        else:
            _append_checked_piece(upload, stream, offset, checksum)
        return complete_upload(upload)


def complete_upload(upload: Upload) -> int:
    """Make a photo of an upload that is whole; returns the offset. Safe to run again.

    The upload ends with a refusal of the photo; after trouble of the server (TryAgain) it stays.
    """
    offset = upload_offset(upload)
    if upload.file_id is not None or offset < upload.length:
        return offset
    place = _upload_path(upload)
    try:
        with place.open("rb") as stream:
            upload.file = receive_photo(
                actor=upload.user,
                stream=stream,
                declared_size=upload.length,
                declared_sha256=upload.sha256,
                name=upload.name,
                media_type=upload.media_type,
            )
    except Refused as refused:
        if refused.code.startswith("photo-"):  # of the photo, and not of who sends it or when
            remove_upload(upload)
        if refused.code == "photo-hash-mismatch":
            refused.status = CHECKSUM_MISMATCH
        raise
    place.unlink(missing_ok=True)
    if not Upload.objects.filter(pk=upload.pk).update(file=upload.file):
        raise _no_such_upload_refusal()  # ended while its last byte was looked at; the photo stays
    return offset


def complete_if_whole(upload: Upload) -> int:
    """The offset, after completing an upload whose process died after the last byte."""
    offset = upload_offset(upload)
    if upload.file_id is None and offset == upload.length:
        with _lock_for_writing(upload):
            upload.refresh_from_db()
            return complete_upload(upload)
    return offset


def remove_upload(upload: Upload) -> None:
    """End an upload; the photo, if it became one, stays."""
    Upload.objects.filter(pk=upload.pk).delete()
    _upload_path(upload).unlink(missing_ok=True)


def sweep_uploads() -> int:
    """Finish what is whole, remove what has expired and files without a row; returns how many."""
    now = clock.now()
    gone = list(Upload.objects.filter(expires_at__lte=now)[:_AT_ONCE])
    for upload in gone:
        remove_upload(upload)
    _complete_whole_uploads()
    return len(gone) + _remove_stray_files(now)


def _complete_whole_uploads() -> None:
    unfinished = Upload.objects.select_related("user").filter(file=None).order_by("pk")
    for upload in unfinished.iterator():
        # Told to the phone by its next HEAD, or expired.
        with contextlib.suppress(Refused, TryAgain):
            complete_if_whole(upload)


def _remove_stray_files(now: dt.datetime) -> int:
    """Remove files of rolled-back rows and of pieces that broke off; returns how many."""
    horizon = (now - _LEFT_OVER).timestamp()
    old = [path for path in _uploads_folder().glob("*") if spool.modified_at(path) < horizon]
    known = {str(pk) for pk in Upload.objects.filter(file=None).values_list("pk", flat=True)}
    strays = [path for path in old if path.name not in known]
    for path in strays:
        path.unlink(missing_ok=True)
    return len(strays)


def _uploads_folder() -> Path:
    return Path(settings.SPOOL_DIR) / "uploads"


def _upload_path(upload: Upload) -> Path:
    return _uploads_folder() / str(upload.pk)


@contextlib.contextmanager
def _lock_for_writing(upload: Upload) -> Iterator[None]:
    """Let one writer in at a time; one that has been silent for long is passed over."""
    with locks.try_lock(f"upload/{upload.pk}") as held:
        if not held and not _is_silent(_upload_path(upload)):
            text = _("Another connection is writing this upload. Try again in a moment.")
            raise Refused("upload-locked", text, status=423)
        try:
            with contextlib.suppress(FileNotFoundError):
                os.utime(_upload_path(upload))
            upload.refresh_from_db()
            yield
        except (Upload.DoesNotExist, FileNotFoundError):  # ended meanwhile
            raise _no_such_upload_refusal() from None


def _is_silent(path: Path) -> bool:
    return time.time() - spool.modified_at(path) > _SILENT_AFTER


def _read_pieces(stream: Readable | None) -> Iterator[bytes]:
    """The pieces that come, until the stream ends or the line is cut."""
    try:
        while stream is not None and (piece := stream.read(PIECE)):
            yield piece
    except (UnreadablePostError, OSError):
        return


def _append_pieces(upload: Upload, stream: Readable | None, offset: int) -> None:
    """Append each piece as it comes, so that a cut loses nothing that was here."""
    with open(_upload_path(upload), "ab", buffering=0, opener=_open_existing) as file:
        for piece in _read_pieces(stream):
            if offset + len(piece) > upload.length:
                raise _too_many_bytes_refusal()
            offset = _write_piece(file, piece, offset)
        os.fsync(file.fileno())


def _open_existing(path: str, flags: int) -> int:
    """Open a file only if it is there: an ended upload is not begun again by its last writer."""
    return os.open(path, flags & ~os.O_CREAT)


def _write_piece(file: IO[bytes], piece: bytes, offset: int) -> int:
    """Write the piece at the file's end, if the end is where this writer left it."""
    fcntl.flock(file, fcntl.LOCK_EX)
    try:
        if os.fstat(file.fileno()).st_size != offset:
            raise _wrong_offset_refusal()
        view = memoryview(piece)
        while view:
            view = view[file.write(view) :]
    finally:
        fcntl.flock(file, fcntl.LOCK_UN)
    return offset + len(piece)


def _append_checked_piece(
    upload: Upload, stream: Readable | None, offset: int, checksum: tuple[str, bytes]
) -> None:
    """Collect a piece beside the file, check it, and only then append it."""
    algorithm, expected = checksum
    digest = hashlib.new(algorithm, usedforsecurity=False)
    beside = _uploads_folder() / f"{upload.pk}.{uuid.uuid4()}"
    size = 0
    try:
        with beside.open("wb") as file:
            for piece in _read_pieces(stream):
                size += len(piece)
                if offset + size > upload.length:
                    raise _too_many_bytes_refusal()
                digest.update(piece)
                file.write(piece)
                os.utime(_upload_path(upload))
        if digest.digest() != expected:
            text = _("The piece does not have the announced checksum. Send it again.")
            raise Refused("checksum-mismatch", text, status=CHECKSUM_MISMATCH)
        with beside.open("rb") as file:
            _append_pieces(upload, file, offset)
    finally:
        beside.unlink(missing_ok=True)


def _no_such_upload_refusal() -> Refused:
    return not_found(_("There is no such upload. Begin anew."))


def _wrong_offset_refusal() -> Refused:
    text = _("The upload stands at another offset. Ask for it, then go on from there.")
    return Refused("upload-offset", text, status=409)


def _too_many_bytes_refusal() -> Refused:
    text = _("More bytes came than were announced.")
    return Refused("upload-too-long", text, status=413)
