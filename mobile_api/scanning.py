"""From a scan to a card."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.models import User
from backend.fieldwork.reading import fix_of
from backend.fieldwork.shapes import ScanShape
from backend.inspections.card import card_of
from backend.lib.problems import not_found
from mobile_api.cards import CardShape, ScannedShape, card, public
from mobile_api.doors import DeviceView, actor_of, token_of
from tagging.actions import record_scan, resolve

ELSEWHERE = "elsewhere"


class ScansView(DeviceView):
    """``POST scans``."""

    @extend_schema(operation_id="mobile_scan", request=ScanShape, responses=ScannedShape)
    def post(self, request: Request) -> Response:
        """Log the scan, then say what it means. A tag of another place shows its mark only."""
        shape = ScanShape(data=request.data)
        shape.is_valid(raise_exception=True)
        facts = shape.validated_data
        scan = record_scan(
            raw=facts["raw"],
            user=actor_of(request),
            device=token_of(request).device_id,
            client_id=facts.get("client_id"),
            scanned_at=facts.get("scanned_at"),
            fix=fix_of(facts.get("position")),
        )
        return Response({"scan": scan.pk} | _told(actor_of(request), facts["raw"]))


class UnitView(DeviceView):
    """``GET units/<id>``."""

    @extend_schema(operation_id="mobile_unit", responses=CardShape)
    def get(self, request: Request, unit: int) -> Response:
        """The card of a unit."""
        found = card_of(user=actor_of(request), unit=unit)
        if found is None:
            raise not_found(_("There is no such unit in your jurisdiction."))
        return Response(card(found))


def _told(user: User, raw: str) -> dict[str, Any]:
    """The answer to a scan: a query for the tag, one for its unit, one more for a foreign one."""
    meant = resolve(raw, bare=True)
    found = {"kind": meant.kind.value, "code": meant.code, "message": meant.message}
    found |= {"unit": None, "public": None}
    if meant.unit_id is None:
        return found
    mine = card_of(user=user, unit=meant.unit_id)
    if mine is not None:
        return found | {"unit": card(mine)}
    text = _("This unit is outside your jurisdiction.")
    foreign = resolve(raw).unit
    return found | {"kind": ELSEWHERE, "message": text, "public": foreign and public(foreign)}
