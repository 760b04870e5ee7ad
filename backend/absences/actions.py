"""Entering that somebody is away, with who stands in for each of his posts; and that he is back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from backend.absences.models import Absence
from backend.absences.news import tell_standing_in, tell_substitute_away, tell_uncovered
from backend.absences.reasons import get_reason
from backend.absences.stand_ins import find_usual_substitute, posts_during
from backend.absences.substitutions import (
    create_substitution,
    end_or_delete_substitution,
    lock_people,
    pledges_of,
)
from backend.accounts.models import User
from backend.lib import clock
from backend.lib.problems import Refused, not_allowed, not_found
from backend.offices.accounts import accounts_administered_by
from backend.offices.actions import check_days
from backend.offices.models import Post, Substitution

Substitutes = Mapping[int, int | None]
"""By post, who stands in for it; None for nobody."""


class Entered(NamedTuple):
    """An absence, and what it leaves open."""

    absence: Absence
    uncovered: list[Post]
    """Posts for which nobody stands in."""
    pledges: list[Substitution]
    """Where the person was to stand in for others in these days."""


def enter_absence(
    *,
    actor: User,
    person: int,
    starts_on: dt.date,
    ends_on: dt.date,
    reason: str,
    substitutes: Substitutes | None = None,
) -> Entered:
    """Enter that ``person`` is away: the actor himself, or somebody whose account he keeps.

    For a post that ``substitutes`` does not name whoever stood in for it last does. Tells the
    substitutes; the heads of offices where nobody stands in; and, where the person was to stand in
    for others, him, them and the heads of their offices. Raises Refused: 403 for who holds no post;
    404; 409 ``absence-overlaps``; 422 ``day-invalid``, ``reason-unknown``, ``post-unknown``; else as
    ``create_substitution``, with nothing written.
    """
    check_days(starts_on, ends_on)
    label = get_reason(reason).zh
    if not _may_enter_for(actor, person):
        raise not_found(_("There is no such account in your jurisdiction."))
    posts = _get_posts_during(person, starts_on, ends_on, substitutes or {})
    chosen = {post: _substitute_for(post, substitutes or {}) for post in posts}
    with lock_people(actor, {person, *filter(None, chosen.values())}):
        absence = _create_absence(actor, person, starts_on, ends_on, reason)
        lent = [
            _substitute_in_absence(absence, post, other, label)
            for post, other in chosen.items()
            if other
        ]
        entered = Entered(
            absence,
            [post for post, other in chosen.items() if not other],
            pledges_of(person, starts_on, ends_on),
        )
        tell_standing_in(lent)
        tell_uncovered(absence, entered.uncovered)
        tell_substitute_away(absence, entered.pledges)
    return entered


def end_absence(*, actor: User, absence: Absence) -> None:
    """Enter that the person is back today: whoever stood in for him on these days does so no more.

    One that has not begun is taken back. Raises Refused: 403; 409 ``absence-ended``.
    """
    today = clock.today()
    if not _may_enter_for(actor, absence.person_id):
        raise not_allowed(_("Only who is away says that he is back, or who keeps his account."))
    with lock_people(actor, [absence.person_id]):
        found = Absence.objects.select_for_update().filter(pk=absence.pk).first()
        if found is None or found.ends_on < today:
            raise Refused("absence-ended", _("The absence is over already."), status=409)
        lent = Substitution.objects.filter(
            post__user=found.person_id, starts_on__gte=found.starts_on, ends_on__lte=found.ends_on
        )
        for one in lent.filter(ends_on__gte=today).select_for_update():
            end_or_delete_substitution(one)
        if found.starts_on >= today:
            found.delete()
        else:
            found.ends_on = today - dt.timedelta(days=1)
            found.save(update_fields=["ends_on"])


def _may_enter_for(actor: User, person: int) -> bool:
    return actor.pk == person or accounts_administered_by(actor).filter(pk=person).exists()


def _get_posts_during(
    person: int, first: dt.date, last: dt.date, substitutes: Substitutes
) -> list[Post]:
    posts = list(posts_during(person, first, last))
    if not posts:
        raise not_allowed(_("Only who holds a post in these days is away from it."))
    if set(substitutes) - {post.pk for post in posts}:
        text = _("One of these posts is not held in these days.")
        raise Refused("post-unknown", text, field="substitutes")
    return posts


def _substitute_for(post: Post, substitutes: Substitutes) -> int | None:
    return substitutes[post.pk] if post.pk in substitutes else find_usual_substitute(post)


def _create_absence(
    actor: User, person: int, first: dt.date, last: dt.date, reason: str
) -> Absence:
    """The absence of a held person."""
    other = Absence.objects.within(first, last).filter(person=person).first()
    if other is not None:
        text = _("Away from %(first)s to %(last)s already. End that first, or choose other days.")
        facts = {"first": other.starts_on, "last": other.ends_on}
        raise Refused("absence-overlaps", text % facts, field="starts_on", status=409)
    return Absence.objects.create(
        person_id=person, reason=reason, starts_on=first, ends_on=last, made_by=actor,
        made_at=clock.now(),
    )  # fmt: skip


def _substitute_in_absence(
    absence: Absence, post: Post, substitute: int, label: str
) -> Substitution:
    """On those days of the absence on which the post is held."""
    return create_substitution(
        actor=absence.made_by, post=post, substitute=substitute, reason=label,
        starts_on=max(absence.starts_on, post.starts_on),
        ends_on=min(absence.ends_on, post.ends_on or absence.ends_on),
    )  # fmt: skip
