"""Who looks at whose data how often: what auditors read, and what is a harvest."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, F, Max, QuerySet

from backend.directory.models import PersonalDataLook
from backend.lib import clock

HARVEST_SPAN = dt.timedelta(hours=1)


def counted(looks: QuerySet[PersonalDataLook]) -> QuerySet[PersonalDataLook, dict[str, Any]]:
    """For each person who looked: how often, at how many, when last; most looks first."""
    rows = looks.values("user", username=F("user__username"), region=F("user__region"))
    return rows.annotate(
        looks=Count("pk"),
        people=Count("person", distinct=True),
        entities=Count("entity", distinct=True),
        last_at=Max("at"),
    ).order_by("-looks", "user")


def harvests(least: int) -> QuerySet[PersonalDataLook, dict[str, Any]]:
    """Those who looked ``least`` times or more within the last hour."""
    lately = PersonalDataLook.objects.filter(at__gte=clock.now() - HARVEST_SPAN)
    return counted(lately).filter(looks__gte=least)  # type: ignore[misc]
