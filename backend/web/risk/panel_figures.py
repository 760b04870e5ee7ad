"""The sums of one region and of those below it, in the form in which the page and its tiles
speak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from backend.accounts.models import User
from backend.risk import figures_query, region_sums
from backend.risk.models import SUMS, Reader
from backend.web.risk.state import MapState
from geo.regions import Gazetteer

SumByFigure = region_sums.SumByFigure


@dataclass(frozen=True, slots=True)
class PanelFigures:
    """The sums of a region and of each below it, its accidents, and the sums of months."""

    own: SumByFigure
    below: Mapping[str, SumByFigure]
    accidents: int
    course: list[tuple[dt.date, SumByFigure]]


def load_panel_figures(user: User, names: Gazetteer, state: MapState) -> PanelFigures | None:
    """The figures of the region shown; None before anything was ever computed. Two readings of
    the roll-ups."""
    reader = Reader.objects.first()
    if reader is None:
        return None
    day = state.as_of if state.is_past else reader.day
    question = figures_query.FiguresQuery(state.region, day, state.kinds, state.statuses)
    found = region_sums.load_region_sums(user, names, question, reader.day)
    return PanelFigures(
        own=found.sums,
        below=found.children,
        accidents=figures_query.count_accidents(
            user, names, question, figures_query.knowledge_day(reader, day)
        ),
        course=region_sums.load_trend(user, names, question, reader, found.sums),
    )


def empty_panel_figures() -> PanelFigures:
    """Figures of nought, in place of what was never computed."""
    return PanelFigures(dict.fromkeys(SUMS, 0), {}, 0, [])


def derive_figures(sums: Mapping[str, int]) -> dict[str, float]:
    """The sums and what tiles derive from them: the mean score, and the percent in the two highest classes."""
    units = sums["units"] or 1
    return {
        **sums,
        "mean": sums["score_sum"] / units,
        "tail": 100 * region_sums.count_highest_classes(sums) / units,
    }
