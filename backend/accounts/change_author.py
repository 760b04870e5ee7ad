"""Names the actor of a change to the history triggers."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pghistory
from django.db import connection
from django_guid import get_guid

from backend.accounts.models import User


def attribute_changes_to(actor: User | None, **facts: Any) -> AbstractContextManager[Any]:
    """Context manager: every change of a tracked row inside it is stored with ``actor`` and ``facts``."""
    if request := get_guid():  # of a job the one that ordered it
        facts["request"] = request
    context: AbstractContextManager[Any] = pghistory.context(
        user=actor.pk if actor else None, **facts
    )
    return context


def tell_author_to_database() -> None:
    """Let the changes that follow in this transaction have their actor, also those by COPY.

    pghistory tells it together with each statement of Django's that may write; COPY is none.
    """
    with connection.cursor() as cursor:
        cursor.execute("VALUES (1)")  # nothing but a statement that could write, to pghistory
