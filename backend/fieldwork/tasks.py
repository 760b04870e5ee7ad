"""What nobody waits for: items whose needs are met at last, and uploads that nobody finished."""

from __future__ import annotations

from celery import shared_task

from backend.fieldwork import actions, uploads
from backend.fieldwork.unnamed_photos import clear_unnamed_photos


@shared_task(ignore_result=True)
def settle_waiting() -> int:
    """Settles the items whose photos and predecessors are there; run by beat."""
    return actions.settle_waiting_items()


@shared_task(ignore_result=True)
def sweep_uploads() -> int:
    """Finishes uploads that are whole and removes the expired ones; run by beat."""
    return uploads.sweep_uploads()


@shared_task(ignore_result=True)
def clear_unnamed() -> int:
    """Ends photos that no report came to name; at night."""
    return clear_unnamed_photos()
