"""Background work of the tags."""

from __future__ import annotations

import uuid

from celery import shared_task

from backend.jobs.actions import give_back
from backend.jobs.sending import alone_with
from media_config.storage import StorageDown, StorageRefused
from tagging import printing
from tagging.models import PrintRun
from tagging.sheets import Unprintable


@shared_task(autoretry_for=(StorageDown,), retry_backoff=5, max_retries=20)
def print_labels(job_id: str) -> None:
    """Draws the sheets of a label job, from where an earlier worker left off."""
    pk = uuid.UUID(job_id)
    with alone_with(pk) as free:
        if free:
            _work(PrintRun.objects.select_related("job").get(pk=pk))


def _work(run: PrintRun) -> None:
    try:
        printing.work(run)
    except StorageDown:
        give_back(job=run.job)
        raise
    except Unprintable as error:
        printing.refuse_unprintable(run, error)
    except StorageRefused as error:
        printing.give_up(run, error)
