"""Names of codes in both languages, so that a phone without network shows words."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import translation

from backend.inspections.models import Severity
from backend.units.models import Category, Conclusion, HoldRule, InspectionKind, UnitStatus
from backend.units.models.clocks import ClockKind
from backend.units.standing import Standing
from geo.models import Region
from mobile_api.duty import Duty

Names = dict[str, tuple[str, str]]

_CHOICES_BY_GROUP: dict[str, type[models.TextChoices]] = {
    "inspection_kind": InspectionKind,
    "conclusion": Conclusion,
    "clock": ClockKind,
    "severity": Severity,
    "standing": Standing,
    "hold": HoldRule,
    "status": UnitStatus,
}


def load_dictionaries(duty: Duty) -> dict[str, Names]:
    """Chinese and English names by group and code. Two queries."""
    categories = Category.objects.filter(leaf=True).values_list("code", "name", "name_en")
    regions: Any = Region.objects.filter(valid_to=None).values_list("code", "name")
    if duty.regions or duty.listed is not None:
        regions = regions.filter(code__in=duty.regions)
    found: dict[str, Names] = {
        name: _names_in_two_languages(choices) for name, choices in _CHOICES_BY_GROUP.items()
    }
    found["category"] = {code: (name, english) for code, name, english in categories}
    found["region"] = {code: (name, name) for code, name in regions}
    return found


def _names_in_two_languages(choices: type[models.TextChoices]) -> Names:
    told = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            told.append({str(value): str(label) for value, label in choices.choices})
    chinese, english = told
    return {value: (chinese[value], english[value]) for value in chinese}
