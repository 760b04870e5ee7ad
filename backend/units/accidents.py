"""The class of an accident: the highest that any of its facts reaches (Regulation art. 61–64).

The criteria are data. What somebody states as the class is kept beside it and never decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backend.units.law import read_law
from backend.units.models import Accident, Record, Unit


def _class_rows() -> list[dict[str, Any]]:
    classes: list[dict[str, Any]] = read_law("accident_classes")["class"]
    return classes


def grade_of(accident: Accident, category: str) -> Accident.Grade | None:
    """The class of ``accident`` at a unit of ``category`` by the rules of its day.

    None for a day of which no rules are known.
    """
    known = [rule for rule in _class_rows() if rule["valid_from"] <= accident.happened_on]
    if not known:
        return None
    for rule in known:
        if any(_criterion_is_met(criterion, accident, category) for criterion in rule["criteria"]):
            return Accident.Grade(rule["grade"])
    return Accident.Grade.INCIDENT


def _criterion_is_met(criterion: Mapping[str, Any], accident: Accident, category: str) -> bool:
    if category[0] not in criterion.get("kinds", category[0]):
        return False
    if accident.damage not in criterion.get("damage", [accident.damage]):
        return False
    least: Mapping[str, int] = criterion.get("at_least", {})
    return all(getattr(accident, fact) >= number for fact, number in least.items())


def write_grade(unit: Unit, record: Record) -> None:
    """Write the class that follows from the facts of an accident about to be filed."""
    if isinstance(record, Accident):
        record.derived_grade = grade_of(record, unit.category_id) or ""


def effective_grade(accident: Accident) -> Accident.Grade | None:
    """The class that counts: by its facts, or as stated where no rule has judged them."""
    grade = accident.derived_grade or accident.grade
    return Accident.Grade(grade) if grade else None


def is_stated_otherwise(accident: Accident) -> bool:
    """Whether somebody stated another class than the facts give."""
    return bool(accident.grade) and accident.grade != effective_grade(accident)
