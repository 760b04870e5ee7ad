"""Work on photos that nobody waits for: pictures for showing, and bytes that storage lacked."""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import Any

from celery import shared_task
from django.core.files.storage import default_storage
from django.db.models import Count, F

from backend.evidence import sandbox, spool
from backend.evidence.models import MOST_DRAW_TRIES, File, Rendition
from backend.evidence.refusals import TryAgain
from backend.evidence.renditions import DrawnJpeg
from backend.evidence.unnamed_objects import clear_unnamed_objects
from backend.jobs.dispatch import try_to_order
from backend.lib import clock
from media_config import storage, waiting_files

logger = logging.getLogger(__name__)

RENDITION_PIXELS: dict[str, int] = {Rendition.Kind.THUMBNAIL: 320, Rendition.Kind.SCREEN: 1600}
"""Longest side in pixels."""

_AT_ONCE = 500
_SETTLED = dt.timedelta(seconds=30)
_ABANDONED = dt.timedelta(days=1)
_GIVEN_UP = dt.timedelta(days=7)
_ORDERED_AGAIN = 60.0
"""Seconds until the next run of beat orders what this one did, if it is not drawn by then."""


@shared_task(
    autoretry_for=(storage.StorageDown, TryAgain),
    retry_backoff=5,
    retry_backoff_max=600,
    max_retries=8,
)
def make_renditions(file_id: str) -> None:
    """Draws and stores the pictures for showing of one file. Safe to run again.

    Each try is counted before it is made, so that one that ends the worker comes back
    ``MOST_DRAW_TRIES`` times and no more.
    """
    file = File.objects.filter(pk=file_id, draw_tries__lt=MOST_DRAW_TRIES).first()
    if file is None or file.renditions.count() == len(RENDITION_PIXELS):
        return
    with tempfile.NamedTemporaryFile() as local:
        with storage.open_object(file.key) as body:
            shutil.copyfileobj(body, local)
        local.flush()
        File.objects.filter(pk=file.pk).update(draw_tries=F("draw_tries") + 1)
        try:
            pictures = sandbox.draw_in_sandbox(Path(local.name), file.media_type, RENDITION_PIXELS)
        except sandbox.Undrawable as reason:
            logger.error("photo %s is kept, but cannot be drawn: %s", file.pk, reason)
            File.objects.filter(pk=file.pk).update(draw_tries=MOST_DRAW_TRIES)
            return
    for kind, drawn in pictures.items():
        _store_rendition(file, kind, drawn)


@shared_task(ignore_result=True)
def deliver_spooled() -> int:
    """Sends what storage lacked, orders missing pictures, clears the spool; run by beat.

    Returns how many files reached storage. Recent ones are left alone: their upload is at it.
    """
    now = clock.now()
    deliver_waiting_tables()
    sent = deliver_waiting_photos(before=now - _SETTLED)
    undrawn = (
        File.objects.pictures()
        .filter(
            state=File.State.STORED,
            draw_tries__lt=MOST_DRAW_TRIES,
            uploaded_at__range=(now - _GIVEN_UP, now - 4 * _SETTLED),
        )
        .annotate(drawn=Count("renditions"))
        .filter(drawn__lt=len(RENDITION_PIXELS))
        .values_list("pk", flat=True)
    )
    for pk in undrawn[:_AT_ONCE]:
        order_renditions(pk, expires=_ORDERED_AGAIN)
    spool.sweep_spool()
    waiting_files.sweep_broken_files(before=now - _ABANDONED)
    return sent


@shared_task(ignore_result=True)
def clear_unnamed() -> int:
    """Ends objects of photos that no row names; at night."""
    return clear_unnamed_objects()


def deliver_waiting_tables() -> None:
    """Sends the tables and lists that wait on the disk; stops where storage is still down."""
    for name in waiting_files.list_waiting_names():
        try:
            default_storage.upload_waiting_file(name)  # type: ignore[attr-defined]
        except storage.StorageRefused as error:
            logger.error("%s stays on the disk, storage refuses it: %s", name, error)
        except storage.StorageDown as error:
            logger.warning("tables wait on the disk: %s", error)
            return


def deliver_waiting_photos(*, before: dt.datetime) -> int:
    """Sends spooled files taken in before the given instant; stops where storage is still down.

    In no order: files that storage refuses for good would stand before all others for ever.
    """
    waiting = File.objects.filter(state=File.State.SPOOLED, uploaded_at__lt=before)
    sent = 0
    try:
        for file in waiting.order_by("?")[:_AT_ONCE]:
            if spool.deliver_file(file):
                sent += 1
                if file.is_picture:
                    order_renditions(file.pk)
    except storage.StorageDown as error:
        logger.warning("photos wait in the spool: %s", error)
    return sent


def order_renditions(file_id: uuid.UUID, **options: Any) -> None:
    """Asks a worker to draw; where the broker is down, the next run of beat asks again.

    ``options`` are Celery's, such as ``expires`` in seconds.
    """
    try_to_order(
        lambda: make_renditions.apply_async((str(file_id),), **options),
        f"pictures of photo {file_id} are not ordered yet",
    )


def _store_rendition(file: File, kind: str, drawn: DrawnJpeg) -> None:
    """Store a rendition: the object first and the row after it, so that the row says that it can be shown."""
    key = f"renditions/{file.pk}/{kind}.jpg"
    digest = hashlib.sha256(drawn.body).hexdigest()
    storage.put_object(key, drawn.body, media_type="image/jpeg", sha256=digest)
    Rendition.objects.update_or_create(
        file=file,
        kind=kind,
        defaults={
            "key": key,
            "width": drawn.width,
            "height": drawn.height,
            "size": len(drawn.body),
        },
    )
