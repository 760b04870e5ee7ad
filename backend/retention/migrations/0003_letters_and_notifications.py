"""Looks at reporters, reporters of closed letters and notifications end by rules too."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("backend.retention.migrations.0002_remove_portion").MAKE.replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
BRANCHES = """
        WHEN 'reporter-looks' THEN
            DELETE FROM hotline_reporterlook WHERE id IN (
                SELECT id FROM hotline_reporterlook WHERE at < oldest LIMIT portion);
        WHEN 'reporters' THEN
            -- The letter stays; who told it is known to nobody from now on.
            UPDATE hotline_reporter SET identity = NULL, phone_digest = '' WHERE matter_id IN (
                SELECT r.matter_id FROM hotline_reporter r JOIN matters_matter m ON m.id = r.matter_id
                 WHERE m.closed_at < oldest AND (r.identity IS NOT NULL OR r.phone_digest <> '')
                 LIMIT portion);
        WHEN 'notifications' THEN
            WITH old AS (
                SELECT id FROM notifications_notification WHERE made_at < oldest LIMIT portion
            ), messages AS (
                DELETE FROM notifications_message m USING old WHERE m.notification_id = old.id
            )
            DELETE FROM notifications_notification n USING old WHERE n.id = old.id;
        END CASE;"""
AFTER = BEFORE.replace("'accounts_signin']", "'accounts_signin', 'hotline_reporterlook']").replace(
    "\n        END CASE;", BRANCHES
)


class Migration(migrations.Migration):

    dependencies = [
        ("retention", "0002_remove_portion"),
        ("hotline", "0001_hotline"),
        ("matters", "0001_matters"),
        ("notifications", "0001_notifications"),
    ]

    operations = [
        migrations.AlterField(
            model_name="retentionrule",
            name="subject",
            field=models.CharField(
                choices=[
                    ("scans", "Scans"), ("scan-positions", "Scan Positions"), ("items", "Items"),
                    ("looks", "Looks"), ("sign-ins", "Sign Ins"),
                    ("reporter-looks", "Reporter Looks"), ("reporters", "Reporters"),
                    ("notifications", "Notifications"),
                ],
                max_length=20,
            ),
        ),
        migrations.RunSQL(AFTER, BEFORE),
    ]
