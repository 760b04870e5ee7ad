"""What the database keeps by itself: the path of each office, and on each account what its posts give.

Both are read wherever somebody asks what he may see, so no writer may forget them.
"""

from __future__ import annotations

from typing import Any

import pgtrigger

_KEEP_PATH = """
    IF NEW.parent_id IS NULL THEN
        NEW.path := NEW.id || '/';
        RETURN NEW;
    END IF;
    -- Held, so that two offices cannot come below each other at once.
    SELECT path INTO above FROM offices_office WHERE id = NEW.parent_id FOR SHARE;
    IF above IS NULL OR position('/' || NEW.id || '/' IN '/' || above) > 0 THEN
        RAISE EXCEPTION 'an office lies below another one, and never below itself'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'office_not_below_itself';
    END IF;
    NEW.path := above || NEW.id || '/';
    RETURN NEW;
"""
_BRING_ALONG = """
    UPDATE offices_office SET parent_id = NEW.id WHERE parent_id = NEW.id;
    RETURN NULL;
"""


def path_triggers() -> tuple[Any, ...]:
    """The triggers of offices that write ``path``, of those below too, whatever a writer says."""
    return (
        pgtrigger.Trigger(
            name="keep_path",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update,
            declare=[("above", "text")],
            func=_KEEP_PATH,
        ),
        pgtrigger.Trigger(
            name="pass_path_on",
            when=pgtrigger.After,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition("OLD.path IS DISTINCT FROM NEW.path"),
            func=_BRING_ALONG,
        ),
    )
