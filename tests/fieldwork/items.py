"""Ready items of an outbox, and the phone's way to send them."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from backend.accounts.models import User
from backend.fieldwork.actions import receive_items
from backend.fieldwork.incoming_items import IncomingItem
from backend.fieldwork.models import Item
from backend.lib import clock
from backend.units.models import Unit
from tests.inspections.drafting import GENERIC

HERE = {"lng": 117.05, "lat": 36.65, "datum": "WGS84", "accuracy": 5}


def ago(**span: float) -> str:
    """An instant before now, as a phone writes it."""
    return (clock.now() - dt.timedelta(**span)).isoformat()


def item(kind: str, body: Any, **changes: Any) -> dict[str, Any]:
    """One item, made a minute ago under a new id unless told."""
    made = {"id": str(uuid.uuid4()), "type": kind, "made_at": ago(minutes=1), "body": body}
    return made | changes


def report_body(lift: Unit, **changes: Any) -> dict[str, Any]:
    """A passed periodic inspection on the general checklist."""
    body = {
        "unit": lift.pk,
        "checklist": "generic",
        "checklist_version": 1,
        "kind": "periodic",
        "answers": GENERIC,
        "conclusion": "pass",
        "device_time": ago(minutes=2),
        "position": HERE,
    }
    return body | changes


def scan_body(raw: str, **changes: Any) -> dict[str, Any]:
    """A scan at the usual place."""
    return {"raw": raw, "scanned_at": ago(minutes=1), "position": HERE} | changes


def take(user: User, *items: Any, device: str = "phone-1", **changes: Any) -> list[Item]:
    """Send items as ``user``; the rows as they stand afterwards."""
    facts: dict[str, Any] = {"app": "1.4.0", "device_now": clock.now()} | changes
    sent = [IncomingItem(json.dumps(one).encode(), one) for one in items]
    return [t.item for t in receive_items(actor=user, device=device, items=sent, **facts)]
