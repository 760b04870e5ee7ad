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
from backend.inspections.cards.reading import Card, read_card, read_tag_with_card
from backend.lib.problems import not_found
from mobile_api.cards import CardShape, ScannedShape, show_card, show_mark
from mobile_api.doors import DeviceView, actor_of, token_of
from tagging.actions import record_scan, resolve
from tagging.models import Tag

ELSEWHERE = "elsewhere"
# One for all requests: to make its fields anew costs more than to read a scan with them.
_SHAPE = ScanShape()


class ScansView(DeviceView):
    """``POST scans``."""

    @extend_schema(operation_id="mobile_scan", request=ScanShape, responses=ScannedShape)
    def post(self, request: Request) -> Response:
        """Log the scan, then say what it means. A tag of another place shows its mark only."""
        facts = _SHAPE.run_validation(request.data)
        scan = record_scan(
            raw=facts["raw"],
            user=actor_of(request),
            device=token_of(request).device_id,
            client_id=facts.get("client_id"),
            scanned_at=facts.get("scanned_at"),
            fix=fix_of(facts.get("position")),
        )
        return Response({"scan": scan.pk} | _tell(actor_of(request), facts["raw"]))


class UnitView(DeviceView):
    """``GET units/<id>``."""

    @extend_schema(operation_id="mobile_unit", responses=CardShape)
    def get(self, request: Request, unit: int) -> Response:
        """The card of a unit."""
        card = read_card(actor_of(request), unit)
        if card is None:
            raise not_found(_("There is no such unit in your jurisdiction."))
        return Response(show_card(card))


def _tell(user: User, raw: str) -> dict[str, Any]:
    """What a scanned text means to ``user``: one statement for the tag and the card."""
    card: Card | None = None

    def find(code: str) -> Tag | None:
        nonlocal card
        tag, card = read_tag_with_card(user, code)
        return tag

    meant = resolve(raw, find=find)
    told = {"kind": meant.kind.value, "code": meant.code, "message": meant.message}
    told |= {"unit": None, "public": None}
    if card is None:
        return told
    if card.is_seen:
        return told | {"unit": show_card(card)}
    text = _("This unit is outside your jurisdiction.")
    return told | {"kind": ELSEWHERE, "message": text, "public": show_mark(card)}
