"""What the database keeps of announcements, whoever writes: the text, the way they end, who has read."""

from __future__ import annotations

from typing import Any

import pgtrigger


def announcement_triggers() -> tuple[Any, ...]:
    """The triggers of announcements: none is deleted, the text stays, and what has ended stays so."""
    ending = ["state", "ended_at", "ended_by", "reason", "urged_at"]
    return (
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name="text_kept",
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=ending),
        ),
        pgtrigger.FSM(
            name="states",
            field="state",
            transitions=[("published", "withdrawn"), ("published", "replaced")],
        ),
    )


def receipt_triggers() -> tuple[Any, ...]:
    """The triggers of receipts: what was read or confirmed once stays so, and rules alone delete it."""
    return (
        pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name="kept",
            operation=pgtrigger.Update,
            condition=pgtrigger.AnyChange(exclude=["seen_at", "confirmed_at"]),
        ),
        pgtrigger.Protect(
            name="written_once",
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(
                "(OLD.seen_at <> NEW.seen_at OR OLD.confirmed_at <> NEW.confirmed_at"
                " OR OLD.seen_at IS NOT NULL AND NEW.seen_at IS NULL"
                " OR OLD.confirmed_at IS NOT NULL AND NEW.confirmed_at IS NULL)"
            ),
        ),
    )
