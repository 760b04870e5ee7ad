"""Which interval rule counts: by category, parameters and the day of the inspection.

A parameter is known, or it is None: nobody knows. What is not known takes the stricter rule.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol

_GRADE = "safety_grade"


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
    statutory: bool
    valid_from: dt.date
    valid_to: dt.date | None
    priority: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that fits a unit; not ``sure`` when that hangs on a parameter nobody knows."""

    rule: Rule
    sure: bool


def list_candidates(
    rules: Iterable[Rule], category: str, parameters: Mapping[str, Any]
) -> list[Candidate]:
    """The rules that fit, or may fit, a unit, whatever the day."""
    found = []
    for rule in rules:
        if category.startswith(rule.category_prefix):
            held = [
                _parameter_matches(n, wanted, parameters.get(n))
                for n, wanted in rule.condition.items()
            ]
            if False not in held:
                found.append(Candidate(rule, None not in held))
    return found


def _parameter_matches(name: str, wanted: Any, actual: Any) -> bool | None:
    """Whether a parameter is as ``wanted``; None when nobody knows.

    A grade is found by an inspection: until one has found it, no rule of a grade counts.
    """
    if actual is None and name != _GRADE:
        return None
    return actual in (wanted if isinstance(wanted, list) else [wanted])


def choose_rule(fitting: Sequence[Candidate], day: dt.date, last_on: dt.date | None) -> Rule | None:
    """The rule in force on ``day`` of the ``fitting`` ones, which are all of one clock.

    The highest priority counts, then the longest prefix; of several that may fit, or that rank
    alike, the one with the shorter interval after ``last_on``, the last pass, if any.
    """
    valid = [
        candidate
        for candidate in fitting
        if candidate.rule.valid_from <= day
        and (candidate.rule.valid_to is None or day < candidate.rule.valid_to)
    ]
    valid.sort(key=_rank, reverse=True)
    possible: list[Rule] = []
    for _of_a_rank, group in groupby(valid, key=_rank):
        alike = list(group)
        possible += [candidate.rule for candidate in alike]
        if any(candidate.sure for candidate in alike):
            break
    return min(
        possible, key=lambda rule: (interval_months(rule, last_on) or 0, rule.code), default=None
    )


def interval_months(rule: Rule, last_on: dt.date | None) -> int | None:
    """Months from the last pass, or from the base where there is none; None for a calendar."""
    return rule.months if last_on else rule.first_months or rule.months


def _rank(candidate: Candidate) -> tuple[int, int]:
    return candidate.rule.priority, len(candidate.rule.category_prefix)


def serving_kinds(rules: Iterable[Rule], category: str) -> dict[str, frozenset[str]]:
    """The kinds of inspection whose pass serves each clock of a unit, the clock's own first."""
    kinds: dict[str, frozenset[str]] = {}
    for rule in rules:
        if category.startswith(rule.category_prefix):
            known = kinds.get(rule.clock, frozenset({rule.clock}))
            kinds[rule.clock] = known.union(rule.cleared_by)
    return kinds
