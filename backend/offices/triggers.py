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
# Each writing of the row of an account writes what its posts give; see ``accounts.triggers``. They
# are held in one order, and read when all of them are.
_TELL_ACCOUNTS = """
    PERFORM FROM accounts_user WHERE id IN ({0}) ORDER BY id FOR NO KEY UPDATE;
    UPDATE accounts_user SET held_posts = held_posts WHERE id IN ({0});
    RETURN NULL;
"""
_HOLDERS_IN_CHANGED = """
    SELECT p.user_id FROM offices_post p JOIN new_rows n ON n.id = p.office_id
      JOIN old_rows o ON o.id = n.id
     WHERE (n.region_id, n.valid_from, n.valid_to)
           IS DISTINCT FROM (o.region_id, o.valid_from, o.valid_to)
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


def post_triggers() -> tuple[Any, ...]:
    """The triggers of posts: the accounts concerned are told what their posts give now."""
    of_new, of_old = "SELECT user_id FROM new_rows", "SELECT user_id FROM old_rows"
    return (
        _tell_accounts_trigger(of_new, pgtrigger.Insert, new="new_rows"),
        _tell_accounts_trigger(
            f"{of_new} UNION {of_old}", pgtrigger.Update, new="new_rows", old="old_rows"
        ),
        _tell_accounts_trigger(of_old, pgtrigger.Delete, old="old_rows"),
    )


def validity_trigger() -> Any:
    """The trigger of offices: their days bound those of the posts in them."""
    return _tell_accounts_trigger(
        _HOLDERS_IN_CHANGED, pgtrigger.Update, new="new_rows", old="old_rows"
    )


def _tell_accounts_trigger(accounts_sql: str, operation: Any, **tables: str) -> Any:
    return pgtrigger.Trigger(
        name=f"tell_accounts_{operation}".lower(),
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(**tables),
        func=_TELL_ACCOUNTS.format(accounts_sql),
    )
