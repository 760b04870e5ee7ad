"""What applications do by themselves."""

from __future__ import annotations

from celery import shared_task

from backend.approvals import renewals

_MOST = 500
"""Renewals of one run; the next one goes on."""


@shared_task(ignore_result=True)
def renew_undecided() -> int:
    """Lets renewals count as granted that nobody decided before the expiry; run by beat."""
    return renewals.renew_undecided(_MOST)
