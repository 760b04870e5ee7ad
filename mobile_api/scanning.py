"""From a scan to a card."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from backend.fieldwork.reading import fix_of
from backend.fieldwork.shapes import ScanShape
from backend.inspections.cards.reading import Card, read_card, write_scan_and_read_card
from backend.lib.problems import not_found
from mobile_api.cards import CardShape, ScannedShape, show_card, show_mark
from mobile_api.doors import DeviceView, actor_of, token_of
from tagging.actions import resolve
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
            user=actor_of(request),
            device=token_of(request).device_id,
            client_id=facts.get("client_id"),
            scanned_at=facts.get("scanned_at"),
            fix=fix_of(facts.get("position")),
        )
        scan, tag, card = write_scan_and_read_card(made, actor_of(request))
        return Response({"scan": scan.pk} | _tell(facts["raw"], tag, card))


class UnitView(DeviceView):
    """``GET units/<id>``."""

    @extend_schema(operation_id="mobile_unit", responses=CardShape)
    def get(self, request: Request, unit: int) -> Response:
        """The card of a unit."""
        card = read_card(actor_of(request), unit)
        if card is None:
            raise not_found(_("There is no such unit in your jurisdiction."))
        return Response(show_card(card))


def _tell(raw: str, tag: Tag | None, card: Card | None) -> dict[str, Any]:
    """What a scanned text means, by the tag that it names and the card of the tag's unit."""
    meant = resolve(raw, find=lambda _code: tag)
    told = {"kind": meant.kind.value, "code": meant.code, "foreign_host": meant.foreign_host}
    told["message"] = meant.message or meant.warning
    told |= {"unit": None, "public": None}
    if card is None:
        return told
    if card.is_seen:
        return told | {"unit": show_card(card)}
    text = _("This unit is outside your jurisdiction.")
    return told | {"kind": ELSEWHERE, "message": text, "public": show_mark(card)}
