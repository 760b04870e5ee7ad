"""How fast a table of units is imported, against COPY of the same bytes into a bare table."""

from __future__ import annotations

import csv
import io
import time
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection

from backend.accounts.models import User
from backend.exchange.importing import import_table
from backend.exchange.mapping import mapping_named
from backend.jobs.actions import create_job
from backend.units.models import Unit

ROWS = 20_000


def run(rows: int = ROWS) -> list[dict[str, Any]]:
    """Import ``rows`` new lifts as the administrator; needs a demo register."""
    size = Unit.objects.count()
    text = _table(rows, first=Unit.objects.filter(device_code__startswith="311037102").count())
    actor = User.objects.get(username="administrator")
    job, _made = create_job(
        actor=actor, kind="import", parameters={"mapping": "native", "name": "bench.csv"}
    )
    began = time.perf_counter()
    result = import_table(job, ContentFile(text))
    seconds = time.perf_counter() - began
    assert result["created"] == rows, result
    raw = _raw_copy(text)
    return [
        {"name": "import.rows_per_s", "value": round(rows / seconds), "unit": "rows/s",
         "ratio_to": "raw COPY", "ratio": round(seconds / raw, 1), "size": size},
        {"name": "import.raw_copy_rows_per_s", "value": round(rows / raw), "unit": "rows/s",
         "ratio_to": "", "ratio": 1.0, "size": size},
    ]  # fmt: skip


def _table(rows: int, first: int) -> bytes:
    columns = mapping_named("native").columns
    out = io.StringIO()
    writer = csv.DictWriter(out, columns.values(), restval="")
    writer.writeheader()
    for number in range(first, first + rows):
        serial = f"{'ABCDEFGH'[number // 10000 % 8]}{number % 10000:04d}"
        writer.writerow(
            {"设备代码": f"311037102{2001 + number // 80000}{serial}", "品种代码": "3110",
             "区划代码": "370102", "使用地点": f"泉城路{number}号"}
        )  # fmt: skip
    return out.getvalue().encode()


def _raw_copy(text: bytes) -> float:
    names = ", ".join(f"c{number} text" for number in range(len(mapping_named("native").columns)))
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMP TABLE bench_raw ({names})")
    began = time.perf_counter()
    with (
        connection.connection.cursor() as raw,
        raw.copy("COPY bench_raw FROM STDIN (FORMAT csv, HEADER)") as copy,
    ):
        copy.write(text)
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_raw")
    return seconds
