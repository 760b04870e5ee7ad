"""Scan to card through the real stack, against its own SQL under pgbench and an empty view."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from bench.callers import CALLERS, Call, Measurement, json_body, measure_calls, result_row
from bench.fixtures import (
    create_measurer,
    list_units_in_use,
    tag_units,
    wait_for_server_and_count_units,
)

SCANS = 4000
SCRIPTS = 40
PGBENCH_SECONDS = 10
SCAN_PATH = "/mobile/v1/scans"
LOOKS = 2000
_LOOKS = (
    ("card.phone", "/mobile/v1/units/{}", False),
    ("card.rest", "/api/v1/units/{}", False),
    ("card.public", "/T/{}", True),
)
"""What else shows a unit: name, path, and whether by its tag or by its number."""


def run(base_url: str = "", size: int = 0) -> list[dict[str, Any]]:
    """Rows for the table. The server stands at ``base_url`` with BENCH_PING=1."""
    base_url, size = wait_for_server_and_count_units(base_url, size)
    user, token = create_measurer()
    codes = tag_units(user, list_units_in_use())
    calls = [[_scan_call(codes[n % len(codes)])] for n in range(SCANS)]
    measure_calls(base_url, token, calls[: SCANS // 10])
    scans = measure_calls(base_url, token, calls)
    empty = measure_calls(base_url, token, [[Call("GET", "/mobile/v1/ping")]] * SCANS)
    units = list_units_in_use()
    shown = [
        (name, measure_calls(base_url, token, _looks(path, codes if by_tag else units)))
        for name, path, by_tag in _LOOKS
    ]
    queries = [_capture_queries(token, code) for code in codes[:SCRIPTS]]
    bare = _run_pgbench(queries)
    return [
        result_row("scan.rate", scans.rate, "requests/s", size, "scan.pgbench_rate", bare),
        result_row(
            "scan.rate_to_empty", scans.rate, "requests/s", size, "scan.empty_rate", empty.rate
        ),
        result_row("scan.p50", scans.p50 * 1000, "ms", size, "scan.empty_p50", empty.p50 * 1000),
        result_row("scan.p95", scans.p95 * 1000, "ms", size, "scan.empty_p95", empty.p95 * 1000),
        result_row("scan.queries", max(map(len, queries)), "queries/request", size),
        result_row("scan.pgbench_rate", bare, "transactions/s", size),
        result_row("scan.empty_rate", empty.rate, "requests/s", size),
        *(_row_of(name, look, empty, size) for name, look in shown),
    ]


def _looks(path: str, ids: list[Any]) -> list[list[Call]]:
    return [[Call("GET", path.format(ids[n % len(ids)]))] for n in range(LOOKS)]


def _row_of(name: str, look: Measurement, empty: Measurement, size: int) -> dict[str, Any]:
    return result_row(f"{name}_rate", look.rate, "requests/s", size, "scan.empty_rate", empty.rate)


def _scan_call(code: str) -> Call:
    position = {"lng": 117.05, "lat": 36.65, "datum": "WGS84", "accuracy": 8}
    return Call("POST", SCAN_PATH, json_body({"raw": f"HTTPS://JZ/T/{code}", "position": position}))


def _capture_queries(token: str, code: str) -> list[str]:
    """The SQL of one scan as the database got it."""
    client = APIClient(HTTP_AUTHORIZATION=f"Token {token}")
    with override_settings(ALLOWED_HOSTS=["*"]), CaptureQueriesContext(connection) as seen:
        client.post(SCAN_PATH, {"raw": code})
    texts = [query["sql"] for query in seen]
    control = re.compile(r"^(BEGIN|COMMIT|SAVEPOINT|RELEASE)")
    return [text for text in texts if not control.match(text)]


def _run_pgbench(scripts: list[list[str]]) -> float:
    """Transactions per second of the same statements with as many clients."""
    entry = settings.DATABASES["default"]
    program = shutil.which("pgbench") or str(max(Path("/usr/lib/postgresql").glob("*/bin/pgbench")))
    with tempfile.TemporaryDirectory() as folder:
        args = [
            program,
            "-n",
            "-M",
            "prepared",
            "-c",
            str(CALLERS),
            "-j",
            "2",
            "-T",
            str(PGBENCH_SECONDS),
        ]
        for number, queries in enumerate(scripts):
            path = Path(folder) / f"{number}.sql"
            path.write_text("".join(f"{text};\n" for text in queries), encoding="utf-8")
            args += ["-f", str(path)]
        args += ["-h", entry["HOST"], "-p", str(entry["PORT"]), "-U", entry["USER"], entry["NAME"]]
        environment = os.environ | {"PGPASSWORD": entry["PASSWORD"], "PGOPTIONS": "-c jit=off"}
        done = subprocess.run(args, capture_output=True, text=True, env=environment, check=True)
    found = re.search(r"tps = ([0-9.]+)", done.stdout)
    if found is None or " 0 (" not in _cut_failed_line(done.stdout):
        raise RuntimeError(done.stdout + done.stderr)
    return float(found.group(1))


def _cut_failed_line(output: str) -> str:
    lines = [line for line in output.splitlines() if line.startswith("number of failed")]
    return lines[0] if lines else " 0 ("
