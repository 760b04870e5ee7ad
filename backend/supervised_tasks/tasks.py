"""What happens to supervised tasks though nobody decides it."""

from __future__ import annotations

from celery import shared_task

from backend.supervised_tasks.progress import open_due_reports

_MOST = 500
"""Tasks of one run; the next one goes on."""


@shared_task(ignore_result=True)
def ask_for_progress() -> int:
    """Asks for the next reports of progress; run by beat."""
    return open_due_reports(_MOST)
