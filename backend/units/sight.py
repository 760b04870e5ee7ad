"""Who sees which units, as SQL text for statements that are written by hand."""

from __future__ import annotations

from django.core.exceptions import EmptyResultSet

from backend.accounts.models import Role, User
from backend.accounts.rights import regions_of
from backend.units.models import Unit

Sight = tuple[str, tuple[object, ...]]
_SIGHTS: dict[tuple[str, ...], Sight] = {}
_MOST_KEPT = 4096


def sight_of(user: User) -> Sight:
    """The SQL predicate "``user`` may see the row of ``units_unit``" with its parameters.

    It is ``Unit.objects.visible_to`` compiled; of staff once for all with the same regions.
    """
    if user.role == Role.ENTERPRISE:
        return _compile_sight(user)
    regions = regions_of(user)
    if regions not in _SIGHTS:
        if len(_SIGHTS) >= _MOST_KEPT:
            _SIGHTS.clear()
        _SIGHTS[regions] = _compile_sight(user)
    return _SIGHTS[regions]


def _compile_sight(user: User) -> Sight:
    rows = Unit.objects.visible_to(user).order_by().values("pk").query
    try:
        sql, params = rows.sql_with_params()
    except EmptyResultSet:
        return "false", ()
    return f"EXISTS (SELECT FROM ({sql}) seen (id) WHERE seen.id = units_unit.id)", tuple(params)
