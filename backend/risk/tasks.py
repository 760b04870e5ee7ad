"""Following the register, as often as the schedule says."""

from __future__ import annotations

from celery import shared_task

from backend.risk.follower import follow_changes


@shared_task(ignore_result=True)
def follow_register() -> int:
    """Take in what has changed in the register; a second one at the same time does nothing."""
    return follow_changes()
