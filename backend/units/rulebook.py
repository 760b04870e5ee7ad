"""The interval rules as they stand in their file, refused when a unit could not choose by them."""

from __future__ import annotations

import datetime as dt
import itertools
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from backend.units.inspection_due import Rule
from backend.units.models import IntervalRule
from backend.units.parameters import schema_of


def read_interval_rules(file: Path) -> list[IntervalRule]:
    """The rules of ``file``, not saved. Raises ValueError when they do not hold together."""
    with file.open("rb") as opened:
        rules = [IntervalRule(**entry) for entry in tomllib.load(opened)["rule"]]
    refuse_unknown_conditions(rules)
    refuse_equal_rules(rules)
    return rules


def refuse_unknown_conditions(rules: Iterable[Rule]) -> None:
    """A condition asks for what units of the rule can have. Raises ValueError."""
    for rule in rules:
        schema = schema_of(rule.category_prefix)
        for name, wanted in rule.condition.items():
            if name not in schema:
                raise ValueError(f"rule {rule.code} asks for an undeclared parameter: {name}")
            if not all(schema[name].takes(value) for value in _list_values(wanted)):
                raise ValueError(f"rule {rule.code} asks for an undeclared value of {name}")


def refuse_equal_rules(rules: Iterable[Rule]) -> None:
    """Two rules that claim the same units on the same day hang on their order. Raises ValueError."""
    for one, other in itertools.combinations(rules, 2):
        if _claim_of(one) == _claim_of(other) and _rules_overlap(one, other):
            raise ValueError(f"rules {one.code} and {other.code} claim the same units")


def _claim_of(rule: Rule) -> tuple[Any, ...]:
    condition = {name: frozenset(_list_values(wanted)) for name, wanted in rule.condition.items()}
    return rule.clock, rule.category_prefix, rule.priority, frozenset(condition.items())


def _list_values(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def _rules_overlap(one: Rule, other: Rule) -> bool:
    """Whether both are in force on some day; the last day is the first no longer valid."""
    first_end, second_end = one.valid_to or dt.date.max, other.valid_to or dt.date.max
    return one.valid_from < second_end and other.valid_from < first_end
