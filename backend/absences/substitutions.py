"""Naming who stands in for a post (委托), and ending that: the one way to it.

A substitute is named by the holder of the post or an administrator of its line.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backend.absences.models import Absence
from backend.accounts.change_author import attribute_changes_to
from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import Refused, not_found
from backend.offices.actions import check_days
from backend.offices.models import Office, Post, Substitution, post_in_force
from backend.offices.seats import fit_substitutes


def name_substitute(
    *, actor: User, post: Post, substitute: int, starts_on: dt.date, ends_on: dt.date, reason: str
) -> Substitution:
    """Let somebody of the same authority or body do the work of ``post`` for some days.

    Raises Refused: 404 for a post that is neither the actor's nor in his line; 409 ``stands-in``
    where the holder stands in for somebody then; else as :func:`create_substitution`.
    """
    check_days(starts_on, ends_on)
    if not 1 <= len(reason.strip()) <= 200:
        raise Refused("reason-missing", _("Say why, in at most 200 characters."), field="reason")
    with lock_people(actor, [post.user_id, substitute]):
        _refuse_foreign(actor, post)
        for stood in pledges_of(post.user_id, starts_on, ends_on)[:1]:
            text = _(
                "The holder stands in for %(name)s from %(first)s to %(last)s. End that first."
            )
            facts = {"first": stood.starts_on, "last": stood.ends_on, "name": stood.post.user}
            raise Refused("stands-in", text % facts, status=409)
        return create_substitution(
            actor=actor, post=post, substitute=substitute, starts_on=starts_on, ends_on=ends_on,
            reason=reason.strip(),
        )  # fmt: skip


def create_substitution(
    *, actor: User, post: Post, substitute: int, starts_on: dt.date, ends_on: dt.date, reason: str
) -> Substitution:
    """Write who does the work of ``post``; for callers that hold both people and asked for the right.

    Raises Refused: 409 ``substitute-absent`` where the substitute is away himself in these days,
    ``has-substitute``; 422 ``day-invalid``, ``substitute-unfit``.
    """
    if not Post.objects.filter(post_in_force(starts_on), pk=post.pk).exists() or (
        post.ends_on is not None and post.ends_on < ends_on
    ):
        text = _("The post is not held in all of these days.")
        raise Refused("day-invalid", text, field="starts_on")
    _check_substitute(post, substitute, starts_on, ends_on)
    lent = Substitution(
        post=post, substitute_id=substitute, starts_on=starts_on, ends_on=ends_on,
        reason=reason, made_by=actor, made_at=clock.now(),
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

    Raises Refused: 404 for one that is not the actor's to end; 409 ``substitution-ended``.
    """
    with lock_people(actor, [substitution.post.user_id, substitution.substitute_id]):
        _refuse_foreign(actor, substitution.post)
        found = Substitution.objects.select_for_update().filter(pk=substitution.pk).first()
        if found is None or found.ends_on < clock.today():
            text = _("The substitution has ended already.")
            raise Refused("substitution-ended", text, status=409)
        end_or_delete_substitution(found)


def end_or_delete_substitution(substitution: Substitution) -> None:
    """End a held substitution from today on; one that has not begun is deleted."""
    today = clock.today()
    if substitution.starts_on >= today:
        substitution.delete()
    else:
        substitution.ends_on = today - dt.timedelta(days=1)
        substitution.save(update_fields=["ends_on"])


def pledges_of(person: int, first: dt.date, last: dt.date) -> list[Substitution]:
    """Where ``person`` stands in for others in these days, the first day first."""
    rows = Substitution.objects.filter(substitute=person, starts_on__lte=last, ends_on__gte=first)
    return list(rows.select_related("post__user", "post__office").order_by("starts_on", "pk"))


@contextmanager
def lock_people(actor: User, people: Iterable[int]) -> Iterator[None]:
    """Hold ``people``, so that of two who stand in for each other at once one is refused."""
    with transaction.atomic(), attribute_changes_to(actor):
        rows = User.objects.filter(pk__in=set(people)).order_by("pk")
        list(rows.select_for_update(no_key=True).values_list("pk"))
        yield


def _refuse_foreign(actor: User, post: Post) -> None:
    mine = post.user_id == actor.pk
    if not mine and not Office.objects.administered_by(actor).filter(pk=post.office_id).exists():
        raise not_found(_("There is no such post of yours, nor in your line."))


def _check_substitute(post: Post, substitute: int, first: dt.date, last: dt.date) -> None:
    if not fit_substitutes(post, first).filter(pk=substitute).exists():
        text = _("A substitute is somebody else with a post in the same authority or body.")
        raise Refused("substitute-unfit", text, field="substitute")
    then = Substitution.objects.filter(starts_on__lte=last, ends_on__gte=first)
    lent = then.filter(post__user=substitute).select_related("substitute").first()
    if lent is not None:
        text = _("Away from %(first)s to %(last)s; %(name)s stands in then. Choose somebody else.")
        facts = {"first": lent.starts_on, "last": lent.ends_on, "name": lent.substitute}
        raise Refused("substitute-absent", text % facts, field="substitute", status=409)
    away = Absence.objects.within(first, last).filter(person=substitute).first()
    if away is not None:
        text = _("Away from %(first)s to %(last)s. Choose somebody else.")
        facts = {"first": away.starts_on, "last": away.ends_on}
        raise Refused("substitute-absent", text % facts, field="substitute", status=409)
