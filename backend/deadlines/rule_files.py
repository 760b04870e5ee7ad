"""Loads the rules of deadlines from their versioned file. Safe to run again."""

from __future__ import annotations

import itertools
import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction

from backend.deadlines.models import DeadlineRule

FILE = Path(__file__).parent / "data" / "deadline_rules.toml"


@transaction.atomic
def load_deadline_rules(file: Path = FILE) -> int:
    """Write the rules of ``file``; returns how many.

    Raises ValueError for an unknown unit or confidence, a rule without days, a code whose rules
    leave a gap between them or hold at the same time, and for a rule that was loaded once and
    stands no more in the file: it ends by a ``valid_to``, for something may have been counted by it.
    """
    with file.open("rb") as opened:
        document = tomllib.load(opened)
    names = document.get("names", {})
    rows = [_read_rule({"name": names.get(e["code"], "")} | e) for e in document["rule"]]
    rows.sort(key=lambda rule: (rule.code, rule.valid_from))
    for one, other in itertools.pairwise(rows):
        if one.code == other.code:
            _check_neighbours(one, other)
    _check_nothing_vanished(rows)
    fields = [
        field.name
        for field in DeadlineRule._meta.concrete_fields
        if field.name not in {"id", "code", "valid_from"}
    ]
    DeadlineRule.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["code", "valid_from"], update_fields=fields
    )
    return len(rows)


def _read_rule(entry: dict[str, Any]) -> DeadlineRule:
    rule = DeadlineRule(**entry)
    if rule.unit not in DeadlineRule.Unit.values:
        raise ValueError(f"rule {rule} has an unknown unit: {rule.unit}")
    if rule.days < 1:
        raise ValueError(f"rule {rule} has no days")
    if rule.confidence not in {"A", "B", "C", "D"}:
        raise ValueError(f"rule {rule} has an unknown confidence: {rule.confidence}")
    if rule.valid_to is not None and rule.valid_to <= rule.valid_from:
        raise ValueError(f"rule {rule} ends before it begins")
    return rule


def _check_neighbours(one: DeadlineRule, other: DeadlineRule) -> None:
    if one.valid_to is None or one.valid_to > other.valid_from:
        raise ValueError(f"rules {one} and {other} overlap")
    if one.valid_to < other.valid_from:
        raise ValueError(f"rules {one} and {other} leave a gap from {one.valid_to}")


def _check_nothing_vanished(rows: list[DeadlineRule]) -> None:
    kept = {(rule.code, rule.valid_from) for rule in rows}
    for rule in DeadlineRule.objects.order_by("code", "valid_from"):
        if (rule.code, rule.valid_from) not in kept:
            raise ValueError(
                f"rule {rule} is loaded and stands no more in the file: end it instead"
            )
