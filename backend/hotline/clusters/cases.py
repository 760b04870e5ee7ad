"""What clusters are found among: the reports and complaints that came in a span of days."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from backend.hotline.models import HotlineMatter, Nature
from backend.lib import clock

_NATURES = (Nature.REPORT, Nature.COMPLAINT)


def list_counted_matters(first: dt.date, last: dt.date, category: str) -> QuerySet[HotlineMatter]:
    """Those received from ``first`` to ``last``, of all products where no category is named."""
    cases: QuerySet[HotlineMatter] = HotlineMatter.objects.filter(
        nature__in=_NATURES,
        spam=False,
        matter__received_at__gte=clock.end_of(first - dt.timedelta(days=1)),
        matter__received_at__lt=clock.end_of(last),
    )
    return cases.filter(product_category=category) if category else cases
