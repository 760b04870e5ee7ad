"""Imports in the worker."""

from __future__ import annotations

import tempfile

from celery import shared_task
from django.core.files.storage import default_storage
from django.utils.encoding import force_str

from backend.exchange.importing import import_table
from backend.jobs.actions import fail, finish, start
from backend.jobs.models import Job
from backend.lib.problems import Refused


@shared_task
def run_import(job_id: str) -> None:
    """Do the import ``job_id``; running it again does no harm."""
    job = Job.objects.select_related("owner").get(pk=job_id)
    if job.state == Job.State.DONE:
        return
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
