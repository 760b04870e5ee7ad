"""Settles items one by one, each in its own transaction, and those that waited for them."""

from __future__ import annotations

import json
import logging
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import DataError, IntegrityError, OperationalError, connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from backend.accounts.models import User
from backend.fieldwork import register_entry
from backend.fieldwork.missing_photos import MISSING_PHOTOS_SQL
from backend.fieldwork.models import Item
from backend.fieldwork.overruled_items import open_case_if_overruled
from backend.fieldwork.plausibility import join_report_case, list_implausibilities, open_cases
from backend.lib import clock
from backend.lib.problems import Refused, error_pointers
from backend.lib.texts import make_storable

logger = logging.getLogger(__name__)

UNSETTLED = "unsettled"
PREDECESSOR_MISSING = "predecessor-missing"
PREDECESSOR_PARKED = "predecessor-held"
PHOTOS_MISSING = "photos-missing"
MENDED = "mended"
TAKEN_OVER = "taken-over"
_STUCK = (Item.State.PARKED, Item.State.CONFLICT)
_CONFLICTS = frozenset({"report-conflict", "record-conflict", "scan-conflict"})
NOT_MAKERS_TO_FILE = frozenset({"not-found", "not-allowed", "report-unknown"})
# A mistake of ours that one item brings out must not stop the rest of a phone's outbox.
_MISTAKES = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# What must be on the server before ``item``, and is not: in force as an item, a report or a scan.
_MISSING_PREDECESSORS = """
    SELECT wanted FROM unnest(item.after) AS earlier(wanted)
    WHERE NOT EXISTS (
        SELECT FROM fieldwork_item AS first WHERE first.user_id = item.user_id
          AND first.item_id = wanted AND first.state = 'accepted')
      AND NOT EXISTS (SELECT FROM inspections_report AS r WHERE r.id = wanted)
      AND NOT EXISTS (SELECT FROM tagging_scan AS s WHERE s.client_id = wanted)
"""
_ALL_MISSING_PREDECESSORS = (
    f"SELECT ARRAY({_MISSING_PREDECESSORS}) FROM fieldwork_item AS item WHERE item.id = %s"  # noqa: S608
)
_READY = f"""
    SELECT item.id FROM fieldwork_item AS item
    WHERE item.state IN ('held', 'waiting')
      AND (item.state = 'waiting' OR item.code = '{PREDECESSOR_PARKED}')
      AND (%(one)s::bigint IS NULL OR item.id = %(one)s) AND item.id > %(after)s
      AND NOT EXISTS ({MISSING_PHOTOS_SQL.format(named="item.photos", senders="item.user_id, item.stated_by_id")})
      AND (item.alone OR NOT EXISTS ({_MISSING_PREDECESSORS}))
    ORDER BY item.id LIMIT %(most)s
"""  # noqa: S608 - made of constants


def list_ready_items(*, one: int | None = None, after: int = 0, most: int = 1000) -> list[int]:
    """Items that wait (or the ``one``), be it for staff, whose photos and predecessors are there.

    By their ids, those behind ``after``.
    """
    with connection.cursor() as cursor:
        cursor.execute(_READY, {"one": one, "after": after, "most": most})
        return [pk for (pk,) in cursor.fetchall()]


def settle_items(
    pks: Iterable[int], *, staff: User | None = None, without_photos: bool = False
) -> None:
    """Settle these items, and every one that waited for them, however long the chain.

    With ``without_photos`` these, and not those that waited, are accepted though photos lack.

    What an item waits for may arrive between the look and the commit; then nobody else would
    settle it, so each that waits is looked at once more. One whose outcome cannot be saved stays
    as it was and harms no other. Those behind an item come again only when it has moved: two may
    each stand behind the same two, and so on, and every way through them would be gone.
    """
    queue = dict.fromkeys(pks, without_photos)
    met: set[int] = set()
    while queue:
        pk = next(iter(queue))
        without = queue.pop(pk)
        try:
            item, moved = _settle_item(pk, staff, without_photos=without)
            if item.state != Item.State.ACCEPTED and list_ready_items(one=pk):
                item, moved = _settle_item(pk, staff, without_photos=without)
        except Exception:
            logger.exception("the outcome of item %s could not be saved", pk)
            continue
        if moved or pk not in met:
            met.add(pk)
            for follower in _list_followers(item):
                queue.setdefault(follower, False)


def _list_followers(item: Item) -> list[int]:
    """The items behind this one that can now go on, or that staff must now see beside it."""
    moved = Q(state=Item.State.WAITING)
    if item.state == Item.State.ACCEPTED:
        moved |= Q(code=PREDECESSOR_PARKED)
    elif item.state not in _STUCK:
        return []
    # The states are those of the index.
    behind = Item.objects.filter(state__in=[Item.State.PARKED, Item.State.WAITING])
    behind = behind.filter(moved, user=item.user_id, after__contains=[item.item_id])
    return list(behind.order_by("pk").values_list("pk", flat=True))


