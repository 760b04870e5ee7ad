"""Locking a row and reading it as it is then."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def lock_row(rows: QuerySet[M], key: object, *, no_key: bool = False) -> M | None:
    """The row of ``rows`` with this primary key, locked until the transaction ends; None where there is none.

    Locked by itself and read after that: a row that had to be waited for is compared with what was
    joined to it before, so it is not found any more, or comes with neighbours of yesterday. Who
    does not see it does not wait for it. ``no_key`` lets others refer to it meanwhile.
    """
    found = rows.filter(pk=key)
    if not found.exists():
        return None
    alone = rows.model._default_manager.select_for_update(no_key=no_key).filter(pk=key)
    list(alone.order_by().values_list("pk"))
    return found.first()
