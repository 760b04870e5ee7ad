"""The hotline in a register of a million matters: the hint, the hot spots, fifty citizens at once.

``python -m bench --only matters`` measures it after the floor, in the same database.
"""

from __future__ import annotations

import http.client
import json
import os
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlencode

import altcha

from bench.callers import fetch_all, p95_ms, result_row, summarise, time_call
from bench.matter_children import PRODUCTS
from bench.servers import running_servers

REPEATS = 60
CITIZENS = 50
LETTERS = 4
_TOKEN = "b" * 32
_HINT_SQL = """
SELECT h.* FROM hotline_hotlinematter h JOIN matters_matter m ON m.id = h.matter_id
 WHERE letter_pairs(h.product_name::text) @> letter_pairs(%s) AND NOT h.spam
   AND h.position && ST_SetSRID(ST_MakeEnvelope(117.04, 36.64, 117.05, 36.65), 4326)
   AND m.received_at >= now() - interval '90 days' ORDER BY m.id DESC LIMIT 8"""
_SPOTS_SQL = """
SELECT product_name, count(*), sum(goods_value) FROM hotline_hotlinematter h
  JOIN matters_matter m ON m.id = h.matter_id
 WHERE m.received_at >= now() - interval '90 days' GROUP BY 1"""


def measure_hotline(size: int) -> list[dict[str, Any]]:
    """The rows of one size; Django is set up for its database."""
    by_hand = p95_ms(lambda turn: fetch_all(_HINT_SQL, [_part_of_product(turn)]), REPEATS)
    spots = p95_ms(lambda _turn: fetch_all(_SPOTS_SQL, []), 10)
    return [
        result_row(
            "hotline.hint",
            p95_ms(_asker("operator"), REPEATS),
            "ms p95",
            size,
            "SQL by hand",
            by_hand,
        ),
        result_row(
            "hotline.hot_spots_of_a_quarter",
            p95_ms(_asker("leader"), 10),
            "ms p95",
            size,
            "SQL by hand: one table of it",
            spots,
        ),
        *_measure_citizens(size),
    ]


def _asker(role: str) -> Callable[[int], None]:
    """Asks the page of the hint, or the one of hot spots, as somebody of the province."""
    from django.test import Client  # noqa: PLC0415 - needs django.setup()

    from backend.accounts.models import User  # noqa: PLC0415

    client = Client()
    client.force_login(User.objects.get(username=f"{role}-0-S370000"))

    def ask(turn: int) -> None:
        if role == "operator":
            told = {"product_name": _part_of_product(turn), "lng": "117.05", "lat": "36.65"}
            answer = client.post("/desk/hotline/hints/", told)
        else:
            answer = client.get("/hotline/hot-spots/")
        assert answer.status_code == 200, answer.content[:300]

    return ask


def _part_of_product(turn: int) -> str:
    return PRODUCTS[turn % len(PRODUCTS)][:2]


def _measure_citizens(size: int) -> list[dict[str, Any]]:
    """Fifty who write at once; a letter that got its number and is not in the register was lost."""
    from backend.hotline.models import HotlineMatter  # noqa: PLC0415 - needs django.setup()

    limits = {
        "LETTERS_A_DAY": "100000",
        "THROTTLE_PUBLIC": "100000/min",
        "PROOF_OF_WORK_COST": "1",
    }
    keys = [[uuid.uuid4() for _letter in range(LETTERS)] for _citizen in range(CITIZENS)]
    with running_servers(os.environ["DATABASE_URL"], **limits) as servers:
        work = [[_solve(servers.web_port) for _key in mine] for mine in keys]
        begun = time.perf_counter()
        with ThreadPoolExecutor(CITIZENS) as pool:
            taken = list(
                pool.map(lambda mine: _write(servers.web_port, mine), zip(keys, work, strict=True))
            )
        wall = time.perf_counter() - begun
    flat = [seconds for mine in taken for seconds in mine]
    sent = {key for mine in keys for key in mine}
    lost = len(sent) - HotlineMatter.objects.filter(sent_as__in=sent).count()
    return [
        result_row("hotline.fifty_citizens_p95", 1000 * summarise(flat, wall).p95, "ms p95", size),
        result_row("hotline.letters_per_s", len(flat) / wall, "letters/s", size),
        result_row("hotline.letters_lost", lost, "letters", size),
    ]


def _solve(port: int) -> str:
    told = json.loads(_send(port, "GET", "/hotline/challenge/", {}))
    challenge = altcha.Challenge.from_dict(told)
    solution = altcha.solve_challenge(challenge)
    text: str = altcha.Payload(challenge, solution).to_base64()
    return text


def _write(port: int, mine: tuple[list[uuid.UUID], list[str]]) -> list[float]:
    form = {"natures": "report", "account": "电梯门夹人，多次报修无人处理", "region": "370102"}
    return [
        time_call(
            lambda key=key, work=work: _send(
                port, "POST", "/hotline/", form | {"key": str(key), "altcha": work}
            )
        )
        for key, work in zip(*mine, strict=True)
    ]


def _send(port: int, method: str, path: str, form: dict[str, str]) -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {
        "Cookie": f"csrftoken={_TOKEN}",
        "X-CSRFToken": _TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    line.request(method, path, urlencode(form), headers)
    answer = line.getresponse()
    text = answer.read()
    line.close()
    if answer.status != 200:
        raise RuntimeError(f"{method} {path}: {answer.status} {text[:500]!r}")
    return text
