"""Tiles over the densest place: ours by HTTP, our SQL alone, and tipg over the same table.

``python -m bench.tiles SIZE`` measures one size in a database of its own and prints its rows.
tipg is measured when ``.local/tipg`` holds it (``python -m venv .local/tipg`` and
``pip install tipg uvicorn`` there); it is no requirement of ours.
"""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from bench import tile_database
from bench.callers import result_row, time_call

OWN_SERVERS = True
SIZES = (245_000, 1_500_000)
ZOOMS = {5: "cells", 7: "cells", 9: "cells", 11: "cells", 13: "units", 15: "units"}
REPEATS = 15
ROOT = Path(__file__).parent.parent
TIPG_PYTHON = ROOT / ".local" / "tipg" / "bin" / "python"
PLANS = Path(__file__).with_name("plans-tiles.txt")
_PORT, _TIPG_PORT = 8198, 8197
_EXPLAINED_SIZE = 1_500_000


def run() -> list[dict[str, Any]]:
    """Rows for the table: each size in a process of its own."""
    rows: list[dict[str, Any]] = []
    for size in SIZES:
        command = [sys.executable, "-m", "bench.tiles", str(size)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
        rows += json.loads(done.stdout.splitlines()[-1])
    return rows


def measure_size(size: int) -> list[dict[str, Any]]:
    """The rows of one size."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    address = tile_database.make_database(size)
    import django  # noqa: PLC0415 - only after DATABASE_URL names the database

    django.setup()
    tile_database.fill_database(size)
    spots = _map_densest_tiles()
    bare = {
        zoom: _time_tile_query(zoom, spot, explain=size == _EXPLAINED_SIZE)
        for zoom, spot in spots.items()
    }
    ours = _time_our_tiles(address, spots)
    theirs = _time_tipg_tiles(address, spots)
    return [found for zoom in ZOOMS for found in _result_rows(zoom, size, bare, ours, theirs)]


def _result_rows(
    zoom: int, size: int, bare: Any, ours: Any, theirs: Any
) -> Iterator[dict[str, Any]]:
    name = f"tiles.z{zoom}"
    p50, p95, length = ours[zoom]
    peer = theirs.get(zoom)
    yield result_row(f"{name}.p50", p50, "ms", size, f"{name}.bare_sql", bare[zoom])
    yield result_row(f"{name}.p95", p95, "ms", size)
    yield result_row(f"{name}.bytes", length, "bytes", size)
    yield result_row(f"{name}.bare_sql", bare[zoom], "ms", size)
    if peer:
        yield result_row(f"{name}.tipg_p50", peer[0], "ms", size, f"{name}.p50", p50)
        yield result_row(f"{name}.tipg_bytes", peer[2], "bytes", size, f"{name}.bytes", length)


def _map_densest_tiles() -> dict[int, tuple[int, int]]:
    """The densest tile of each zoom, found from the roll-up."""
    from django.db import connection  # noqa: PLC0415

    from backend.risk.models import UnitFigures  # noqa: PLC0415 - needs django.setup()
    from geo.pyramid import tile_of_cell  # noqa: PLC0415

    found = {}
    for zoom in ZOOMS:
        level = zoom + zoom % 2 if zoom < 16 else 16
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT cell >> %s FROM risk_cellfigures WHERE level = %s"
                " GROUP BY 1 ORDER BY sum(units) DESC LIMIT 1",
                [2 * (level - zoom), level],
            )
            tile = tile_of_cell(zoom, cursor.fetchone()[0])
        found[zoom] = (tile.x, tile.y)
    assert UnitFigures.objects.exists()
    return found


def _time_tile_query(zoom: int, spot: tuple[int, int], *, explain: bool) -> float:
    """Milliseconds of the tile's own query, the median."""
    from django.db import connection  # noqa: PLC0415 - needs django.setup()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from backend.accounts.models import User  # noqa: PLC0415
    from backend.maps.filters import MapFilters  # noqa: PLC0415
    from backend.maps.registry import LAYERS  # noqa: PLC0415
    from geo.pyramid import Tile  # noqa: PLC0415

    user = User.objects.get(username="supervisor")
    with CaptureQueriesContext(connection) as seen:
        LAYERS[ZOOMS[zoom]].draw(Tile(zoom, *spot), MapFilters(), user)
    sql = next(query["sql"] for query in seen if "ST_AsMVT" in query["sql"])
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as line:
        line.execute("SET jit = off")
        took = sorted(time_call(lambda: line.execute(sql).fetchone()) for _time in range(REPEATS))  # type: ignore[call-overload]
        if explain:
            plan = line.execute("EXPLAIN (ANALYZE, BUFFERS) " + sql).fetchall()  # type: ignore[call-overload]
            _write_plan(zoom, [text for (text,) in plan])
    return 1000 * took[len(took) // 2]


def _write_plan(zoom: int, plan: list[str]) -> None:
    first = zoom == min(ZOOMS)
    with PLANS.open("w" if first else "a") as file:
        file.write(f"\n== {ZOOMS[zoom]} z{zoom}, {_EXPLAINED_SIZE} units\n")
        file.write("\n".join(line[:300] for line in plan) + "\n")


def _time_our_tiles(address: str, spots: Mapping[int, tuple[int, int]]) -> dict[int, Any]:
    from backend.accounts.models import DeviceToken, User  # noqa: PLC0415 - needs django.setup()

    user = User.objects.get(username="supervisor")
    DeviceToken.objects.filter(user=user, device_id="bench").delete()
    _row, token = DeviceToken.objects.create(user=user, device_id="bench")
    granian = [
        str(Path(sys.executable).parent / "granian"),
        "--interface",
        "wsgi",
        "--workers",
        "1",
    ]
    command = [*granian, "--port", str(_PORT), "backend.config.wsgi:application"]
    env = os.environ | {"DATABASE_URL": address, "PUBLIC_BASE_URL": f"http://127.0.0.1:{_PORT}"}
    headers = {"Authorization": f"Token {token}", "Accept-Encoding": "gzip"}
    with _running_server(command, env, _PORT, "/livez"):
        return {
            zoom: _time_requests(_PORT, f"/tiles/{ZOOMS[zoom]}/{zoom}/{x}/{y}.mvt", headers)
            for zoom, (x, y) in spots.items()
        }


def _time_tipg_tiles(address: str, spots: Mapping[int, tuple[int, int]]) -> dict[int, Any]:
    if not TIPG_PYTHON.exists():
        return {}
    command = [str(TIPG_PYTHON), "-m", "uvicorn", "tipg.main:app", "--port", str(_TIPG_PORT)]
    env = os.environ | {
        "DATABASE_URL": address,
        "TIPG_DB_SCHEMAS": '["public"]',
        "TIPG_DB_SPATIAL_EXTENT": "FALSE",
    }
    path = "/collections/public.risk_standing/tiles/WebMercatorQuad/{z}/{x}/{y}"
    with _running_server(command, env, _TIPG_PORT, "/healthz"):
        return {
            zoom: _time_requests(
                _TIPG_PORT, path.format(z=zoom, x=x, y=y), {"Accept-Encoding": "gzip"}
            )
            for zoom, (x, y) in spots.items()
        }


@contextmanager
def _running_server(
    command: list[str], env: Mapping[str, str], port: int, path: str
) -> Iterator[None]:
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=sys.stderr)
    try:
        for _second in range(240):
            try:
                _fetch_length(http.client.HTTPConnection("127.0.0.1", port, timeout=5), path, {})
                break
            except OSError:
                if process.poll() is not None:
                    raise RuntimeError(f"{command} has ended") from None
                time.sleep(1)
        yield
    finally:
        process.terminate()
        process.wait(60)


def _time_requests(port: int, path: str, headers: Mapping[str, str]) -> tuple[float, float, int]:
    """The milliseconds at the median and the 95th percentile, and the bytes sent; no answer is
    kept."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    length = _fetch_length(line, path, headers)
    took = sorted(time_call(lambda: _fetch_length(line, path, headers)) for _time in range(REPEATS))
    return 1000 * took[REPEATS // 2], 1000 * took[int(REPEATS * 0.95)], length


def _fetch_length(line: http.client.HTTPConnection, path: str, headers: Mapping[str, str]) -> int:
    line.request("GET", path, headers=dict(headers))
    answer = line.getresponse()
    content = answer.read()
    if answer.status not in (200, 204):
        raise RuntimeError(f"{path}: {answer.status} {content[:500]!r}")
    return len(content)


if __name__ == "__main__":
    print(json.dumps(measure_size(int(sys.argv[1]))))
