"""Triggers of the database that keep a table append-only, whoever writes.

``accounts.servicerole`` finds such tables by the name of the trigger and gives the service no right
to change them either.
"""

from __future__ import annotations

from typing import Any

import pgtrigger


def append_only_trigger() -> pgtrigger.Protect:
    """The trigger that keeps a table append-only."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def append_only_triggers_but(*derived: str) -> tuple[Any, ...]:
    """The triggers that keep a table append-only but for its ``derived`` columns."""
    return (
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name="never_changed",
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=list(derived)),
        ),
    )
