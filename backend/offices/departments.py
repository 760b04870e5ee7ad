"""Departments as administrators open and close them, in their own line of offices."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.accounts.rights import Right, require_right
from backend.directory.models import Authority
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.offices.models import Office, OfficeQuerySet, Post, post_in_force
from backend.offices.succession import hand_on_posts
from backend.repeats.refusals import key_reused_refusal

_CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")


def open_office(
    *, actor: User, parent: int, code: str, name: str, key: uuid.UUID,
    starts_on: dt.date | None = None,
) -> tuple[Office, bool]:  # fmt: skip
    """Open a department below ``parent`` from a day, which is today; and whether it was opened now.

    It belongs to the same authority or body and lies in the same region. Raises Refused: 403; 404
    for a parent outside the actor's line; 409 ``office-code-taken``; 422 ``code-invalid``,
    ``day-invalid``, ``idempotency-conflict``.
    """
    begins = starts_on or clock.today()
    _refuse_past(begins, "starts_on")
    if not _CODE.fullmatch(code):
        text = _("Use capital letters, digits and single strokes, such as 370102-TS.")
        raise Refused("code-invalid", text, field="code")
    with _lock_offices(actor, parent) as mine:
        above = _get_office_in_force(mine, parent, begins)
        before = Office.objects.filter(idempotency_key=key).first()
        if before is not None:
            return _require_same_department(before, above, code, name), False
        _refuse_taken(code)
        office = Office(
            code=code, name=name, parent=above, authority=above.authority, body=above.body,
            region=above.region, valid_from=begins, idempotency_key=key,
        )  # fmt: skip
        try:
            with transaction.atomic():
                office.save(force_insert=True)
        except IntegrityError:
            raise _code_taken_refusal() from None
        office.refresh_from_db(fields=["path"])
    return office, True


def close_office(
    *, actor: User, office: int, successor: int, first_day_without: dt.date | None = None
) -> Office:
    """Let a department end; ``successor`` has its work from that day, which is today, with its matters
    and its people: each holds his post there.

    Raises Refused: 403; 404 for offices outside the actor's line; 409 ``office-closed``,
    ``office-not-empty`` for one with departments of its own, ``own-office``, ``office-of-authority``;
    422 ``day-invalid``, ``successor-unfit``.
    """
    ends = first_day_without or clock.today()
    _refuse_past(ends, "first_day_without")
    with _lock_offices(actor, office, successor) as mine:
        found = mine.filter(pk=office).first()
        if found is None:
            raise _no_such_office()
        _refuse_unclosable(actor, found, ends)
        heir = mine.in_force(ends).filter(pk=successor).exclude(pk=office).first()
        if heir is None:
            text = _("Choose another office of your line that exists on that day.")
            raise Refused("successor-unfit", text, field="successor")
        found.valid_to, found.successor = ends, heir
        found.save(update_fields=["valid_to", "successor"])
        hand_on_posts(found)
    return found


@contextmanager
def _lock_offices(actor: User, *offices: int) -> Iterator[OfficeQuerySet]:
    """Hold the offices, in one order for everybody; gives those that the actor administers then."""
    require_right(actor, Right.MANAGE_ACCOUNTS)
    with transaction.atomic(), attribute_changes_to(actor):
        list(Office.objects.filter(pk__in=offices).order_by("pk").select_for_update(no_key=True))
        yield Office.objects.administered_by(actor)


def _get_office_in_force(mine: OfficeQuerySet, office: int, day: dt.date) -> Office:
    found = mine.in_force(day).filter(pk=office).select_related("authority", "body").first()
    if found is None:
        raise _no_such_office()
    return found


def _refuse_unclosable(actor: User, office: Office, day: dt.date) -> None:
    if office.valid_to is not None:
        text = _("It has been closed already, or will be.")
        raise Refused("office-closed", text, status=409)
    if office.authority is not None and office.authority.code == office.code:
        text = _("It is an authority itself. Authorities end by the reference data.")
        raise Refused("office-of-authority", text, status=409)
    if office.parent_id is None:
        text = _("It is a body itself. Close its departments only.")
        raise Refused("office-of-authority", text, status=409)
    if office.children.in_force(day).exists():
        text = _("It has departments of its own. Close those first.")
        raise Refused("office-not-empty", text, status=409)
    if Post.objects.filter(post_in_force(day), user=actor, office=office).exists():
        text = _("You hold a post there yourself. Another administrator must close it.")
        raise Refused("own-office", text, status=409)


def _refuse_past(day: dt.date, field: str) -> None:
    if day < clock.today():
        text = _("Choose today or a later day: what was done before stays as it was.")
        raise Refused("day-invalid", text, field=field)


def _refuse_taken(code: str) -> None:
    if Office.objects.filter(code=code).exists() or Authority.objects.filter(code=code).exists():
        raise _code_taken_refusal()


def _require_same_department(before: Office, parent: Office, code: str, name: str) -> Office:
    if (before.parent_id, before.code, before.name) != (parent.pk, code, name):
        raise key_reused_refusal()
    return before


def _code_taken_refusal() -> Refused:
    text = _("An office of this code exists already. Choose another.")
    return Refused("office-code-taken", text, field="code", status=409)


def _no_such_office() -> Refused:
    return not_found(_("There is no such office in your line."))
