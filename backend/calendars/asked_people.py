"""Who is asked to a meeting: people by name, and whole offices as they are staffed now."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.calendars.models import Meeting, Participant
from backend.lib import clock
from backend.lib.problems import Refused
from backend.offices.models import Office, Post, post_in_force

MOST = 5000
"""How many take part in one meeting."""


def staff_today() -> QuerySet[User]:
    """Whoever holds a post today; no closed accounts."""
    posts = Post.objects.filter(post_in_force(clock.today()))
    return User.objects.filter(is_active=True, pk__in=posts.values("user"))


def colleagues_of(office: Office) -> QuerySet[User]:
    """Whoever holds a post today in the authority or body of ``office``, by name."""
    same = {"office__authority": office.authority_id, "office__body": office.body_id}
    posts = Post.objects.filter(post_in_force(clock.today()), **same)
    return staff_today().filter(pk__in=posts.values("user")).order_by("display_name", "username")


def ask_people(
    meeting: Meeting, people: Collection[int], offices: Collection[int]
) -> list[Participant]:
    """Write down who is asked beside those who are already, each once; returns who is new.

    Raises Refused (422): ``person-unknown``, ``office-unknown``, ``too-many-people``.
    """
    named = set(staff_today().filter(pk__in=people).values_list("pk", flat=True))
    if named != set(people):
        text = _("Choose people who hold a post today.")
        raise Refused("person-unknown", text, field="people")
    asked: dict[int, int | None] = dict(_staff_of(offices))
    asked |= dict.fromkeys(named)
    known = set(meeting.participants.values_list("user", flat=True))
    if len(known | set(asked)) > MOST:
        text = _("At most %(most)d people take part in one meeting.") % {"most": MOST}
        raise Refused("too-many-people", text, field="offices")
    fresh = [
        Participant(meeting=meeting, user_id=user, office_id=office)
        for user, office in sorted(asked.items(), key=lambda pair: pair[0])
        if user not in known
    ]
    return Participant.objects.bulk_create(fresh)


def _staff_of(offices: Collection[int]) -> list[tuple[int, int]]:
    """Each holder of a post in these offices with one of them. Raises Refused."""
    today = clock.today()
    if Office.objects.in_force(today).filter(pk__in=offices).count() != len(set(offices)):
        raise Refused("office-unknown", _("Choose offices that exist today."), field="offices")
    posts = Post.objects.filter(post_in_force(today), office__in=offices, user__is_active=True)
    return list(posts.order_by("-office").values_list("user", "office"))
