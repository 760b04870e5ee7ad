"""What came of all that phones filed: in the register, in storage by hash, and by the receipts."""

from __future__ import annotations

import concurrent.futures
import hashlib
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from backend.accounts.models import User
from backend.evidence.models import File
from backend.fieldwork.models import Item
from backend.inspections.models import Report
from backend.units.models import RecordEvidence
from bench.phones import FiledReport, PhoneLog
from media_config import storage

_DONE_STATES = ("accepted", "duplicate")


@dataclass
class Losses:
    """Each line says what is wrong with which report or object; none is right."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def compare_with_kept(
    phone_logs: Sequence[PhoneLog], users: Sequence[User], *, wait: float = 0.0
) -> Losses:
    """Compare what phones filed with what is kept; storage may take ``wait`` seconds more to
    receive what lies in the spool.

    ``users`` filed nothing else, and storage holds nothing else.
    """
    filed = [one for phone in phone_logs for one in phone.filed]
    _await_stored(users, wait)
    found = Losses(refused=[line for phone in phone_logs for line in phone.refusals])
    _compare_receipts(found, phone_logs)
    _compare_register(found, filed, users)
    _compare_storage(found, filed, users)
    return found


def _await_stored(users: Sequence[User], wait: float) -> None:
    end = time.monotonic() + wait
    spooled = File.objects.filter(uploaded_by__in=users, state=File.State.SPOOLED)
    while spooled.exists() and time.monotonic() < end:
        time.sleep(0.5)


def _compare_receipts(losses: Losses, phone_logs: Sequence[PhoneLog]) -> None:
    for phone in phone_logs:
        for one in phone.filed:
            states = phone.receipts.get(one.id, [])
            if one.state not in _DONE_STATES or not set(states) & set(_DONE_STATES):
                losses.lost.append(f"{one.id}: the phone knows {one.state}, receipts say {states}")
            if len(states) > 1:
                losses.duplicated.append(f"{one.id}: receipts {states}")


def _compare_register(losses: Losses, filed: Sequence[FiledReport], users: Sequence[User]) -> None:
    reports = Report.objects.filter(filed_by__in=users)
    there = dict(reports.values_list("pk", "issue__record_id"))
    photos: dict[int, list[str]] = {}
    proofs = RecordEvidence.objects.filter(record__in=there.values())
    for record, sha256 in proofs.values_list("record_id", "file__sha256"):
        photos.setdefault(record, []).append(sha256)
    by_id = {str(pk): sorted(photos.get(record, [])) for pk, record in there.items()}
    for one in filed:
        if by_id.pop(one.id, None) != sorted(one.photos):
            losses.lost.append(f"{one.id}: not in the register with its {len(one.photos)} photos")
    losses.duplicated += [f"{pk}: a report that nobody filed" for pk in by_id]
    items = Counter(Item.objects.filter(user__in=users).values_list("item_id", flat=True))
    losses.duplicated += [f"{pk}: {number} items" for pk, number in items.items() if number > 1]
    units = Counter(reports.values_list("unit_id", flat=True))
    losses.duplicated += [
        f"unit {pk}: {number} reports" for pk, number in units.items() if number > 1
    ]


def _compare_storage(losses: Losses, filed: Sequence[FiledReport], users: Sequence[User]) -> None:
    wanted = Counter(sha256 for one in filed for sha256 in one.photos)
    keys = list(_list_original_keys())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        at = dict(zip(keys, pool.map(_hash_object, keys), strict=True))
    stored = Counter(at.values())
    files = File.objects.filter(uploaded_by__in=users, state=File.State.STORED)
    rows = dict(files.values_list("sha256", "key"))
    missing = [sha256 for sha256 in wanted if at.get(rows.get(sha256, "")) != sha256]
    losses.lost += [f"photo {sha256}: not in storage" for sha256 in missing]
    losses.duplicated += [
        f"photo {sha256}: stored {n} times" for sha256, n in stored.items() if n > 1
    ]
    losses.duplicated += [
        f"photo {sha256}: that nobody took" for sha256 in set(stored) - set(wanted)
    ]


def _list_original_keys() -> Iterable[str]:
    pages = storage.client().get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings.S3_BUCKET, Prefix="originals/"):
        yield from (entry["Key"] for entry in page.get("Contents", ()))


def _hash_object(key: str) -> str:
    with storage.open_object(key) as body:
        return hashlib.sha256(body.read()).hexdigest()
