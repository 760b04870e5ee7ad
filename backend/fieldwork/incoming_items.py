"""The head of an item as it came: what it is, under which id, made when, after which others."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.serializers import DateTimeField, ValidationError

from backend.fieldwork.missing_photos import list_named_photos
from backend.fieldwork.models import Item
from backend.inspections.actions import canonical_json
from backend.lib.problems import Refused
from backend.lib.texts import make_storable

MEMBERS = frozenset({"id", "type", "made_at", "after", "body"})
UNKNOWN_MEMBER = "unknown-member"
TOO_LARGE = "item-too-large"
_ID_MOST = 64


@dataclass(frozen=True)
class IncomingItem:
    """One item: its JSON byte for byte, and what that says."""

    raw: bytes
    value: Any

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON: the order of members does not matter."""
        try:
            text = canonical_json(self.value)
        except Refused:
            text = self.raw
        return hashlib.sha256(text).hexdigest()


@dataclass(frozen=True)
class ItemHead:
    """What every item says of itself. ``wrong`` is what staff must look at.

    ``photos`` are the SHA-256 sums that a report names.
    """

    item_id: uuid.UUID
    kind: Item.Kind
    made_at: dt.datetime | None
    photos: list[str] = field(default_factory=list)
    after: list[uuid.UUID] = field(default_factory=list)
    wrong: str = ""


def read_incoming_head(incoming: IncomingItem) -> ItemHead:
    """The head of an item as it came. Raises Refused as ``read_head`` does, and for a huge one."""
    most = settings.OUTBOX_MAX_ITEM_BYTES
    if len(incoming.raw) > most:
        text = _("One item may have %(limit)d bytes. Nothing of this one was kept.")
        raise Refused(TOO_LARGE, text % {"limit": most})
    return read_head(incoming.value)


def read_head(value: Any) -> ItemHead:
    """The head of an item. Raises Refused for what is not a fact at all: such is rejected."""
    if not isinstance(value, Mapping):
        raise Refused("not-an-item", _("An item is a JSON object."))
    item_id = parse_uuid(value.get("id"))
    if item_id is None:
        raise Refused("id-missing", _("An item has a UUID as its id."), field="id")
    if value.get("type") not in Item.Kind.values:
        text = _("The type of an item is scan, report or correction.")
        raise Refused("type-unknown", text, field="type")
    kind = Item.Kind(value["type"])
    photos = [] if kind == Item.Kind.SCAN else list_named_photos(value.get("body"))
    after, wrong = _read_predecessors(value, item_id)
    if not wrong and value.keys() - MEMBERS:
        wrong = UNKNOWN_MEMBER
    return ItemHead(item_id, kind, parse_moment(value.get("made_at")), photos, after, wrong)


def read_sent_id(value: Any) -> str:
    """The id that something gives which is no fact, so that the phone finds it."""
    told = value.get("id") if isinstance(value, Mapping) else None
    return make_storable(told)[:_ID_MOST] if isinstance(told, str) else ""


def parse_uuid(value: Any) -> uuid.UUID | None:
    """The UUID that ``value`` writes, if it does."""
    try:
        return uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def parse_moment(value: Any) -> dt.datetime | None:
    """The instant that ``value`` writes (ISO 8601), if it does."""
    try:
        moment: dt.datetime = DateTimeField().run_validation(value)
        return moment.astimezone(dt.UTC)
    except (ValidationError, OverflowError):
        return None


def _read_predecessors(value: Mapping[str, Any], item_id: uuid.UUID) -> tuple[list[uuid.UUID], str]:
    """The items that come first: the one named, and the report that a correction corrects."""
    named = value.get("after")
    first = parse_uuid(named)
    if (named is not None and first is None) or first == item_id:
        return [], "after-invalid"
    body = value.get("body")
    corrected = parse_uuid(body.get("supersedes")) if isinstance(body, Mapping) else None
    wanted = [first, corrected if value["type"] == Item.Kind.CORRECTION else None]
    return list(dict.fromkeys(one for one in wanted if one is not None and one != item_id)), ""