def _settle_item(pk: int, staff: User | None, *, without_photos: bool) -> tuple[Item, bool]:
    """Settle one item in one transaction; returns it, and whether it stands otherwise than before.

    The row is locked, so that two phones do not settle it twice.
    """
    with transaction.atomic():
        Item.objects.select_for_update(no_key=True).get(pk=pk)
        item = Item.objects.select_related("user", "stated_by", "region").get(pk=pk)
        before = (item.state, item.code)
        held = item.state == Item.State.PARKED and (staff or item.code == PREDECESSOR_PARKED)
        if held or item.state == Item.State.WAITING:
            _set_outcome(item, Item.State.WAITING, "", "")
            _try_to_enter(item, without_photos=without_photos)
            item.settled_by = staff
            item.settled_at = clock.now()
            item.save()
    return item, (item.state, item.code) != before


def _try_to_enter(item: Item, *, without_photos: bool) -> None:
    """Enter the fact and say so on the item, or say why not; a failure leaves nothing else."""
    try:
        with transaction.atomic():
            _enter_item(item, without_photos=without_photos)
    except Refused as refused:
        _note_refusal(item, refused)
    except ValidationError as wrong:
        errors = list(error_pointers(wrong.detail, "/body"))
        _set_outcome(
            item, Item.State.PARKED, "invalid", errors[0]["detail"] if errors else "", errors
        )
    except OperationalError:
        logger.warning("item %s waits for another turn", item.pk, exc_info=True)
        _set_outcome(item, Item.State.WAITING, UNSETTLED, "")
    except (DataError, IntegrityError, *_MISTAKES):
        logger.exception("item %s is held for a mistake of the server", item.pk)
        _set_outcome(
            item, Item.State.PARKED, "not-understood", _("The server could not enter this fact.")
        )


def _enter_item(item: Item, *, without_photos: bool) -> None:
    lacked = _list_missing_predecessors(item)
    if lacked and not item.alone:
        raise _predecessor_refusal(item, lacked)
    _set_outcome(item, Item.State.ACCEPTED, "", "")
    filer = item.stated_by or item.user
    tag = register_entry.enter_item(
        item, _read_body(item), filer=filer, without_photos=without_photos, without_items=lacked
    )
    open_case_if_overruled(item)
    doubts = list(list_implausibilities(item, tag))
    found = [PREDECESSOR_MISSING] if lacked else []
    if item.stated_by is not None:
        found.append(MENDED if item.mended is not None else TAKEN_OVER)
    found += [doubt.kind.value for doubt in doubts]
    item.flags = list(dict.fromkeys([*item.flags, *found]))
    open_cases(item, doubts, tag)
    join_report_case(item)


def _read_body(item: Item) -> Any:
    """The body as staff repaired it, else as it came."""
    return item.mended if item.mended is not None else json.loads(bytes(item.raw)).get("body")


def _list_missing_predecessors(item: Item) -> list[uuid.UUID]:
    """The items that come before this one and are not in the register."""
    if not item.after:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_ALL_MISSING_PREDECESSORS, [item.pk])
        [(lacked,)] = cursor.fetchall()
    return list(lacked)


def _predecessor_refusal(item: Item, lacked: list[uuid.UUID]) -> Refused:
    """Why an item cannot be entered before those: they are on their way, or staff must look first.

    Behind one that staff must look at it is theirs too: it would wait for them unseen.
    """
    earlier = Item.objects.filter(user=item.user_id, item_id__in=lacked, rival=False)
    stuck = earlier.filter(state__in=_STUCK).first()
    if stuck is None:
        text = _("Another item must be on the server first: %(id)s.") % {"id": lacked[0]}
        return Refused(PREDECESSOR_MISSING, text)
    text = _("An earlier item must be settled by staff first: %(id)s.") % {"id": stuck.item_id}
    return Refused(PREDECESSOR_PARKED, text)


def _note_refusal(item: Item, refused: Refused) -> None:
    state = Item.State.PARKED
    if refused.code in {PREDECESSOR_MISSING, PHOTOS_MISSING}:
        state = Item.State.WAITING
    elif refused.code in _CONFLICTS:
        state = Item.State.CONFLICT
    errors = refused.extra.get("errors", [])
    if refused.field and not errors:
        errors = [{"pointer": f"/body/{refused.field}", "detail": str(refused.detail)}]
    _set_outcome(item, state, refused.code, str(refused.detail), errors)


def _set_outcome(
    item: Item, state: Item.State, code: str, detail: str, errors: list[Any] | None = None
) -> None:
    """Set the item's outcome. Texts may quote what the phone sent, so they are cleaned."""
    item.state, item.code, item.detail = state, code, make_storable(detail)
    item.errors = [
        {key: make_storable(str(said)) for key, said in one.items()} for one in errors or []
    ]
    if state != Item.State.ACCEPTED:
        item.scan = item.report = None
