"""The clocks of one unit, from its inspections, its stops and the rules."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from backend.lib.months import add_months, month_end, month_start, months_between
from backend.units.allowed_inspections import gives_grade
from backend.units.inspection_due.calendar_clocks import due_by_calendar
from backend.units.inspection_due.clock_starts import starts_clocks
from backend.units.inspection_due.rule_choice import (
    Candidate,
    Rule,
    choose_rule,
    interval_months,
    list_candidates,
)
from backend.units.inspection_due.types import Due, InspectionResult, StopPeriod


def due_dates(
    *,
    category: str,
    parameters: Mapping[str, Any],
    inspections: Sequence[InspectionResult],
    stops: Sequence[StopPeriod] = (),
    fallback_base: dt.date | None,
    rules: Iterable[Rule],
    watch_until: dt.date | None = None,
) -> list[Due]:
    """The clocks of one unit, ordered by name.

    ``inspections`` in order of time; ``fallback_base`` is the day of registration or first use,
    for units whose supervised inspection is not on record. ``parameters`` as
    ``parameters.known_parameters`` gives them, and ``safety_grade``. ``watch_until``: the last day of
    watched use.
    """
    starts = [item for item in inspections if item.passed and starts_clocks(category, item.kind)]
    base = starts[-1].on if starts else fallback_base
    if base is None:
        return []
    fitting: dict[str, list[Candidate]] = {}
    for candidate in list_candidates(rules, category, parameters):
        fitting.setdefault(candidate.rule.clock, []).append(candidate)
    # What passed before a true base no longer counts. A fallback says nothing of what was before it.
    since = [item for item in inspections if not starts or item.on >= base]
    found = (
        _run_clock(fitting[clock], base, (since, inspections), stops) for clock in sorted(fitting)
    )
    dues = [due for due in found if due is not None]
    if starts:
        dues = _apply_date_stated_at_start(dues, starts[-1])
    return [_bound_by_watch(due, watch_until, category) for due in dues]


def _run_clock(
    fitting: Sequence[Candidate],
    base: dt.date,
    inspections: tuple[Sequence[InspectionResult], Sequence[InspectionResult]],
    stops: Sequence[StopPeriod],
) -> Due | None:
    """One clock by the rules that fit it; ``inspections``: those since the base, and all.

    A failure stands until an inspection that serves the clock passes, a new base or not.
    """
    rules, (since, ever) = [one.rule for one in fitting], inspections
    clock = rules[0].clock
    last_pass = _last_pass(rules, since)
    chosen, begun = _rule_and_begin(fitting, base, last_pass, since)
    if chosen is None:
        return None
    if failure := _failure_still_open(rules, ever):
        return Due(clock, chosen.code, failure.on, None, None, chosen.statutory)
    last_on = last_pass.on if last_pass else None
    if chosen.due_years:
        due = due_by_calendar(chosen, (base, begun), last_on, since, stops)
    else:
        due = _due_by_months(chosen, base, last_on)
    if due is None or last_pass is None or last_pass.kind != clock:
        return due
    return _bound_by_stated_date(due, last_pass.binding_date)


def _last_pass(
    rules: Sequence[Rule], inspections: Sequence[InspectionResult]
) -> InspectionResult | None:
    """The pass that the clock runs from.

    By months another inspection does for this one wholly; by a calendar only for its own year.
    """
    kinds = {rules[0].clock}.union(*(rule.cleared_by for rule in rules if not rule.due_years))
    return next((i for i in reversed(inspections) if i.passed and i.kind in kinds), None)


def _failure_still_open(
    rules: Sequence[Rule], inspections: Sequence[InspectionResult]
) -> InspectionResult | None:
    """The failure that nothing has cleared. One of another kind says nothing of this clock."""
    clock, serving = rules[0].clock, {kind for rule in rules for kind in rule.cleared_by}
    for item in reversed(inspections):
        if item.kind == clock or (item.passed and item.kind in serving):
            return None if item.passed else item
    return None


def _rule_and_begin(
    fitting: Sequence[Candidate],
    base: dt.date,
    last_pass: InspectionResult | None,
    inspections: Sequence[InspectionResult],
) -> tuple[Rule | None, dt.date]:
    """The rule that counts, and the day from which its years bind.

    A duty younger than the unit, as the self-detection of lifts, begins with the first inspection
    passed under it: the years before are not made up for.
    """
    last_on = last_pass.on if last_pass else None
    since = last_on or base
    chosen = choose_rule(fitting, since, last_on)
    later = [one.rule.valid_from for one in fitting if one.rule.valid_from > since]
    if chosen is not None or not later:
        return chosen, base
    chosen = choose_rule(fitting, min(later), last_on)
    if chosen is None or not chosen.due_years:
        return chosen, base
    begun = next((i.on for i in inspections if i.passed and i.on >= min(later)), None)
    return (chosen, begun) if begun else (None, base)


def _due_by_months(rule: Rule, base: dt.date, last_on: dt.date | None) -> Due:
    """The clock counted from the last pass, or from the base with the first interval."""
    months = interval_months(rule, last_on)
    assert months is not None, f"rule {rule.code} has neither months nor years"
    due = month_end(add_months(last_on or base, months))
    opens = month_start(add_months(due, -rule.early_months)) if rule.early_months else None
    return Due(rule.clock, rule.code, last_on, due, opens, rule.statutory)


def _apply_date_stated_at_start(dues: list[Due], start: InspectionResult) -> list[Due]:
    """Bound the first statutory clock by the date that the inspection stated which started the clocks."""
    statutory = [due for due in dues if due.statutory]
    if any(due.last_on is not None for due in statutory):
        return dues
    first = min((due.due_on for due in statutory if due.due_on), default=None)
    return [
        _bound_by_stated_date(due, start.binding_date)
        if due.statutory and due.due_on == first
        else due
        for due in dues
    ]


def _bound_by_stated_date(due: Due, stated: dt.date | None) -> Due:
    """The clock, due no later than the month that the body ``stated``; the window moves with the due day."""
    if stated is None or due.due_on is None or month_end(stated) >= due.due_on:
        return due
    early = months_between(due.opens_on, due.due_on) if due.opens_on else None
    bound = month_end(stated)
    opens = None if early is None else month_start(add_months(bound, -early))
    return replace(due, due_on=bound, opens_on=opens)


def _bound_by_watch(due: Due, until: dt.date | None, category: str) -> Due:
    """The clock ended by watched use, where the inspection of this clock gives the grade."""
    if until is None or due.due_on is None or not gives_grade(category, due.clock):
        return due
    return replace(due, due_on=min(due.due_on, until))
