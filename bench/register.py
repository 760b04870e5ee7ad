"""How fast a whole older register comes in by one file, and whether it is right.

As ``imports``, but each row tells a life: certificate, status, the last inspection of each clock,
grade and parameters. Fifty units drawn at random are compared with what ``oldregister`` reckons for
them: the public page of a tag, the list of those overdue, the score.
"""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Sequence
from typing import Any

from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, override_settings
from rest_framework.test import APIClient

from backend.accounts.models import User
from backend.exchange.importing import import_table
from backend.jobs.actions import create_job
from backend.lib import clock
from backend.risk.explaining import explain
from backend.units.models import Record, Unit
from bench import oldregister
from bench.callers import row
from bench.oldregister import Told
from bench.people import measurer, tagged
from geo.models import Region
from tagging.models import Binding

ROWS = 100_000
DRAWN = 50


def run(rows: int = ROWS) -> list[dict[str, Any]]:
    """Bring in ``rows`` units as an administrator, then again, and compare some of them."""
    size, today = Unit.objects.count(), clock.today()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    counties = _counties()
    told = list(oldregister.told(rows, counties, today, seed=7))
    text, before = oldregister.table(told), Record.objects.count()
    seconds, result = _imported(text)
    assert (result["created"], result["bad"]) == (rows, 0), result
    filed = Record.objects.count() - before
    again, result = _imported(text)
    assert result["unchanged"] == rows, result
    wrong = _wrong(random.Random(1).sample(told, DRAWN), today)
    return [
        row("register.rows_per_s", rows / seconds, "rows/s", size),
        row("register.records_per_s", filed / seconds, "records/s", size),
        row("register.again_rows_per_s", rows / again, "rows/s", size),
        row("register.wrong_of_50", wrong, "units", size),
    ]


def _counties() -> list[tuple[str, str]]:
    """The counties of today, each with the first letter of its plates."""
    counties = Region.objects.filter(level=Region.Level.COUNTY, valid_to=None)
    rows = counties.order_by("code").values_list("code", "plate_letters")
    return [(code, letters[:1] or "A") for code, letters in rows]


def _imported(text: bytes) -> tuple[float, dict[str, Any]]:
    job, _made = create_job(
        actor=User.objects.get(username="administrator"), kind="import",
        parameters={"mapping": "native", "name": "register.csv"},
    )  # fmt: skip
    began = time.perf_counter()
    result = import_table(job, ContentFile(text))
    return time.perf_counter() - began, result


def _wrong(drawn: Sequence[Told], today: dt.date) -> int:
    """How many of the units ``drawn`` differ from what was reckoned for them; tells which."""
    user, _token = measurer()
    codes = [unit.row["设备代码"] for unit in drawn]
    known = Unit.objects.in_bulk(codes, field_name="device_code")
    tags = tagged(user, [unit.pk for unit in known.values()])
    by_unit = dict(Binding.objects.filter(tag__in=tags).values_list("unit_id", "tag_id"))
    wrong = 0
    with override_settings(ALLOWED_HOSTS=["*"]):
        for number, told in enumerate(drawn):
            unit = known[told.row["设备代码"]]
            wanted, got = _wanted(told, today), _got(user, unit, by_unit[unit.pk], number, today)
            if wanted != got:
                wrong += 1
                print(told.row, "wanted", wanted, "got", got, sep="\n")
    return wrong


def _wanted(told: Told, today: dt.date) -> tuple[Any, ...]:
    ended = told.fate in ("scrapped", "cancelled", "stopped")
    shown = None if ended or told.failed or told.statutory is None else told.statutory
    points = {} if told.fate == "cancelled" else told.points(today)
    number = told.row.get("使用登记证编号", "")
    month = shown.strftime("%Y-%m") if shown else None
    return told.standing(today), month, number, told.is_overdue(today), points


def _got(user: User, unit: Unit, code: str, number: int, today: dt.date) -> tuple[Any, ...]:
    public = Client(REMOTE_ADDR=f"10.1.0.{number}")
    page = public.get(f"/T/{code}", headers={"accept": "application/json"}).json()
    reader = APIClient()
    reader.force_authenticate(user)
    asked = {"due_until": today - oldregister.DAY, "device_code": unit.device_code}
    listed = reader.get("/api/v1/units", {**asked, "status": "in_use"}).json()["results"]
    ended = unit.status in ("cancelled", "moved_out", "dismantled")
    reasons = [] if ended else explain(user=user, unit=unit.pk).reasons
    points = {reason.factor: reason.points for reason in reasons}
    return page["standing"], page["next_inspection"], page["certificate_no"], bool(listed), points
