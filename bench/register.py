"""How fast a whole older register comes in by one file, and whether it is right.

As ``imports``, but each row tells a life: certificate, status, the last inspection of each clock,
grade and parameters. Fifty units drawn at random are compared with what ``old_register`` reckons for
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
from backend.exchange.table_import import import_table
from backend.jobs.actions import create_job
from backend.lib import clock
from backend.risk.explanations import explain_score
from backend.units.models import Record, Unit
from bench import old_register
from bench.callers import result_row
from bench.fixtures import create_measurer, tag_units
from bench.old_register import OldUnit
from geo.models import Region
from tagging.models import Binding

IMPORTED_ROWS = 100_000
COMPARED_UNITS = 50


def run(rows: int = IMPORTED_ROWS) -> list[dict[str, Any]]:
    """Bring in ``rows`` units as an administrator, then again, and compare some of them."""
    size, today = Unit.objects.count(), clock.today()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
    counties = _load_counties()
    told = list(old_register.make_units(rows, counties, today, seed=7))
    text, before = old_register.write_table(told), Record.objects.count()
    seconds, result = _time_import(text)
    assert (result["created"], result["bad"]) == (rows, 0), result
    filed = Record.objects.count() - before
    again, result = _time_import(text)
    assert result["unchanged"] == rows, result
    wrong = _count_wrong_units(random.Random(1).sample(told, COMPARED_UNITS), today)
    return [
        result_row("register.rows_per_s", rows / seconds, "rows/s", size),
        result_row("register.records_per_s", filed / seconds, "records/s", size),
        result_row("register.again_rows_per_s", rows / again, "rows/s", size),
        result_row("register.wrong_of_50", wrong, "units", size),
    ]


def _load_counties() -> list[tuple[str, str]]:
    """The counties of today, each with the first letter of its plates."""
    counties = Region.objects.filter(level=Region.Level.COUNTY, valid_to=None)
    rows = counties.order_by("code").values_list("code", "plate_letters")
    return [(code, letters[:1] or "A") for code, letters in rows]


def _time_import(text: bytes) -> tuple[float, dict[str, Any]]:
    job, _made = create_job(
        actor=User.objects.get(username="administrator"), kind="import",
        parameters={"mapping": "native", "name": "register.csv"},
    )  # fmt: skip
    began = time.perf_counter()
    result = import_table(job, ContentFile(text))
    return time.perf_counter() - began, result


def _count_wrong_units(drawn: Sequence[OldUnit], today: dt.date) -> int:
    """How many of the units ``drawn`` differ from what was reckoned for them; tells which."""
    user, _token = create_measurer()
    codes = [unit.row["设备代码"] for unit in drawn]
    known = Unit.objects.in_bulk(codes, field_name="device_code")
    tags = tag_units(user, [unit.pk for unit in known.values()])
    by_unit = dict(Binding.objects.filter(tag__in=tags).values_list("unit_id", "tag_id"))
    wrong = 0
    with override_settings(ALLOWED_HOSTS=["*"]):
        for number, told in enumerate(drawn):
            unit = known[told.row["设备代码"]]
            wanted, got = (
                _expected_answers(told, today),
                _actual_answers(user, unit, by_unit[unit.pk], number, today),
            )
            if wanted != got:
                wrong += 1
                print(told.row, "wanted", wanted, "got", got, sep="\n")
    return wrong


def _expected_answers(told: OldUnit, today: dt.date) -> tuple[Any, ...]:
    ended = told.fate in ("scrapped", "cancelled", "stopped")
    shown = None if ended or told.failed or told.statutory_due_on is None else told.statutory_due_on
    points = {} if told.fate == "cancelled" else told.points(today)
    number = told.row.get("使用登记证编号", "")
    month = shown.strftime("%Y-%m") if shown else None
    return told.expected_standing(today), month, number, told.is_overdue(today), points


def _actual_answers(
    user: User, unit: Unit, code: str, number: int, today: dt.date
) -> tuple[Any, ...]:
    public = Client(REMOTE_ADDR=f"10.1.0.{number}")
    page = public.get(f"/T/{code}", headers={"accept": "application/json"}).json()
    reader = APIClient()
    reader.force_authenticate(user)
    asked = {"due_until": today - old_register.DAY, "device_code": unit.device_code}
    listed = reader.get("/api/v1/units", {**asked, "status": "in_use"}).json()["results"]
    ended = unit.status in ("cancelled", "moved_out", "dismantled")
    reasons = [] if ended else explain_score(user=user, unit=unit.pk).reasons
    points = {reason.factor: reason.points for reason in reasons}
    return page["standing"], page["next_inspection"], page["certificate_no"], bool(listed), points
