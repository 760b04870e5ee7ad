"""Counts and money of the hotline by product category, product, enterprise, county and period."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from backend.accounts.models import User
from backend.hotline.models import HotlineMatter, Nature
from backend.lib import clock
from geo.models import within_region

GROUPS = {
    "category": "product_category",
    "product": "product_name",
    "enterprise": "against_name",
    "region": "matter__region",
}
"""By what may be counted, and the column that tells it."""
_NAMES = {"region": {"name": F("matter__region__name")}}
"""What is told beside the value, where that is a code."""
_MOST = 50
_FIGURES: dict[str, Any] = {
    "matters": Count("pk"),
    "important_matters": Count("pk", filter=Q(important=True)),
    "revisited_matters": Count("pk", filter=Q(revisited_at__isnull=False)),
    "important_revisited": Count("pk", filter=Q(important=True, revisited_at__isnull=False)),
    "goods_yuan": Sum("goods_value"),
    "recovered_yuan": Sum("recovered"),
    "recovered_on_revisit_yuan": Sum("recovered_on_revisit"),
    "fined_yuan": Sum("fined"),
}


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, in Shanghai; both count."""

    first: dt.date
    last: dt.date

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Its first moment, and the first one after it."""
        return clock.end_of(self.first - dt.timedelta(days=1)), clock.end_of(self.last)


@dataclass(frozen=True)
class Question:
    """Which matters are counted; empty where all are."""

    period: Period
    region: str = ""
    natures: tuple[Nature, ...] = ()


def count_matters(user: User, question: Question) -> dict[str, Any]:
    """The figures of all matters that ``user`` may see and the question asks for, money in yuan."""
    return _matters_of(user, question).aggregate(**_FIGURES)


def count_matters_by(user: User, question: Question, group: str) -> list[dict[str, Any]]:
    """The same for each of a group of ``GROUPS``, most matters first, fifty at most."""
    rows = _matters_of(user, question).exclude(**{GROUPS[group]: ""})
    columns = {"value": F(GROUPS[group])} | _NAMES.get(group, {})
    counted = rows.values(**columns).annotate(**_FIGURES)
    return list(counted.order_by("-matters", "value")[:_MOST])


def count_matters_by_nature(user: User, question: Question) -> list[dict[str, Any]]:
    """The same for each nature."""
    return list(
        _matters_of(user, question).values("nature").annotate(**_FIGURES).order_by("nature")
    )


def count_matters_by_month(user: User, question: Question) -> list[dict[str, Any]]:
    """The number of matters of each month, the earliest first."""
    month = TruncMonth("matter__received_at", tzinfo=clock.SHANGHAI)
    rows = _matters_of(user, question).values(month=month)
    return list(rows.annotate(matters=Count("pk")).order_by("month"))


def _matters_of(user: User, question: Question) -> QuerySet[HotlineMatter]:
    first, beyond = question.period.moments
    rows = HotlineMatter.objects.visible_to(user).filter(
        spam=False, matter__received_at__gte=first, matter__received_at__lt=beyond
    )
    if question.region:
        rows = rows.filter(within_region("matter__region_id", question.region))
    return rows.filter(nature__in=question.natures) if question.natures else rows
