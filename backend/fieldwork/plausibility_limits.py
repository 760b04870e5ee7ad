"""What can hardly be true, read from ``data/plausibility.toml``."""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "plausibility.toml"


@dataclass(frozen=True)
class PlausibilityLimits:
    """The limits of what is plausible; ``data/plausibility.toml`` says what each means."""

    clock_earliest: dt.datetime
    clock_ahead: dt.timedelta
    jump_km_h: float
    jump_least_km: float
    places_least_km: float
    places_within: dt.timedelta
    pack_days: dt.timedelta


@functools.cache
def load_limits() -> PlausibilityLimits:
    """The limits in force."""
    with _FILE.open("rb") as file:
        table = tomllib.load(file)
    return PlausibilityLimits(
        clock_earliest=table["clock"]["earliest"],
        clock_ahead=dt.timedelta(seconds=table["clock"]["ahead_seconds"]),
        jump_km_h=table["jump"]["km_h"],
        jump_least_km=table["jump"]["least_km"],
        places_least_km=table["places"]["least_km"],
        places_within=dt.timedelta(hours=table["places"]["within_hours"]),
        pack_days=dt.timedelta(days=table["pack"]["days"]),
    )
