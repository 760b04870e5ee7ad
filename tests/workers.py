"""A Celery worker of its own for a test, over the test's database and the real broker."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator

from django.db import connection

_READY = 180.0  # a machine that tests in two processes may be slow


@contextlib.contextmanager
def celery_worker(
    *, queue: str = "celery", pool: str = "prefork"
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process, ready when entered and ended when left.

    With the pool ``solo`` the process does the work itself, and dies with what it does.
    """
    env = os.environ | service_of_test_database() | {"PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-m", "celery", "-A", "backend.config", "worker"]
    command += ["-c", "1", "-Q", queue, "--pool", pool, "--loglevel=INFO"]
    command += ["--without-gossip", "--without-mingle"]
    with tempfile.NamedTemporaryFile("w+") as log:
        worker = subprocess.Popen(command, env=env, stdout=log, stderr=subprocess.STDOUT)
        try:
            until(lambda: " ready." in _told(log.name) or worker.poll() is not None, _READY)
            assert worker.poll() is None, _told(log.name)
            yield worker
        finally:
            worker.terminate()
            worker.wait(timeout=30)


def until(holds: Callable[[], object], seconds: float = 60.0) -> None:
    """Waits until ``holds``; fails when it never does."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds:.0f} s"
        time.sleep(0.05)


def service_of_test_database() -> dict[str, str]:
    """The settings of a server or worker over the database that this run made: no owner's."""
    return {"DATABASE_URL": url_of_test_database(), "DATABASE_OWNER_URL": ""}


def url_of_test_database() -> str:
    """The address of the database that this run made, for the role that serves requests."""
    server, _slash, _name = os.environ["DATABASE_URL"].rpartition("/")
    return f"{server}/{connection.settings_dict['NAME']}"


def _told(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as log:  # noqa: PTH123
        return log.read()
