"""Nothing is lost and nothing comes twice, whatever dies meanwhile; ``bench.faults`` at length."""

from __future__ import annotations

import contextlib
import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from django.db import connection

from backend.evidence.tasks import deliver_waiting_photos
from backend.fieldwork.actions import settle_waiting_items
from backend.lib import clock
from bench import faults, servers
from bench.intake import file_reports
from tests.workers import url_of_test_database
from tests.world import World, make_unit

PHOTO = Path(__file__).parent.parent / "evidence" / "images" / "exif_gps.jpg"
REPORTS = 20


@contextlib.contextmanager
def impatient_scheduler() -> Iterator[None]:
    """What the scheduler does each minute, each second."""
    over = threading.Event()

    def run() -> None:
        while not over.wait(1):
            deliver_waiting_photos(before=clock.now())
            settle_waiting_items()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_reports_and_photos_survive_the_death_of_every_server(committed_world: World) -> None:
    for _number in range(REPORTS):
        make_unit(
            "3110", committed_world.lixia, committed_world.mall,
            status="in_use", registered_on=dt.date(2020, 1, 5),
        )  # fmt: skip
    kills: Counter[str] = Counter()
    with (
        servers.running_servers(url_of_test_database()) as mine,
        mine.use_settings(),
        impatient_scheduler(),
    ):
        trouble = faults.killing_servers(mine, kills, seed=3, rounds=1, pace=0.2)
        plain = PHOTO.read_bytes()
        done = file_reports(mine, count=REPORTS, cuts=0.1, plain=plain, meanwhile=trouble)
    assert set(kills) == set(servers.KINDS)
    assert (done.reckoning.lost, done.reckoning.duplicated) == ([], [])
    assert done.broken > 0
