"""Imports go on while storage is down; what it lacked it gets afterwards."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from backend.evidence.tasks import deliver_waiting_tables
from backend.exchange.tasks import run_import
from backend.jobs.models import Job
from backend.lib import clock
from media_config import waiting_files
from media_config.storage import StorageDown
from tests.evidence.pictures import keys
from tests.exchange.tables import GOOD, begun, figures, table

DEAD = "http://127.0.0.1:9"


@pytest.fixture
def storage_at(settings, tmp_path: Path):
    """Puts storage elsewhere; the first place is told."""

    def place(address: str) -> None:
        settings.S3_ENDPOINT_URL = address
        settings.STORAGES = dict(settings.STORAGES)  # or the old place would be kept

    settings.SPOOL_DIR = tmp_path
    return place


def test_an_import_is_ordered_and_done_from_the_disk(world, settings, storage_at, monkeypatch):
    here = settings.S3_ENDPOINT_URL
    monkeypatch.setattr("tests.exchange.tables.ensure_bucket", lambda: None)
    storage_at(DEAD)
    job = begun(world.rui, table(GOOD, ["XX", *GOOD[1:]]))
    run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, figures(job)["created"]) == (Job.State.DONE, 1)
    assert set(waiting_files.list_waiting_names()) == {
        job.parameters["file"],
        job.result["bad_rows"],
    }
    storage_at(here)
    deliver_waiting_tables()
    assert list(waiting_files.list_waiting_names()) == []
    assert {job.parameters["file"], job.result["bad_rows"]} <= keys()


def test_storage_that_is_down_does_not_count_against_the_job(world, storage_at):
    job = begun(world.rui, table(GOOD))
    storage_at(DEAD)
    for _each in range(5):
        with pytest.raises(StorageDown):
            run_import(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.starts, job.error) == (Job.State.QUEUED, 0, "")


def test_a_name_leads_nowhere_else(storage_at):
    with pytest.raises(ValueError, match="etc"):
        waiting_files.waiting_path("../../etc/passwd")


def test_what_broke_off_while_it_was_written_is_removed_in_time(storage_at):
    for name in ("left.part", "imports.csv"):
        waiting_files.waiting_path(name).parent.mkdir(exist_ok=True)
        waiting_files.waiting_path(name).write_bytes(b"x")
    assert list(waiting_files.list_waiting_names()) == ["imports.csv"]
    waiting_files.sweep_broken_files(before=clock.now() - dt.timedelta(days=1))
    assert waiting_files.waiting_path("left.part").exists()
    waiting_files.sweep_broken_files(before=clock.now() + dt.timedelta(days=1))
    assert not waiting_files.waiting_path("left.part").exists()
    assert list(waiting_files.list_waiting_names()) == ["imports.csv"]
