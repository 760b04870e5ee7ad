"""Making a job once, and moving it through its states."""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django_guid import get_guid

from backend.accounts.models import User
from backend.jobs.models import Job
from backend.lib import clock
from backend.repeats.refusals import key_reused_refusal


def create_job(
    *,
    actor: User,
    kind: str,
    parameters: dict[str, Any],
    task: str = "",
    total: int = 0,
    key: str | None = None,
) -> tuple[Job, bool]:
    """The job of this ``key``, and whether it was made now. ``task`` is what a worker does with it.

    Raises Refused ``idempotency-conflict`` when the key was used with another body.
    """
    text = json.dumps([kind, parameters], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        with transaction.atomic():
            job = Job.objects.create(
                kind=kind,
                task=task,
                owner=actor,
                parameters=parameters,
                total=total,
                idempotency_key=key or None,
                body_digest=digest,
                request_id=get_guid() or "",
                created_at=clock.now(),
            )
    except IntegrityError:
        job = Job.objects.get(owner=actor, idempotency_key=key)
        if job.body_digest != digest:
            raise key_reused_refusal() from None
        return job, False
    return job, True


MOST_STARTS = 3
"""How often a job may end its worker before it is set aside: what kills three kills the fourth."""


def start_job(*, job: Job) -> bool:
    """Note that a worker has begun the job (again); False for one that is set aside now.

    A job that was begun so often without getting further has ended its workers. It fails, and its
    owner is told.
    """
    if job.starts >= MOST_STARTS:
        text = _("It ended the worker %(count)d times at the same place. It was set aside.")
        fail_job(job=job, error=text % {"count": job.starts})
        return False
    job.state = Job.State.RUNNING
    job.started_at = job.started_at or clock.now()
    job.error, job.starts = "", job.starts + 1
    job.save(update_fields=["state", "started_at", "error", "starts"])
    return True


def give_back_job(*, job: Job) -> None:
    """Put a job back that trouble outside stopped, such as storage that is down: this start does not count."""
    job.state = Job.State.QUEUED
    job.starts = max(0, job.starts - 1)
    job.save(update_fields=["state", "starts"])


def note_progress(job_id: uuid.UUID, *, done: int, **columns: Any) -> None:
    """Store that the job got as far as ``done``; other ``columns`` of the job are written with it."""
    Job.objects.filter(pk=job_id).update(done=done, starts=0, **columns)


def finish_job(*, job: Job, result: dict[str, Any]) -> None:
    """Mark the job as done, with its result."""
    _end_job(job, Job.State.DONE, result=result)


def fail_job(*, job: Job, error: str) -> None:
    """Mark the job as failed; ``error`` says why and what to do."""
    _end_job(job, Job.State.FAILED, error=error)


def _end_job(
    job: Job, state: str, *, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    job.state = state
    job.finished_at = clock.now()
    job.error = error
    fields = ["state", "finished_at", "error"]
    if result is not None:
        job.result = result
        fields.append("result")
    job.save(update_fields=fields)
