"""What the statutory use mark (特种设备使用标志, domain 2.4) shows, and nothing more.

One set of facts for the page and for its JSON. Nothing personal: a natural person who uses a
unit is masked, inspectors and safety officers are not named at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from backend.units.models import Inspection, InspectionKind, Registration, Unit
from backend.units.standing import Standing, standing_of
from backend.units.timeline import LATEST_FIRST
from backend.web.contacts import HOTLINE, LIFT_RESCUE

LIFT = "3"


@dataclass(frozen=True, slots=True)
class Mark:
    """The facts of a mark. Months are ``2026-05``: the mark knows no days (rule 14)."""

    standing: Standing
    kind: str
    variety: str
    device_code: str
    certificate_no: str
    registration_code: str
    internal_no: str
    using_unit: str
    region: str
    registration_authority: str
    inspection_body: str
    last_inspection: dt.date | None
    next_inspection: dt.date | None
    maintainer: str
    maintainer_phone: str
    rescue_no: str
    rescue_phone: str

    def as_json(self) -> dict[str, Any]:
        """The same facts for machines."""
        facts = asdict(self)
        facts |= {
            "standing": self.standing.value,
            "standing_text": str(self.standing.label),
            "usable": self.standing.usable,
            "last_inspection": month(self.last_inspection),
            "next_inspection": month(self.next_inspection),
            "hotline": HOTLINE,
        }
        return facts


def mark_of(unit: Unit, today: dt.date) -> Mark:
    """The mark of ``unit`` as of ``today``. Two queries beside the unit with its relations."""
    inspection, registration = _last_inspection(unit), _registration(unit)
    standing = standing_of(unit, today)
    lift = unit.kind == LIFT
    maintainer = unit.maintainer if lift else None
    return Mark(
        standing=standing,
        kind=unit.category.kind_name,
        variety=unit.category.name,
        device_code=unit.device_code or "",
        certificate_no=unit.certificate_no or "",
        registration_code=unit.registration_code or "",
        internal_no=unit.internal_no,
        using_unit=unit.using_entity.shown_name if unit.using_entity else "",
        region=unit.region.name,
        registration_authority=_authority(registration),
        inspection_body=_body(inspection),
        last_inspection=unit.last_inspected_on,
        next_inspection=_next(unit, standing),
        maintainer=maintainer.shown_name if maintainer else "",
        maintainer_phone=maintainer.shown_phone if maintainer else "",
        rescue_no=unit.rescue_no if lift else "",
        rescue_phone=LIFT_RESCUE if lift else "",
    )


def month(day: dt.date | None) -> str | None:
    """``2026-05``, as the mark prints dates."""
    return day.strftime("%Y-%m") if day else None


def _next(unit: Unit, standing: Standing) -> dt.date | None:
    """A stopped, ended or failed unit has no next date to show (rules 8 and 15)."""
    without = (Standing.STOPPED, Standing.SCRAPPED, Standing.HELD)
    return None if standing in without else unit.next_due_on


def _last_inspection(unit: Unit) -> Inspection | None:
    made = Inspection.objects.filter(unit=unit, superseded_by__isnull=True)
    made = made.exclude(kind=InspectionKind.SELF_DETECTION).select_related("body")
    return made.order_by(*LATEST_FIRST).first()


def _registration(unit: Unit) -> Registration | None:
    granted = Registration.objects.filter(unit=unit, superseded_by__isnull=True)
    return granted.select_related("authority").order_by(*LATEST_FIRST).first()


def _body(inspection: Inspection | None) -> str:
    if inspection is None:
        return ""
    return inspection.body_name or (inspection.body.name if inspection.body else "")


def _authority(registration: Registration | None) -> str:
    if registration is None or registration.authority is None:
        return ""
    return registration.authority.name
