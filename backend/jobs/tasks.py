"""Background work of the jobs themselves."""

from __future__ import annotations

from celery import shared_task

from backend.jobs.dispatch import send_waiting_jobs


@shared_task
def send_again() -> int:
    """Hands over the jobs that no worker got; by beat."""
    return send_waiting_jobs()
