"""PostGIS, Redis and S3 of an instance, up for as long as a command needs them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from dev import postgres, redis, seaweed
from dev.console import UserError, print_progress
from dev.instance import Instance, is_locked, make_folder, open_instance, port_is_free, take_lock
from dev.paths import ROOT
from dev.processes import Family


@contextmanager
def running_services(name: str, *, share: bool = False) -> Iterator[Instance]:
    """Starts the services of an instance and stops them at the end.

    With ``share`` those that another command already serves are used and left running; without
    it a second command is refused, for it would lose its services when the first one ends.
    """
    lock = _try_to_take_lock(name)
    if lock is None:
        if not share:
            raise UserError(f"another command is using .local/{name}; end it first")
        _await_ready(name)
        yield open_instance(name)
        return
    family = Family()
    ready = make_folder(name) / "ready"
    ready.unlink(missing_ok=True)
    try:
        instance = open_instance(name, trust_ports=False)
        start_services(family, instance)
        ready.touch()
        yield instance
    finally:
        ready.unlink(missing_ok=True)
        stop_services(family, name)
        lock.close()


def start_services(family: Family, instance: Instance) -> None:
    """Starts the three services; S3, the slowest, starts beside the others."""
    print_progress(f"starting PostgreSQL, Redis and S3 ({instance.name})")
    store = seaweed.start_seaweed(family, instance)
    redis.start_redis(family, instance)
    postgres.start_cluster(family, instance)
    seaweed.wait_for_seaweed(store, instance)


def stop_services(family: Family, name: str) -> None:
    """Stops what was started; a cluster that went down in order is noted as clean."""
    orderly = any(c.name == "PostgreSQL" and c.process.poll() is None for c in family.children)
    family.stop()
    if orderly:
        postgres.mark_clean(open_instance(name))


def first_dead(instance: Instance) -> str | None:
    """A service that nobody answers for any more at its port, if any."""
    doors = {"PostgreSQL": "postgres", "Redis": "redis", "the S3 server": "s3"}
    dead = (name for name, door in doors.items() if port_is_free(instance.ports[door]))
    return next(dead, None)


def start_detached(name: str) -> Instance:
    """The instance that outlives this command: started in the background unless it is up."""
    if not is_locked(name):
        log = (make_folder(name) / "serve.log").open("ab")
        command = [sys.executable, "-m", "dev", "serve", name]
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
    _await_ready(name)
    return open_instance(name)


def _try_to_take_lock(name: str) -> IO[str] | None:
    """The lock of the instance; tries a few times, for a passing look at it holds it briefly."""
    for _ in range(5):
        if lock := take_lock(name):
            return lock
        time.sleep(0.05)
    return None


def _await_ready(name: str, *, seconds: float = 150.0) -> None:
    limit = time.monotonic() + seconds
    while not (make_folder(name) / "ready").exists() or not is_locked(name):
        if time.monotonic() > limit:
            raise UserError(
                f"the services of .local/{name} did not come up; see .local/{name}/serve.log"
            )
        time.sleep(0.1)
