"""Handing jobs to workers, so that a broker which is down only delays them."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from backend.jobs.actions import fail_job
from backend.jobs.models import Job
from backend.lib import clock, locks
from backend.lib.breaker import Breaker

logger = logging.getLogger(__name__)
_broker = Breaker(settings.OUTSIDE_PAUSE_S)
_AT_ONCE = 100
PATIENCE = dt.timedelta(minutes=2)
"""How long a job may take before it is handed over once more."""
GIVEN_UP = dt.timedelta(days=1)
"""How long a job may take before it is called failed."""


def send_job_on_commit(*, job: Job) -> None:
    """Give ``job`` to a worker once the transaction is committed."""
    transaction.on_commit(partial(_try_to_send, job.pk, job.task))


def send_waiting_jobs() -> int:
    """Hands over again what was not done for long; returns how many. Running twice is harmless.

    A job whose worker died, or met trouble with storage or the database, is still called running;
    while another worker is at it, the second one leaves at once.
    """
    now = clock.now()
    undone = Job.objects.filter(state__in=(Job.State.QUEUED, Job.State.RUNNING)).exclude(task="")
    for job in undone.filter(created_at__lt=now - GIVEN_UP):
        fail_job(job=job, error=_("This did not end within a day. Order it anew."))
    waiting = undone.filter(created_at__lt=now - PATIENCE)
    pairs = list(waiting.order_by("created_at", "pk").values_list("pk", "task")[:_AT_ONCE])
    return sum(_try_to_send(pk, task) for pk, task in pairs)


def lock_job(job_id: uuid.UUID) -> AbstractContextManager[bool]:
    """Whether no other worker is at this job now; none can be until this one leaves."""
    return locks.try_lock(f"job/{job_id}")


def try_to_order(order: Callable[[], object], warning: str) -> bool:
    """Whether the broker took the ``order``; ``warning`` is logged, and beat orders it again.

    A broker that was silent just now is not asked: whoever waits here has somebody waiting too.
    """
    if _broker.is_open:
        return False
    try:
        order()
    except OperationalError as error:
        _broker.open()
        logger.warning("%s: %s", warning, error)
        return False
    return True


def _try_to_send(job_id: uuid.UUID, task: str) -> bool:
    return try_to_order(
        lambda: current_app.send_task(task, [str(job_id)]), f"job {job_id} waits for the broker"
    )
