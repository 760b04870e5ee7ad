"""The archive of a cluster, kept and restored by the very programs that installations run.

They are ``docker/archive/{receive-wal,back-up-base,restore}``; docs/operating.md tells of them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from dev import postgres
from dev.console import UserError
from dev.instance import Instance
from dev.paths import ROOT
from dev.processes import Child, Family, setpriv_prefix, wait_until_ready

PROGRAMS = ROOT / "docker" / "archive"


def start(family: Family, instance: Instance) -> Child:
    """Takes a base backup and receives the log from then on; each commit waits for that."""
    _run(instance, "back-up-base")
    command = [str(_own_copy(instance, "receive-wal"))]
    child = family.start(
        "archive",
        command,
        user=postgres.user(),
        log=instance.folder / "archive.log",
        env=_environment(instance),
    )
    postgres.ask(instance, "ALTER SYSTEM SET synchronous_standby_names = 'archive'")
    postgres.ask(instance, "SELECT pg_reload_conf()")
    wait_until_ready(lambda: _is_received(instance), child)
    return child


def restore(instance: Instance) -> None:
    """Makes the cluster's data folder, which must be gone, from the archive."""
    _run(instance, "restore", str(postgres.home(instance) / "data"))


def _is_received(instance: Instance) -> bool:
    asked = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'"
    return postgres.ask(instance, asked) == "1"


def _run(instance: Instance, program: str, *words: str) -> None:
    command = [*setpriv_prefix(postgres.user()), "--", str(_own_copy(instance, program)), *words]
    environment = _environment(instance)
    result = subprocess.run(
        command, cwd="/", env=environment, capture_output=True, text=True, check=False
    )
    if result.returncode:
        raise UserError(f"{program} failed: {result.stderr.strip()}")


def _own_copy(instance: Instance, program: str) -> Path:
    """The program where the server's user can read it, which a checkout need not be."""
    place = postgres.home(instance) / program
    shutil.copy(PROGRAMS / program, place)
    if user := postgres.user():
        shutil.chown(place, user, user)
    return place


def _environment(instance: Instance) -> dict[str, str]:
    binaries = postgres.find_newest_programs()
    return os.environ | {
        "PATH": f"{binaries}:{os.environ.get('PATH', '')}",
        "ARCHIVE": str(postgres.home(instance) / "archive"),
        "PGHOST": "127.0.0.1",
        "PGPORT": str(instance.ports["postgres"]),
        "PGUSER": "jinzhi",
        "PGPASSWORD": instance.secrets["postgres"],
    }
