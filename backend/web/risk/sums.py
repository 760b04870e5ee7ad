"""What the roll-ups say of one region, in the shape in which the page and its tiles speak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from backend.accounts.models import User
from backend.risk import reading, summing
from backend.risk.models import SUMS, Reader
from backend.web.risk.asked import Asked
from geo.regions import Gazetteer

Sums = summing.Sums


@dataclass(frozen=True, slots=True)
class Known:
    """The sums of a region and of each below it, its accidents, and the sums of months."""

    own: Sums
    below: Mapping[str, Sums]
    accidents: int
    course: list[tuple[dt.date, Sums]]


def known(user: User, names: Gazetteer, asked: Asked) -> Known | None:
    """What is known; None before anything was ever computed. Two readings of the roll-ups."""
    reader = Reader.objects.first()
    if reader is None:
        return None
    day = asked.as_of if asked.past else reader.day
    question = reading.Asked(asked.region, day, asked.kinds, asked.statuses)
    found = summing.below(user, names, question, reader.day)
    return Known(
        own=found.sums,
        below=found.children,
        accidents=reading.accidents(user, names, question, reading.known_then(reader, day)),
        course=summing.trend(user, names, question, reader, found.sums),
    )


def nothing() -> Known:
    """In place of what is not known yet."""
    return Known(dict.fromkeys(SUMS, 0), {}, 0, [])


def derived(sums: Mapping[str, int]) -> dict[str, float]:
    """The sums and what tiles derive from them: the mean score, and the percent in the two highest classes."""
    units = sums["units"] or 1
    return {**sums, "mean": sums["score_sum"] / units, "tail": 100 * summing.highest(sums) / units}
