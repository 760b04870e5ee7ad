"""What happens to matters though nobody decides it, and the tables that people order."""

from __future__ import annotations

import uuid

from celery import shared_task
from django.conf import settings

from backend.jobs.actions import finish_job, give_back_job, start_job
from backend.jobs.dispatch import lock_job
from backend.jobs.models import Job
from backend.matters import export_tables, lapses, succession
from media_config.storage import StorageDown

_MOST = 500
"""Matters of one run; the next one goes on."""


@shared_task(ignore_result=True)
def pass_deadlines() -> int:
    """Lets deadlines pass whose day is over; run by beat."""
    return lapses.pass_deadlines(_MOST)


@shared_task(ignore_result=True)
def warn_of_deadlines() -> int:
    """Tells of deadlines that are near; run by beat."""
    return lapses.warn_of_deadlines(_MOST)


@shared_task(ignore_result=True)
def count_provisional_anew() -> int:
    """Counts deadlines over unpublished years anew; ordered when a year is loaded, and run at night."""
    return lapses.count_provisional_anew()


@shared_task(ignore_result=True)
def pass_to_heirs() -> int:
    """Gives matters of offices that have ended to whoever took over; run by beat."""
    return succession.pass_to_heirs(_MOST)


@shared_task(
    time_limit=settings.EXPORT_MAX_SECONDS,
    autoretry_for=(StorageDown,), retry_backoff=5, max_retries=20,
)  # fmt: skip
def write_export(job_id: str) -> None:
    """Writes the table of a job; running it again, even at the same time, does no harm."""
    with lock_job(uuid.UUID(job_id)) as free:
        job = Job.objects.select_related("owner").get(pk=job_id)
        if free and job.finished_at is None and start_job(job=job):
            try:
                finish_job(job=job, result=export_tables.write_table(job))
            except StorageDown:
                give_back_job(job=job)
                raise


@shared_task(ignore_result=True)
def clear_old_exports() -> int:
    """Removes tables that were fetched long ago, or never; at night."""
    return export_tables.clear_old_exports()
