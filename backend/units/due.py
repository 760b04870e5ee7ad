"""When the next inspections are due: pure functions over rules and passed inspections.

Source: domain reference 4.1 and 4.2 (TSG 21-2016, TSG 11-2020, TSG T7001-2023 section 4.1,
TSG 81-2022). Nothing here reads the database or the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from backend.lib.months import add_months, month_end, month_start

_BASES = frozenset({"sup_installation", "sup_modification", "first"})
_CYLINDERS = "23"
LONG_STOP_MONTHS = 12


class Rule(Protocol):
    """What the engine reads of an ``IntervalRule``."""

    code: str
    clock: str
    category_prefix: str
    condition: dict[str, Any]
    months: int | None
    first_months: int | None
    due_years: list[int]
    yearly_after: int | None
    early_months: int | None
    cleared_by: list[str]
    body_decides: bool
    valid_from: dt.date
    valid_to: dt.date | None
    priority: int


@dataclass(frozen=True, slots=True)
class Passed:
    """One inspection as the clocks see it."""

    on: dt.date
    kind: str
    passed: bool
    stated_next_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class StopPeriod:
    """From a stop to its restart; ``until`` is None while it lasts."""

    since: dt.date
    until: dt.date | None


@dataclass(frozen=True, slots=True)
class Due:
    """One clock. ``due_on`` is the last day of the due month, None after a failure."""

    clock: str
    rule_code: str
    last_on: dt.date | None
    due_on: dt.date | None
    opens_on: dt.date | None


def due_dates(
    *,
    category: str,
    parameters: Mapping[str, Any],
    inspections: Sequence[Passed],
    stops: Sequence[StopPeriod] = (),
    fallback_base: dt.date | None,
    rules: Iterable[Rule],
) -> list[Due]:
    """The clocks of one unit, ordered by name.

    ``inspections`` in order of time; ``fallback_base`` is the day of registration or first use,
    for units whose supervised inspection is not on record. ``parameters`` carries
    ``safety_grade`` too.
    """
    fitting = [rule for rule in rules if _fits(rule, category, parameters)]
    bases = [item.on for item in inspections if item.passed and starts_clocks(category, item.kind)]
    base = bases[-1] if bases else fallback_base
    if base is None:
        return []
    since = [item for item in inspections if item.on >= base]
    dues = (
        _due([rule for rule in fitting if rule.clock == clock], base, since, stops)
        for clock in sorted({rule.clock for rule in fitting})
    )
    return [due for due in dues if due is not None]


def starts_clocks(category: str, kind: str) -> bool:
    """Whether a passed inspection of ``kind`` starts the clocks of a unit, or starts them anew.

    A modification starts a lift's year count anew. Only cylinders count from their manufacture;
    other vessels from their installation or first use (domain 4.1).
    """
    return kind in _BASES or (kind == "sup_manufacture" and category.startswith(_CYLINDERS))


def _due(
    rules: Sequence[Rule],
    base: dt.date,
    inspections: Sequence[Passed],
    stops: Sequence[StopPeriod],
) -> Due | None:
    """One clock by its ``rules``, from the ``inspections`` since the base."""
    clock = rules[0].clock
    # One inspection may do for another; that it failed says nothing of the other.
    cleared_by = {kind for rule in rules for kind in rule.cleared_by}
    done = [i for i in inspections if i.kind == clock or (i.passed and i.kind in cleared_by)]
    last_pass = next((item for item in reversed(done) if item.passed), None)
    chosen, begun = _rule_and_begin(rules, base, last_pass, inspections)
    if chosen is None:
        return None
    if done and not done[-1].passed:
        return Due(clock, chosen.code, done[-1].on, None, None)
    if chosen.due_years:
        return _by_calendar(chosen, base, begun, last_pass, inspections, stops)
    return _by_months(chosen, base, last_pass)


def _rule_and_begin(
    rules: Sequence[Rule],
    base: dt.date,
    last_pass: Passed | None,
    inspections: Sequence[Passed],
) -> tuple[Rule | None, dt.date]:
    """The rule that counts, and the day from which its years bind.

    A duty younger than the unit, as the self-detection of lifts, begins with the first inspection
    passed under it: the years before are not made up for.
    """
    clock, since = rules[0].clock, last_pass.on if last_pass else base
    chosen = rule_on(rules, clock, since)
    later = [rule.valid_from for rule in rules if rule.valid_from > since]
    if chosen is not None or not later:
        return chosen, base
    chosen = rule_on(rules, clock, min(later))
    if chosen is None or not chosen.due_years:
        return chosen, base
    begun = next((i.on for i in inspections if i.passed and i.on >= min(later)), None)
    return (chosen, begun) if begun else (None, base)


def rule_on(rules: Iterable[Rule], clock: str, day: dt.date) -> Rule | None:
    """The rule of ``clock`` in force on ``day``: highest priority, then longest prefix."""
    valid = [
        rule
        for rule in rules
        if rule.clock == clock
        and rule.valid_from <= day
        and (rule.valid_to is None or day < rule.valid_to)
    ]
    return max(valid, key=lambda rule: (rule.priority, len(rule.category_prefix)), default=None)


def _fits(rule: Rule, category: str, parameters: Mapping[str, Any]) -> bool:
    if not category.startswith(rule.category_prefix):
        return False
    for name, wanted in rule.condition.items():
        actual = parameters.get(name)
        if actual not in (wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True


def _by_months(rule: Rule, base: dt.date, last_pass: Passed | None) -> Due:
    """Counted from the last pass, or from the base with the first interval."""
    since = last_pass.on if last_pass else base
    months = rule.months if last_pass else (rule.first_months or rule.months)
    assert months is not None, f"rule {rule.code} has neither months nor years"
    due = month_end(add_months(since, months))
    if rule.body_decides and last_pass and last_pass.stated_next_on:
        due = min(due, month_end(last_pass.stated_next_on))
    opens = month_start(add_months(due, -rule.early_months)) if rule.early_months else None
    return Due(rule.clock, rule.code, last_pass.on if last_pass else None, due, opens)


def _by_calendar(
    rule: Rule,
    base: dt.date,
    begun: dt.date,
    last_pass: Passed | None,
    inspections: Sequence[Passed],
    stops: Sequence[StopPeriod],
) -> Due:
    """Fixed years after the base: an early inspection does not move the next one."""
    shifted = _month_after_long_stop(inspections, stops)
    skipped = {item.on.year for item in inspections if item.kind == "sup_repair" and item.passed}
    last_on = last_pass.on if last_pass else None
    for due in _calendar(rule, base, shifted):
        opens = month_start(add_months(due, -(rule.early_months or 0)))
        if due < begun or (rule.clock == "periodic" and due.year in skipped):
            continue
        if last_on is None or opens > last_on:
            return Due(rule.clock, rule.code, last_on, due, opens)
    return Due(rule.clock, rule.code, last_on, None, None)


def _calendar(rule: Rule, base: dt.date, month: tuple[dt.date, int] | None) -> Iterator[dt.date]:
    """The due days of a calendar rule, in order; endless when it goes on yearly.

    ``month`` is (since when, which month) after a stop of a year or more: the years stay, the
    month follows the inspection before the restart (TSG T7001-2023 4.1).
    """
    after = rule.yearly_after
    years = rule.due_years if after is None else _chain(rule.due_years, after)
    for year in years:
        day = add_months(base, 12 * year)
        if month is not None and day.year >= month[0].year:
            day = dt.date(day.year, month[1], 1)
        yield month_end(day)


def _chain(years: list[int], after: int) -> Iterator[int]:
    yield from years
    yield from count(after + 1)


def _month_after_long_stop(
    inspections: Sequence[Passed], stops: Sequence[StopPeriod]
) -> tuple[dt.date, int] | None:
    """The latest passed inspection, of those since the base, that ended a stop of a year or more."""
    found = None
    for stop in stops:
        if stop.until is None or add_months(stop.since, LONG_STOP_MONTHS) > stop.until:
            continue
        within = [
            item.on
            for item in inspections
            if item.passed and item.kind == "periodic" and stop.since <= item.on <= stop.until
        ]
        if within:
            found = (within[-1], within[-1].month)
    return found
