"""What the database keeps on the row of an account: the posts that its holder has.

The function names tables of a higher room: SQL is looked up when it runs, and Python imports nothing
upwards.
"""

from __future__ import annotations

import pgtrigger

# Of several posts the main one is that which stays longest, and of these the oldest.
_KEEP_POSTS = """
    SELECT array_agg(concat(p.role, ' ', o.region_id,
                            ' ', to_char(greatest(p.starts_on, o.valid_from), 'YYYY-MM-DD'),
                            ' ', to_char(least(p.ends_on, o.valid_to - 1), 'YYYY-MM-DD'))
                     ORDER BY p.starts_on, p.id),
           array_agg(p.role ORDER BY p.ends_on DESC NULLS FIRST, p.starts_on, p.id),
           array_agg(o.region_id ORDER BY p.ends_on DESC NULLS FIRST, p.starts_on, p.id)
      INTO held, roles, regions
      FROM offices_post p JOIN offices_office o ON o.id = p.office_id WHERE p.user_id = NEW.id;
    NEW.held_posts := coalesce(held, '{}');
    IF held IS NOT NULL THEN
        NEW.role := roles[1];
        NEW.region_id := regions[1];
    END IF;
    RETURN NEW;
"""


def account_posts_trigger() -> pgtrigger.Trigger:
    """The trigger that writes ``held_posts``, ``role`` and ``region`` of an account from its posts,
    whatever a writer says. Without any post role and region stay as they are, and give nothing."""
    return pgtrigger.Trigger(
        name="keep_posts",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        declare=[("held", "text[]"), ("roles", "text[]"), ("regions", "text[]")],
        func=_KEEP_POSTS,
    )
