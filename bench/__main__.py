"""``python -m bench [--only name] [--units N]``: measures and writes ``bench/results.json``.

Uses the services of ``DATABASE_URL`` with a database of its own, ``bench_<units>``, which is made
and filled once and kept. Modules that talk to the web server find it at PUBLIC_BASE_URL.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from dev.paths import LOCAL

BENCH_FOLDER = Path(__file__).parent
NAMES = (
    "lists",
    "labels",
    "papers",
    "documents",
    "deliveries",
    "scan",
    "reports",
    "imports",
    "register",
    "pack",
    "firstscreen",
    "intake",
    "faults",
    "risk",
    "page",
    "backtest",
    "lives",
    "tiles",
    "flows",
    "matters",
)
WITHOUT_REGISTER = frozenset({"backtest", "tiles", "flows", "matters"})
PORT = "8199"


def main() -> int:
    """Set up, run, print, write."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--only", choices=NAMES)
    parser.add_argument("--units", type=int, default=245_000)
    parser.add_argument("--reports", type=int, default=1000, help="of intake and faults")
    asked = parser.parse_args()
    os.environ["BENCH_REPORTS"] = str(asked.reports)
    rows = [] if asked.only in WITHOUT_REGISTER else _prepare_register(asked.units)
    names = (asked.only,) if asked.only else NAMES
    modules = [importlib.import_module(f"bench.{name}") for name in names]
    alone = [module for module in modules if getattr(module, "OWN_SERVERS", False)]
    shared = [module for module in modules if module not in alone]
    with _running_server() if shared else nullcontext():
        for module in shared:
            rows += module.run()
    for module in alone:
        rows += module.run()
    for row in rows:
        sys.stdout.write("{name:<34} {value:>12} {unit:<8} {ratio}x {ratio_to}\n".format_map(row))
    _write_results(rows)
    return 0


def _write_results(rows: list[dict[str, Any]]) -> None:
    """Write the rows beside what earlier runs measured of other things, or at another size."""
    file = BENCH_FOLDER / "results.json"
    known = json.loads(file.read_text()) if file.exists() else []
    where = {"machine": _machine(), "day": dt.datetime.now(dt.UTC).date().isoformat()}
    told = {(row["name"], row["size"]): row for row in [*known, *(row | where for row in rows)]}
    file.write_text(json.dumps(list(told.values()), ensure_ascii=False, indent=2) + "\n")


def _machine() -> str:
    """The processor, how many of it, and the memory, as Linux tells them."""
    cpu = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{cpu[1] if cpu else 'unknown'}, {os.cpu_count()} cores, {memory:.0f} GB"


def _prepare_register(units: int) -> list[dict[str, Any]]:
    """Make a database with ``units`` in it, and set Django up for it; the row of filling it, if
    it was filled now."""
    _use_own_database(units)
    import django  # noqa: PLC0415 - only after DATABASE_URL names the bench database

    django.setup()
    return _fill_register(units)


def _use_own_database(units: int) -> None:
    """Name ``bench_<units>`` to Django, as its owner where the environment tells him: he fills it."""
    owner = os.environ.pop("DATABASE_OWNER_URL", "")
    os.environ["DATABASE_URL"] = owner or os.environ["DATABASE_URL"]
    parts = urlsplit(os.environ["DATABASE_URL"])
    name = f"bench_{units}"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            admin.execute(f'CREATE DATABASE "{name}"')
    os.environ["DATABASE_URL"] = urlunsplit(parts._replace(path=f"/{name}"))
    os.environ["PUBLIC_BASE_URL"] = f"http://127.0.0.1:{PORT}"
    os.environ["BENCH_PING"] = "1"
    os.environ["DEBUG"] = "0"  # with it each statement is logged, and none is prepared
    # One person asks here as many do: what is measured is not how soon he is held up.
    os.environ |= {"REQUESTS_PER_MINUTE": "1000000", "OUTBOX_MAX_PER_SPAN": "1000000"}
    os.environ["THROTTLE_PUBLIC"] = "1000000/min"
    os.environ["DJANGO_SETTINGS_MODULE"] = "backend.config.settings"


def _run_manage(*words: str) -> None:
    subprocess.run([sys.executable, "manage.py", *words], check=True)


def _fill_register(units: int) -> list[dict[str, Any]]:
    """The register, made if it is not there; its figure only when it was made now."""
    from backend.units.models import Unit  # noqa: PLC0415 - needs django.setup()

    _run_manage("migrate", "-v0")
    _run_manage("collectstatic", "--noinput", "-v0")
    if Unit.objects.exists():
        _run_manage("risk_rebuild", "--if-missing", "--months", "0")
        _run_manage("make_cards")
        return []
    _run_manage("load_reference")
    began = time.perf_counter()
    accounts = LOCAL / "bench" / "demo.json"
    _run_manage("demo", "--units", str(units), "--accounts-file", str(accounts))
    rate = round(units / (time.perf_counter() - began))
    _run_manage("risk_rebuild", "--months", "0")
    _run_manage("make_cards")
    return [{"name": "demo.units_per_s", "value": rate, "unit": "units/s", "ratio_to": "",
             "ratio": 1.0, "size": units}]  # fmt: skip


@contextmanager
def _running_server() -> Iterator[None]:
    """granian and the workers, as the container starts them, for as long as it is measured."""
    here = Path(sys.executable).parent
    celery = [str(here / "celery"), "-A", "backend.config.celery", "worker"]
    commands = (
        [
            str(here / "granian"),
            "--interface",
            "wsgi",
            "--port",
            PORT,
            "--workers",
            "2",
            "--blocking-threads",
            "8",
            "backend.config.wsgi:application",
        ],
        [*celery, "-l", "warning"],
        ["nice", "-n", "15", *celery, "-l", "warning", "-Q", "pictures", "-n", "p@%h", "-c", "1"],
    )
    running = [subprocess.Popen(command) for command in commands]
    try:
        time.sleep(5)
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
