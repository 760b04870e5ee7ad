"""Following the register, as often as the schedule says."""

from __future__ import annotations

from celery import shared_task

from backend.risk.follow import follow


@shared_task(ignore_result=True)
def follow_register() -> int:
    """See ``follow``; a second one at the same time does nothing."""
    return follow()
