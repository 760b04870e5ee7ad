"""What the demonstration's inspectors have just sent from the field: mostly sound, some of it odd."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.text import slugify

from backend.accounts.models import Role, User
from backend.fieldwork.actions import receive_items
from backend.fieldwork.incoming_items import IncomingItem
from backend.inspections.models import Checklist
from backend.lib import clock
from backend.units.models import Unit, UnitStatus
from tagging.models import Binding
from tagging.qr import tag_address

LIFTS = 4
"""Of each inspector: one passes, one fails, one report lacks an answer, one scan is too far away."""
_CHECKLIST = "lift-periodic"
_FAR_DEGREES = 1.5


def send_field_days() -> None:
    """Each inspector sends what he did yesterday at lifts of his place, through the outbox as
    phones do: the doors judge it, hold it and open cases as they would for anybody."""
    checklist = Checklist.objects.filter(code=_CHECKLIST, valid_to=None).latest("version")
    for inspector in User.objects.filter(role=Role.INSPECTOR).order_by("pk"):
        lifts = _list_tagged_lifts(inspector)
        items = [
            IncomingItem(json.dumps(item).encode(), item) for item in _items_of(lifts, checklist)
        ]
        receive_items(
            actor=inspector,
            device=f"demo-{slugify(inspector.username)}",
            app="demo",
            device_now=clock.now(),
            items=items,
        )


def _list_tagged_lifts(inspector: User) -> Sequence[Binding]:
    seen = Unit.objects.visible_to(inspector).filter(
        status=UnitStatus.IN_USE, category__code__startswith="3", position__isnull=False
    )
    found = Binding.objects.filter(unbound_at=None, unit__in=seen).select_related("unit")
    return list(found.order_by("unit_id")[:LIFTS])


def _items_of(lifts: Sequence[Binding], checklist: Checklist) -> Iterator[dict[str, Any]]:
    """One after the other an hour apart; where a place has fewer lifts, the last ones lack."""
    begun = clock.now() - dt.timedelta(hours=24)
    for number, lift in enumerate(lifts):
        at = begun + dt.timedelta(hours=number)
        yield _scan_item(lift, at)
        after = at + dt.timedelta(minutes=20)
        if number == 0:
            passed = _report_item(lift, after, checklist)
            yield passed
            # The same report once more, otherwise: which of them counts is for staff to say.
            yield passed | {"body": passed["body"] | {"remark": "补充：已现场告知使用单位"}}
        elif number == 1:
            yield _faulty_report_item(lift, after, checklist)
        elif number == 2:
            unfinished = _report_item(lift, after, checklist)
            unfinished["body"]["answers"].popitem()
            yield unfinished
        else:
            yield _scan_item(lift, at + dt.timedelta(minutes=2), away=_FAR_DEGREES)


def _scan_item(lift: Binding, at: dt.datetime, *, away: float = 0.0) -> dict[str, Any]:
    body = {
        "raw": tag_address(lift.tag_id),
        "scanned_at": at.isoformat(),
        "position": _position_of(lift.unit, away),
    }
    return _build_item("scan", at, body)


def _report_item(lift: Binding, at: dt.datetime, checklist: Checklist) -> dict[str, Any]:
    body = {
        "unit": lift.unit_id,
        "tag_code": lift.tag_id,
        "checklist": checklist.code,
        "checklist_version": checklist.version,
        "kind": checklist.inspection_kind,
        "answers": {item["id"]: "pass" for item in checklist.items if item["required"]},
        "conclusion": "pass",
        "device_time": at.isoformat(),
        "position": _position_of(lift.unit),
    }
    return _build_item("report", at, body)


def _faulty_report_item(lift: Binding, at: dt.datetime, checklist: Checklist) -> dict[str, Any]:
    sent = _report_item(lift, at, checklist)
    item = next(item for item in reversed(checklist.items) if item["required"])
    sent["body"]["answers"][item["id"]] = "fail"
    fault = {
        "text": f"{item['text']}：不符合要求，须整改",
        "severity": "serious",
        "item": item["id"],
    }
    sent["body"] |= {"conclusion": "fail", "defects": [fault]}
    return sent


def _build_item(kind: str, at: dt.datetime, body: dict[str, Any]) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "type": kind, "made_at": at.isoformat(), "body": body}


def _position_of(unit: Unit, away: float = 0.0) -> dict[str, float] | None:
    if unit.position is None:
        return None
    return {"lng": unit.position.x, "lat": unit.position.y - away, "accuracy": 8.0}
