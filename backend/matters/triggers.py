"""What the database keeps by itself: by when each matter is due, beside who may see it.

A list of what is overdue is read from there by the offices of its reader, however many matters of
others are overdue; no writer may forget it.
"""

from __future__ import annotations

from typing import Any

import pgtrigger

_TAKE_DUE = """
    SELECT CASE WHEN closed_at IS NULL THEN due_on END INTO NEW.due_on
      FROM matters_matter WHERE id = NEW.matter_id;
    RETURN NEW;
"""
_HAND_ON_DUE = """
    UPDATE matters_matterreader
       SET due_on = CASE WHEN NEW.closed_at IS NULL THEN NEW.due_on END
     WHERE matter_id = NEW.id;
    RETURN NULL;
"""


def take_due_trigger() -> Any:
    """The trigger of readers: each begins with the day of its matter."""
    return pgtrigger.Trigger(
        name="take_due", when=pgtrigger.Before, operation=pgtrigger.Insert, func=_TAKE_DUE
    )


def pass_due_on_trigger() -> Any:
    """The trigger of matters: another day, or the end, is written on all their readers."""
    return pgtrigger.Trigger(
        name="pass_due_on",
        when=pgtrigger.After,
        operation=pgtrigger.UpdateOf("due_on", "closed_at"),
        condition=pgtrigger.AnyChange("due_on", "closed_at"),
        func=_HAND_ON_DUE,
    )
