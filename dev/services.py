"""PostGIS, Redis and S3 of an instance, up for as long as a command needs them."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from dev import postgres, redis, seaweed
from dev.instance import Instance, held, is_held, made_folder, opened, port_is_free
from dev.places import ROOT
from dev.processes import Family
from dev.told import Told, say


@contextmanager
def serving(name: str, *, share: bool = False) -> Iterator[Instance]:
    """Starts the services of an instance and stops them at the end.

    With ``share`` those that another command already serves are used and left running; without
    it a second command is refused, for it would lose its services when the first one ends.
    """
    lock = _lock(name)
    if lock is None:
        if not share:
            raise Told(f"another command is using .local/{name}; end it first")
        _await_ready(name)
        yield opened(name)
        return
    family = Family()
    ready = made_folder(name) / "ready"
    ready.unlink(missing_ok=True)
    try:
        instance = opened(name, trust_ports=False)
        start_all(family, instance)
        ready.touch()
        yield instance
    finally:
        ready.unlink(missing_ok=True)
        stop_all(family, name)
        lock.close()


def start_all(family: Family, instance: Instance) -> None:
    """Starts the three services; S3, the slowest, starts beside the others."""
    say(f"starting PostgreSQL, Redis and S3 ({instance.name})")
    store = seaweed.start(family, instance)
    redis.start(family, instance)
    postgres.start(family, instance)
    seaweed.wait(store, instance)


def stop_all(family: Family, name: str) -> None:
    """Stops what was started; a cluster that went down in order is noted as clean."""
    orderly = any(c.name == "PostgreSQL" and c.process.poll() is None for c in family.children)
    family.stop()
    if orderly:
        postgres.mark_clean(opened(name))


def first_dead(instance: Instance) -> str | None:
    """A service that nobody answers for any more at its port, if any."""
    doors = {"PostgreSQL": "postgres", "Redis": "redis", "the S3 server": "s3"}
    dead = (name for name, door in doors.items() if port_is_free(instance.ports[door]))
    return next(dead, None)


def detached(name: str) -> Instance:
    """An instance that outlives this command: started in the background unless it is up."""
    if not is_held(name):
        log = (made_folder(name) / "serve.log").open("ab")
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
    return opened(name)


def _lock(name: str) -> IO[str] | None:
    """The lock of the instance; tries a few times, for a passing look at it holds it briefly."""
    for _ in range(5):
        if lock := held(name):
            return lock
        time.sleep(0.05)
    return None


def _await_ready(name: str, *, seconds: float = 150.0) -> None:
    limit = time.monotonic() + seconds
    while not (made_folder(name) / "ready").exists() or not is_held(name):
        if time.monotonic() > limit:
            raise Told(
                f"the services of .local/{name} did not come up; see .local/{name}/serve.log"
            )
        time.sleep(0.1)
