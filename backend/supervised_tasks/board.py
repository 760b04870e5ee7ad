"""The board (督办台账): by lead office what is open, late, near, returned, and how it was finished."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from backend.accounts.models import User
from backend.lib import clock
from backend.offices.models import Office
from backend.supervised_tasks.models import SupervisedTask, SupervisedTaskQuerySet

OPEN, OVERDUE, NEAR, RETURNED, ON_TIME, LATE = (
    "open", "overdue", "near", "returned", "on_time", "late",
)  # fmt: skip
COLUMNS = (OPEN, OVERDUE, NEAR, RETURNED, ON_TIME, LATE)
"""What is counted, in the order in which it is shown."""
SIZE = 50
"""Offices of a page."""


@dataclass(frozen=True, slots=True)
class Asked:
    """By what the board is narrowed. ``office`` is the code of one that stands with all below it,
    ``lead`` of one that stands alone."""

    since: dt.date
    until: dt.date
    office: str = ""
    lead: str = ""
    urgency: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """The figures of one office, or of all, in the order of :data:`COLUMNS`."""

    code: str
    name: str
    figures: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Board:
    """The offices of a page in the order of the tree, the totals of all, and where the next page begins."""

    lines: list[Line]
    total: Line
    following: str


def read_board(user: User, asked: Asked, after: str = "") -> Board:
    """The board of the tasks that ``user`` sees, behind the path ``after`` of an office."""
    counts = {
        name: Count("pk", filter=condition)
        for name, condition in _conditions_of_columns(asked).items()
    }
    tasks = _narrow_tasks(user, asked)
    whole = tasks.aggregate(**counts)
    rows = tasks.values("lead__path", "lead__code", "lead__name").annotate(**counts)
    found = list(rows.filter(lead__path__gt=after).order_by("lead__path")[: SIZE + 1])
    lines = [_build_line(row["lead__code"], row["lead__name"], row) for row in found[:SIZE]]
    following = found[SIZE - 1]["lead__path"] if len(found) > SIZE else ""
    return Board(lines, _build_line("", "", whole), following)


def list_tasks(user: User, asked: Asked, which: str) -> QuerySet[SupervisedTask]:
    """The tasks behind one figure of the board, unordered; all where ``which`` is empty."""
    rows = _narrow_tasks(user, asked)
    return rows.filter(_conditions_of_columns(asked)[which]) if which else rows


def this_year() -> tuple[dt.date, dt.date]:
    """From New Year until today: the period where nobody names one."""
    today = clock.today()
    return today.replace(month=1, day=1), today


def _narrow_tasks(user: User, asked: Asked) -> SupervisedTaskQuerySet:
    rows = SupervisedTask.objects.visible_to(user)
    if asked.office:
        path = Office.objects.filter(code=asked.office).values_list("path", flat=True).first()
        rows = rows.filter(lead__path__startswith=path) if path else rows.none()
    if asked.lead:
        rows = rows.filter(lead__code=asked.lead)
    return rows.filter(matter__urgency=asked.urgency) if asked.urgency else rows


def _conditions_of_columns(asked: Asked) -> dict[str, Q]:
    """What each figure counts."""
    today = clock.today()
    still_open = Q(matter__closed_at=None)
    done = Q(matter__outcome="done", finished_on__gte=asked.since, finished_on__lte=asked.until)
    near = today + dt.timedelta(days=settings.DEADLINE_NEAR_DAYS)
    return {
        OPEN: still_open,
        OVERDUE: still_open & Q(matter__due_on__lt=today),
        NEAR: still_open & Q(matter__due_on__gte=today, matter__due_on__lte=near),
        RETURNED: still_open & (Q(matter__state="returned") | Q(returns__gt=0)),
        ON_TIME: done & Q(days_late=0),
        LATE: done & Q(days_late__gt=0),
    }


def _build_line(code: str, name: str, row: Mapping[str, Any]) -> Line:
    return Line(code, name, tuple((one, row[one]) for one in COLUMNS))
