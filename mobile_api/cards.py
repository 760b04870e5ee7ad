"""The unit's card as phones show it, and the little that everybody may see."""

from __future__ import annotations

import datetime as dt
from typing import Any

from rest_framework import serializers

from backend.directory.models import LegalEntity
from backend.lib import clock
from backend.lib.serializers import Serializer
from backend.units.models import HoldRule, Unit
from backend.units.standing import standing_of
from geo.models import Region


class ClockShape(Serializer[Any]):
    """One running clock."""

    kind = serializers.CharField()
    last_on = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    opens_on = serializers.DateField(allow_null=True)
    overdue = serializers.BooleanField()


class HoldShape(Serializer[Any]):
    """Why the unit must not be used; ``since`` may lie ahead, and ``record`` is where it is from."""

    rule = serializers.ChoiceField(choices=HoldRule.choices)
    about = serializers.CharField(allow_blank=True)
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    record = serializers.IntegerField(allow_null=True)
    text = serializers.CharField()


class OpenDefectShape(Serializer[Any]):
    """A defect that is still open."""

    id = serializers.IntegerField()
    item = serializers.CharField()
    text = serializers.CharField()
    severity = serializers.CharField()
    found_on = serializers.DateField()


class LastInspectionShape(Serializer[Any]):
    """The newest inspection."""

    record = serializers.IntegerField()
    kind = serializers.CharField()
    conclusion = serializers.CharField()
    happened_on = serializers.DateField()
    report_no = serializers.CharField()


class PlaceShape(Serializer[Any]):
    """A position in WGS-84 degrees."""

    lng = serializers.FloatField()
    lat = serializers.FloatField()


class PublicShape(Serializer[Any]):
    """What the mark on the unit shows to everybody."""

    category = serializers.CharField()
    category_name = serializers.CharField()
    region = serializers.CharField()
    region_name = serializers.CharField()
    using_unit = serializers.CharField(allow_null=True)
    maintainer = serializers.CharField(allow_null=True)
    certificate_no = serializers.CharField(allow_null=True)
    last_inspected_on = serializers.DateField(allow_null=True)
    next_due_on = serializers.DateField(allow_null=True)
    standing = serializers.CharField()
    standing_text = serializers.CharField()
    in_order = serializers.BooleanField()


class CardShape(PublicShape):
    """The whole card."""

    id = serializers.IntegerField()
    version = serializers.IntegerField()
    device_code = serializers.CharField(allow_null=True)
    registration_code = serializers.CharField(allow_null=True)
    internal_no = serializers.CharField()
    product_name = serializers.CharField()
    model = serializers.CharField()
    parameters = serializers.DictField()
    owner = serializers.CharField(allow_null=True)
    address = serializers.CharField()
    position = PlaceShape(allow_null=True)
    status = serializers.CharField()
    use_blocked = serializers.BooleanField()
    holds = HoldShape(many=True)
    reasons = serializers.ListField(child=serializers.CharField())
    safety_grade = serializers.IntegerField(allow_null=True)
    clocks = ClockShape(many=True)
    last_inspection = LastInspectionShape(allow_null=True)
    open_defects = serializers.IntegerField()
    defects = OpenDefectShape(many=True)


class ScannedShape(Serializer[Any]):
    """What a scan means. ``unit`` for kind unit, ``public`` for kind elsewhere."""

    scan = serializers.IntegerField()
    kind = serializers.ChoiceField(
        choices=["unit", "elsewhere", "void", "unbound", "unknown", "malformed"]
    )
    code = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_blank=True)
    unit = CardShape(allow_null=True)
    public = PublicShape(allow_null=True)


_OWN = (
    "id", "version", "device_code", "registration_code", "internal_no", "product_name", "model",
    "parameters", "address", "status", "safety_grade", "open_defects",
)  # fmt: skip


def public(unit: Unit) -> dict[str, Any]:
    """The facts of the mark, from the unit and its related rows alone."""
    standing = standing_of(unit, clock.today())
    return {
        "category": unit.category_id,
        "category_name": unit.category.name,
        "region": unit.region_id,
        "region_name": unit.region.name,
        "using_unit": _name(unit.using_entity),
        "maintainer": _name(unit.maintainer),
        "certificate_no": unit.certificate_no,
        "last_inspected_on": unit.last_inspected_on,
        "next_due_on": unit.next_due_on,
        "standing": standing.value,
        "standing_text": str(standing.label),
        "in_order": standing.usable,
    }


def card(unit: Any) -> dict[str, Any]:
    """The card of a unit read by ``backend.inspections.card.card_of``."""
    today = clock.today()
    clocks = [_clock(row, today) for row in unit.clock_rows]
    last = unit.last_rows[0] if unit.last_rows else None
    own = {name: getattr(unit, name) for name in _OWN}
    place = {"lng": unit.position.x, "lat": unit.position.y} if unit.position else None
    return (
        public(unit)
        | own
        | {
            "region_name": _full_name(unit.region),
            "owner": _name(unit.owner),
            "position": place,
            "use_blocked": unit.is_held(today),
            "holds": [_hold(row) for row in unit.hold_rows],
            "clocks": clocks,
            "last_inspection": last,
            "defects": unit.defect_rows,
            "reasons": _reasons(unit, clocks, today),
        }
    )


def _clock(row: dict[str, Any], today: dt.date) -> dict[str, Any]:
    due = row["due_on"]
    return row | {"overdue": due is not None and dt.date.fromisoformat(due) < today}


def _hold(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"text": str(HoldRule(row["rule"]).label)}


def _reasons(unit: Any, clocks: list[dict[str, Any]], today: dt.date) -> list[str]:
    """Why the unit is not in order, each as a stable word; a stopped unit owes no inspection."""
    reasons = [] if unit.status == "in_use" else [f"status-{unit.status}"]
    day = today.isoformat()
    reasons += list(dict.fromkeys(r["rule"] for r in unit.hold_rows if r["since"] <= day))
    if unit.status == "in_use":
        reasons += [f"overdue-{row['kind']}" for row in clocks if row["overdue"]]
    if any(row["severity"] == "serious" for row in unit.defect_rows):
        reasons.append("serious-defect")
    return reasons


def _name(entity: LegalEntity | None) -> str | None:
    """The name of an entity; a natural person's is masked (the look is not logged here)."""
    return entity.shown_name if entity else None


def _full_name(region: Region) -> str:
    above = region.parent
    city = above.name if above is not None and above.level == Region.Level.CITY else ""
    return f"{city}{region.name}"
