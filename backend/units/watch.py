"""Use under watch: how long a unit of a poor safety grade may still be used (TSG 21-2016).

Each report that gives such a grade allows some months, which count to the month like all due days.
What one report allowed and another cut short is not lost; what all of them allow together has an
end, and no better grade between them begins it anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.lib.months import add_months, month_end, months_between
from backend.units.law import read_law
from backend.units.models import Inspection

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watch:
    """Watched use from the report ``by`` on; ``until`` is its last day."""

    by: Inspection
    until: dt.date


def fold_watches(
    category: str, parameters: Mapping[str, Any], reports: Iterable[Inspection]
) -> Iterator[tuple[Inspection, Watch | None]]:
    """Each of the grading ``reports``, in order, with the watched use that it leaves, if any.

    A report without a grade says nothing new of it: the grade before it stands.
    """
    used, grade = 0, None
    current: Watch | None = None
    for report in reports:
        grade = report.safety_grade or grade
        if current is not None:
            used += _months_used(current, report.happened_on)
        total = watch_months_allowed(category, parameters, grade)
        current = None if total is None else _build_watch(report, total - used, current)
        yield report, current


def watch_months_allowed(
    category: str, parameters: Mapping[str, Any], grade: int | None
) -> int | None:
    """How long such a unit may be used under watch in its life; None for a grade without watch.

    A parameter that is not known, None, takes the shorter time.
    """
    fitting = [
        row
        for row in read_law("hold_rules")["watch"]
        if category.startswith(row["category_prefix"])
        and grade in row["grades"]
        and all(
            parameters.get(name) in (wanted, None) and name in parameters
            for name, wanted in row.get("condition", {}).items()
        )
    ]
    longest = max((len(row["category_prefix"]) for row in fitting), default=0)
    return min(
        (row["months_in_total"] for row in fitting if len(row["category_prefix"]) == longest),
        default=None,
    )


def _build_watch(report: Inspection, left: int, before: Watch | None) -> Watch:
    """The watch that the report allows, of the months that are ``left``.

    One that allows none ends the use, though not before the day to which it was allowed already.
    """
    months = max(0, min(left, _stated_months(report, left)))
    if months:
        return Watch(report, month_end(add_months(report.happened_on, months)))
    the_day_before = report.happened_on - _DAY
    return Watch(report, max(before.until, the_day_before) if before else the_day_before)


def _stated_months(report: Inspection, left: int) -> int:
    if report.monitored_months is not None:
        return report.monitored_months
    stated = report.stated_next_on
    if stated is not None and stated > report.happened_on:
        return months_between(report.happened_on, stated)
    return left


def _months_used(watch: Watch, next_on: dt.date) -> int:
    return max(0, months_between(watch.by.happened_on, min(watch.until, next_on)))
