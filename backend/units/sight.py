"""Who sees which units, as SQL text for statements that are written by hand."""

from __future__ import annotations

import functools

from django.core.exceptions import EmptyResultSet

from backend.accounts.models import Role, User
from backend.units.models import Unit

Sight = tuple[str, tuple[object, ...]]


def sight_of(user: User) -> Sight:
    """The SQL predicate "``user`` may see the row of ``units_unit``" with its parameters.

    It is ``Unit.objects.visible_to`` compiled; for those who see by role and region, once for each.
    """
    if user.role == Role.ENTERPRISE:
        return _compile_sight(user)
    return _sight_by_region(user.role, user.region_id)


@functools.lru_cache(maxsize=4096)
def _sight_by_region(role: str, region: str | None) -> Sight:
    return _compile_sight(User(role=role, region_id=region))


def _compile_sight(user: User) -> Sight:
    rows = Unit.objects.visible_to(user).order_by().values("pk").query
    try:
        sql, params = rows.sql_with_params()
    except EmptyResultSet:
        return "false", ()
    return f"EXISTS (SELECT FROM ({sql}) seen (id) WHERE seen.id = units_unit.id)", tuple(params)
