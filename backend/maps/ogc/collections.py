"""The collections: which rows, which members, which filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.accounts.models import User
from backend.accounts.rights import jurisdiction_filter
from backend.risk.source_sql import GONE_STATUSES
from backend.units.models import Unit, UnitStatus
from geo.models import Region

_UNIT = {
    "device_code": "string",
    "certificate_no": "string",
    "category_id": "string",
    "kind": "string",
    "product_name": "string",
    "region_id": "string",
    "address": "string",
    "status": "string",
    "held_from": "date",
    "own_due_on": "date",
    "registered_on": "date",
    "last_inspected_on": "date",
    "last_conclusion": "string",
    "next_due_on": "date",
    "open_defects": "integer",
    "updated_at": "date-time",
    "risk__score": "integer",
}
_REGION = {
    "name": "string",
    "level": "string",
    "parent_id": "string",
    "valid_from": "date",
    "valid_to": "date",
}


@dataclass(frozen=True)
class Collection:
    """``period`` are the columns that ``datetime`` is held against: one, or begin and end."""

    name: str
    title: str | Promise
    rows: Callable[[User], QuerySet[Any]]
    geometry: tuple[str, ...]
    members: Mapping[str, str]
    filters: Mapping[str, str]
    period: tuple[str, ...]
    whole_key: bool = True

    def public_name(self, column: str) -> str:
        """What a column is called outside."""
        return column.removeprefix("risk__").removesuffix("_id")


def _visible_units(user: User) -> QuerySet[Any]:
    return Unit.objects.visible_to(user)


def _visible_units_with_defects(user: User) -> QuerySet[Any]:
    """Units with open defects that are still there, as on the tiles and in every figure."""
    return (
        Unit.objects.visible_to(user).filter(open_defects__gt=0).exclude(status__in=GONE_STATUSES)
    )


def _visible_regions(user: User) -> QuerySet[Any]:
    """The part of the division, which is public, that the user works in."""
    return Region.objects.filter(jurisdiction_filter(user, "code"))


IN_REGION = "in_region"
"""The filter for all that lies in a region; ``region`` is the county's own code and no other, for
a filter by a member of the feature means that member's value (part 3, queryables)."""
_FILTERS = {
    "kind": "kind",
    "category": "category_id",
    "status": "status",
    "region": "region_id",
    IN_REGION: "region_id",
    "held_from": "held_from",
    "device_code": "device_code",
    "next_due_on": "next_due_on",
}
COLLECTIONS: Mapping[str, Collection] = {
    "units": Collection(
        "units", _("Special equipment"), _visible_units, ("position", "route"), _UNIT, _FILTERS,
        ("updated_at",),
    ),
    "hazards": Collection(
        "hazards", _("Equipment with open defects"), _visible_units_with_defects, ("position", "route"), _UNIT,
        _FILTERS, ("updated_at",),
    ),
    "regions": Collection(
        "regions", _("Administrative regions (GB/T 2260)"), _visible_regions, ("boundary",), _REGION,
        {"level": "level", "parent": "parent_id", "name": "name"}, ("valid_from", "valid_to"),
        whole_key=False,
    ),
}  # fmt: skip

CHOICES: Mapping[str, tuple[str, ...]] = {
    "status": tuple(UnitStatus.values),
    "level": tuple(Region.Level.values),
}
