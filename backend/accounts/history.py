"""Names the actor of a change to the history triggers."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pghistory

from backend.accounts.models import User


def written_by(actor: User | None, **facts: Any) -> AbstractContextManager[Any]:
    """A context in which every captured change carries ``actor`` and ``facts``."""
    context: AbstractContextManager[Any] = pghistory.context(
        user=actor.pk if actor else None, **facts
    )
    return context
