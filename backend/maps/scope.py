"""What a reader may see on a map, as SQL: the one predicate, compiled for hand-written queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connection
from django.db.models import Q, QuerySet

from backend.accounts.models import Role, User
from backend.accounts.rights import in_jurisdiction
from backend.directory.models import Membership
from backend.maps.asking import Asked
from backend.units.models import Unit


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of SQL and its parameters, with the table named in full."""

    sql: str
    params: tuple[Any, ...] = ()


def of_enterprise(user: User) -> bool:
    """Whether the reader sees units for whose they are, not for where they stand."""
    return user.role == Role.ENTERPRISE


def scope_key(user: User) -> str:
    """The same for readers who see the same."""
    if not of_enterprise(user):
        return f"region {user.region_id}"
    mine = Membership.objects.filter(user=user).values_list("entity_id", flat=True)
    return f"entities {sorted(mine)}"


def visible(user: User) -> Q:
    """The standings that ``user`` may see."""
    if of_enterprise(user):
        return Q(unit_id__in=list(Unit.objects.visible_to(user).values_list("pk", flat=True)))
    return in_jurisdiction(user, "region_id")


def chosen(asked: Asked) -> Q:
    """The kinds and states asked for, of standings and of figures alike."""
    wanted = Q()
    if asked.kinds:
        wanted &= Q(kind__in=asked.kinds)
    if asked.statuses:
        wanted &= Q(status__in=asked.statuses)
    return wanted


def condition(rows: QuerySet[Any]) -> Condition:
    """The WHERE of ``rows``, which join nothing."""
    compiler = rows.query.get_compiler(connection=connection)
    try:
        sql, params = compiler.compile(rows.query.where)
    except EmptyResultSet:
        return Condition("FALSE")
    except FullResultSet:
        return Condition("TRUE")
    return Condition(sql or "TRUE", tuple(params))
