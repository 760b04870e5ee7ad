"""Ready reports and units for the tests of reports."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import io
import uuid
from typing import Any

from PIL import Image

from backend.accounts.models import User
from backend.accounts.rights import Right
from backend.evidence.intake import receive_photo
from backend.evidence.models import File
from backend.inspections.actions import file_report
from backend.inspections.drafts import ReportDraft
from backend.inspections.models import Report
from backend.units.filing import file_record
from backend.units.models import Inspection, Registration, Unit
from tests.world import World

DAY = dt.date(2026, 11, 20)
MOMENT = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
GENERIC = {"1": "pass", "2": "pass", "3": "pass"}


def draft_of(unit: Unit, **changes: Any) -> ReportDraft:
    """A passed periodic inspection of ``unit`` on the general checklist."""
    draft = ReportDraft(
        unit=unit.pk,
        checklist="generic",
        checklist_version=1,
        kind="periodic",
        conclusion="pass",
        device_time=MOMENT,
        happened_on=DAY,
        answers=GENERIC,
    )
    return dataclasses.replace(draft, **changes)


def file(world: World, draft: ReportDraft, **changes: Any) -> Report:
    """File ``draft`` as Lin, under a new id unless told; the body is the draft itself."""
    facts = {"actor": world.lin, "report_id": uuid.uuid4(), "body": {"draft": repr(draft)}}
    report, _new = file_report(**(facts | changes), draft=draft)
    return report


def put_in_use(world: World, unit: Unit, day: dt.date = dt.date(2025, 12, 1)) -> None:
    """Give a lift its installation inspection and its registration, both on ``day``."""
    file_record(
        actor=world.lin,
        unit=unit,
        record=Inspection(happened_on=day, kind="sup_installation", conclusion="pass"),
        right=Right.FILE_REPORT,
    )
    record = Registration(happened_on=day, kind="first", certificate_no="梯11鲁A00001(25)")
    file_record(actor=world.rui, unit=unit, record=record)
    unit.refresh_from_db()


def jpeg(colour: int = 0) -> bytes:
    """A small photo; each number another one."""
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), (colour, 90, 120)).save(buffer, "JPEG")
    return buffer.getvalue()


def photo(world: World, colour: int = 0, sender: User | None = None) -> File:
    """A photo that Lin has sent, or another."""
    content = jpeg(colour)
    return receive_photo(
        actor=sender or world.lin,
        stream=io.BytesIO(content),
        declared_size=len(content),
        declared_sha256=hashlib.sha256(content).hexdigest(),
    )
