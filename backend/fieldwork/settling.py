"""Settles items one by one, each in its own transaction, and those that waited for them."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from backend.accounts.models import User
from backend.accounts.rights import Right, may
from backend.fieldwork import facts
from backend.fieldwork.lacking import MISSING
from backend.fieldwork.models import Item
from backend.fieldwork.plausibility import doubts_of, open_cases
from backend.lib import clock
from backend.lib.problems import Refused, pointers
from tagging.scans import storable

logger = logging.getLogger(__name__)

UNSETTLED = "unsettled"
PREDECESSOR_MISSING = "predecessor-missing"
PHOTOS_MISSING = "photos-missing"
_CONFLICTS = frozenset({"report-conflict", "record-conflict", "scan-conflict"})
_NOT_HIS = frozenset({"not-found", "not-allowed"})
# A mistake of ours that one item brings out must not stop the rest of a phone's outbox.
_MISTAKES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# What must be on the server before ``item``, and is not: in force as an item, a report or a scan.
_LACKED = """
    SELECT wanted FROM unnest(item.after) WITH ORDINALITY AS earlier(wanted, place)
    WHERE NOT EXISTS (
        SELECT FROM fieldwork_item AS first WHERE first.user_id = item.user_id
          AND first.item_id = wanted AND first.state = 'accepted')
      AND NOT EXISTS (SELECT FROM inspections_report AS r WHERE r.id = wanted)
      AND NOT EXISTS (SELECT FROM tagging_scan AS s WHERE s.client_id = wanted)
    ORDER BY place LIMIT 1
"""
_FIRST_LACKED = f"SELECT ({_LACKED}) FROM fieldwork_item AS item WHERE item.id = %s"  # noqa: S608
_READY = f"""
    SELECT item.id FROM fieldwork_item AS item
    WHERE item.state = 'waiting' AND (%(one)s::bigint IS NULL OR item.id = %(one)s)
      AND NOT EXISTS ({MISSING.format(named="item.photos")})
      AND NOT EXISTS ({_LACKED})
    ORDER BY item.id LIMIT %(most)s
"""  # noqa: S608 - made of constants


def ready(*, one: int | None = None, most: int = 1000) -> list[int]:
    """Waiting items (or the ``one``) whose photos and predecessors are all there."""
    with connection.cursor() as cursor:
        cursor.execute(_READY, {"one": one, "most": most})
        return [pk for (pk,) in cursor.fetchall()]


def settle(pks: Iterable[int], *, staff: User | None = None, without_photos: bool = False) -> None:
    """Settle these items, and every one that waited for them, however long the chain.

    With ``without_photos`` these, and not those that waited, are accepted though photos lack.

    What an item waits for may arrive between the look and the commit; then nobody else would
    settle it, so each that waits is looked at once more. One whose outcome cannot be saved stays
    as it was and harms no other.
    """
    queue = [(pk, without_photos) for pk in pks]
    while queue:
        pk, without = queue.pop(0)
        try:
            item = _settle_one(pk, staff, without_photos=without)
            if item.state == Item.State.WAITING and ready(one=pk):
                item = _settle_one(pk, staff, without_photos=without)
        except Exception:
            logger.exception("the outcome of item %s could not be saved", pk)
            continue
        if item.state == Item.State.ACCEPTED:
            queue += [(follower, False) for follower in _waiting_for(item)]


def _waiting_for(item: Item) -> list[int]:
    waiting = Item.objects.filter(
        user=item.user_id, state=Item.State.WAITING, after__contains=[item.item_id]
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True))


def _settle_one(pk: int, staff: User | None, *, without_photos: bool) -> Item:
    """One item in one transaction; the row is locked, so that two phones do not settle it twice."""
    with transaction.atomic():
        rows = Item.objects.select_for_update(of=("self",), no_key=True)
        item = rows.select_related("user", "region").get(pk=pk)
        settled = item.state == Item.State.WAITING or (staff and item.state == Item.State.HELD)
        if settled:
            filer = _filer(item, staff)
            _told(item, Item.State.WAITING, "", "")
            _try(item, filer, without_photos=without_photos)
            item.settled_by = staff
            item.settled_at = clock.now()
            item.save()
    return item


def _filer(item: Item, staff: User | None) -> User:
    """Whoever made it; where it was not his to file, the member of staff who takes it over."""
    if staff is not None and item.code in _NOT_HIS and may(staff, Right.FILE_REPORT):
        return staff
    return item.user


def _try(item: Item, filer: User, *, without_photos: bool) -> None:
    """Enter the fact and say so on the item, or say why not; a failure leaves nothing else."""
    try:
        with transaction.atomic():
            _enter(item, filer, without_photos=without_photos)
    except Refused as refused:
        _refuse(item, refused)
    except ValidationError as wrong:
        errors = list(pointers(wrong.detail, "/body"))
        _told(item, Item.State.HELD, "invalid", errors[0]["detail"] if errors else "", errors)
    except OperationalError:
        logger.warning("item %s waits for another turn", item.pk, exc_info=True)
        _told(item, Item.State.WAITING, UNSETTLED, "")
    except (DataError, IntegrityError, *_MISTAKES):
        logger.exception("item %s is held for a mistake of the server", item.pk)
        _told(item, Item.State.HELD, "not-understood", _("The server could not enter this fact."))


def _enter(item: Item, filer: User, *, without_photos: bool) -> None:
    _require_predecessors(item)
    _told(item, Item.State.ACCEPTED, "", "")
    tag = facts.enter(item, _body(item), filer=filer, without_photos=without_photos)
    doubts = list(doubts_of(item, tag))
    item.flags = list(dict.fromkeys([*item.flags, *(doubt.kind.value for doubt in doubts)]))
    open_cases(item, doubts, tag)


def _body(item: Item) -> Any:
    """The body as staff repaired it, else as it came."""
    return item.mended if item.mended is not None else json.loads(bytes(item.raw)).get("body")


def _require_predecessors(item: Item) -> None:
    if not item.after:
        return
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_LACKED, [item.pk])
        [(lacked,)] = cursor.fetchall()
    if lacked is not None:
        text = _("Another item must be on the server first: %(id)s.") % {"id": lacked}
        raise Refused(PREDECESSOR_MISSING, text)


def _refuse(item: Item, refused: Refused) -> None:
    state = Item.State.HELD
    if refused.code in {PREDECESSOR_MISSING, PHOTOS_MISSING}:
        state = Item.State.WAITING
    elif refused.code in _CONFLICTS:
        state = Item.State.CONFLICT
    errors = refused.extra.get("errors", [])
    if refused.field and not errors:
        errors = [{"pointer": f"/body/{refused.field}", "detail": str(refused.detail)}]
    _told(item, state, refused.code, str(refused.detail), errors)


def _told(
    item: Item, state: Item.State, code: str, detail: str, errors: list[Any] | None = None
) -> None:
    """Texts may quote what the phone sent, so they are cleaned; rows of a failure are not there."""
    item.state, item.code, item.detail = state, code, storable(detail)
    item.errors = [{key: storable(str(said)) for key, said in one.items()} for one in errors or []]
    if state != Item.State.ACCEPTED:
        item.scan = item.report = None
