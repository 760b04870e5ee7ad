"""The list of matters of a desk: what somebody sees, narrowed by what he asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

from backend.accounts.models import User
from backend.directory.name_search import name_contains
from backend.matters.models import Matter

_COLUMNS = {"kind": "kind", "state": "state", "office": "office__code"}
NARROWED_BY = (*_COLUMNS, "text", "open")
"""The names of what a list may be narrowed by."""
OPEN, OVERDUE, CLOSED = "open", "overdue", "closed"


def narrow_matters(user: User, asked: Mapping[str, Any]) -> QuerySet[Matter]:
    """The matters that ``user`` sees by what is asked for under :data:`NARROWED_BY`, unordered.

    ``text`` stands in the title or begins the number; ``open`` is ``open``, ``overdue`` or
    ``closed``. What is empty narrows nothing.
    """
    which = asked.get("open", "")
    seen = Matter.objects.overdue_for if which == OVERDUE else Matter.objects.visible_to
    rows: QuerySet[Matter] = seen(user)
    rows = rows.filter(**{_COLUMNS[n]: asked[n] for n in _COLUMNS if asked.get(n)})
    if text := asked.get("text"):
        rows = rows.filter(name_contains(text, column="title") | Q(number__startswith=text))
    if which in (OPEN, CLOSED):
        rows = rows.filter(closed_at__isnull=which == OPEN)
    return rows
