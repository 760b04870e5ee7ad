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
from bench.phones import Filed, Told
from media_config import storage

_SETTLED = ("accepted", "duplicate")


@dataclass
class Reckoning:
    """Each line says what is wrong with which report or object; none is right."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def reckon(told: Sequence[Told], users: Sequence[User], *, wait: float = 0.0) -> Reckoning:
    """Compare; storage may take ``wait`` seconds more to receive what lies in the spool.

    ``users`` filed nothing else, and storage holds nothing else.
    """
    filed = [one for phone in told for one in phone.filed]
    _await_stored(users, wait)
    found = Reckoning(refused=[line for phone in told for line in phone.refusals])
    _compare_receipts(found, told)
    _compare_register(found, filed, users)
    _compare_storage(found, filed, users)
    return found


def _await_stored(users: Sequence[User], wait: float) -> None:
    end = time.monotonic() + wait
    spooled = File.objects.filter(uploaded_by__in=users, state=File.State.SPOOLED)
    while spooled.exists() and time.monotonic() < end:
        time.sleep(0.5)


def _compare_receipts(found: Reckoning, told: Sequence[Told]) -> None:
    for phone in told:
        for one in phone.filed:
            states = phone.receipts.get(one.id, [])
            if one.state not in _SETTLED or not set(states) & set(_SETTLED):
                found.lost.append(f"{one.id}: the phone knows {one.state}, receipts say {states}")
            if len(states) > 1:
                found.duplicated.append(f"{one.id}: receipts {states}")


def _compare_register(found: Reckoning, filed: Sequence[Filed], users: Sequence[User]) -> None:
    reports = Report.objects.filter(filed_by__in=users)
    there = dict(reports.values_list("pk", "issue__record_id"))
    photos: dict[int, list[str]] = {}
    proofs = RecordEvidence.objects.filter(record__in=there.values())
    for record, sha256 in proofs.values_list("record_id", "file__sha256"):
        photos.setdefault(record, []).append(sha256)
    by_id = {str(pk): sorted(photos.get(record, [])) for pk, record in there.items()}
    for one in filed:
        if by_id.pop(one.id, None) != sorted(one.photos):
            found.lost.append(f"{one.id}: not in the register with its {len(one.photos)} photos")
    found.duplicated += [f"{pk}: a report that nobody filed" for pk in by_id]
    items = Counter(Item.objects.filter(user__in=users).values_list("item_id", flat=True))
    found.duplicated += [f"{pk}: {number} items" for pk, number in items.items() if number > 1]
    units = Counter(reports.values_list("unit_id", flat=True))
    found.duplicated += [
        f"unit {pk}: {number} reports" for pk, number in units.items() if number > 1
    ]


def _compare_storage(found: Reckoning, filed: Sequence[Filed], users: Sequence[User]) -> None:
    wanted = Counter(sha256 for one in filed for sha256 in one.photos)
    keys = list(_originals())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        at = dict(zip(keys, pool.map(_hash, keys), strict=True))
    stored = Counter(at.values())
    files = File.objects.filter(uploaded_by__in=users, state=File.State.STORED)
    rows = dict(files.values_list("sha256", "key"))
    missing = [sha256 for sha256 in wanted if at.get(rows.get(sha256, "")) != sha256]
    found.lost += [f"photo {sha256}: not in storage" for sha256 in missing]
    found.duplicated += [
        f"photo {sha256}: stored {n} times" for sha256, n in stored.items() if n > 1
    ]
    found.duplicated += [
        f"photo {sha256}: that nobody took" for sha256 in set(stored) - set(wanted)
    ]


def _originals() -> Iterable[str]:
    pages = storage.client().get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=settings.S3_BUCKET, Prefix="originals/"):
        yield from (entry["Key"] for entry in page.get("Contents", ()))


def _hash(key: str) -> str:
    with storage.opened(key) as body:
        return hashlib.sha256(body.read()).hexdigest()
