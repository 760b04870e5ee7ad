"""Loads the retention rules from their versioned file. Safe to run again."""

from __future__ import annotations

import itertools
import tomllib
from datetime import date
from pathlib import Path

from django.conf import settings

from backend.retention.models import RetentionRule

FILE = Path(__file__).parent / "data" / "retention_rules.toml"


def load_retention_rules(file: Path = FILE) -> int:
    """Write the rules of ``file``, and of the file that the authority has of its own; returns how many.

    Raises ValueError for an unknown subject, or two rules of one subject on the same day.
    """
    rules = _read_rules(file)
    if settings.RETENTION_RULES_FILE:
        rules += _read_rules(Path(settings.RETENTION_RULES_FILE))
    for rule in rules:
        if rule.subject not in RetentionRule.Subject.values:
            raise ValueError(f"rule {rule.code} is of an unknown subject: {rule.subject}")
    for one, other in itertools.combinations(rules, 2):
        if one.subject == other.subject and _rules_overlap(one, other):
            raise ValueError(f"rules {one.code} and {other.code} are of the same days")
    fields = [f.name for f in RetentionRule._meta.concrete_fields if not f.primary_key]
    RetentionRule.objects.bulk_create(
        rules, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
    return len(rules)


def _read_rules(file: Path) -> list[RetentionRule]:
    with file.open("rb") as opened:
        return [RetentionRule(**entry) for entry in tomllib.load(opened)["rule"]]


def _rules_overlap(one: RetentionRule, other: RetentionRule) -> bool:
    first_end, second_end = one.valid_to or date.max, other.valid_to or date.max
    return one.valid_from < second_end and other.valid_from < first_end
