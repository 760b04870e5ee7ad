"""What was done in the field, in batches of any mixture; each item is answered on its own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from django.conf import settings
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from backend.accounts.rights import Right
from backend.fieldwork.actions import receive_items
from backend.fieldwork.incoming_items import IncomingItem, parse_moment
from backend.lib.bodies import read_at_most
from backend.lib.problems import Refused
from mobile_api.base_views import DeviceView, device_token, signed_in_user
from mobile_api.outbox_quota import spend_item_quota
from mobile_api.outbox_serializers import OutboxShape, ReceiptsShape, build_receipt

_WHITE_SPACE = re.compile(r"[ \t\n\r]*")


class OutboxParser(BaseParser):
    """JSON whose ``items`` keep their own bytes, so that they can be stored word for word."""

    media_type = "application/json"

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Any = None
    ) -> dict[str, Any]:
        """The members, ``items`` as a list of Incoming. Raises ParseError (400), Refused (413)."""
        try:
            text = _read_bounded(stream).decode()
            return dict(_parse_members(text))
        except (ValueError, RecursionError):
            raise ParseError(_("This is not whole JSON. Send the batch again.")) from None


class OutboxView(DeviceView):
    """``POST outbox``."""

    parser_classes: Any = (OutboxParser,)
    rights = {"post": (Right.FILE_REPORT,)}

    @extend_schema(operation_id="mobile_outbox", request=OutboxShape, responses=ReceiptsShape)
    def post(self, request: Request) -> Response:
        """Take the items in, and answer with a receipt for each in the order sent."""
        batch, actor = request.data, signed_in_user(request)
        _refuse_unknown_members(batch)
        app, items = batch.get("app"), _require_list(batch.get("items"))
        spend_item_quota(actor, len(items))
        taken = receive_items(
            actor=actor,
            device=device_token(request).device_id,
            app=app if isinstance(app, str) else "",
            device_now=parse_moment(batch.get("device_now")),
            items=items,
        )
        return Response({"receipts": [build_receipt(one.item, again=one.again) for one in taken]})


def _refuse_unknown_members(batch: dict[str, Any]) -> None:
    for name in batch.keys() - {"app", "device_now", "items"}:
        text = _("There is no such member here. Look at its spelling.")
        raise Refused("unknown-member", text, field=name, status=400)


def _require_list(items: Any) -> list[IncomingItem]:
    if not isinstance(items, list):
        raise Refused("items-missing", _("Send the items as a list."), field="items")
    return items


def _read_bounded(stream: Any) -> bytes:
    limit = settings.OUTBOX_MAX_BYTES
    content = read_at_most(stream, limit)
    if content is None:
        text = _("A batch may have %(limit)d bytes. Send fewer items at once.")
        raise Refused(
            "outbox-too-large", text % {"limit": limit}, status=413, outbox_max_bytes=limit
        )
    return content


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _parse_members(text: str) -> Iterator[tuple[str, Any]]:
    """The members of the object that ``text`` is; raises ValueError for anything else."""
    at = _expect_symbol(text, 0, "{")
    if text[at : at + 1] == "}":
        return _expect_end(text, at + 1)
    while True:
        key, at = _DECODER.raw_decode(text, at)
        at = _expect_symbol(text, at, ":")
        if not isinstance(key, str):
            raise ValueError(key)
        listed = key == "items" and text[at : at + 1] == "["
        value, at = _parse_elements(text, at) if listed else _DECODER.raw_decode(text, at)
        yield key, value
        at = _skip_space(text, at)
        if text[at : at + 1] == "}":
            return _expect_end(text, at + 1)
        at = _expect_symbol(text, at, ",")


def _parse_elements(text: str, at: int) -> tuple[list[IncomingItem], int]:
    """The elements of the list at ``at``, each with its own text, and where the list ends."""
    found: list[IncomingItem] = []
    at = _expect_symbol(text, at, "[")
    if text[at : at + 1] == "]":
        return found, at + 1
    while True:
        value, end = _DECODER.raw_decode(text, at)
        found.append(IncomingItem(text[at:end].encode(), value))
        if len(found) > settings.OUTBOX_MAX_ITEMS:
            raise _too_many_items()
        at = _skip_space(text, end)
        if text[at : at + 1] == "]":
            return found, at + 1
        at = _expect_symbol(text, at, ",")


def _too_many_items() -> Refused:
    """The refusal of a batch with too many items, made at the first too many: four megabytes may
    name millions."""
    limit = settings.OUTBOX_MAX_ITEMS
    text = _("A batch may have %(limit)d items. Send the rest in another one.")
    return Refused("too-many-items", text % {"limit": limit}, field="items", outbox_max_items=limit)


def _skip_space(text: str, at: int) -> int:
    found = _WHITE_SPACE.match(text, at)
    return found.end() if found else at


def _expect_symbol(text: str, at: int, symbol: str) -> int:
    """The place behind ``symbol`` and the space around it; raises ValueError for another symbol."""
    at = _skip_space(text, at)
    if text[at : at + 1] != symbol:
        raise ValueError(symbol)
    return _skip_space(text, at + 1)


def _expect_end(text: str, at: int) -> None:
    if _skip_space(text, at) != len(text):
        raise ValueError(text[at : at + 1])
