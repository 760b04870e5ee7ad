"""Imports in the worker."""

from __future__ import annotations

import tempfile
import uuid

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils.encoding import force_str

from backend.exchange.importing import import_table
from backend.jobs.actions import fail, finish, start
from backend.jobs.models import Job
from backend.jobs.sending import alone_with
from backend.lib.problems import Refused


@shared_task
def run_import(job_id: str) -> None:
    """Do the import ``job_id``; running it again, even at the same time, does no harm."""
    with alone_with(uuid.UUID(job_id)) as free:
        job = Job.objects.select_related("owner").get(pk=job_id)
        if free and job.state in (Job.State.QUEUED, Job.State.RUNNING):
            _work(job)


def _work(job: Job) -> None:
    start(job=job)
    with tempfile.TemporaryFile() as local, default_storage.open(job.parameters["file"]) as stored:
        for portion in stored.chunks():
            local.write(portion)
        local.seek(0)
        try:
            result = import_table(job, local)
        except Refused as refused:
            fail(job=job, error=force_str(refused.detail))
            return
    finish(job=job, result=result)
