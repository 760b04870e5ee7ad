"""What the statutory use mark (特种设备使用标志, domain 2.4) shows, and nothing more.

One set of facts for the page and for its JSON. Nothing personal: a natural person who uses a
unit is masked, inspectors and safety officers are not named at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Value

from backend.directory.models import Authority
from backend.units.models import Inspection, IntervalRule, Registration, Unit
from backend.units.standing import Standing, standing_of
from backend.units.timeline import IN_ORDER
from backend.web.contacts import HOTLINE, LIFT_RESCUE
from geo.models import Region

LIFT = "3"
_BANNED = (
    Standing.SCRAPPED,
    Standing.STOPPED,
    Standing.HELD,
    Standing.UNREGISTERED,
    Standing.SERIOUS_DEFECT,
)


@dataclass(frozen=True, slots=True)
class Mark:
    """The facts of a mark. Months are ``2026-05``: the mark knows no days (rule 14)."""

    standing: Standing
    holds: tuple[str, ...]
    kind: str
    variety: str
    device_code: str
    certificate_no: str
    registration_code: str
    internal_no: str
    using_unit: str
    region: str
    address: str
    registration_authority: str
    authority: str
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
    """The mark of ``unit`` as of ``today``.

    Two queries beside the unit with its relations; one more for the holds of a unit that is held,
    and one for the county's authority where no registration names one.
    """
    inspection, registered_by = _last_inspection(unit), _registered_by(unit)
    standing = standing_of(unit, today)
    lift = unit.kind == LIFT
    maintainer = unit.maintainer if lift else None
    return Mark(
        standing=standing,
        holds=sentences_of_holds(unit, today) if standing == Standing.HELD else (),
        kind=unit.category.shown_kind,
        variety=unit.category.shown_name,
        device_code=unit.device_code or "",
        certificate_no=unit.certificate_no or "",
        registration_code=unit.registration_code or "",
        internal_no=unit.internal_no,
        using_unit=unit.using_entity.shown_name if unit.using_entity else "",
        region=unit.region.name,
        address=full_address(unit),
        registration_authority=registered_by,
        authority=registered_by or _authority_over(unit, today),
        inspection_body=_body(inspection),
        last_inspection=inspection.happened_on if inspection else None,
        next_inspection=_next(unit, standing),
        maintainer=maintainer.shown_name if maintainer else "",
        maintainer_phone=maintainer.shown_phone if maintainer else "",
        rescue_no=unit.rescue_no if lift else "",
        rescue_phone=LIFT_RESCUE if lift else "",
    )


def month(day: dt.date | None) -> str | None:
    """``2026-05``, as the mark prints dates."""
    return day.strftime("%Y-%m") if day else None


def full_address(unit: Unit) -> str:
    """Province, city, county and address, each once: an address may begin with them itself."""
    names: list[str] = []
    region: Region | None = unit.region
    while region is not None:
        names.insert(0, region.name)
        region = region.parent
    rest = unit.address
    for name in names:
        rest = rest.removeprefix(name)
    return "".join(names) + rest


def sentences_of_holds(unit: Unit, today: dt.date) -> tuple[str, ...]:
    """Why it must not be used, each reason once."""
    holds = unit.holds.in_force(today).order_by("since", "pk")
    return tuple(dict.fromkeys(str(hold.get_rule_display()) for hold in holds))


def _next(unit: Unit, standing: Standing) -> dt.date | None:
    """The date of the statutory inspection. Beside a ban there is none to show (rules 8 and 15)."""
    return None if standing in _BANNED else unit.next_due_on


def _last_inspection(unit: Unit) -> Inspection | None:
    """The last one by a body: what the user checks himself is no inspection on the mark."""
    own = IntervalRule.objects.filter(clock=OuterRef("kind"), statutory=False)
    own = own.alias(category=Value(unit.category_id))
    own = own.filter(category__startswith=F("category_prefix"))
    made = Inspection.objects.filter(~Exists(own), unit=unit, superseded_by__isnull=True)
    return made.select_related("body").order_by(*IN_ORDER).last()


def _registered_by(unit: Unit) -> str:
    granted = Registration.objects.filter(unit=unit, superseded_by__isnull=True)
    last = granted.select_related("authority").order_by(*IN_ORDER).last()
    return last.authority.name if last and last.authority else ""


def _authority_over(unit: Unit, today: dt.date) -> str:
    """That of the county, else of what lies above it."""
    there = unit.region
    over = [there.pk, there.parent_id, there.parent.parent_id if there.parent else None]
    stands = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    stands &= Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    found = Authority.objects.filter(stands, region__in=[code for code in over if code])
    nearest = found.order_by("-region", "pk").first()
    return nearest.name if nearest else ""


def _body(inspection: Inspection | None) -> str:
    if inspection is None:
        return ""
    return inspection.body_name or (inspection.body.name if inspection.body else "")
