"""Imports in the worker."""

from __future__ import annotations

import tempfile
import uuid
from typing import Any

from celery import shared_task
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.encoding import force_str

from backend.exchange.old_tables import clear_old_tables
from backend.exchange.table_import import import_table
from backend.jobs.actions import fail_job, finish_job, give_back_job, start_job
from backend.jobs.dispatch import lock_job
from backend.jobs.models import Job
from backend.lib.problems import Refused
from media_config.storage import StorageDown

_SPARE_S = 600
"""What an import may take beyond its limit, which it keeps itself before each chunk: its process is
ended then, and counts as a start that got no further."""


@shared_task(
    time_limit=settings.IMPORT_MAX_SECONDS + _SPARE_S,
    autoretry_for=(StorageDown,), retry_backoff=5, max_retries=20,
)  # fmt: skip
def run_import(job_id: str) -> None:
    """Do the import ``job_id``; running it again, even at the same time, does no harm."""
    with lock_job(uuid.UUID(job_id)) as free:
        job = Job.objects.select_related("owner").get(pk=job_id)
        if free and job.state in (Job.State.QUEUED, Job.State.RUNNING) and start_job(job=job):
            _run_to_end(job)


def _run_to_end(job: Job) -> None:
    """Run the import to its end, good or bad, and note which on the job."""
    try:
        result = _import_stored_table(job)
    except Refused as refused:
        fail_job(job=job, error=force_str(refused.detail))
    except StorageDown:
        give_back_job(job=job)
        raise
    else:
        finish_job(job=job, result=result)


def _import_stored_table(job: Job) -> dict[str, Any]:
    with tempfile.TemporaryFile() as local, default_storage.open(job.parameters["file"]) as stored:
        for portion in stored.chunks():
            local.write(portion)
        local.seek(0)
        return import_table(job, local)


@shared_task(ignore_result=True)
def clear_old() -> int:
    """Ends tables and lists that nobody needs; at night."""
    return clear_old_tables()
