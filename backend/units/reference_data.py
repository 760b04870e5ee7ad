"""Loads the catalogue and the interval rules from their versioned files. Safe to run again."""

from __future__ import annotations

import csv
from pathlib import Path

from django.db import transaction

from backend.units.models import Category, IntervalRule
from backend.units.rulebook import read_interval_rules

DATA = Path(__file__).parent / "data"

_GOODS = ("7", "F")


@transaction.atomic
def load_catalogue() -> int:
    """Write the 157 codes; returns how many."""
    with (DATA / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kinds = {row["category_zh"]: row["code"] for row in rows if _is_kind(row)}
    parents = {row["code"]: _parent_code(row, kinds) for row in rows}
    inner = set(parents.values())
    categories = [_build_category(row, kinds, parents, inner) for row in rows]
    # Kinds first, then types, then varieties: a parent stands before its children.
    categories.sort(
        key=lambda category: (category.parent_id is not None, category.level == "variety")
    )
    fields = [f.name for f in Category._meta.concrete_fields if not f.primary_key]
    Category.objects.bulk_create(
        categories, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
    return len(categories)


def _is_kind(row: dict[str, str]) -> bool:
    return not row["type_zh"] and not row["variety_zh"]


def _parent_code(row: dict[str, str], kinds: dict[str, str]) -> str | None:
    if _is_kind(row):
        return None
    if not row["type_zh"] or not row["variety_zh"]:
        return kinds[row["category_zh"]]
    return row["code"][:2] + "00"


def _build_category(
    row: dict[str, str],
    kinds: dict[str, str],
    parents: dict[str, str | None],
    inner: set[str | None],
) -> Category:
    code, kind = row["code"], kinds[row["category_zh"]][0]
    level = "kind" if _is_kind(row) else "variety" if row["variety_zh"] else "type"
    return Category(
        code=code,
        parent_id=parents[code],
        level=level,
        kind=kind,
        name=row["variety_zh"] or row["type_zh"] or row["category_zh"],
        name_en=row["english"],
        kind_name=row["category_zh"],
        type_name=row["type_zh"],
        leaf=level != "kind" and code not in inner,
        registered_for_use=kind not in _GOODS,
    )


@transaction.atomic
def load_rules() -> int:
    """Write the interval rules of ``data/interval_rules.toml``; returns how many.

    Raises ValueError for rules that contradict each other or the schema of parameters.
    """
    rules = read_interval_rules(DATA / "interval_rules.toml")
    fields = [f.name for f in IntervalRule._meta.concrete_fields if not f.primary_key]
    IntervalRule.objects.bulk_create(
        rules, update_conflicts=True, unique_fields=["code"], update_fields=fields
    )
    return len(rules)
