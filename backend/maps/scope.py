"""What a reader may see on a map, as SQL: the one predicate, compiled for hand-written queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from backend.accounts.models import Role, User
from backend.accounts.rights import jurisdiction_filter, regions_of
from backend.directory.models import Membership
from backend.maps.filters import MapFilters
from backend.units.models import Unit


@dataclass(frozen=True, slots=True)
class SqlCondition:
    """A condition of SQL and its parameters, with the table named in full."""

    sql: str
    params: tuple[Any, ...] = ()


def is_enterprise(user: User) -> bool:
    """Whether the user sees units for whose they are, not for where they stand."""
    return user.role == Role.ENTERPRISE


def scope_key(user: User) -> str:
    """A text that is the same for users who see the same."""
    if not is_enterprise(user):
        return f"regions {regions_of(user)}"
    mine = Membership.objects.filter(user=user).values_list("entity_id", flat=True)
    return f"entities {sorted(mine)}"


def visible_rows_condition(user: User) -> Q:
    """The condition for the rows of scores, and of figures, that ``user`` may see."""
    if is_enterprise(user):
        return Q(unit_id__in=list(Unit.objects.visible_to(user).values_list("pk", flat=True)))
    return jurisdiction_filter(user, "region_id")


def kind_and_status_condition(filters: MapFilters) -> Q:
    """The condition for the kinds and states asked for, of standings and of figures alike."""
    wanted = Q()
    if filters.kinds:
        wanted &= Q(kind__in=filters.kinds)
    if filters.statuses:
        wanted &= Q(status__in=filters.statuses)
    return wanted


def compile_where(rows: QuerySet[Any]) -> SqlCondition:
    """The WHERE of ``rows``, which join nothing, as SQL with its parameters."""
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.compile(rows.query.where)
    except EmptyResultSet:
        return SqlCondition("FALSE")
    except FullResultSet:
        return SqlCondition("TRUE")
    return SqlCondition(sql or "TRUE", tuple(params))
