"""The unit's card as phones show it, and the little that everybody may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from backend.inspections.cards.card_reader import Card
from backend.lib import clock
from backend.lib.serializers import Serializer
from backend.units.models import HoldRule


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
    foreign_host = serializers.CharField(
        allow_blank=True, help_text="Whom the label leads to, when not to us: it may be forged"
    )
    unit = CardShape(allow_null=True)
    public = PublicShape(allow_null=True)


_OWN_FIELDS = (
    "id", "version", "device_code", "registration_code", "internal_no", "product_name", "model",
    "parameters", "address", "status", "safety_grade", "open_defects",
)  # fmt: skip
_LAST = ("record", "kind", "conclusion", "happened_on", "report_no")
_DEFECTS_SHOWN = 50


def show_mark(card: Card) -> dict[str, Any]:
    """The facts of the mark of a unit, which everybody may see."""
    kept, standing = card.document, card.standing
    return {
        "category": kept["category"],
        "category_name": card.category_name,
        "region": kept["region"],
        "region_name": card.region_name,
        "using_unit": card.using_unit,
        "maintainer": card.maintainer,
        "certificate_no": kept["certificate_no"],
        "last_inspected_on": kept["last_inspected_on"],
        "next_due_on": kept["next_due_on"],
        "standing": standing.value,
        "standing_text": str(standing.label),
        "in_order": standing.usable,
    }


def show_card(card: Card) -> dict[str, Any]:
    """The whole card of a unit as of today."""
    kept, today = card.document, clock.today().isoformat()
    clocks = [_show_clock(row, today) for row in kept["clocks"]]
    holds = [row for row in kept["holds"] if row["until"] is None or row["until"] > today]
    last, place = kept["inspections"][:1], kept["position"]
    return (
        show_mark(card)
        | {name: kept[name] for name in _OWN_FIELDS}
        | {
            "region_name": f"{card.city_name}{card.region_name}",
            "owner": card.owner,
            "position": {"lng": place[0], "lat": place[1]} if place else None,
            "use_blocked": kept["held_from"] is not None and kept["held_from"] <= today,
            "holds": [row | {"text": str(HoldRule(row["rule"]).label)} for row in holds],
            "clocks": clocks,
            "last_inspection": {name: last[0][name] for name in _LAST} if last else None,
            "defects": kept["defects"][:_DEFECTS_SHOWN],
            "reasons": _reasons_against(kept, holds, clocks, today),
        }
    )


def _show_clock(row: dict[str, Any], today: str) -> dict[str, Any]:
    due = row["due_on"]
    shown = {name: row[name] for name in ("kind", "last_on", "due_on", "opens_on")}
    return shown | {"overdue": due is not None and due < today}


def _reasons_against(
    kept: Mapping[str, Any], holds: list[dict[str, Any]], clocks: list[dict[str, Any]], today: str
) -> list[str]:
    """Why the unit is not in order, each as a stable word; a stopped unit owes no inspection."""
    reasons = [] if kept["status"] == "in_use" else [f"status-{kept['status']}"]
    reasons += list(dict.fromkeys(row["rule"] for row in holds if row["since"] <= today))
    if kept["status"] == "in_use":
        reasons += [f"overdue-{row['kind']}" for row in clocks if row["overdue"]]
    if any(row["severity"] == "serious" for row in kept["defects"]):
        reasons.append("serious-defect")
    return reasons
