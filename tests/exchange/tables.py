"""Small tables of units for the tests of imports."""

from __future__ import annotations

import io
from pathlib import Path

from django.core.files.base import ContentFile
from openpyxl import Workbook

from backend.exchange.actions import start_import
from backend.exchange.tasks import run_import
from backend.jobs.models import Job
from media_config.buckets import ensure_bucket

FILES = Path(__file__).with_name("files")
HEADER = ["设备代码", "品种代码", "区划代码", "使用地点", "经度", "纬度", "坐标系"]
GOOD = ["31101037020150001", "3110", "370102", "泉城路1号", "", "", ""]
SECOND = ["31101037020150002", "3110", "370102", "泉城路2号", "", "", ""]


def table(*rows, header=HEADER, encoding="utf-8-sig"):
    return "\n".join(",".join(row) for row in (header, *rows)).encode(encoding)


def numbered(count, first=1):
    """``count`` good rows of lifts that differ in their serial number."""
    return [
        [f"31101037020{15 + n // 10000}{n % 10000:04d}", *GOOD[1:3], f"泉城路{n}号", "", "", ""]
        for n in range(first, first + count)
    ]


def workbook(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in (HEADER, *rows):
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def begun(actor, content, name="units.csv", mapping="native"):
    ensure_bucket()
    return start_import(actor=actor, stream=ContentFile(content), name=name, mapping=mapping)


def imported(actor, content, name="units.csv", mapping="native"):
    job = begun(actor, content, name, mapping)
    run_import(str(job.pk))
    return Job.objects.get(pk=job.pk)


def figures(job):
    return {k: v for k, v in job.result.items() if k not in ("bad_rows", "notes", "table")}


def counted(read, created, updated=0, unchanged=0, bad=0):
    return {
        "read": read,
        "created": created,
        "updated": updated,
        "unchanged": unchanged,
        "bad": bad,
    }
