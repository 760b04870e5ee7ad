"""Who looks at whose data how often: what auditors read, and what is a harvest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Max, QuerySet
from django.utils.translation import gettext as _

from backend.accounts.models import User
from backend.directory.models import PersonalDataLook
from backend.lib import clock
from backend.lib.problems import Refused

HARVEST_SPAN = dt.timedelta(hours=1)


def note_look(actor: User, reason: str, **subject: Any) -> None:
    """Keep that ``actor`` looks at the data of ``subject``: a person, an entity or an account.

    For callers that have asked for the right. Raises Refused 422 ``reason-missing``.
    """
    text = reason.strip()
    if not 1 <= len(text) <= 200:
        raise Refused("reason-missing", _("Say why, in at most 200 characters."), field="reason")
    PersonalDataLook.objects.create(user=actor, reason=text, at=clock.now(), **subject)


def count_looks_by_person(
    looks: QuerySet[PersonalDataLook],
) -> QuerySet[PersonalDataLook, dict[str, Any]]:
    """One row for each user who looked: how many looks, at how many people, and the last time; most looks first."""
    rows = looks.values("user", username=F("user__username"), region=F("user__region"))
    return rows.annotate(
        looks=Count("pk"),
        people=Count("person", distinct=True),
        entities=Count("entity", distinct=True),
        accounts=Count("account", distinct=True),
        last_at=Max("at"),
    ).order_by("-looks", "user")


def list_harvests(least: int) -> QuerySet[PersonalDataLook, dict[str, Any]]:
    """The users who looked ``least`` times or more within the last hour."""
    lately = PersonalDataLook.objects.filter(at__gte=clock.now() - HARVEST_SPAN)
    return count_looks_by_person(lately).filter(looks__gte=least)  # type: ignore[misc]
