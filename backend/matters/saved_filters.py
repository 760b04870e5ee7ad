"""Filters of the list of matters that somebody keeps by name: saved, renamed, deleted."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.lib.problems import Refused, not_found
from backend.matters.lists import NARROWED_BY
from backend.matters.models import SavedFilter
from backend.repeats.refusals import key_reused_refusal

MOST = 30
"""Filters that somebody may keep: they all stand above his list."""


def save_filter(
    *, actor: User, name: str, asked: Mapping[str, str], key: uuid.UUID
) -> tuple[SavedFilter, bool]:
    """Keep what the list is narrowed by under a name; and whether it was kept now.

    Raises Refused: 409 ``filter-named``, ``filters-full``; 422 ``filter-empty``,
    ``idempotency-conflict``.
    """
    wanted = {one: asked[one] for one in NARROWED_BY if asked.get(one)}
    if not wanted:
        raise Refused("filter-empty", _("Narrow the list first, then save how."), field="asked")
    with transaction.atomic():
        # One after the other, so that two at once are counted.
        User.objects.select_for_update(no_key=True).get(pk=actor.pk)
        before = SavedFilter.objects.filter(owner=actor, key=key).first()
        if before is not None:
            return _require_same_filter(before, name, wanted), False
        if SavedFilter.objects.filter(owner=actor).count() >= MOST:
            text = _("You keep %(n)d filters already. Delete one first.") % {"n": MOST}
            raise Refused("filters-full", text, status=409)
        with _refusing_taken_name():
            row = SavedFilter.objects.create(owner=actor, name=name, asked=wanted, key=key)
    return row, True


def rename_filter(
    *, actor: User, number: int, name: str, unchanged: Callable[[SavedFilter], None] | None = None
) -> SavedFilter:
    """Call a filter of the actor's otherwise; ``unchanged`` sees the locked row and may refuse.

    Raises Refused: 404; 409 ``filter-named``.
    """
    with transaction.atomic():
        row = SavedFilter.objects.visible_to(actor).select_for_update().filter(pk=number).first()
        if row is None:
            raise _no_such_filter()
        if unchanged is not None:
            unchanged(row)
        row.name = name
        with _refusing_taken_name():
            row.save(update_fields=["name"])
    return row


def delete_filter(*, actor: User, number: int) -> None:
    """Keep a filter of the actor's no longer. Raises Refused 404."""
    deleted, _rows = SavedFilter.objects.visible_to(actor).filter(pk=number).delete()
    if not deleted:
        raise _no_such_filter()


@contextmanager
def _refusing_taken_name() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError:
        text = _("You keep a filter of this name already.")
        raise Refused("filter-named", text, field="name", status=409) from None


def _require_same_filter(before: SavedFilter, name: str, wanted: Mapping[str, str]) -> SavedFilter:
    if (before.name, before.asked) != (name, wanted):
        raise key_reused_refusal()
    return before


def _no_such_filter() -> Refused:
    return not_found(_("You keep no such filter."))
