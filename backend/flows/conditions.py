"""Conditions over facts, as data: nothing is ever evaluated as code.

``{"fact": "kind", "is": "complaint"}``, ``{"fact": "kind", "in": [...]}`` and
``{"fact": "amount", "least": 1000}`` ask for one fact; ``{"all": [...]}``, ``{"any": [...]}`` and
``{"not": ...}`` join them. A fact that is not known is null and reaches no least number.
"""

from __future__ import annotations

from collections.abc import Iterator

from backend.flows.definition import Condition
from backend.flows.moves import Facts


def is_met(condition: Condition | None, facts: Facts) -> bool:
    """Whether it holds; no condition always does."""
    if condition is None:
        return True
    if "all" in condition:
        return all(is_met(part, facts) for part in condition["all"])
    if "any" in condition:
        return any(is_met(part, facts) for part in condition["any"])
    if "not" in condition:
        return not is_met(condition["not"], facts)
    return _is_fact_fitting(condition, facts.get(condition["fact"]))


def _is_fact_fitting(condition: Condition, value: object) -> bool:
    if "is" in condition:
        return bool(value == condition["is"])
    if "in" in condition:
        return value in condition["in"]
    return isinstance(value, int | float) and value >= condition["least"]


def facts_asked_for(condition: Condition) -> Iterator[tuple[str, list[object]]]:
    """Each fact that it asks for, with the values to which it compares it."""
    for part in (*condition.get("all", ()), *condition.get("any", ())):
        yield from facts_asked_for(part)
    if "not" in condition:
        yield from facts_asked_for(condition["not"])
    if "fact" in condition:
        compared = condition.get("in", [condition["is"]] if "is" in condition else [])
        yield condition["fact"], [value for value in compared if value is not None]
