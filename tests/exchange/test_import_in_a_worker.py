"""Imports as they run: ordered here, done by a Celery worker of its own over Redis."""

from __future__ import annotations

import signal
import time
import uuid

import pytest
from django.core.files.storage import default_storage
from django.utils.translation import override

from backend.exchange.table_import import CHUNK
from backend.exchange.tasks import run_import
from backend.jobs.actions import MOST_STARTS
from backend.jobs.models import Job
from backend.units.models import Unit
from tests.exchange.tables import begun, counted, figures, imported, numbered, table
from tests.workers import celery_worker

PATIENCE_S = 180


@pytest.fixture
def queue(monkeypatch):
    """A queue that no other worker listens to."""
    name = f"test-{uuid.uuid4()}"
    monkeypatch.setattr(run_import, "queue", name, raising=False)
    monkeypatch.setattr(run_import, "_exec_options", None)
    return name


def awaited(job, ready):
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if ready(_renewed(job)):
            return job
        time.sleep(0.05)
    raise AssertionError(f"{job} after {PATIENCE_S} s: {job.error}")


def _renewed(job):
    job.refresh_from_db()
    return job


@pytest.mark.django_db(transaction=True)
def test_a_worker_imports_the_good_rows_and_gives_back_the_bad_ones(world, queue):
    bad = ["XX", "3110", "370102", "泉城路", "", "", ""]
    with celery_worker(queue=queue, pool="solo"):
        job = awaited(begun(world.rui, table(*numbered(3), bad)), lambda job: job.finished_at)
    assert job.state == Job.State.DONE
    assert figures(job) == counted(4, 3, bad=1)
    with default_storage.open(job.result["bad_rows"]) as file:
        header, row = file.read().decode("utf-8-sig").splitlines()
    assert header.endswith("坐标系,line,column,reason")
    assert row.startswith("XX,3110,370102,泉城路,,,,5,设备代码,")


@pytest.mark.django_db(transaction=True)
def test_after_a_killed_worker_the_next_goes_on_behind_the_last_chunk(world, queue):
    count = 4 * CHUNK
    content = table(["XX", "3110", "370102", "", "", "", ""], *numbered(count))
    with celery_worker(queue=queue, pool="solo") as process:
        job = awaited(begun(world.rui, content), lambda job: job.done)
        process.send_signal(signal.SIGKILL)
        process.wait()
    job.refresh_from_db()
    assert job.state == Job.State.RUNNING
    assert 0 < job.done < count
    # PostgreSQL ends the dead worker's session, and its lock, only after the statement in hand.
    awaited(job, lambda job: run_import(str(job.pk)) or _renewed(job).finished_at)
    # A start from the top would have found the first chunk unchanged.
    assert figures(job) == counted(count + 1, count, bad=1)
    assert Unit.objects.filter(device_code__startswith="31101037020").count() == count
    assert figures(imported(world.rui, content + b"\n")) == counted(
        count + 1, 0, unchanged=count, bad=1
    )


@pytest.mark.django_db(transaction=True)
def test_an_import_that_ends_its_worker_again_and_again_is_set_aside(world, queue):
    job = begun(world.rui, table(*numbered(3)))
    Job.objects.filter(pk=job.pk).update(starts=MOST_STARTS, state=Job.State.RUNNING)
    with celery_worker(queue=queue, pool="solo"):
        run_import.apply_async((str(job.pk),), queue=queue)
        awaited(job, lambda job: job.finished_at)
    assert (job.state, str(MOST_STARTS) in job.error) == (Job.State.FAILED, True)
    assert not Unit.objects.filter(device_code__startswith="31101037020").exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_dies_is_counted_until_the_import_gets_further(world, queue):
    content = table(*numbered(2 * CHUNK))
    with celery_worker(queue=queue, pool="solo") as process:
        job = begun(world.rui, content)
        awaited(job, lambda job: job.state == Job.State.RUNNING)
        process.send_signal(signal.SIGKILL)
        process.wait()
    job.refresh_from_db()
    assert job.starts == (0 if job.done else 1)
    awaited(job, lambda job: run_import(str(job.pk)) or _renewed(job).finished_at)
    assert (job.state, job.starts) == (Job.State.DONE, 0)


@pytest.mark.django_db(transaction=True)
def test_an_import_that_takes_too_long_is_ended_between_chunks(world, settings):
    settings.IMPORT_MAX_SECONDS = 0
    with override("en"):
        job = imported(world.rui, table(*numbered(3)))
    said = "The import took longer than 0 s. Split the file."
    assert (job.state, job.error) == (Job.State.FAILED, said)
    assert not Unit.objects.filter(device_code__startswith="31101037020").exists()
