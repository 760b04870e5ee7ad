"""Handing jobs to workers: a broker that is down, a worker that is at it already."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import threading
import uuid

import pytest
from django.db import connection, connections

from backend.jobs import dispatch
from backend.jobs.actions import create_job, fail_job, finish_job, start_job
from backend.jobs.dispatch import lock_job, send_waiting_jobs
from backend.jobs.models import Job
from backend.lib import clock

_TRY_TO_SEND = """
import django, uuid
django.setup()
from backend.jobs.dispatch import _try_to_send
print(_try_to_send(uuid.uuid4(), "tagging.tasks.print_labels"))
"""


def test_a_broker_that_is_down_refuses_nobody() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _TRY_TO_SEND],
        env=os.environ | {"REDIS_URL": "redis://127.0.0.1:9/0"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "False\n"
    assert "waits for the broker" in done.stderr


def test_a_job_that_no_worker_got_is_handed_over_again(world, monkeypatch) -> None:
    given: list[uuid.UUID] = []

    def hand_over(job_id: uuid.UUID, _task: str) -> bool:
        given.append(job_id)
        return True

    monkeypatch.setattr(dispatch, "_try_to_send", hand_over)
    forgotten, stuck, fresh, ended, old = (_job(world, number) for number in range(5))
    start_job(job=stuck)
    start_job(job=old)
    finish_job(job=ended, result={})
    long_ago = clock.now() - dt.timedelta(minutes=5)
    Job.objects.exclude(pk=fresh.pk).update(created_at=long_ago)
    Job.objects.filter(pk=old.pk).update(created_at=clock.now() - dispatch.GIVEN_UP)
    assert send_waiting_jobs() == 2
    assert given == [forgotten.pk, stuck.pk]
    old.refresh_from_db()
    assert (old.state, bool(old.error)) == (Job.State.FAILED, True)


def test_a_job_that_fails_keeps_what_it_told(world) -> None:
    job = _job(world, 0)
    Job.objects.filter(pk=job.pk).update(result={"read": 5000})
    fail_job(job=job, error="the rest cannot be read")
    job.refresh_from_db()
    assert (job.state, job.result) == (Job.State.FAILED, {"read": 5000})


@pytest.mark.django_db
def test_one_worker_at_a_time_is_at_a_job() -> None:
    job_id, found = uuid.uuid4(), []

    def other_worker() -> None:
        with lock_job(job_id) as free:
            found.append(free)
        connections.close_all()

    with lock_job(job_id) as free:
        assert free
        _in_a_thread(other_worker)
    _in_a_thread(other_worker)
    assert found == [False, True]
    assert connection.in_atomic_block


def _job(world, number: int) -> Job:
    job, _made = create_job(
        actor=world.rui, kind="labels", task="tagging.tasks.print_labels", parameters={"n": number}
    )
    return job


def _in_a_thread(work) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
