"""Forgetting the answers that nobody asks for again."""

from __future__ import annotations

import datetime as dt

from celery import shared_task

from backend.lib import clock
from backend.repeats.models import KeptAnswer

_KEPT = dt.timedelta(days=7)
"""Longer than any client tries again; a phone in the field has a way of its own."""


@shared_task(ignore_result=True)
def forget_old_answers() -> int:
    """Delete the answers that are older; returns how many."""
    gone, _rows = KeptAnswer.objects.filter(made_at__lt=clock.now() - _KEPT).delete()
    return gone
