"""Report intake with three photos of 300 kB, against the bare inserts and the bare S3 puts."""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import hashlib
import io
import os
import time
import uuid
from typing import Any

from django.db import connection, transaction
from PIL import Image

from backend.evidence.models import File, Rendition
from backend.evidence.tasks import BOXES
from backend.inspections.loading import load_checklists
from backend.inspections.models import Report
from backend.units.models import RecordEvidence
from bench.callers import CLIENTS, Call, Measured, body, measure, row, summed, timed
from bench.people import measurer, place, units_in_use
from media_config import storage

REPORTS = 160
PHOTOS = 3
PHOTO_BYTES = 300_000
_MOST_DRAINING_S = 1800
_BARE = ("evidence_file", "units_record", "units_inspection", "units_recordevidence",
         "inspections_report", "inspections_issue")  # fmt: skip


def run(base_url: str = "", size: int = 0) -> list[dict[str, Any]]:
    """Rows for the table; photos and reports are new in every run and stay in the register."""
    base_url, size = place(base_url, size)
    load_checklists()
    _user, token = measurer()
    units = units_in_use(REPORTS + CLIENTS)
    plain = noise()
    works = [_work(plain, units[n % len(units)]) for n in range(REPORTS + CLIENTS)]
    measure(base_url, token, works[:CLIENTS])
    intake = measure(base_url, token, works[CLIENTS:])
    drained = _seconds_until_drawn()
    bare = _bare(plain)
    return [
        row("reports.rate", intake.rate, "reports/s", size, "reports.bare_rate", bare.rate),
        row("reports.p95", intake.p95 * 1000, "ms", size, "reports.bare_p95", bare.p95 * 1000),
        row("reports.p50", intake.p50 * 1000, "ms", size, "reports.bare_p50", bare.p50 * 1000),
        row("reports.bare_rate", bare.rate, "reports/s", size),
        row("reports.drained_after", drained, "s", size),
    ]


def _seconds_until_drawn() -> float:
    """How long after the last report the pictures of all its photos are drawn."""
    newest = File.objects.order_by("-uploaded_at").values_list("pk", flat=True)
    photos = list(newest[: REPORTS * PHOTOS])
    begun = time.perf_counter()
    while Rendition.objects.filter(file__in=photos).count() < len(BOXES) * len(photos):
        time.sleep(1)
        if time.perf_counter() - begun > _MOST_DRAINING_S:
            raise RuntimeError("the pictures are not drawn; does the worker of pictures run?")
    return time.perf_counter() - begun


def noise() -> bytes:
    """A JPEG of at least 300 kB whose every part is picture."""
    side, content = 400, b""
    while len(content) < PHOTO_BYTES:
        side += 40
        buffer = io.BytesIO()
        Image.frombytes("L", (side, side), os.urandom(side * side)).save(buffer, "JPEG", quality=85)
        content = buffer.getvalue()
    return content


def _photo(plain: bytes) -> bytes:
    """The same picture as another photo: a comment of 16 random bytes behind its first marker."""
    return plain[:2] + b"\xff\xfe\x00\x12" + os.urandom(16) + plain[2:]


def _work(plain: bytes, unit: int) -> list[Call]:
    photos = [_photo(plain) for _ in range(PHOTOS)]
    sums = [hashlib.sha256(photo).hexdigest() for photo in photos]
    sent = [
        Call("PUT", f"/mobile/v1/photos/{sha}", photo, "image/jpeg")
        for sha, photo in zip(sums, photos, strict=True)
    ]
    report = {
        "unit": unit,
        "checklist": "generic",
        "checklist_version": 1,
        "kind": "safety_assessment",
        "answers": {"1": "pass", "2": "pass", "3": "pass"},
        "conclusion": "pass",
        "device_time": dt.datetime.now(dt.UTC).isoformat(),
        "photos": sums,
    }
    return [*sent, Call("PUT", f"/mobile/v1/reports/{uuid.uuid4()}", body(report))]


def _bare(plain: bytes) -> Measured:
    """Rows as wide as a report's own into tables without indexes, and the same bytes to S3."""
    sources = _samples()
    with connection.cursor() as cursor:
        for table in _BARE:
            cursor.execute(f"DROP TABLE IF EXISTS bench_{table}")
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table})")
    photos = [_photo(plain) for _ in range(PHOTOS)]
    begun = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(CLIENTS) as pool:
        share = REPORTS // CLIENTS
        parts = list(pool.map(lambda _n: _share(share, sources, photos), range(CLIENTS)))
    wall = time.perf_counter() - begun
    with connection.cursor() as cursor:
        for table in _BARE:
            cursor.execute(f"DROP TABLE bench_{table}")
    return summed([seconds for part in parts for seconds in part], wall)


def _share(
    count: int, sources: dict[str, tuple[str, list[Any]]], photos: list[bytes]
) -> list[float]:
    try:
        return [timed(lambda: _one(sources, photos)) for _ in range(count)]
    finally:
        connection.close()


def _one(sources: dict[str, tuple[str, list[Any]]], photos: list[bytes]) -> None:
    for photo in photos:
        digest = hashlib.sha256(photo).hexdigest()
        key = f"bench/{uuid.uuid4()}.jpg"
        storage.put(key, io.BytesIO(photo), media_type="image/jpeg", sha256=digest)
    with transaction.atomic(), connection.cursor() as cursor:
        for table, (column, keys) in sources.items():
            cursor.execute(
                f"INSERT INTO bench_{table} SELECT * FROM {table} WHERE {column} = ANY(%s)", [keys]
            )


def _samples() -> dict[str, tuple[str, list[Any]]]:
    """The rows of the newest report: what the bare inserts copy."""
    report = Report.objects.order_by("-received_at").first()
    assert report is not None
    evidence = list(RecordEvidence.objects.filter(record_id=report.record_id))
    return {
        "evidence_file": ("id", [item.file_id for item in evidence]),
        "units_record": ("id", [report.record_id]),
        "units_inspection": ("record_ptr_id", [report.record_id]),
        "units_recordevidence": ("id", [item.pk for item in evidence]),
        "inspections_report": ("id", [report.pk]),
        "inspections_issue": ("report_id", [report.pk]),
    }
