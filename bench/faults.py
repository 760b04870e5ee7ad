"""The same as ``intake`` while web, worker, Redis and S3 are killed with -9 and started again."""

from __future__ import annotations

import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from backend.evidence.models import File
from backend.units.models import Unit
from bench import servers
from bench.callers import result_row, time_call
from bench.intake import CUT_SHARE, SEED, build_rows, file_reports, read_report_count
from bench.servers import KINDS, Servers

OWN_SERVERS = True
_SECONDS_BETWEEN_KILLS = (1.0, 5.0)
_SECONDS_DOWN = (0.2, 4.0)
_DRAWING_SECONDS = 300.0


def run(base_url: str = "", size: int = 0) -> list[dict[str, Any]]:
    """Rows for the table; ``base_url`` is not used."""
    del base_url
    size = size or Unit.objects.count()
    count = read_report_count()
    with servers.running_servers(os.environ["DATABASE_URL"]) as mine, mine.use_settings():
        whole = file_reports(mine, count=max(count // 5, 20), cuts=0.0)
    with servers.running_servers(os.environ["DATABASE_URL"]) as mine, mine.use_settings():
        newest = File.objects.order_by("-uploaded_at").values_list("uploaded_at", flat=True).first()
        kills: Counter[str] = Counter()
        trouble = killing_servers(mine, kills, seed=SEED)
        done = file_reports(mine, count=count, cuts=CUT_SHARE, meanwhile=trouble)
        undrawn = _wait_and_count_undrawn_photos(newest)
    return [
        *build_rows("faults", done, whole, size),
        result_row("faults.photos_without_pictures", undrawn, "", size),
        *(
            result_row(f"faults.kills_of_{kind.replace(' ', '_')}", kills[kind], "kills", size)
            for kind in KINDS
        ),
    ]


@contextmanager
def killing_servers(
    mine: Servers, kills: Counter[str], *, seed: int, rounds: int = 0, pace: float = 1.0
) -> Iterator[None]:
    """Kills one server after another, in an order by ``seed``, starts it again, counts in
    ``kills``.

    Goes on until the end, or for so many ``rounds`` of one kill of each; ``pace`` stretches the
    pauses.
    """
    over = threading.Event()
    orders = (mine, random.Random(seed), kills, over, rounds or sys.maxsize, pace)
    thread = threading.Thread(target=_kill_and_restart, args=orders)
    thread.start()
    try:
        yield
    finally:
        if not rounds:
            over.set()
        thread.join()


def _kill_and_restart(
    mine: Servers,
    chance: random.Random,
    kills: Counter[str],
    over: threading.Event,
    rounds: int,
    pace: float,
) -> None:
    took = 0.0
    for _round in range(rounds):
        for kind in chance.sample(KINDS, len(KINDS)):
            # As long up as it took to come up: on a slow machine, too, something is to be done.
            if over.wait(pace * (chance.uniform(*_SECONDS_BETWEEN_KILLS) + took)):
                return
            mine.kill(kind)
            kills[kind] += 1
            time.sleep(pace * chance.uniform(*_SECONDS_DOWN))
            took = time_call(lambda: mine.restart(kind))  # noqa: B023


def _wait_and_count_undrawn_photos(since: Any) -> int:
    """Photos of this run for which no picture was drawn within a few minutes."""
    files = File.objects.filter(renditions=None)
    if since is not None:
        files = files.filter(uploaded_at__gt=since)
    end = time.monotonic() + _DRAWING_SECONDS
    while (left := files.count()) and time.monotonic() < end:
        time.sleep(2)
    return left
