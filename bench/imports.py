"""How fast a table of units is imported, against COPY of the same table.

Two yardsticks: raw COPY of the bytes into a bare table of texts, and COPY of the same units into
a twin of the register as it was before them, with its columns and indexes, without history and
foreign keys: what the database alone takes for such rows. An empty twin would be no fair one: what
is added to small indexes costs less than what is added to those of a register.
"""

from __future__ import annotations

import csv
import io
import time
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection

from backend.accounts.models import User
from backend.exchange.mapping import get_mapping
from backend.exchange.table_import import import_table
from backend.jobs.actions import create_job
from backend.units.models import Unit
from bench.callers import result_row

IMPORTED_ROWS = 245_000


def run(rows: int = IMPORTED_ROWS) -> list[dict[str, Any]]:
    """Import ``rows`` new lifts as the administrator, then again; needs a demo register."""
    size = Unit.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")  # the yardsticks are one statement each
    text = _make_table(rows, first=Unit.objects.filter(device_code__startswith="311037102").count())
    created, seconds = _time_import(text, "created")
    unchanged, again = _time_import(text, "unchanged")
    assert created == unchanged == rows, (created, unchanged)
    raw, indexed = _time_raw_copy(text), _time_indexed_copy(rows)
    return [
        result_row("import.rows_per_s", rows / seconds, "rows/s", size, "raw COPY", rows / raw),
        result_row(
            "import.to_indexed", rows / seconds, "rows/s", size, "indexed COPY", rows / indexed
        ),
        result_row("import.again_rows_per_s", rows / again, "rows/s", size, "raw COPY", rows / raw),
        result_row("import.raw_copy_rows_per_s", rows / raw, "rows/s", size),
        result_row("import.indexed_copy_rows_per_s", rows / indexed, "rows/s", size),
    ]


def _time_import(text: bytes, figure: str) -> tuple[int, float]:
    """The figure of one import, and its seconds."""
    job, _made = create_job(
        actor=User.objects.get(username="administrator"), kind="import",
        parameters={"mapping": "native", "name": "bench.csv"},
    )  # fmt: skip
    began = time.perf_counter()
    result = import_table(job, ContentFile(text))
    return result[figure], time.perf_counter() - began


def _make_table(rows: int, first: int) -> bytes:
    columns = get_mapping("native").columns
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


def _time_raw_copy(text: bytes) -> float:
    """Seconds of COPY of the bytes into a bare table of texts."""
    names = ", ".join(f"c{number} text" for number in range(len(get_mapping("native").columns)))
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


def _time_indexed_copy(rows: int) -> float:
    """Seconds of COPY of the last ``rows`` units into a twin of the register without them, indexes
    and all."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_twin (LIKE units_unit INCLUDING ALL)")
        cursor.execute(
            "INSERT INTO bench_twin SELECT * FROM units_unit ORDER BY id"
            f" LIMIT (SELECT count(*) - {rows} FROM units_unit)"
        )
        cursor.execute("VACUUM ANALYZE bench_twin")
    out = io.BytesIO()
    newest = f"SELECT * FROM units_unit ORDER BY id DESC LIMIT {rows}"
    with (
        connection.connection.cursor() as raw,
        raw.copy(f"COPY ({newest}) TO STDOUT (FORMAT binary)") as copy,
    ):
        for portion in copy:
            out.write(portion)
    began = time.perf_counter()
    with (
        connection.connection.cursor() as raw,
        raw.copy("COPY bench_twin FROM STDIN (FORMAT binary)") as copy,
    ):
        copy.write(out.getbuffer())
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_twin")
    return seconds
