"""Why a unit must not be used, and from when to when: folded from its records.

Pure: typed records in force, in their order, give spans. Each rule is one function; what is a
number or a list in it stands in ``data/hold_rules.toml`` with its source.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backend.lib.months import add_months
from backend.units.law import read_law
from backend.units.models import (
    Accident,
    Design,
    HoldRule,
    Inspection,
    Manufacture,
    Record,
    Registration,
    Repair,
    Transfer,
)
from backend.units.models.records import FAILED
from backend.units.watch import Watch

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HoldSpan:
    """One hold from ``since`` until before ``until``; ``about`` says what would end it."""

    rule: str
    record: int | None
    since: dt.date
    until: dt.date | None = None
    about: str = ""

    def covers_day(self, day: dt.date) -> bool:
        """Whether the hold forbids the use of the unit on ``day``."""
        return self.since <= day and (self.until is None or day < self.until)


def fold_holds(
    *,
    category: str,
    first_used_on: dt.date | None,
    records: Sequence[Record],
    watched: Sequence[tuple[Inspection, Watch | None]],
    serving: Mapping[str, Collection[str]],
) -> list[HoldSpan]:
    """All holds of a unit's life, past, present and to come, by their first day.

    ``watched`` are the grading reports as ``fold_watches`` gives them; ``serving`` names the kinds of
    inspection whose pass serves each clock.
    """
    inspections = [item for item in records if isinstance(item, Inspection)]
    spans = [
        *_failure_holds(inspections, serving),
        *_grade_5_holds([report for report, _watch in watched]),
        *_watch_end_holds(watched),
        *_unsupervised_work_holds(category, records, inspections),
        *_unregistered_change_holds(records),
        *_design_life_holds(records, inspections, first_used_on),
        *_accident_holds(records),
    ]
    lasting = (span for span in spans if span.until is None or span.until > span.since)
    return sorted(lasting, key=lambda span: (span.since, span.rule, span.about))


def _failure_holds(
    inspections: Sequence[Inspection], serving: Mapping[str, Collection[str]]
) -> Iterator[HoldSpan]:
    """The holds of failed inspections, each until one passes that serves the same end."""
    open_ones: dict[str, Inspection] = {}
    for item in inspections:
        if item.conclusion in FAILED:
            open_ones.setdefault(item.kind, item)
            continue
        for kind in [k for k in open_ones if k == item.kind or item.kind in serving.get(k, ())]:
            failed = open_ones.pop(kind)
            yield HoldSpan(HoldRule.FAILED, failed.pk, failed.happened_on, item.happened_on, kind)
    for kind, failed in open_ones.items():
        yield HoldSpan(HoldRule.FAILED, failed.pk, failed.happened_on, None, kind)


def _grade_5_holds(grading: Sequence[Inspection]) -> Iterator[HoldSpan]:
    began: Inspection | None = None
    for item in grading:
        if item.safety_grade == 5:
            began = began or item
        elif item.safety_grade is not None and began is not None:
            yield HoldSpan(HoldRule.GRADE_5, began.pk, began.happened_on, item.happened_on)
            began = None
    if began is not None:
        yield HoldSpan(HoldRule.GRADE_5, began.pk, began.happened_on)


def _watch_end_holds(watched: Sequence[tuple[Inspection, Watch | None]]) -> Iterator[HoldSpan]:
    ends = [report.happened_on for report, _watch in watched[1:]]
    for (_report, watch), end in zip(watched, [*ends, None], strict=False):
        if watch is not None and (end is None or end > watch.until):
            yield HoldSpan(HoldRule.WATCH_OVER, watch.by.pk, watch.until + _DAY, end)


def _unsupervised_work_holds(
    category: str, records: Sequence[Record], inspections: Sequence[Inspection]
) -> Iterator[HoldSpan]:
    for rule in read_law("hold_rules")["supervised_work"]:
        if category[0] in rule["except_kinds"]:
            continue
        passed = [i for i in inspections if i.kind == rule["kind"] and i.conclusion not in FAILED]
        for work in records:
            if isinstance(work, Repair) and work.work == rule["work"]:
                found = _supervising_inspection(work, passed)
                until = max(found.happened_on, work.happened_on) if found else None
                if found is not None:
                    passed.remove(found)
                yield HoldSpan(
                    HoldRule.UNSUPERVISED, work.pk, work.happened_on, until, rule["kind"]
                )


def _supervising_inspection(work: Repair, passed: Sequence[Inspection]) -> Inspection | None:
    """The inspection that supervised a work: it lies after the notice, and serves one work only."""
    begun = min(work.notice_on or work.happened_on, work.happened_on)
    return next((item for item in passed if item.happened_on >= begun), None)


def _unregistered_change_holds(records: Sequence[Record]) -> Iterator[HoldSpan]:
    """The holds of changes that must be registered before the unit is used on, once it has been registered at all."""
    rules = {rule["of"]: rule for rule in read_law("hold_rules")["change"]}
    registrations = [(n, r) for n, r in enumerate(records) if isinstance(r, Registration)]
    for index, item in enumerate(records):
        rule = rules.get(_registrable_change(item))
        if rule is None or not registrations or index < registrations[0][0]:
            continue
        later = (r for n, r in registrations if n > index)
        until = next((r.happened_on for r in later if r.kind in rule["registered_by"]), None)
        since = item.happened_on + dt.timedelta(days=rule["grace_days"])
        yield HoldSpan(HoldRule.CHANGE, item.pk, since, until, rule["registered_by"][0])


def _registrable_change(record: Record) -> str:
    if isinstance(record, Repair):
        return record.work
    return record.kind if isinstance(record, Transfer) else ""


def _design_life_holds(
    records: Sequence[Record], inspections: Sequence[Inspection], first_used_on: dt.date | None
) -> Iterator[HoldSpan]:
    """The holds of ended design lives; a design counts from its own day until another one does."""
    lives = list(_design_lives(records, first_used_on))
    ends = [life.since for life in lives[1:]]
    for life, end in zip(lives, [*ends, None], strict=False):
        for span in _holds_after_design_life(life, records, inspections):
            since = max(span.since, life.since)
            until = min(filter(None, (span.until, end)), default=None)
            yield dataclasses.replace(span, since=since, until=until)


class _DesignLife(NamedTuple):
    """From ``since`` on the design of the record ``design`` counts; its years end on ``reached``."""

    since: dt.date
    design: int | None
    reached: dt.date


def _design_lives(
    records: Sequence[Record], first_used_on: dt.date | None
) -> Iterator[_DesignLife]:
    """The design lives, counted from the manufacture, or from first use or registration where that is not on record."""
    design: Design | None = None
    made = registered = before = None
    for record in records:
        if isinstance(record, Design) and record.design_life_years:
            design = record
        elif isinstance(record, Manufacture):
            made = record.happened_on
        elif isinstance(record, Registration):
            registered = registered or record.happened_on
        begun = made or first_used_on or registered
        if design is None or begun is None or (design, begun) == before:
            continue
        before = design, begun
        reached = add_months(begun, 12 * (design.design_life_years or 0))
        yield _DesignLife(record.happened_on, design.pk, reached)


def _holds_after_design_life(
    life: _DesignLife, records: Sequence[Record], inspections: Sequence[Inspection]
) -> Iterator[HoldSpan]:
    rule, reached = read_law("hold_rules")["design_life"], life.reached
    earliest = add_months(reached, -rule["assessed_months_before"])
    assessed = next(
        (
            max(i.happened_on, reached)
            for i in inspections
            if i.kind in rule["assessed_by"]
            and i.conclusion not in FAILED
            and i.happened_on >= (earliest if i.kind == "safety_assessment" else reached)
        ),
        None,
    )
    yield HoldSpan(HoldRule.DESIGN_LIFE, life.design, reached, assessed)
    if assessed is None:
        return
    extended = (
        max(r.happened_on, reached)
        for r in records
        if isinstance(r, Registration)
        and r.kind in rule["registered_by"]
        and r.happened_on >= earliest
    )
    yield HoldSpan(
        HoldRule.LIFE_CHANGE, life.design, reached, next(extended, None), rule["registered_by"][0]
    )


def _accident_holds(records: Sequence[Record]) -> Iterator[HoldSpan]:
    rule = read_law("hold_rules")["accident"]
    for index, item in enumerate(records):
        if not isinstance(item, Accident):
            continue
        if (item.derived_grade or item.grade) in rule["except_grades"]:
            continue
        later = (r for r in records[index:] if isinstance(r, Inspection))
        checks = (
            r.happened_on
            for r in later
            if r.kind in rule["checked_by"] and r.conclusion not in FAILED
        )
        yield HoldSpan(HoldRule.ACCIDENT, item.pk, item.happened_on, next(checks, None))
