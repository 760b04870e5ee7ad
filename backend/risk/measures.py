"""What each factor measures of a unit: SQL over the parts that ``source_sql`` joins.

``u`` is the unit, ``c`` its clocks, ``i`` its inspections, ``l`` its life, ``d`` its open defects,
``w`` what citizens wrote of it, ``t`` its tag; rates go by the name of their measure. Weights name a measure and never hold SQL.
"""

from __future__ import annotations

from dataclasses import dataclass

from backend.risk import source_sql
from backend.units.register_deadlines import REGISTRATION, load_deadlines


@dataclass(frozen=True)
class Measure:
    """One of four forms: ``text``, a ``number``, days ``since`` a day, or a ``count``.

    NULL gives no points.

    Days count in percent of ``span`` days; a span of 100 leaves them days, and they begin anew
    ``every`` so often. A count falls by time
    alone first ``window_days`` after ``first``. ``record`` is what it came from: a kind, and SQL
    for the id.
    """

    text: str = ""
    number: str = ""
    since: str = ""
    span: str = "100"
    every: str = ""
    count: str = ""
    first: str = ""
    record: tuple[str, str] = ("unit", "u.id")


def _overdue_measure(clock: str) -> Measure:
    """How late a clock of a unit in use is; others owe no inspection (Shandong Regulation art. 20)."""
    return Measure(
        since=f"CASE WHEN u.status = 'in_use' THEN c.{clock}_due END",
        record=("clock", f"'{clock}'"),
    )


def _registration_days_sql() -> str:
    """How long a unit may be used before it is registered, by the day of its first use."""
    *newer, oldest = load_deadlines(REGISTRATION)
    days = str(oldest.days)
    for row in reversed(newer):
        since = f"u.first_used_on >= date '{row.valid_from}'"
        days = f"CASE WHEN {since} THEN {row.days} ELSE {days} END"
    return days


def _ratio_measure(about: str) -> Measure:
    """How often its like failed, in percent of the usual."""
    return Measure(number=f"{about}.percent", record=("rate", f"{about}.key"))


_RUN = "(u.status = 'in_use' OR (u.status = 'unregistered' AND u.first_used_on IS NOT NULL))"
"""In use, be it lawfully or not: who never registered is not better off for it."""
_LIFT = f"u.kind = '3' AND {_RUN}"

MEASURES = {
    "held": Measure(text=f"CASE WHEN {source_sql.HELD} THEN 'held' END"),
    "category": Measure(text="u.category_id"),
    "age": Measure(
        since="coalesce(l.made_on, u.first_used_on, u.registered_on)",
        span="(coalesce(l.life_years, {lives}) * 1461 / 4)",
        record=("record", "l.made_record"),
    ),
    "status": Measure(text="u.status"),
    "registration_late": Measure(
        since="CASE WHEN u.status = 'unregistered'"
        f" THEN u.first_used_on + {_registration_days_sql()} END"
    ),
    "overdue_periodic": _overdue_measure("periodic"),
    "overdue_internal": _overdue_measure("internal"),
    "overdue_external": _overdue_measure("external"),
    "overdue_full": _overdue_measure("full"),
    "overdue_annual": _overdue_measure("annual"),
    "overdue_self_detection": _overdue_measure("self_detection"),
    "last_conclusion": Measure(
        text="coalesce(nullif(u.last_conclusion, ''), 'none')", record=("record", "i.last_record")
    ),
    "safety_grade": Measure(text="u.safety_grade::text", record=("record", "i.grade_record")),
    "past_failures": Measure(
        count="i.failures", first="i.failed_on", record=("record", "i.failed_record")
    ),
    "defects_serious": Measure(count="d.serious", record=("defect", "d.serious_defect")),
    "defects_general": Measure(count="d.general", record=("defect", "d.defect")),
    "defects_repeated": Measure(count="d.repeated", record=("defect", "d.defect")),
    "defect_age": Measure(since="d.serious_on", record=("defect", "d.serious_defect")),
    "accidents": Measure(
        count="l.accidents", first="l.accident_on", record=("record", "l.accident_record")
    ),
    "accident_deaths": Measure(
        count="l.deaths", first="l.accident_on", record=("record", "l.deaths_record")
    ),
    **{about: _ratio_measure(about) for about in source_sql.GROUP_KEYS},
    "season": Measure(since="date_trunc('year', %(day)s::date)::date", every="1 year"),
    "complaints": Measure(count="w.letters", first="w.letter_on", record=("matter", "w.matter")),
    "complaints_recent": Measure(
        count="w.recent", first="w.recent_on", record=("matter", "w.matter")
    ),
    "maintainer": Measure(text=f"CASE WHEN {_LIFT} AND u.maintainer_id IS NULL THEN 'none' END"),
    "maintenance_gap": Measure(
        since=f"CASE WHEN {_LIFT} THEN l.maintained_on END",
        record=("record", "l.maintenance_record"),
    ),
    "maintenance_none": Measure(
        text=f"CASE WHEN {_LIFT} AND l.maintained_on IS NULL THEN 'none' END"
    ),
    "tag": Measure(text="CASE WHEN u.status = 'in_use' AND t.tag_id IS NULL THEN 'none' END"),
    "tag_unseen": Measure(
        since="CASE WHEN u.status = 'in_use' THEN greatest(t.bound_on, t.seen_on) END",
        record=("scan", "t.scan"),
    ),
}
"""By the name that the weights use."""
