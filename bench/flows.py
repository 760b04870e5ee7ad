"""A step through a flow on one core: read the place, decide, write it; against JSON alone."""

from __future__ import annotations

import json
import os
import statistics
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
django.setup()

from backend.flows import engine  # noqa: E402 - what they refuse with needs the settings
from backend.flows.documents import read_flow  # noqa: E402
from backend.flows.drawing import draw_flow  # noqa: E402
from backend.flows.files import DATA, read_file  # noqa: E402
from backend.flows.moves import NOTHING, Actor, Chosen, Move  # noqa: E402

OWN_SERVERS = True  # it needs none
ROUNDS = 300
PROVINCE, CITY, COUNTY = 1, 2, 3
_WHY = Chosen(remark="按规定办理，结果书面反馈。")
_FACTS = {"named": True, "complainant_consents": True, "respondent_consents": True}

# The whole course of a complaint: dispatched down three levels, given back once, countersigned by
# three, mediated, reviewed by both offices above, called back, closed, archived.
COURSE = [
    ("register", 11, NOTHING),
    ("accept", 12, NOTHING),
    ("instruct", 13, _WHY),
    ("dispatch", 12, Chosen(office=CITY)),
    ("give-back", 21, _WHY),
    ("dispatch", 12, Chosen(office=CITY)),
    ("dispatch", 21, Chosen(office=COUNTY)),
    ("handle", 31, NOTHING),
    ("consult", 32, Chosen(remark="请会签。", persons=(33, 34, 35))),
    ("agree", 33, NOTHING),
    ("agree", 34, NOTHING),
    ("agree", 35, NOTHING),
    ("mediate", 32, NOTHING),
    ("end-mediation", 32, Chosen(remark="双方达成协议。", ground="agreed")),
    ("told", 32, _WHY),
    ("approve", 23, NOTHING),
    ("approve", 13, NOTHING),
    ("satisfied", 11, NOTHING),
    ("close", 12, NOTHING),
    ("archive", 12, NOTHING),
]


def _line_of(office: int) -> tuple[int, ...]:
    return tuple(range(PROVINCE, office + 1))


def run() -> list[dict[str, Any]]:
    """Rows for the table of figures."""
    document = read_file(DATA / "hotline-complaint.toml")
    flow = read_flow(document)
    steps: list[float] = []
    sizes: list[int] = []
    alone: list[float] = []

    def take(text: str, name: str, actor: Actor, chosen: Chosen) -> tuple[Move, str]:
        began = time.process_time()
        move = engine.decide(
            flow,
            json.loads(text),
            decision=name,
            actor=actor,
            facts=_FACTS,
            line_of=_line_of,
            chosen=chosen,
        )
        written = json.dumps(move.place, ensure_ascii=False)
        steps.append(time.process_time() - began)
        began = time.process_time()
        json.dumps(json.loads(written), ensure_ascii=False)
        alone.append(time.process_time() - began)
        sizes.append(len(written.encode()))
        return move, written

    for _ in range(ROUNDS):
        move = engine.start(flow, office=PROVINCE, facts=_FACTS, line_of=_line_of)
        text, asked = json.dumps(move.place), {one.person: one.key for one in move.opens}
        for name, person, chosen in COURSE:
            actor = Actor(person=person, ask=asked.get(person, asked.get(None)))
            move, text = take(text, name, actor, chosen)
            if move.effects:
                asked = {}
            asked |= {one.person: one.key for one in move.opens}
        assert move.outcome == "done"
    place = json.loads(text)
    return [
        _row(
            "flows.step_p50", statistics.median(steps) * 1e6, "us", statistics.median(alone) * 1e6
        ),
        _row("flows.step_p95", _p95(steps) * 1e6, "us", _p95(alone) * 1e6),
        _row("flows.place_p50", statistics.median(sizes), "bytes", statistics.median(sizes)),
        _row("flows.place_most", max(sizes), "bytes", statistics.median(sizes)),
        _row("flows.read_definition", _cost(lambda: read_flow(document)) * 1e3, "ms", 0),
        _row("flows.draw", _cost(lambda: draw_flow(flow, place, language="zh")) * 1e3, "ms", 0),
    ]


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def _cost(work: Any) -> float:
    began = time.process_time()
    for _ in range(20):
        work()
    return (time.process_time() - began) / 20


def _row(name: str, value: float, unit: str, base: float) -> dict[str, Any]:
    """A row of the table; ``base`` is what the same takes as JSON alone."""
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "ratio_to": "json alone" if base else "",
        "ratio": round(value / base, 2) if base else 1.0,
        "size": ROUNDS * len(COURSE),
    }
