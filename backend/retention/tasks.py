"""The night's run that removes what has been kept for long enough."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import connection
from django.db.models import Sum

from backend.lib import clock
from backend.retention.models import Removal

_log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def apply_retention_rules() -> dict[str, int]:
    """Removes it in portions, each a transaction; returns and logs how much by rule.

    The database alone may do it, by its own reading of the rules (ADR 0022).
    """
    began = clock.now()
    while _remove_portion():
        pass
    removed = Removal.objects.filter(at__gte=began).values_list("rule").annotate(Sum("rows"))
    told = dict(removed.order_by("rule"))
    _log.info("Removed by the retention rules: %s", told or "nothing")
    return told


def _remove_portion() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT retention_remove_portion()")
        return int(cursor.fetchone()[0])
