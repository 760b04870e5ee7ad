"""Posts as administrators give and end them.

An administrator gives posts in his line of offices and to others than himself; nobody both keeps
accounts and inspects or judges.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.models import Role, User
from backend.accounts.rights import RIGHTS, Right
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.offices.accounts import end_everything, lock_accounts
from backend.offices.models import Office, Post
from backend.repeats.refusals import key_reused_refusal

KEPT_APART = frozenset({Right.FILE_REPORT, Right.JUDGE_FIELDWORK})
"""What nobody does who keeps accounts: he would make himself his own inspector, or his own judge."""


def give_post(
    *,
    actor: User,
    account: User,
    office: Office,
    role: str,
    title: str = "",
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
    key: uuid.UUID | None = None,
) -> Post:
    """Give ``account`` a post from a day, which is today, to its last day or for good.

    The same ``key`` with the same facts gives it once. Raises Refused: 403; 404 for an account or
    an office outside the actor's line; 409 ``own-account``, ``post-held``, ``roles-apart``; 422 for
    an enterprise, wrong days, ``idempotency-conflict``.
    """
    begins = starts_on or clock.today()
    with lock_accounts(actor, account) as found:
        before = key and Post.objects.filter(idempotency_key=key).first()
        if before:
            asked = {"user": found, "office": office, "role": role, "title": title}
            return _require_same_post(before, asked | {"starts_on": starts_on, "ends_on": ends_on})
        check_days(begins, ends_on)
        if not Office.objects.administered_by(actor).in_force(begins).filter(pk=office.pk).exists():
            raise not_found(_("There is no such office in your line."))
        if Role.ENTERPRISE in (role, found.role):
            text = _("Posts are for staff. Open another account for an enterprise.")
            raise Refused("post-of-staff", text, field="role")
        _check_apart(found, role, begins, ends_on)
        post = Post(
            user=found, office=office, role=role, title=title, starts_on=begins, ends_on=ends_on,
            idempotency_key=key,
        )  # fmt: skip
        try:
            with transaction.atomic():
                post.save(force_insert=True)
        except IntegrityError:
            text = _("The account holds this post in these days already.")
            raise Refused("post-held", text, status=409) from None
    return post


def end_post(*, actor: User, post: Post, last_day: dt.date | None = None) -> Post:
    """Let a post end with ``last_day``, which is today; one that has not begun is taken back.

    The holder is signed out everywhere where it is over. Raises Refused: 403, 404; 409
    ``own-account``, ``post-ended``; 422 for a day before yesterday or before the post.
    """
    today = clock.today()
    last = last_day or today
    with lock_accounts(actor, post.user) as holder:
        found = Post.objects.select_for_update().get(pk=post.pk)
        if not Office.objects.administered_by(actor).filter(pk=found.office_id).exists():
            raise not_found(_("There is no such post in your line."))
        if found.ends_on is not None and found.ends_on < today:
            raise Refused("post-ended", _("The post has ended already."), status=409)
        if last < max(found.starts_on, today - dt.timedelta(days=1)):
            text = _("Choose a day from yesterday on, and none before the post began.")
            raise Refused("day-invalid", text, field="last_day")
        found.ends_on = last
        found.save(update_fields=["ends_on"])
        if last < today:
            end_everything(holder)
    return found


def _require_same_post(before: Post, asked: dict[str, Any]) -> Post:
    """The post that the key gave before; days that nobody named do not count. Raises Refused."""
    if any(getattr(before, name) != value for name, value in asked.items() if value is not None):
        raise key_reused_refusal()
    return before


def check_days(starts_on: dt.date, ends_on: dt.date | None) -> None:
    """Refuse (422 ``day-invalid``) days that begin before today or end before they begin."""
    if starts_on < clock.today():
        text = _("Choose today or a later day: what was done before stays as it was.")
        raise Refused("day-invalid", text, field="starts_on")
    if ends_on is not None and ends_on < starts_on:
        raise Refused("day-invalid", _("It ends before it begins."), field="ends_on")


def _check_apart(account: User, role: str, begins: dt.date, ends: dt.date | None) -> None:
    others = Post.objects.filter(Q(ends_on=None) | Q(ends_on__gte=begins), user=account)
    if ends is not None:
        others = others.filter(starts_on__lte=ends)
    sides = [RIGHTS[role], *(RIGHTS[held] for held in others.values_list("role", flat=True))]
    keeps = any(Right.MANAGE_ACCOUNTS in side for side in sides)
    if keeps and any(side & KEPT_APART for side in sides):
        text = _("Nobody both keeps accounts and inspects or judges in the same days.")
        raise Refused("roles-apart", text, field="role", status=409)
