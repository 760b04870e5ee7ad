"""What is done with field work: taking items, waking those that wait, repairing."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.accounts.rights import Right, may, require_right
from backend.fieldwork import settlement
from backend.fieldwork.incoming_items import (
    TOO_LARGE,
    UNKNOWN_MEMBER,
    IncomingItem,
    ItemHead,
    read_head,
    read_incoming_head,
    read_sent_id,
)
from backend.fieldwork.item_regions import find_region, parse_unit_id
from backend.fieldwork.item_times import estimate_moment, measure_skew
from backend.fieldwork.models import Item
from backend.lib import clock, locks
from backend.lib.kept_queries import Given, KeptQuery
from backend.lib.locked_rows import lock_row
from backend.lib.problems import Refused, not_found
from backend.lib.texts import make_storable
from backend.units.models import Unit

_WOKEN_AT_ONCE = 50


@dataclass(frozen=True)
class TakenItem:
    """An item as it stands, and whether it stood so before this time."""

    item: Item
    again: bool


@dataclass(frozen=True)
class _Delivery:
    actor: User
    device: str
    app: str
    device_now: dt.datetime | None
    received_at: dt.datetime


def receive_items(
    *,
    actor: User,
    device: str,
    app: str,
    device_now: dt.datetime | None,
    items: Sequence[IncomingItem],
) -> list[TakenItem]:
    """Keep every item word for word, then settle each in its own transaction; answers in order.

    Sending again is harmless: the same content finds its own row. Nothing is refused here; what
    an item comes to is its ``state``.
    """
    batch = _Delivery(
        actor, make_storable(device)[:64], make_storable(app)[:40], device_now, clock.now()
    )
    kept = [_keep_item(batch, item) for item in items]
    done = {row.pk for row, new in kept if not new and row.state == Item.State.ACCEPTED}
    # One that is held at once is nothing to settle, but others may wait for it.
    open_ones = (Item.State.WAITING, Item.State.PARKED)
    settlement.settle_items(dict.fromkeys(row.pk for row, _new in kept if row.state in open_ones))
    rows = Item.objects.for_receipts().in_bulk([row.pk for row, _new in kept])
    return [TakenItem(rows[row.pk], row.pk in done) for row, _new in kept]


def _items_waiting_for_given_photos() -> QuerySet[Item, Any]:
    photos: Any = Given("photos", Item._meta.get_field("photos"))
    waiting = Item.objects.filter(state=Item.State.WAITING, photos__contains=photos)
    return waiting.order_by("pk").values_list("pk")[:_WOKEN_AT_ONCE]


_WAITING_FOR_PHOTO = KeptQuery(_items_waiting_for_given_photos)


def settle_items_of_photo(*, sha256: str) -> None:
    """Settle the items for which this was the last photo; a beat task finds what this misses."""
    for (pk,) in _WAITING_FOR_PHOTO.fetch_rows(photos=[sha256]):
        settlement.settle_items(settlement.list_ready_items(one=pk))


def settle_waiting_items() -> int:
    """Settle the waiting items whose needs are met; returns how many were tried.

    All of them: some may be tried in vain each time, and must not stand before the others.
    """
    tried, after = 0, 0
    while found := settlement.list_ready_items(after=after):
        settlement.settle_items(found)
        tried, after = tried + len(found), found[-1]
    return tried


def settle_parked_item(
    *,
    actor: User,
    item: int,
    body: Mapping[str, Any] | None = None,
    without_photos: bool = False,
    without_predecessor: bool = False,
) -> Item:
    """Try an item again that is held or has waited for days.

    ``body`` takes the place of its own where staff repaired it; the item as it came is kept.
    ``without_photos`` accepts a report whose photos never came; ``without_predecessor`` says, from
    now on, that an earlier item which is not in the register is not needed: a correction of such a
    one becomes a plain report. Either is flagged. It is filed in its maker's name; a repaired one,
    and one that was not its maker's to file, for good in the actor's, with what came beside it.
    Raises Refused: 403 without the right, and without that to file for a ``body``, 404 outside the
    jurisdiction, also for a ``body`` of another unit there, 409 ``not-held``.
    """
    require_right(actor, Right.JUDGE_FIELDWORK)
    with transaction.atomic():
        found = lock_row(Item.objects.judged_by(actor), item, no_key=True)
        if found is None:
            raise not_found(_("There is no such item in your jurisdiction."))
        if not Item.objects.for_staff().filter(pk=item).exists():
            raise Refused("not-held", _("Only held items can be settled again."), status=409)
        _state_in_staff_name(actor, found, body)
        if without_predecessor:
            found.alone = True
            found.save(update_fields=["alone"])
    settlement.settle_items([item], staff=actor, without_photos=without_photos)
    rows = Item.objects.with_missing_photos().select_related(
        "user", "report__issue", "settled_by", "stated_by"
    )
    return rows.get(pk=item)


def _state_in_staff_name(actor: User, item: Item, body: Mapping[str, Any] | None) -> None:
    """Let staff state the item in their own name; they need the right to file for it."""
    if body is not None:
        require_right(actor, Right.FILE_REPORT)
        _replace_body(actor, item, body)
    elif item.code not in settlement.NOT_MAKERS_TO_FILE or not may(actor, Right.FILE_REPORT):
        return
    item.stated_by = actor
    item.save(update_fields=["stated_by"])


def _replace_body(actor: User, item: Item, body: Mapping[str, Any]) -> None:
    """Put ``body`` in the place of the one that came; it may name other photos and reports.

    Another unit must be one that ``actor`` sees.
    """
    raw = json.loads(bytes(item.raw))
    unit = parse_unit_id(body)
    if unit is not None and unit != parse_unit_id(raw.get("body")):
        Unit.objects.only("pk").get_visible(actor, unit)
    head = read_head(raw | {"body": body})
    item.mended, item.photos, item.after = body, head.photos, head.after
    item.save(update_fields=["mended", "photos", "after"])


def _keep_item(delivery: _Delivery, incoming: IncomingItem) -> tuple[Item, bool]:
    """The row of this content, and whether it is new. Committed before anything is tried."""
    try:
        head = read_incoming_head(incoming)
    except Refused as refused:
        return _keep_rejected_item(delivery, incoming, refused)
    digest = incoming.digest
    with transaction.atomic():
        locks.wait_for_lock(
            f"item/{delivery.actor.pk}/{head.item_id}"
        )  # there is no row to lock yet
        known = list(Item.objects.filter(user=delivery.actor, item_id=head.item_id))
        for row in known:
            if row.digest == digest:
                return row, False
        item = _build_item(delivery, head, incoming, digest)
        item.rival = bool(known)
        if item.rival:
            item.state, item.code = Item.State.CONFLICT, "item-conflict"
            item.detail = _("Other content is stored under this id. Both are kept.")
        item.save(force_insert=True)
    return item, True


def _keep_rejected_item(
    delivery: _Delivery, incoming: IncomingItem, refused: Refused
) -> tuple[Item, bool]:
    return Item.objects.get_or_create(
        user=delivery.actor,
        item_id=None,
        digest=incoming.digest,
        defaults={
            "raw": b"" if refused.code == TOO_LARGE else incoming.raw,
            "sent_id": read_sent_id(incoming.value),
            "state": Item.State.REJECTED,
            "code": refused.code,
            "detail": str(refused.detail),
            "region_id": delivery.actor.region_id,
            "device": delivery.device,
            "app": delivery.app,
            "device_now": delivery.device_now,
            "moment": delivery.received_at,
            "received_at": delivery.received_at,
            "settled_at": delivery.received_at,
        },
    )


def _build_item(delivery: _Delivery, head: ItemHead, incoming: IncomingItem, digest: str) -> Item:
    skew = measure_skew(delivery.device_now, delivery.received_at)
    item = Item(
        item_id=head.item_id,
        user=delivery.actor,
        region_id=find_region(delivery.actor, incoming.value.get("body")),
        kind=head.kind,
        raw=incoming.raw,
        digest=digest,
        state=Item.State.WAITING,
        code=settlement.UNSETTLED,
        photos=head.photos,
        after=head.after,
        device=delivery.device,
        app=delivery.app,
        made_at=head.made_at,
        device_now=delivery.device_now,
        skew=skew,
        moment=estimate_moment(head.made_at, skew, delivery.received_at),
        received_at=delivery.received_at,
    )
    if head.wrong:
        item.state, item.code = Item.State.PARKED, head.wrong
        item.detail = (
            _("The item has a member that no item has. Look at its spelling.")
            if head.wrong == UNKNOWN_MEMBER
            else _("It must name another item by its UUID, or none.")
        )
        item.settled_at = delivery.received_at
    return item
