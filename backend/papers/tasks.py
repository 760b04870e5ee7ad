"""Background work of papers."""

from __future__ import annotations

import uuid

from celery import shared_task

from backend.jobs.actions import give_back_job
from backend.jobs.dispatch import lock_job
from backend.jobs.models import Job
from backend.papers.pdf_orders import fail_for_storage, make_and_store_pdf
from media_config.storage import StorageDown, StorageRefused


@shared_task(autoretry_for=(StorageDown,), retry_backoff=5, max_retries=20)
def make_pdf(job_id: str) -> None:
    """Makes the PDF that a job orders, unless another worker is at it."""
    pk = uuid.UUID(job_id)
    with lock_job(pk) as free:
        if free:
            _make_or_fail(Job.objects.get(pk=pk))


def _make_or_fail(job: Job) -> None:
    try:
        make_and_store_pdf(job)
    except StorageDown:
        give_back_job(job=job)
        raise
    except StorageRefused as error:
        fail_for_storage(job, error)
