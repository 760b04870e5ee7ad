"""What is watched though nobody waits for it."""

from __future__ import annotations

from celery import shared_task

from backend.cases import harvests


@shared_task(ignore_result=True)
def open_cases_about_harvests() -> int:
    """Opens cases about harvests of personal data; run by beat."""
    return harvests.open_harvest_cases()
