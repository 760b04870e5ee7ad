"""Background work of the tags."""

from __future__ import annotations

import uuid

from celery import shared_task

from backend.jobs.actions import give_back_job
from backend.jobs.dispatch import lock_job
from backend.jobs.models import Job
from media_config.storage import StorageDown, StorageRefused
from tagging import print_runs
from tagging.models import PrintRun
from tagging.sheets import Unprintable

_AT_ONCE = 500


@shared_task(autoretry_for=(StorageDown,), retry_backoff=5, max_retries=20)
def print_labels(job_id: str) -> None:
    """Draws the sheets of a label job, from where an earlier worker left off."""
    pk = uuid.UUID(job_id)
    with lock_job(pk) as free:
        if free:
            _print_or_fail(PrintRun.objects.select_related("job").get(pk=pk))


@shared_task
def remove_failed_parts() -> None:
    """Takes away what label jobs left behind that failed, however they did."""
    left = PrintRun.objects.filter(job__state=Job.State.FAILED, parts__gt=0)
    for run in left.select_related("job")[:_AT_ONCE]:
        print_runs.remove_parts(run)


def _print_or_fail(run: PrintRun) -> None:
    try:
        print_runs.draw_and_publish(run)
    except StorageDown:
        give_back_job(job=run.job)
        raise
    except Unprintable as error:
        print_runs.fail_for_unprintable(run, error)
        print_runs.remove_parts(run)
    except StorageRefused as error:
        print_runs.fail_for_storage(run, error)
