"""Scans from phones, and the card of the unit that a tag stands for."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.fieldwork.drafts import build_fix
from backend.fieldwork.serializers import ScanShape
from backend.inspections.cards.card_reader import Card, read_card, write_scan_and_read_card
from backend.lib.problems import not_found
from mobile_api.base_views import DeviceView, device_token, signed_in_user
from mobile_api.cards import CardShape, ScannedShape, show_card, show_mark
from tagging.actions import resolve_scan
from tagging.models import Tag
from tagging.scans import make_scan

ELSEWHERE = "elsewhere"
# One for all requests: to make its fields anew costs more than to read a scan with them.
_SHAPE = ScanShape()


class ScansView(DeviceView):
    """``POST scans``."""

    @extend_schema(operation_id="mobile_scan", request=ScanShape, responses=ScannedShape)
    def post(self, request: Request) -> Response:
        """Log the scan, then say what it means. A tag of another place shows its mark only."""
        facts = _SHAPE.run_validation(request.data)
        made = make_scan(
            raw=facts["raw"],
            user=signed_in_user(request),
            device=device_token(request).device_id,
            client_id=facts.get("client_id"),
            scanned_at=facts.get("scanned_at"),
            fix=build_fix(facts.get("position")),
        )
        scan, tag, card = write_scan_and_read_card(made, signed_in_user(request))
        return Response({"scan": scan.pk} | _describe_scan(facts["raw"], tag, card))


class UnitView(DeviceView):
    """``GET units/<id>``."""

    @extend_schema(operation_id="mobile_unit", responses=CardShape)
    def get(self, request: Request, unit: int) -> Response:
        """The card of a unit."""
        card = read_card(signed_in_user(request), unit)
        if card is None:
            raise not_found(_("There is no such unit in your jurisdiction."))
        return Response(show_card(card))


def _describe_scan(raw: str, tag: Tag | None, card: Card | None) -> dict[str, Any]:
    """What a scanned text means, by the tag that it names and the card of the tag's unit."""
    meant = resolve_scan(raw, find=lambda _code: tag)
    told = {"kind": meant.kind.value, "code": meant.code, "foreign_host": meant.foreign_host}
    told["message"] = meant.message or meant.warning
    told |= {"unit": None, "public": None}
    if card is None:
        return told
    if card.is_seen:
        return told | {"unit": show_card(card)}
    text = f"{_('This unit is outside your jurisdiction.')} {meant.warning}".rstrip()
    return told | {"kind": ELSEWHERE, "message": text, "public": show_mark(card)}
