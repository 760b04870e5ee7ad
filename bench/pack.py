"""The pack of one duty and its changes: time, bytes on the line and queries, over HTTP."""

from __future__ import annotations

import gzip
import http.client
import json
import time
from typing import Any
from urllib.parse import quote, urlsplit

from django.db import connection
from django.db.models import Count, F
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from backend.accounts.models import DeviceToken, Role, User
from backend.units.models import Unit
from bench.callers import result_row
from bench.fixtures import wait_for_server_and_count_units

PATH = "/mobile/v1/pack"
UNITS_OF_DUTY = 5000
CHANGED_UNITS = 50
_MAX_ATTEMPTS = 300


def run(base_url: str = "", size: int = 0) -> list[dict[str, Any]]:
    """Rows for the table. The duty is the county whose number of units is nearest to DUTY."""
    base_url, size = wait_for_server_and_count_units(base_url, size)
    user, token = _create_inspector()
    parts = urlsplit(base_url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    _fetch_pack(line, token)  # the workers warm up
    seconds, sent, units, cursor = _fetch_pack(line, token)
    quiet_seconds, quiet, _told = _fetch_document(line, token, _changes_path(cursor))
    ids = Unit.objects.visible_to(user).values_list("pk", flat=True)[:CHANGED_UNITS]
    Unit.objects.filter(pk__in=list(ids)).update(version=F("version") + 1)
    busy_seconds, busy = _fetch_changes(line, token, cursor)
    return [
        result_row("pack.units", units, "units", size),
        result_row("pack.seconds", seconds, "s", size),
        result_row("pack.bytes", sent, "bytes", size),
        result_row("pack.first_page_queries", _count_queries(token, PATH), "queries", size),
        result_row("pack.quiet_delta_seconds", quiet_seconds, "s", size),
        result_row("pack.quiet_delta_bytes", quiet, "bytes", size),
        result_row("pack.delta_of_50_seconds", busy_seconds, "s", size),
        result_row("pack.delta_of_50_bytes", busy, "bytes", size),
        result_row(
            "pack.delta_queries", _count_queries(token, _changes_path(cursor)), "queries", size
        ),
    ]


def _create_inspector() -> tuple[User, str]:
    counts = Unit.objects.values_list("region_id").annotate(number=Count("pk"))
    region = min(counts, key=lambda pair: abs(pair[1] - UNITS_OF_DUTY))[0]
    facts = {"role": Role.INSPECTOR, "region_id": region}
    user, _made = User.objects.update_or_create(username="bench-pack", defaults=facts)
    DeviceToken.objects.filter(user=user).delete()
    _row, token = DeviceToken.objects.create(user=user, device_id="bench")
    return user, str(token)


def _changes_path(cursor: str) -> str:
    return f"{PATH}?cursor={quote(cursor)}"


def _fetch_pack(line: http.client.HTTPConnection, token: str) -> tuple[float, int, int, str]:
    """Seconds, bytes and units of all pages, and the cursor of the first."""
    seconds, sent, first = _fetch_document(line, token, PATH)
    units, following = len(first["units"]), first["next"]
    while following is not None:
        took, length, page = _fetch_document(line, token, f"{PATH}?after={quote(following)}")
        seconds, sent, units = seconds + took, sent + length, units + len(page["units"])
        following = page["next"]
    return seconds, sent, units, first["cursor"]


def _fetch_changes(line: http.client.HTTPConnection, token: str, cursor: str) -> tuple[float, int]:
    """Seconds and bytes of the delta, once every transaction from before the change has ended."""
    for _attempt in range(_MAX_ATTEMPTS):
        seconds, sent, told = _fetch_document(line, token, _changes_path(cursor))
        if told["units"]:
            return seconds, sent
        time.sleep(1)
    raise RuntimeError("a transaction elsewhere in the cluster holds the feed back")


def _fetch_document(
    line: http.client.HTTPConnection, token: str, path: str
) -> tuple[float, int, Any]:
    """Seconds, bytes as sent, and the document."""
    begun = time.perf_counter()
    line.request(
        "GET", path, headers={"Authorization": f"Token {token}", "Accept-Encoding": "gzip"}
    )
    answer = line.getresponse()
    text = answer.read()
    seconds = time.perf_counter() - begun
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {text[:500]!r}")
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return seconds, len(text), json.loads(gzip.decompress(text) if packed else text)


def _count_queries(token: str, path: str) -> int:
    client = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    with override_settings(ALLOWED_HOSTS=["*"]), CaptureQueriesContext(connection) as seen:
        client.get(path)
    return len(seen)
