"""What happens to matters though nobody decides it."""

from __future__ import annotations

from celery import shared_task

from backend.matters import lapses, succession

_MOST = 500
"""Matters of one run; the next one goes on."""


@shared_task(ignore_result=True)
def pass_deadlines() -> int:
    """Lets deadlines pass whose day is over; run by beat."""
    return lapses.pass_deadlines(_MOST)


@shared_task(ignore_result=True)
def count_provisional_anew() -> int:
    """Counts deadlines over unpublished years anew; ordered when a year is loaded, and run at night."""
    return lapses.count_provisional_anew()


@shared_task(ignore_result=True)
def pass_to_heirs() -> int:
    """Gives matters of offices that have ended to whoever took over; run by beat."""
    return succession.pass_to_heirs(_MOST)
