"""``python -m bench.drill [reports]``: a database dies while reports come in, and is restored.

Its own cluster is archived as docs/operating.md says. In the midst of the reports the server is
killed with -9 and its data folder removed; a new one is made from the archive, and the phones go on.
Nothing that was told to be filed may lack afterwards, neither row nor object.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
from django.db import connection

from dev import archive, postgres
from dev.instance import Instance, open_instance
from dev.manage import owner_environment, run_manage
from dev.processes import Child, Family, exit_on_signals

REPORTS = 40


class Cluster:
    """The archived cluster of the drill, with a register in it."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._family = Family()
        # The kernel ends a child with the thread that started it, so one thread starts them all.
        self._starter = ThreadPoolExecutor(1)
        shutil.rmtree(postgres.home(instance))
        self._server = self._start()

    def fill(self, reports: int) -> None:
        """Migrates, and invents more units than there will be reports."""
        owner = owner_environment(self.instance, PYTHONWARNINGS="ignore")
        accounts = self.instance.folder / "demo.json"
        for words in (
            ("migrate", "--verbosity=0"),
            ("grant_service_role", "--verbosity=0"),
            ("load_reference",),
            ("demo", "--units", str(4 * reports), "--accounts-file", str(accounts)),
        ):
            run_manage(owner, *words)

    def archive(self) -> None:
        """Takes a base backup and keeps the log from now on."""
        work = self._starter.submit(archive.start, self._family, self.instance)
        self._receiver = work.result()

    def lose(self) -> None:
        """Kills the server at once and removes all that it had written; its archive ends with it."""
        for child in (self._server, self._receiver):
            os.kill(child.process.pid, signal.SIGKILL)
            child.process.wait()
        time.sleep(1)  # its sessions see that it is gone and end
        shutil.rmtree(postgres.home(self.instance) / "data")

    def restore(self) -> None:
        """Makes the data anew from the archive and serves them."""
        archive.restore(self.instance)
        self._server = self._start()

    def stop(self) -> None:
        """Ends everything that it started."""
        self._family.stop()
        self._starter.shutdown()

    def _start(self) -> Child:
        return self._starter.submit(postgres.start_cluster, self._family, self.instance).result()


@contextmanager
def losing(cluster: Cluster, after: int, outage: list[float]) -> Iterator[None]:
    """Loses the cluster once so many reports are filed, restores it; tells how long it was away."""

    def lose_and_restore() -> None:
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as line:
            begun_with = _reports(line)
            while _reports(line) < begun_with + after:
                time.sleep(0.05)
        begun = time.monotonic()
        cluster.lose()
        cluster.restore()
        outage.append(time.monotonic() - begun)

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(lose_and_restore)
        yield
    work.result()
    connection.close()  # it leads to the server that is gone


def _reports(line: psycopg.Connection[tuple[int]]) -> int:
    told = line.execute("SELECT count(*) FROM inspections_report").fetchone()
    return told[0] if told else 0


def main(words: list[str]) -> int:
    """Runs the drill; 0 when nothing was lost."""
    count = int(words[0]) if words else REPORTS
    instance = open_instance("drill", trust_ports=False)
    cluster = Cluster(instance)
    try:
        cluster.fill(count)
        cluster.archive()
        return _file_and_reckon(cluster, count)
    finally:
        cluster.stop()


def _file_and_reckon(cluster: Cluster, count: int) -> int:
    # As the service, whatever the shell or the test around was told.
    os.environ |= cluster.instance.environment() | {"DATABASE_OWNER_URL": ""}
    os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"
    import django  # noqa: PLC0415 - only after DATABASE_URL names the cluster of the drill

    django.setup()
    from bench import intake, servers  # noqa: PLC0415

    outage: list[float] = []
    with servers.running_servers(os.environ["DATABASE_URL"]) as mine, mine.use_settings():
        trouble = losing(cluster, count // 3, outage)
        done = intake.file_reports(mine, count=count, cuts=0.0, meanwhile=trouble)
        lacking = _lacking_objects()
    lost, twice = done.reckoning.lost, done.reckoning.duplicated
    for line in (*lost, *twice, *lacking):
        print(line, file=sys.stderr)
    print(f"{count} reports, {len(lost)} lost, {len(twice)} twice, away for {outage[0]:.1f} s")
    if not lacking:
        print("every row has its object")
    return 1 if lost or twice or lacking else 0


def _lacking_objects() -> list[str]:
    """The keys of rows whose object lacks or differs.

    An object without its row is no loss: a picture is put first and its row written after, so one
    of a transaction that died lies there until the nightly clearing.
    """
    from backend.evidence.reconciliation import list_differences  # noqa: PLC0415

    return [key for fault, key in list_differences() if fault != "no row"]


if __name__ == "__main__":
    exit_on_signals()
    sys.exit(main(sys.argv[1:]))
