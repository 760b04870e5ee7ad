"""What kinds of equipment there are, in the shares published for 2021, and what they look like."""

from __future__ import annotations

import itertools
import random
from dataclasses import dataclass
from typing import Any

# Shares per 10 000 units. Source: domain reference, section 12 (communique for 2021).
SHARES = {
    "3110": 3900, "3120": 380, "3130": 40, "3210": 20, "3310": 320, "3320": 60, "3420": 40,
    "3430": 60, "2170": 1150, "2150": 780, "2130": 150, "2220": 60, "2410": 40, "4170": 620,
    "4110": 340, "4210": 120, "4310": 60, "4860": 60, "4D00": 90, "4150": 10, "5110": 960,
    "5200": 60, "1100": 110, "1200": 80, "1310": 4, "1320": 16, "6100": 4, "6200": 4, "6600": 5,
    "6900": 3, "6A00": 4, "9110": 1, "9120": 2, "8310": 330, "8320": 70, "8210": 40, "8220": 10,
}  # fmt: skip
_CODES = tuple(SHARES)
_CUMULATED = tuple(itertools.accumulate(SHARES.values()))


@dataclass(frozen=True, slots=True)
class Cycle:
    """How the demonstration inspects: months to the first and between later ones, kept years."""

    kind: str
    first: int
    months: int
    years: int


_CYCLES: dict[str, tuple[Cycle, ...]] = {
    "1": (Cycle("external", 12, 12, 3), Cycle("internal", 12, 24, 6)),
    "21": (Cycle("annual", 12, 12, 2), Cycle("periodic", 36, 60, 9)),
    "22": (Cycle("annual", 12, 12, 3), Cycle("full", 12, 60, 9)),
    "24": (Cycle("annual", 12, 12, 3), Cycle("periodic", 36, 36, 6)),
    "4": (Cycle("periodic", 24, 24, 7),),
    "41": (Cycle("periodic", 24, 24, 7),),
    "4150": (Cycle("periodic", 12, 12, 5),),
    "43": (Cycle("periodic", 12, 12, 5),),
    "48": (Cycle("periodic", 12, 12, 5),),
    "51": (Cycle("periodic", 12, 24, 7),),
    "52": (Cycle("periodic", 12, 12, 5),),
    "6": (Cycle("periodic", 12, 12, 5),),
    "81": (Cycle("annual", 12, 12, 3), Cycle("full", 36, 96, 12)),
    "82": (Cycle("annual", 12, 12, 3), Cycle("full", 36, 96, 12)),
    "83": (Cycle("annual", 12, 12, 3), Cycle("periodic", 36, 72, 9)),
    "9": (Cycle("annual", 12, 12, 3), Cycle("full", 36, 36, 6)),
}
_MAKER_ROW = {
    "3": (0, 1),
    "2": (2,),
    "4": (3,),
    "5": (4,),
    "6": (5,),
    "9": (5,),
    "8": (6,),
    "1": (7,),
}


def choose_category(rng: random.Random) -> str:
    """Choose one catalogue code by its share."""
    return rng.choices(_CODES, cum_weights=_CUMULATED)[0]


def inspection_cycles(code: str) -> tuple[Cycle, ...]:
    """The cycles of the longest prefix that has some; none for lifts, which have a calendar."""
    for length in (4, 2, 1):
        if found := _CYCLES.get(code[:length]):
            return found
    return ()


def choose_maker(rng: random.Random, kind: str, makers: int) -> int:
    """The place in ``made_up_names.MAKERS`` of somebody who makes this kind."""
    return 8 * rng.randrange(makers // 8) + rng.choice(_MAKER_ROW[kind])


def choose_trade(rng: random.Random, kind: str) -> int:
    """Choose which class of company uses this kind."""
    return rng.choice({"3": (0, 0, 0, 3, 4), "6": (4,), "9": (4,)}.get(kind, (1, 2)))


def make_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    """Make technical parameters for a unit of this variety."""
    return _PARAMETERS[code[0]](rng, code)


def _make_lift_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    if code[1] == "3":
        return {"lift_height_m": rng.choice((4.5, 5.4, 6)), "rated_speed_ms": 0.5, "angle_deg": 30}
    floors = rng.randint(3, 33)
    load = rng.choice((800, 1000, 1050, 1350)) if code[1] != "4" else 300
    speed = rng.choice((1, 1.5, 1.75, 2.5))
    return {"rated_load_kg": load, "rated_speed_ms": speed, "floors": floors, "doors": floors}


def _make_boiler_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    fuel = rng.choice(("天然气", "生物质", "电"))
    return {"capacity_t_h": rng.choice((1, 2, 4, 10, 20)), "pressure_mpa": 1.25, "fuel": fuel}


def _make_vessel_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    medium = rng.choice(("空气", "氮气", "液氨", "蒸汽", "液化石油气"))
    volume = rng.choice((0.6, 1, 2, 5, 10, 50))
    return {"volume_m3": volume, "design_pressure_mpa": 1.6, "medium_name": medium}


def _make_crane_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    load, span = rng.choice((3, 5, 10, 16, 32)), rng.choice((10.5, 16.5, 22.5, 28.5))
    return {"rated_load_t": load, "span_m": span, "molten_metal": code == "4150"}


def _make_vehicle_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    return {"rated_load_t": rng.choice((1.5, 3, 5)), "power": rng.choice(("电动", "内燃"))}


def _make_ride_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    return {"height_m": rng.randint(3, 42), "riders": rng.randint(8, 36)}


def _make_ropeway_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    return {"length_m": rng.randint(300, 2100), "speed_ms": 5}


def _make_piping_parameters(rng: random.Random, code: str) -> dict[str, Any]:
    grade = {"82": "GB1-III", "83": rng.choice(("GC1", "GC2", "GC3"))}[code[:2]]
    bore = rng.choice((80, 100, 150, 200))
    return {"class": grade, "dn_mm": bore, "length_m": rng.randint(60, 2400)}


_PARAMETERS = {
    "1": _make_boiler_parameters, "2": _make_vessel_parameters, "3": _make_lift_parameters, "4": _make_crane_parameters, "5": _make_vehicle_parameters, "6": _make_ride_parameters, "8": _make_piping_parameters,
    "9": _make_ropeway_parameters,
}  # fmt: skip
