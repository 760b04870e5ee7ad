"""Redis, S3, web, worker and scheduler of our own, over a database that is there, to be killed."""

from __future__ import annotations

import contextlib
import functools
import os
import random
import secrets
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.test import override_settings

from dev import redis, seaweed
from dev.instance import PORT_RANGE, PORTS, SECRETS, Instance, port_is_free
from dev.manage import environment
from dev.paths import PYTHON, ROOT
from dev.processes import Child, Family, wait_until_ready
from media_config.buckets import ensure_bucket

KINDS = ("web", "web worker", "worker", "redis", "s3")
"""What can be killed; ``web worker`` is one process of the web server, which its master replaces."""
WEB_WORKERS = 2
_WEB_THREADS = "4"


class Servers:
    """One set of servers. Files lie in ``folder``; the database is that of ``database_url``."""

    def __init__(self, folder: Path, database_url: str, **more: str) -> None:
        ports = random.sample([port for port in PORT_RANGE if port_is_free(port)], len(PORTS) + 1)
        self.web_port = ports.pop()
        words = {key: secrets.token_hex(16) for key in SECRETS}
        self._instance = Instance("faults", folder, dict(zip(PORTS, ports, strict=True)), words)
        self._env = environment(
            self._instance,
            DATABASE_URL=database_url,
            DEBUG=more.pop("DEBUG", "0"),
            PYTHONPATH=str(ROOT),
            PUBLIC_BASE_URL=f"http://127.0.0.1:{self.web_port}",
            PYTHONWARNINGS="ignore",
            LOG_LEVEL="WARNING",
            **more,
        )
        self._family = Family()
        self._running: dict[str, Child] = {}
        # The kernel ends a child with the thread that started it, so one thread starts them all.
        self._starter = ThreadPoolExecutor(1)

    def start(self) -> None:
        """Start all servers; they are ready when this returns."""
        Path(self._env["SPOOL_DIR"]).mkdir(parents=True, exist_ok=True)
        for kind in ("s3", "redis", "web", "worker"):
            self.restart(kind)
        self.restart("beat")

    def stop(self) -> None:
        """End all servers."""
        self._family.stop()
        self._starter.shutdown()

    @contextmanager
    def use_settings(self) -> Iterator[None]:
        """Lets this process use the same storage and spool."""
        names = ("S3_ENDPOINT_URL", "S3_ACCESS_KEY", "S3_SECRET_KEY", "S3_BUCKET")
        told = {name: self._env[name] for name in names}
        place = Path(self._env["SPOOL_DIR"])
        # STORAGES too, though the same: the default storage is made anew from the others then.
        with override_settings(**told, SPOOL_DIR=place, STORAGES=dict(settings.STORAGES)):
            yield

    def kill(self, kind: str) -> None:
        """End a server with -9, and everything that it started; of the web server's workers only
        one."""
        if kind == "web worker":
            workers = _child_pids(self._running["web"].process.pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(random.choice(workers), signal.SIGKILL)
            return
        process = self._running[kind].process
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def silence(self, kind: str) -> None:
        """Stop a server (SIGSTOP): it takes connections and says nothing, until ``wake``."""
        os.killpg(self._running[kind].process.pid, signal.SIGSTOP)

    def wake(self, kind: str) -> None:
        """Let a silenced server go on."""
        os.killpg(self._running[kind].process.pid, signal.SIGCONT)

    def restart(self, kind: str) -> None:
        """Start a server (again), and wait until it answers."""
        if kind == "web worker":
            return  # its master has seen to it
        starts = {"s3": self._start_s3, "redis": self._start_redis, "web": self._start_web}
        start = starts.get(kind) or functools.partial(self._start_celery, kind)
        self._running[kind] = self._starter.submit(start).result()

    def log_tail(self, kind: str) -> str:
        """The last lines that a server wrote."""
        return self._running[kind].log_tail()

    def _start_s3(self) -> Child:
        child = seaweed.start_seaweed(self._family, self._instance)
        seaweed.wait_for_seaweed(child, self._instance)
        with self.use_settings():
            ensure_bucket()
        return child

    def _start_redis(self) -> Child:
        return redis.start_redis(self._family, self._instance)

    def _start_web(self) -> Child:
        command = [str(PYTHON), "-m", "granian", "--interface", "wsgi"]
        command += ["--workers", str(WEB_WORKERS), "--blocking-threads", _WEB_THREADS, "--no-ws"]
        command += ["--respawn-failed-workers", "--respawn-interval", "0.5"]
        command += ["--port", str(self.web_port), "backend.config.wsgi:application"]
        child = self._start_program("web", command)
        wait_until_ready(self._answers, child, seconds=600)
        return child

    def _start_celery(self, kind: str) -> Child:
        command = [str(PYTHON), "-m", "celery", "-A", "backend.config", kind, "--loglevel=WARNING"]
        if kind == "worker":
            command += ["-Q", "celery,pictures", "-c", "1", "--without-gossip", "--without-mingle"]
        else:
            command += [f"--schedule={self._instance.folder / 'beat'}", "--pidfile="]
        return self._start_program(kind, command)

    def _start_program(self, name: str, command: list[str]) -> Child:
        log = self._instance.folder / f"{name}.log"
        return self._family.start(name, command, env=self._env, log=log, patience=5.0)

    def _answers(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self.web_port}/livez"
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


@contextmanager
def running_servers(database_url: str, **more: str) -> Iterator[Servers]:
    """Servers with empty storage for as long as it lasts; ``more`` settings by their names."""
    with TemporaryDirectory(prefix="jinzhi-faults-", ignore_cleanup_errors=True) as folder:
        servers = Servers(Path(folder), database_url, **more)
        try:
            servers.start()
            yield servers
        finally:
            servers.stop()


def _child_pids(pid: int) -> list[int]:
    told = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, check=False
    )
    return [int(word) for word in told.stdout.split()]
