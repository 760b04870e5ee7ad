"""Counts and money of the hotline by product category, product, enterprise, county, nature and month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from backend.accounts.models import User
from backend.hotline.models import HotlineMatter, Nature
from backend.lib import clock
from geo.models import within_region

GROUPS = ("category", "product", "enterprise", "region")
"""By what the hot spots are told."""
_COLUMNS = {
    "category": "product_category",
    "product": "product_name",
    "enterprise": "against_name",
    "region": "matter__region",
    "nature": "nature",
}
_SUMMED = ("important", "revisited_at", "goods_value", "recovered", "recovered_on_revisit", "fined")
_MOST = 50
_STATEMENT = """
    WITH told ({columns}) AS ({told}),
    dated AS (
        SELECT *, to_char(received_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') AS month FROM told
    ),
    counted AS (
        SELECT CASE WHEN false THEN '' {named} ELSE '' END AS grouped,
               coalesce({groups}, NULL) AS value,
               count(*) AS matters,
               count(*) FILTER (WHERE important) AS important_matters,
               count(revisited_at) AS revisited_matters,
               count(revisited_at) FILTER (WHERE important) AS important_revisited,
               sum(goods_value) AS goods_yuan,
               sum(recovered) AS recovered_yuan,
               sum(recovered_on_revisit) AS recovered_on_revisit_yuan,
               sum(fined) AS fined_yuan
          FROM dated GROUP BY GROUPING SETS ((), {sets})
    ),
    placed AS (
        SELECT *, row_number() OVER (PARTITION BY grouped ORDER BY matters DESC, value) AS place
          FROM counted WHERE value IS DISTINCT FROM ''
    )
    SELECT placed.*, r.name FROM placed
      LEFT JOIN geo_region r ON grouped = 'region' AND r.code = value
     WHERE place <= {most} OR grouped = 'month' ORDER BY grouped, place
"""


@dataclass(frozen=True)
class Period:
    """Days from the first to the last, in Shanghai; both count."""

    first: dt.date
    last: dt.date

    @property
    def moments(self) -> tuple[dt.datetime, dt.datetime]:
        """Its first moment, and the first one after it."""
        return clock.end_of(self.first - dt.timedelta(days=1)), clock.end_of(self.last)


@dataclass(frozen=True)
class Question:
    """Which matters are counted; empty where all are."""

    period: Period
    region: str = ""
    natures: tuple[Nature, ...] = ()


Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Counting:
    """What is counted by which statement: that of a question as somebody sees the matters."""

    groups: tuple[str, ...]
    statement: str
    params: tuple[Any, ...]

    def count(self) -> tuple[dict[str, Any], dict[str, Rows]]:
        """The figures of all matters, and those of each group. The matters are read once for all of it."""
        with connection.cursor() as cursor:
            cursor.execute(self.statement, self.params)
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        found: dict[str, Rows] = {group: [] for group in ("", *self.groups)}
        for row in rows:
            found[row.pop("grouped")].append(row)
        [total] = found.pop("")
        return {name: total[name] for name in total if name not in ("value", "name")}, found


def prepare_counting(user: User, question: Question, groups: Sequence[str]) -> Counting:
    """How the matters that ``user`` may see and the question asks for are counted.

    A group is one of ``GROUPS``, ``nature`` or ``month``: of each the fifty with the most matters (of
    months all), under their ``value``, a county with its ``name``. Money is in yuan, none where no
    matter has any.
    """
    told, params = _matters_of(user, question).query.sql_with_params()
    statement = _STATEMENT.format(
        told=told,
        columns=", ".join([*_COLUMNS, *_SUMMED, "received_at"]),
        groups=", ".join(groups),
        named=" ".join(f"WHEN grouping({group}) = 0 THEN '{group}'" for group in groups),
        sets=", ".join(f"({group})" for group in groups),
        most=_MOST,
    )
    return Counting(tuple(groups), statement, tuple(params))


def _matters_of(user: User, question: Question) -> QuerySet[HotlineMatter, Any]:
    first, beyond = question.period.moments
    rows = HotlineMatter.objects.visible_to(user).filter(
        spam=False, matter__received_at__gte=first, matter__received_at__lt=beyond
    )
    if question.region:
        rows = rows.filter(within_region("matter__region_id", question.region))
    if question.natures:
        rows = rows.filter(nature__in=question.natures)
    return rows.values_list(*_COLUMNS.values(), *_SUMMED, "matter__received_at")
