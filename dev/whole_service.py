"""``make run``: the whole service on this machine until Ctrl-C."""

from __future__ import annotations

import json
import os
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from dev import bootstrap
from dev.console import UserError, print_progress
from dev.instance import Instance, port_is_free
from dev.manage import environment, owner_environment
from dev.paths import LOCAL, PYTHON
from dev.preparation import prepare_instance
from dev.processes import Child, Family, wait_until_ready
from dev.services import first_dead, running_services

DEMO = LOCAL / "demo.json"
# Threads of a web worker; each keeps a database connection, of which there are a hundred.
WEB_THREADS = "8"


def run_service() -> int:
    """Bootstraps, starts everything, prints where it is, and waits."""
    port = read_web_port()
    bootstrap.bootstrap(with_tests=False)
    base = f"http://localhost:{port}"
    programs = Family()
    with running_services("run") as instance:
        told = {"PUBLIC_BASE_URL": base, "PYTHONWARNINGS": "ignore", "DEBUG": "0"}
        env = environment(instance, **told)
        try:
            prepare_instance(instance, owner_environment(instance, **told))
            print_progress("starting web, worker and scheduler")
            web = _start_web(programs, instance, env, port)
            wait_until_ready(lambda: _answers(port), web, seconds=180)
            _start_background(programs, instance, env)
            print(_welcome_text(base, instance.folder), flush=True)
            return _wait_for_end(programs, instance)
        finally:
            print_progress("stopping")
            programs.stop()


def read_web_port() -> int:
    """The port asked for by ``PORT``; raises Told with the one to type when it cannot be had."""
    raw = os.environ.get("PORT") or "8000"
    if not raw.isdigit() or not 0 < int(raw) < 65_536:
        raise UserError(f"PORT={raw} is not a port number")
    port = int(raw)
    try:
        fault = "" if port_is_free(port) else "taken by another program"
    except PermissionError:
        fault = "for root alone"
    if not fault:
        return port
    other = next(p for p in range(8010, 65_000, 10) if port_is_free(p))
    raise UserError(f"port {port} is {fault}; type: make run PORT={other}")


def _start_web(programs: Family, instance: Instance, env: dict[str, str], port: int) -> Child:
    web = [str(PYTHON), "-m", "granian", "--interface", "wsgi", "--workers", "2"]
    web += ["--blocking-threads", WEB_THREADS, "--backpressure", "64", "--no-ws"]
    web += ["--respawn-failed-workers"]
    web += ["--host", "127.0.0.1", "--port", str(port), "backend.config.wsgi:application"]
    return programs.start("web", web, env=env, log=instance.folder / "web.log", patience=8.0)


def _start_background(programs: Family, instance: Instance, env: dict[str, str]) -> None:
    folder = instance.folder
    celery = [str(PYTHON), "-m", "celery", "-A", "backend.config"]
    worker = [*celery, "worker", "-c", "2", "--loglevel=INFO"]
    pictures = ["nice", "-n", "15", *celery, "worker", "-Q", "pictures", "-n", "pictures@%h"]
    pictures += ["-c", "1", "--loglevel=INFO"]
    beat = [*celery, "beat", "--loglevel=INFO", f"--schedule={folder / 'beat'}"]
    programs.start("worker", worker, env=env, log=folder / "worker.log", patience=8.0)
    programs.start("pictures", pictures, env=env, log=folder / "pictures.log", patience=8.0)
    programs.start("scheduler", beat, env=env, log=folder / "beat.log", patience=8.0)


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/livez", timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def _wait_for_end(programs: Family, instance: Instance) -> int:
    while True:
        if dead := first_dead(instance):
            print(f"error: {dead} ended by itself; see {instance.folder}/*.log", file=sys.stderr)
            return 1
        if ended := programs.first_ended_child():
            print(f"error: {ended.name} ended by itself:\n{ended.log_tail()}", file=sys.stderr)
            return 1
        time.sleep(0.5)


def _welcome_text(base: str, folder: Path) -> str:
    lines = ["", f"金质 Jinzhi is up:  {base}/", f"API documentation:  {base}/api/docs/"]
    if DEMO.exists():
        lines += _demo_lines(base)
    return "\n".join([*lines, f"Logs: {folder}/*.log", "Ctrl-C stops everything.", ""])


def _demo_lines(base: str) -> list[str]:
    """The demonstration accounts and tags; keeps the address in the file true to the port."""
    told = json.loads(DEMO.read_text())
    if told.get("base_url") != base:
        DEMO.write_text(json.dumps(told | {"base_url": base}, ensure_ascii=False, indent=2) + "\n")
    accounts = told.get("accounts", [])
    inspectors = [account for account in accounts if account["role"] == "inspector"]
    lines = [f"Accounts (and an inspector for each city in {DEMO}):"]
    for account in accounts:
        if account not in inspectors[1:]:
            told_of = account | {"region": account["region"] or ""}
            lines.append("  {region:<7} {role:<13} {username:<14} {password}".format_map(told_of))
    lines += [f"Tag: {base}/T/{code}" for code in told.get("tags", [])[:1]]
    return lines
