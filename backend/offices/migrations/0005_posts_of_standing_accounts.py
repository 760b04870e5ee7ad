"""Each account of staff gets a post: its role in the office of the authority of its region."""

from __future__ import annotations

from typing import Any

from django.db import migrations

_OFFICES = """
    INSERT INTO offices_office
           (code, name, parent_id, authority_id, region_id, valid_from, valid_to)
    SELECT a.code, a.name, above.id, a.id, a.region_id, a.valid_from, a.valid_to
      FROM directory_authority a
      LEFT JOIN directory_authority p ON p.id = a.parent_id
      LEFT JOIN offices_office above ON above.code = p.code
     WHERE a.level = %s ON CONFLICT (code) DO NOTHING
"""
_POSTS = """
    INSERT INTO offices_post (user_id, office_id, role, title, starts_on)
    SELECT u.id, own.id, u.role, '', (u.date_joined AT TIME ZONE 'Asia/Shanghai')::date
      FROM accounts_user u
      JOIN LATERAL (SELECT o.id FROM offices_office o
                      JOIN directory_authority a ON a.id = o.authority_id AND a.code = o.code
                     WHERE o.region_id = u.region_id
                     ORDER BY o.valid_to DESC NULLS FIRST, o.code LIMIT 1) own ON true
     WHERE u.role <> 'enterprise'
       AND NOT EXISTS (SELECT FROM offices_post p WHERE p.user_id = u.id)
"""
_LEFT_OUT = """
    SELECT username FROM accounts_user u
     WHERE role <> 'enterprise' AND NOT EXISTS (SELECT FROM offices_post p WHERE p.user_id = u.id)
"""


def give_posts(apps: Any, schema_editor: Any) -> None:
    """Nobody loses or gains a right; where a region has no authority it stops and names the accounts."""
    with schema_editor.connection.cursor() as cursor:
        for level in ("province", "city", "county"):
            cursor.execute(_OFFICES, [level])
        cursor.execute(_POSTS)
        cursor.execute(_LEFT_OUT)
        names = [name for (name,) in cursor.fetchall()]
    if names:
        raise RuntimeError(
            "No authority acts for the regions of these accounts: load_reference loads the"
            f" authorities, with the release before this one. {', '.join(names)}"
        )


class Migration(migrations.Migration):

    dependencies = [
        ("offices", "0004_accounts_know_their_posts"),
    ]

    operations = [
        # The accounts keep their role and region, so there is nothing to take back.
        migrations.RunPython(give_posts, migrations.RunPython.noop),
    ]
