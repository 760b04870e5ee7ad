"""Takes a photo in as evidence: bounded, verified, looked at from a distance, kept bit for bit."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.evidence import exif_facts, sandbox, spool
from backend.evidence.formats import HEAD, SUFFIXES, media_types_agree, sniff_media_type
from backend.evidence.models import File, Sender
from backend.evidence.photo_rows import insert_photo_row
from backend.evidence.refusals import photo_refusal, too_large_refusal
from backend.evidence.tasks import order_renditions
from backend.lib import clock
from backend.lib.kept_queries import Given, KeptQuery
from backend.lib.problems import not_allowed
from media_config.storage import StorageDown

logger = logging.getLogger(__name__)

_NAME_LENGTH = 200
_KNOWN = KeptQuery(
    lambda: File.objects.pictures().filter(sha256=Given("sha256", File._meta.get_field("sha256")))
)


def receive_photo(
    *,
    actor: User | None,
    stream: spool.Readable | None,
    declared_size: int | None,
    declared_sha256: str,
    name: str = "",
    media_type: str = "",
) -> File:
    """Takes one photo from ``stream`` and returns its row, stored, or spooled while storage is down.

    ``actor`` is nobody where a citizen sends it without an account.

    The same content again is the same row, whoever sends it; where its bytes were lost on the way
    to storage, those sent now take their place. Refused photos leave nothing
    behind. Raises Refused with photo-too-large (413), photo-empty, photo-incomplete,
    photo-hash-mismatch, photo-type, photo-type-mismatch, photo-damaged, photo-bomb or
    photo-polyglot (422), and TryAgain (503), which says nothing of the photo.
    """
    if actor is not None and not actor.is_active:
        raise not_allowed(_("Your account is closed."))
    _check_declared_size(declared_size)
    with spool.open_arrival() as path:
        size, sha256 = spool.write_photo_stream(stream, path)
        _check_arrived(size, sha256, declared_size, declared_sha256)
        for known in _KNOWN.fetch(sha256=sha256):
            return restore_bytes(known, path, actor)
        found_type = _check_media_type(path, media_type)
        seen = sandbox.probe_in_sandbox(path, found_type, max_pixels=_max_pixels(found_type))
        if "refusal" in seen:
            raise photo_refusal(seen["refusal"])
        return keep_file(
            actor, path, seen, sha256=sha256, size=size, name=name, media_type=found_type
        )


def _max_pixels(media_type: str) -> int:
    """The most pixels that a photo may have: a JPEG is decoded at the scale that is needed, all others at full size."""
    scaled = media_type == "image/jpeg"
    return settings.PHOTO_MAX_PIXELS_JPEG if scaled else settings.PHOTO_MAX_PIXELS


def _check_declared_size(size: int | None) -> None:
    """Refuse by the declared size alone, before a byte is read."""
    if size is not None and size > settings.PHOTO_MAX_BYTES:
        raise too_large_refusal()
    if size == 0:
        raise photo_refusal("photo-empty")


def _check_arrived(size: int, sha256: str, declared_size: int | None, declared_sha256: str) -> None:
    if size == 0:
        raise photo_refusal("photo-empty")
    if declared_size is not None and size < declared_size:
        raise photo_refusal("photo-incomplete")
    if sha256 != declared_sha256.strip().lower():
        raise photo_refusal("photo-hash-mismatch", field="sha256")


def _check_media_type(path: Path, declared: str) -> str:
    with path.open("rb") as file:
        found = sniff_media_type(file.read(HEAD))
    if found is None:
        raise photo_refusal("photo-type")
    if not media_types_agree(declared, found):
        raise photo_refusal("photo-type-mismatch", field="media_type")
    return found


def keep_file(actor: User | None, path: Path, seen: Mapping[str, Any], **facts: Any) -> File:
    """Writes the row with the bytes in the spool, and hands them to storage after the commit.

    ``seen`` is what was found in a picture; nothing of a PDF but its pages. The bytes lie there before
    the row is written; without a row they are swept. Where the same file came twice at once, the
    second finds the row of the first.
    """
    file = _build_file(actor, seen, **facts)
    spool.make_durable(path)
    spool.move_into_spool(path, file.pk)
    with attribute_changes_to(actor):
        is_new = insert_photo_row(file, actor)
    if not is_new:
        kept = restore_bytes(File.objects.get(sha256=file.sha256), spool.spool_path(file.pk), actor)
        spool.spool_path(file.pk).unlink(missing_ok=True)
        return kept
    transaction.on_commit(lambda: _deliver_and_order_renditions(file))
    return file


def restore_bytes(known: File, path: Path, actor: User | None) -> File:
    """The known file; where its bytes are missing, those that came now take their place."""
    _note_sender(known, actor)
    if spool.lacks_bytes(known):
        spool.make_durable(path)
        spool.move_into_spool(path, known.pk)
        transaction.on_commit(lambda: _deliver_and_order_renditions(known))
    return known


def _note_sender(file: File, actor: User | None) -> None:
    if actor is not None:
        Sender.objects.bulk_create([Sender(file=file, user=actor)], ignore_conflicts=True)


def _build_file(actor: User | None, seen: Mapping[str, Any], **facts: Any) -> File:
    now = clock.now()
    file_id = uuid7()
    exif = seen.get("exif", {})
    taken_at, taken_at_raw = exif_facts.read_taken_at(exif, now=now)
    where = exif_facts.read_position(exif)
    name = Path(str(facts.pop("name")).replace("\\", "/")).name
    return File(
        id=file_id,
        key=f"originals/{now:%Y/%m}/{file_id}.{SUFFIXES[facts['media_type']]}",
        original_name="".join(c for c in name if c.isprintable())[:_NAME_LENGTH],
        uploaded_by=actor,
        uploaded_at=now,
        taken_at=taken_at,
        taken_at_raw=taken_at_raw,
        position=Point(*where, srid=4326) if where else None,
        orientation=seen.get("orientation", 1),
        width=seen.get("width"),
        height=seen.get("height"),
        pages=seen.get("pages"),
        exif=exif,
        **facts,
    )


def _deliver_and_order_renditions(file: File) -> None:
    try:
        delivered = spool.deliver_file(file)
    except StorageDown as error:
        logger.warning("photo %s waits in the spool: %s", file.pk, error)
        return
    if delivered:
        file.state = File.State.STORED
        if file.is_picture:
            order_renditions(file.pk)
