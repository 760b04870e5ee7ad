"""Posts as administrators give and end them, and who stands in for whom.

An administrator gives posts in his line of offices and to others than himself; nobody both keeps
accounts and inspects or judges. A substitute is named by the holder of the post or an administrator.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import Role, User
from backend.accounts.rights import RIGHTS, Right
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.offices.accounts import end_everything, lock_accounts
from backend.offices.models import Office, Post, Substitution, post_in_force
from backend.offices.seats import fit_substitutes
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
            return _same(before, asked | {"starts_on": starts_on, "ends_on": ends_on})
        _check_days(begins, ends_on)
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


def name_substitute(
    *, actor: User, post: Post, substitute: int, starts_on: dt.date, ends_on: dt.date, reason: str
) -> Substitution:
    """Let somebody of the same authority or body do the work of ``post`` for some days.

    Raises Refused: 404 for a post that is neither the actor's nor in his line; 409
    ``substitute-absent`` where the substitute is away himself in these days, ``stands-in`` where
    the holder stands in for somebody then, ``has-substitute``; 422 for wrong days, no reason, or
    somebody unfit.
    """
    _check_days(starts_on, ends_on)
    if not 1 <= len(reason.strip()) <= 200:
        raise Refused("reason-missing", _("Say why, in at most 200 characters."), field="reason")
    with _lock_substitution(actor, post, substitute):
        if not Post.objects.filter(post_in_force(starts_on), pk=post.pk).exists() or (
            post.ends_on is not None and post.ends_on < ends_on
        ):
            text = _("The post is not held in all of these days.")
            raise Refused("day-invalid", text, field="starts_on")
        _check_substitute(post, substitute, starts_on, ends_on)
        lent = Substitution(
            post=post, substitute_id=substitute, starts_on=starts_on, ends_on=ends_on,
            reason=reason.strip(), made_by=actor, made_at=clock.now(),
        )  # fmt: skip
        try:
            with transaction.atomic():
                lent.save(force_insert=True)
        except IntegrityError:
            text = _("Somebody stands in for this post in these days already.")
            raise Refused("has-substitute", text, status=409) from None
    return lent


def end_substitution(*, actor: User, substitution: Substitution) -> None:
    """Let the holder do his work alone again from today on; one that has not begun is taken back.

    Raises Refused: 404 for one that is neither the actor's to end; 409 ``substitution-ended``.
    """
    today = clock.today()
    with _lock_substitution(actor, substitution.post, substitution.substitute_id):
        found = Substitution.objects.select_for_update().filter(pk=substitution.pk).first()
        if found is None or found.ends_on < today:
            text = _("The substitution has ended already.")
            raise Refused("substitution-ended", text, status=409)
        if found.starts_on >= today:
            found.delete()
        else:
            found.ends_on = today - dt.timedelta(days=1)
            found.save(update_fields=["ends_on"])


@contextmanager
def _lock_substitution(actor: User, post: Post, substitute: int) -> Iterator[None]:
    """Hold holder and substitute, so that of two who stand in for each other at once one is refused."""
    with transaction.atomic(), attribute_changes_to(actor):
        pair = User.objects.filter(pk__in={post.user_id, substitute}).order_by("pk")
        list(pair.select_for_update(no_key=True).values_list("pk"))
        mine = post.user_id == actor.pk
        if (
            not mine
            and not Office.objects.administered_by(actor).filter(pk=post.office_id).exists()
        ):
            raise not_found(_("There is no such post of yours, nor in your line."))
        yield


def _same(before: Post, asked: dict[str, Any]) -> Post:
    """The post that the key gave before; days that nobody named do not count. Raises Refused."""
    if any(getattr(before, name) != value for name, value in asked.items() if value is not None):
        raise key_reused_refusal()
    return before


def _check_days(starts_on: dt.date, ends_on: dt.date | None) -> None:
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


def _check_substitute(post: Post, substitute: int, first: dt.date, last: dt.date) -> None:
    if not fit_substitutes(post, first).filter(pk=substitute).exists():
        text = _("A substitute is somebody else with a post in the same authority or body.")
        raise Refused("substitute-unfit", text, field="substitute")
    then = Substitution.objects.filter(starts_on__lte=last, ends_on__gte=first)
    away = then.filter(post__user=substitute).select_related("substitute").first()
    if away is not None:
        text = _("Away from %(first)s to %(last)s; %(name)s stands in then. Choose somebody else.")
        facts = {"first": away.starts_on, "last": away.ends_on, "name": away.substitute}
        raise Refused("substitute-absent", text % facts, field="substitute", status=409)
    stood = then.filter(substitute=post.user_id).select_related("post__user").first()
    if stood is not None:
        text = _("The holder stands in for %(name)s from %(first)s to %(last)s. End that first.")
        facts = {"first": stood.starts_on, "last": stood.ends_on, "name": stood.post.user}
        raise Refused("stands-in", text % facts, status=409)
