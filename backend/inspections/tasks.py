"""Keeping cards ready, as often as the schedule says."""

from __future__ import annotations

from celery import shared_task

from backend.inspections.cards.kept_cards import make_emptied_cards


@shared_task(ignore_result=True)
def make_cards() -> int:
    """See ``make_emptied_cards``; a second one at the same time makes others."""
    return make_emptied_cards()
