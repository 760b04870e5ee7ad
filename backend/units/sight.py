"""Who sees which units, in statements that are not compiled anew for each reader."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import EmptyResultSet
from django.db.models import BigIntegerField

from backend.accounts.models import Role, User
from backend.accounts.rights import regions_of
from backend.lib.kept_queries import Given, KeptQuery
from backend.units.field_knowledge import FieldKnowledge
from backend.units.models import Unit
from backend.units.models.unit import UnitQuerySet

Sight = tuple[str, tuple[object, ...]]
_SIGHTS: dict[tuple[str, ...], Sight] = {}
_LOCKS: dict[tuple[str, ...], KeptQuery[Unit]] = {}
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


def lock_visible_unit(user: User, unit: int, field_knowledge: FieldKnowledge | None = None) -> Unit:
    """The unit with its category, its row locked until the transaction ends.

    Whom it is for and what is raised is as in ``get_visible`` of the units.
    """
    regions = regions_of(user)
    if user.role != Role.ENTERPRISE and regions:
        if regions not in _LOCKS:
            if len(_LOCKS) >= _MOST_KEPT:
                _LOCKS.clear()
            _LOCKS[regions] = KeptQuery(partial(_given_unit_in_sight, user))
        for found in _LOCKS[regions].fetch(unit=unit):
            return found
    return _locked_units().get_visible(user, unit, field_knowledge)


def _given_unit_in_sight(user: User) -> UnitQuerySet:
    return _locked_units().visible_to(user).filter(pk=Given("unit", BigIntegerField()))


def _locked_units() -> UnitQuerySet:
    return Unit.objects.select_for_update(of=("self",)).select_related("category")


def _compile_sight(user: User) -> Sight:
    rows = Unit.objects.visible_to(user).order_by().values("pk").query
    try:
        sql, params = rows.sql_with_params()
    except EmptyResultSet:
        return "false", ()
    return f"EXISTS (SELECT FROM ({sql}) seen (id) WHERE seen.id = units_unit.id)", tuple(params)
