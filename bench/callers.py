"""Eight callers on keep-alive connections, each a process, and what they measured."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

CALLERS = 8


@dataclass(frozen=True)
class Call:
    """One request. ``expect`` are the codes that count as done."""

    method: str
    path: str
    body: bytes = b""
    media_type: str = "application/json"
    expect: tuple[int, ...] = (200, 201)


@dataclass(frozen=True)
class Measurement:
    """Pieces of work done per second of wall time, and the seconds that each took."""

    rate: float
    p50: float
    p95: float


def measure_calls(base_url: str, token: str, works: Sequence[Sequence[Call]]) -> Measurement:
    """Do all ``works`` (each a few calls in a row) with eight callers at once."""
    shares = [list(works[n::CALLERS]) for n in range(CALLERS)]
    with multiprocessing.get_context("spawn").Pool(CALLERS) as pool:
        pool.map(time.sleep, [0.2] * CALLERS)  # all of them stand before the clock starts
        begun = time.perf_counter()
        parts = pool.starmap(
            _time_works, [(base_url, token, share) for share in shares], chunksize=1
        )
        wall = time.perf_counter() - begun
    return summarise([seconds for part in parts for seconds in part], wall)


def summarise(seconds: Sequence[float], wall: float) -> Measurement:
    """The rate and the percentiles of ``seconds`` that pieces of work took in ``wall`` seconds
    together."""
    cuts = statistics.quantiles(seconds, n=20)
    return Measurement(len(seconds) / wall, statistics.median(seconds), cuts[18])


def json_body(document: Any) -> bytes:
    """The document as the bytes of a JSON body."""
    return json.dumps(document).encode()


def result_row(
    name: str,
    value: float,
    unit: str,
    size: int,
    ratio_to: str | None = None,
    base: float | None = None,
) -> dict[str, Any]:
    """One figure; ``ratio`` is value / base."""
    ratio = round(value / base, 4) if base else None
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "ratio_to": ratio_to,
        "ratio": ratio,
        "size": size,
    }


def time_call(work: Callable[[], object]) -> float:
    """The seconds that ``work`` took."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def p95_ms(work: Callable[[int], object], repeats: int) -> float:
    """Milliseconds in which 95 of 100 turns of ``work`` are done; one before does not count."""
    work(0)
    taken = [time_call(lambda turn=turn: work(turn)) for turn in range(repeats)]  # type: ignore[misc]
    return 1000 * summarise(taken, 1).p95


def fetch_all(sql: str, values: Sequence[Any]) -> None:
    """Read all rows of a statement through Django's connection."""
    from django.db import connection  # noqa: PLC0415 - needs django.setup()

    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.fetchall()


def _time_works(base_url: str, token: str, works: list[Sequence[Call]]) -> list[float]:
    parts = urlsplit(base_url)
    line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    return [time_call(lambda calls=calls: _send_calls(line, token, calls)) for calls in works]  # type: ignore[misc]


def _send_calls(line: http.client.HTTPConnection, token: str, calls: Sequence[Call]) -> None:
    for call in calls:
        headers = {"Authorization": f"Token {token}", "Content-Type": call.media_type}
        line.request(call.method, call.path, call.body, headers)
        answer = line.getresponse()
        text = answer.read()
        if answer.status not in call.expect:
            raise RuntimeError(f"{call.method} {call.path}: {answer.status} {text[:500]!r}")
