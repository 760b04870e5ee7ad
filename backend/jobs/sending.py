"""Handing jobs to workers, so that a broker which is down only delays them."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from contextlib import AbstractContextManager
from functools import partial

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from backend.jobs.models import Job
from backend.lib import clock, locks

logger = logging.getLogger(__name__)
_AT_ONCE = 100
PATIENCE = dt.timedelta(minutes=2)
"""How long a job may be queued before it is handed over once more."""


def send(*, job: Job) -> None:
    """Give ``job`` to a worker once the transaction is committed."""
    transaction.on_commit(partial(_hand_over, job.pk, job.task))


def send_waiting() -> int:
    """Hands over again what has been queued for long; returns how many. Running twice is harmless."""
    before = clock.now() - PATIENCE
    waiting = Job.objects.filter(state=Job.State.QUEUED, created_at__lt=before).exclude(task="")
    pairs = list(waiting.order_by("created_at").values_list("pk", "task")[:_AT_ONCE])
    return sum(_hand_over(pk, task) for pk, task in pairs)


def alone_with(job_id: uuid.UUID) -> AbstractContextManager[bool]:
    """Whether no other worker is at this job now; none can be until this one leaves."""
    return locks.tried(f"job/{job_id}")


def _hand_over(job_id: uuid.UUID, task: str) -> bool:
    try:
        current_app.send_task(task, [str(job_id)])
    except OperationalError as error:
        logger.warning("job %s waits for the broker: %s", job_id, error)
        return False
    return True
