"""Report intake with three photos of 300 kB, against the bare inserts and the bare S3 puts.

The bare side keeps what a phone is told is kept: each photo is put and its row committed, then the
rows of the report. Its callers are processes too, or they would wait for each other's interpreter.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import multiprocessing
import os
import time
import uuid
from typing import Any

import django
from django.db import connection, transaction
from PIL import Image

from backend.evidence.models import File, Rendition
from backend.evidence.tasks import RENDITION_PIXELS
from backend.inspections.checklist_files import load_checklists
from backend.inspections.models import Report
from backend.units.models import RecordEvidence
from bench.callers import (
    CALLERS,
    Call,
    Measurement,
    json_body,
    measure_calls,
    result_row,
    summarise,
    time_call,
)
from bench.fixtures import create_measurer, list_units_in_use, wait_for_server_and_count_units
from media_config import storage

REPORTS = 160
PHOTOS = 3
PHOTO_BYTES = 300_000
_MOST_DRAINING_S = 1800
_BARE_TABLES = ("evidence_file", "units_record", "units_inspection", "units_recordevidence",
         "inspections_report", "inspections_issue")  # fmt: skip


def run(base_url: str = "", size: int = 0) -> list[dict[str, Any]]:
    """Rows for the table; photos and reports are new in every run and stay in the register."""
    base_url, size = wait_for_server_and_count_units(base_url, size)
    load_checklists()
    _user, token = create_measurer()
    units = list_units_in_use(REPORTS + CALLERS)
    plain = make_photo()
    works = [_report_calls(plain, units[n % len(units)]) for n in range(REPORTS + CALLERS)]
    measure_calls(base_url, token, works[:CALLERS])
    intake = measure_calls(base_url, token, works[CALLERS:])
    drained = _seconds_until_drawn()
    bare = _measure_bare_writes(plain)
    return [
        result_row("reports.rate", intake.rate, "reports/s", size, "reports.bare_rate", bare.rate),
        result_row(
            "reports.p95", intake.p95 * 1000, "ms", size, "reports.bare_p95", bare.p95 * 1000
        ),
        result_row(
            "reports.p50", intake.p50 * 1000, "ms", size, "reports.bare_p50", bare.p50 * 1000
        ),
        result_row("reports.bare_rate", bare.rate, "reports/s", size),
        result_row("reports.drained_after", drained, "s", size),
    ]


def _seconds_until_drawn() -> float:
    """How long after the last report the pictures of all its photos are drawn."""
    newest = File.objects.order_by("-uploaded_at").values_list("pk", flat=True)
    photos = list(newest[: REPORTS * PHOTOS])
    begun = time.perf_counter()
    while Rendition.objects.filter(file__in=photos).count() < len(RENDITION_PIXELS) * len(photos):
        time.sleep(1)
        if time.perf_counter() - begun > _MOST_DRAINING_S:
            raise RuntimeError("the pictures are not drawn; does the worker of pictures run?")
    return time.perf_counter() - begun


def make_photo() -> bytes:
    """A JPEG of at least 300 kB whose every part is picture."""
    side, content = 400, b""
    while len(content) < PHOTO_BYTES:
        side += 40
        buffer = io.BytesIO()
        Image.frombytes("L", (side, side), os.urandom(side * side)).save(buffer, "JPEG", quality=85)
        content = buffer.getvalue()
    return content


def _make_another_photo(plain: bytes) -> bytes:
    """The same picture as another photo: a comment of 16 random bytes behind its first marker."""
    return plain[:2] + b"\xff\xfe\x00\x12" + os.urandom(16) + plain[2:]


def _report_calls(plain: bytes, unit: int) -> list[Call]:
    photos = [_make_another_photo(plain) for _ in range(PHOTOS)]
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
    return [*sent, Call("PUT", f"/mobile/v1/reports/{uuid.uuid4()}", json_body(report))]


def _measure_bare_writes(plain: bytes) -> Measurement:
    """Rows as wide as a report's own into tables without indexes, and the same bytes to S3."""
    sources = _newest_report_keys_by_table()
    with connection.cursor() as cursor:
        for table in _BARE_TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS bench_{table}")
            cursor.execute(f"CREATE TABLE bench_{table} (LIKE {table})")
    photos = [_make_another_photo(plain) for _ in range(PHOTOS)]
    share = (REPORTS // CALLERS, sources, photos)
    with multiprocessing.get_context("spawn").Pool(CALLERS, initializer=django.setup) as pool:
        pool.starmap(_time_bare_reports, [(1, sources, photos)] * CALLERS, chunksize=1)
        begun = time.perf_counter()
        parts = pool.starmap(_time_bare_reports, [share] * CALLERS, chunksize=1)
        wall = time.perf_counter() - begun
    with connection.cursor() as cursor:
        for table in _BARE_TABLES:
            cursor.execute(f"DROP TABLE bench_{table}")
    return summarise([seconds for part in parts for seconds in part], wall)


def _time_bare_reports(
    count: int, sources: dict[str, tuple[str, list[Any]]], photos: list[bytes]
) -> list[float]:
    return [time_call(lambda: _write_bare_report(sources, photos)) for _ in range(count)]


def _write_bare_report(sources: dict[str, tuple[str, list[Any]]], photos: list[bytes]) -> None:
    photo_rows, keys = sources["evidence_file"]
    for photo, key_of_row in zip(photos, keys, strict=True):
        digest = hashlib.sha256(photo).hexdigest()
        key = f"bench/{uuid.uuid4()}.jpg"
        storage.put_object(key, io.BytesIO(photo), media_type="image/jpeg", sha256=digest)
        _copy_rows("evidence_file", photo_rows, [key_of_row])
    with transaction.atomic():
        for table, (column, keys) in sources.items():
            if table != "evidence_file":
                _copy_rows(table, column, keys)


def _copy_rows(table: str, column: str, keys: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO bench_{table} SELECT * FROM {table} WHERE {column} = ANY(%s)", [keys]
        )


def _newest_report_keys_by_table() -> dict[str, tuple[str, list[Any]]]:
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
