"""Telling whoever counted over a year that its holidays are known now."""

from __future__ import annotations

from celery import current_app
from django.conf import settings
from django.db import transaction

from backend.jobs.dispatch import try_to_order


def order_recomputations() -> None:
    """Once the transaction is committed, order each task of ``COUNTED_BY_HOLIDAYS``.

    Rooms above this one put their task into that list; each counts anew what is still running and
    may run at any time and twice. Where the broker is down, the nightly run does it.
    """
    transaction.on_commit(_order_all)


def _order_all() -> None:
    for task in settings.COUNTED_BY_HOLIDAYS:
        try_to_order(
            lambda task=task: current_app.send_task(task),  # type: ignore[misc]
            f"{task} waits for the night",
        )
